"""Where mail comes in: SMTP or LMTP on the application's own loop; 250 is said when the mail is on the disk."""

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, AnyStr, Literal

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import Session as Database

from mail import limits
from mail.envelopes import arrival_of
from mail.limits import Turnstile
from mail.mailboxes import Mailboxes
from mail.unix_socket import open_socket, remove
from store.errors import StoreError
from store.inbox import receive
from store.store import Store

log = logging.getLogger(__name__)

KEPT = "250 2.6.0 Kept"
NOT_NOW = "451 4.3.0 The mail was not kept: please try again later"
TOO_MANY = "421 4.7.0 Too many connections: please try again later"
CLOSING = "421 4.3.2 Closing down: please try again later"
NO_ROOM = "452 4.3.1 Too much mail at once: please try again later"
TOO_BIG = "552 5.3.4 The mail is larger than we take"
END = b"\r\n.\r\n"  # and nothing else: what only resembles it stays one mail
GULP = 1 << 20  # more than the reader ever holds, so that one read empties it
CLOSE_SECONDS = 5.0  # what is being kept while we close has this long
PLAIN_PATH = re.compile(r"<([\w.+=\-]+(?:@[A-Za-z0-9.\-]+)?)>(?: (.*))?\Z", re.ASCII)


class MailListener:
    """An open port. `close` stops accepting, lets what is being kept be kept, and leaves no socket behind."""

    def __init__(self, handler: "_Handler") -> None:
        self._handler = handler
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
        await self._handler.close()
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
    handler = _Handler(store=store, ours=ours, wake=wake, clock=clock)
    kind = _LmtpConnection if protocol == "lmtp" else _Connection
    listener = MailListener(handler)
    await listener.open(lambda: kind(handler, max_bytes=max_bytes), host=host, port=port)
    return listener


class _Handler:
    """aiosmtpd's hooks: which recipients are ours, and the mail itself."""

    def __init__(
        self, *, store: Store, ours: Mailboxes, wake: Callable[[], None], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._ours = ours
        self.domain = ours.domain
        self.turnstile = Turnstile()
        self.in_the_air = 0  # octets of mail that connections hold
        self.connections: set[_Connection] = set()
        self.closing = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self._ours.hold(address):
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= limits.RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        if not isinstance(error, OSError):  # those that went away are not our failures
            _log_failure(error)
        return NOT_NOW

    async def close(self) -> None:
        self.closing = True
        for connection in tuple(self.connections):
            connection.close_when_idle()
        await _gone(tuple(self.connections))

    async def keep(self, session: Session, envelope: Envelope) -> str:
        try:
            await self._store.write(_record, session, envelope, now=self._clock())
            self._wake()
        except asyncio.CancelledError:  # the client hung up; the commit may be under way all the same
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._wake)
            raise
        except StoreError as error:  # its cause holds the mail itself, so only its kind is logged
            log.error("mail.not_kept", extra={"reason": type(error).__name__})
            return NOT_NOW
        except Exception as error:  # noqa: BLE001 - the edge: whatever happened, the sender must keep the mail
            _log_failure(error)
            return NOT_NOW
        return KEPT


