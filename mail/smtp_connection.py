"""One client of the listener: its commands, its mails read whole, and a polite end."""

import asyncio
import re
from collections import defaultdict
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from mail import limits
from mail.smtp_handler import Handler

TOO_MANY = "421 4.7.0 Too many connections: please try again later"
CLOSING = "421 4.3.2 Closing down: please try again later"
NO_ROOM = "452 4.3.1 Too much mail at once: please try again later"
ENOUGH = "421 4.7.0 That is enough of what nobody understands"
TOO_BIG = "552 5.3.4 The mail is larger than we take"
END = b"\r\n.\r\n"  # and nothing else: what only resembles it stays one mail
GULP = 1 << 20  # more than the reader ever holds, so that one read empties it
PLAIN_PATH = re.compile(r"<([\w.+=\-]+(?:@[A-Za-z0-9.\-]+)?)>(?: (.*))?\Z", re.ASCII)


class Connection(SMTP):
    """One client. Counted, told the truth when there are too many, and closed politely."""

    line_length_limit = limits.BUFFER

    def __init__(self, handler: Handler, clients: set["Connection"], *, max_bytes: int) -> None:
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
        self._clients = clients  # all that are connected, this one too
        self._max_bytes = max_bytes
        self._peer: str | None = None
        self._counted = False
        self._heard = self.loop.time()
        self._nonsense = 0
        self._in_a_mail = False
        self._keeping_mail = False
        self._in_the_air = 0
        self.finished: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: Any) -> None:
        peer = _peer_of(transport)
        if self._handler.closing or not self._is_let_in(peer):
            transport.write(f"{CLOSING if self._handler.closing else TOO_MANY}\r\n".encode())
            transport.close()
            return
        self._peer, self._counted = peer, True
        self._clients.add(self)
        super().connection_made(transport)
        assert self._handler_coroutine is not None  # noqa: S101 - narrows the type: it was just made
        self._handler_coroutine.add_done_callback(self._on_finished)

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._peer is None:
            return
        self._leave()
        super().connection_lost(error)

    def _is_let_in(self, peer: str) -> bool:
        """Where it is full, whoever has been silent for longest between two mails makes room."""
        turnstile = self._handler.turnstile
        while not turnstile.admit(peer):
            silent = [
                each
                for each in self._clients
                if each._only_waits() and (each._peer == peer or not turnstile.has_enough_of(peer))
            ]
            if not silent:
                return False
            min(silent, key=lambda each: each._heard)._make_room()
        return True

    def _only_waits(self) -> bool:
        silence = self.loop.time() - self._heard
        return self._counted and not self._in_a_mail and silence >= limits.IDLE_SECONDS

    def _make_room(self) -> None:
        self._leave()
        self._writer.write(f"{TOO_MANY}\r\n".encode())
        self._writer.close()

    def _leave(self) -> None:
        if self._counted and self._peer is not None:
            self._counted = False
            self._handler.turnstile.leave(self._peer)

    def _on_finished(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # it was told to the client, or the client is gone; asyncio would report it once more
        self._clients.discard(self)
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
        self._in_a_mail = True
        try:
            content = await self._read_mail()
            reply = (
                content
                if isinstance(content, str)
                else await self._keep(self.session, self.envelope, content)
            )
        finally:
            self._count(0)
            self._in_a_mail = False
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
        """As aiosmtpd says it, but for the one refusal whose code RFC 3463 wants clearer, and for nonsense without end."""
        if status == "552 Error: message size exceeds fixed maximum message size":
            await super().push(TOO_BIG)
        elif isinstance(status, str) and status.startswith("500") and self._is_enough():
            await super().push(ENOUGH)
            raise ConnectionResetError  # it ends the conversation; aiosmtpd counts unknown words alone, not what is none
        else:
            await super().push(status)

    def _is_enough(self) -> bool:
        self._nonsense += 1
        return self._nonsense > limits.NONSENSE

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


class LmtpConnection(Connection, LMTP):
    """The same, with one reply to a mail for each of its recipients (RFC 2033 4.2)."""

    def _for_each_recipient(self, reply: str, recipients: int) -> str:
        return "\r\n".join([reply] * recipients)


def _peer_of(transport: Any) -> str:
    name = transport.get_extra_info("peername")
    return str(name[0]) if isinstance(name, tuple) else ""
