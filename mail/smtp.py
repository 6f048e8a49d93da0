"""Where mail comes in: SMTP or LMTP on the application's own loop; 250 is said when the mail is on the disk."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP

from mail import limits
from mail.mailboxes import Mailboxes
from mail.smtp_connection import Connection, LmtpConnection
from mail.smtp_handler import Handler
from mail.unix_socket import open_socket, remove
from store.store import Store


class MailListener:
    """An open port. `close` stops accepting, lets what is being kept be kept, and leaves no socket behind."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.clients: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._socket: Path | None = None
        self.port = 0  # 0 where it is a Unix socket

    async def open(self, protocol: Callable[[], SMTP], *, host: str, port: int) -> None:
        if host.startswith("/"):
            self._server = await open_socket(protocol, Path(host))
            self._socket = Path(host)
            return
        self._server = await asyncio.get_running_loop().create_server(protocol, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Safe to repeat."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        if self._socket is not None:
            remove(self._socket)
        self._handler.closing = True
        for client in tuple(self.clients):
            client.close_when_idle()
        await _gone(tuple(self.clients))
        await server.wait_closed()


async def listen(
    *,
    store: Store,
    host: str,
    port: int,
    protocol: Literal["smtp", "lmtp"],
    address: str,
    max_bytes: int,
    wake: Callable[[], None],
    clock: Callable[[], datetime],
    reply_form: str = "",
) -> MailListener:
    """Take mail for `address` (and its plus forms, postmaster and abuse); `wake` is called when some was kept.

    Replies come to addresses of `reply_form` ("": behind a plus of `address`). Port 0 takes a free one; a host that
    begins with "/" is a Unix socket's path. Raises OSError where the place is not to be had.
    """
    # aiosmtpd writes every command, and thus people's addresses, to this log.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    ours = Mailboxes(address, reply_form=reply_form)
    handler = Handler(store=store, ours=ours, wake=wake, clock=clock)
    kind = LmtpConnection if protocol == "lmtp" else Connection
    listener = MailListener(handler)
    await listener.open(lambda: kind(handler, listener.clients, max_bytes=max_bytes), host=host, port=port)
    return listener


async def _gone(connections: tuple[Connection, ...]) -> None:
    """Wait for the connections to be gone; those that do not listen to a goodbye are cut off."""
    if not connections:
        return
    ends = [connection.finished for connection in connections]
    _, waiting = await asyncio.wait(ends, timeout=limits.CLOSE_SECONDS)
    if waiting:
        for connection in connections:
            connection.abort()
        await asyncio.wait(waiting)