class _Connection(SMTP):
    """One client. Counted, told the truth when there are too many, and closed politely."""

    line_length_limit = limits.BUFFER

    def __init__(self, handler: _Handler, *, max_bytes: int) -> None:
        # aiosmtpd shares this between all connections, and empties it whenever one is opened.
        self.command_size_limits = defaultdict(lambda: self.command_size_limit)
        super().__init__(
            handler,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            hostname=handler.domain,  # else it asks the resolver, once a connection, on our loop
            ident="whodoes",
            timeout=limits.SILENCE_SECONDS,
            command_call_limit=limits.COMMANDS,
            loop=asyncio.get_running_loop(),
        )
        self._handler = handler
        self._max_bytes = max_bytes
        self._peer: str | None = None
        self._keeping_mail = False
        self._in_the_air = 0
        self.finished: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: Any) -> None:
        peer = _peer_of(transport)
        if self._handler.closing or not self._handler.turnstile.admit(peer):
            transport.write(f"{CLOSING if self._handler.closing else TOO_MANY}\r\n".encode())
            transport.close()
            return
        self._peer = peer
        self._handler.connections.add(self)
        super().connection_made(transport)
        assert self._handler_coroutine is not None  # noqa: S101 - narrows the type: it was just made
        self._handler_coroutine.add_done_callback(self._on_finished)

    def connection_lost(self, error: Exception | None) -> None:
        if self._peer is None:
            return
        self._handler.turnstile.leave(self._peer)
        super().connection_lost(error)

    def _on_finished(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # it was told to the client, or the client is gone; asyncio would report it once more
        self._handler.connections.discard(self)
        self.finished.set_result(None)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """In place of aiosmtpd's, which looks at each line for itself: that was half the cost of a mail."""
        assert self.envelope is not None  # noqa: S101 - narrows the types: a connection has both
        assert self.session is not None  # noqa: S101
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            content = await self._read_mail()
            reply = (
                content
                if isinstance(content, str)
                else await self._keep(self.session, self.envelope, content)
            )
        finally:
            self._count(0)
        reply = self._for_each_recipient(reply, len(self.envelope.rcpt_tos))
        self.envelope = self._create_envelope()
        await self.push(reply)
        if self._handler.closing:
            self.close_when_idle()

    async def smtp_VRFY(self, _arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Nobody learns here who has a mailbox; aiosmtpd's would also say the argument back."""
        await self.push("252 2.1.5 Send the mail and see")

    async def _keep(self, session: Session, envelope: Envelope, content: bytes) -> str:
        envelope.content = content
        self._keeping_mail = True
        try:
            return await self._handler.keep(session, envelope)
        finally:
            self._keeping_mail = False

    async def _read_mail(self) -> bytes | str:
        """Up to the end of the data, RFC 5321 4.5.2, or why it is not taken. What comes after stays in the reader."""
        data = bytearray(b"\r\n")  # so that a lone dot on the first line is the end, too
        searched, refusal = 0, ""
        while (end := data.find(END, searched)) < 0:
            refusal = refusal or self._refusal(len(data))
            if refusal:
                del data[: -len(END)]  # the end may have begun
                self._count(0)
            searched = max(len(data) - len(END), 0)
            data += await self._read_some()
        if end + len(END) < len(data):
            self._reader.feed_data(bytes(data[end + len(END) :]))
        if refusal or end > self._max_bytes:
            return refusal or TOO_BIG
        return bytes(data[: end + 2].replace(b"\r\n.", b"\r\n"))[2:]

    def _refusal(self, size: int) -> str:
        if size > self._max_bytes + len(END):
            return TOO_BIG
        self._count(size)
        return NO_ROOM if self._handler.in_the_air > limits.MAILS_IN_THE_AIR * self._max_bytes else ""

    def _count(self, size: int) -> None:
        """Of all that is held in memory, so much is this connection's now."""
        self._handler.in_the_air += size - self._in_the_air
        self._in_the_air = size

    async def _read_some(self) -> bytes:
        some = await self._reader.read(GULP)
        if not some:
            raise ConnectionResetError
        return some

    def _for_each_recipient(self, reply: str, _recipients: int) -> str:
        return reply

    def close_when_idle(self) -> None:
        if self.transport is not None and not self._keeping_mail:
            self._writer.write(f"{CLOSING}\r\n".encode())
            self._writer.close()

    def abort(self) -> None:
        if self.transport is not None:
            self._writer.transport.abort()

    async def push(self, status: AnyStr) -> None:
        """As aiosmtpd says it, but for the one refusal whose code RFC 3463 wants clearer."""
        if status == "552 Error: message size exceeds fixed maximum message size":
            await super().push(TOO_BIG)
        else:
            await super().push(status)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The path of a command. An ordinary one is read at a glance; the library's parser takes a while."""
        plain = PLAIN_PATH.match(arg.strip())
        if plain is not None:
            return plain[1], plain[2] or ""
        try:
            address, rest = super()._getaddr(arg)
        except Exception:  # noqa: BLE001 - it stumbles over some malformed paths
            return None, None
        return address, rest


class _LmtpConnection(_Connection, LMTP):
    """The same, with one reply to a mail for each of its recipients (RFC 2033 4.2)."""

    def _for_each_recipient(self, reply: str, recipients: int) -> str:
        return "\r\n".join([reply] * recipients)


def _record(db: Database, session: Session, envelope: Envelope, *, now: datetime) -> int | None:
    """In the store's thread, digest and all, so that a big mail keeps nobody waiting on the loop."""
    content = envelope.content
    assert isinstance(content, bytes)  # noqa: S101 - narrows the type: decode_data is off
    peer = str(session.peer[0] if session.peer else "")
    arrival = arrival_of(content, mail_from=envelope.mail_from or "", rcpt_tos=envelope.rcpt_tos, peer=peer)
    return receive(db, arrival, now=now)


def _peer_of(transport: Any) -> str:
    name = transport.get_extra_info("peername")
    return str(name[0]) if isinstance(name, tuple) else ""


async def _gone(connections: tuple[_Connection, ...]) -> None:
    """Wait for the connections to be gone; those that do not listen to a goodbye are cut off."""
    if not connections:
        return
    ends = [connection.finished for connection in connections]
    _, waiting = await asyncio.wait(ends, timeout=CLOSE_SECONDS)
    if waiting:
        for connection in connections:
            connection.abort()
        await asyncio.wait(waiting)


def _log_failure(error: Exception) -> None:
    """With the way it went, without its words: they may quote the mail."""
    wordless = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
    log.error("mail.failed", exc_info=wordless)
