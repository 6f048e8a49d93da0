"""The mail sender: one outbox message to the relay, and the truth about what became of it."""

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mail.authentication.domains import ascii_domain
from mail.bulk.dkim import Signer
from mail.relay import Envelope, RelayConnection, StaleConnection
from mail.relay_opening import RelayAddress, RelayNotReady, Security, Timeouts
from store.outbox import Claimed, backoff
from store.outcome import Outcome, Postponed, Refused, Unknown

log = logging.getLogger(__name__)

THREADS = 8
LONGEST = 19 * 60.0  # seconds of one conversation with the relay, whatever it is waiting for
RELAY_BACK_WITHIN = timedelta(minutes=10)  # a relay that is away is no message's fault: waits stay short
ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f][^\s<>\x00-\x1f\x7f]*@[^\s<>@\x00-\x1f\x7f]+")


class RelaySender:
    """Sends through one smarthost, over connections that are kept a while. Belongs to one event loop.

    `return_address` makes the envelope's sender of an outbox id; without it that is the message's own. With a `signer`
    each mail is signed.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: Security,
        user: str = "",
        password: str = "",
        timeouts: Timeouts | None = None,
        hostname: str = "",
        tls: ssl.SSLContext | None = None,
        return_address: Callable[[int], str] | None = None,
        signer: Signer | None = None,
    ) -> None:
        self._return_address = return_address
        self._signer = signer
        self._relay = RelayAddress(
            host, port, security, user, password, hostname or own_name(),
            tls or ssl.create_default_context(),
        )  # fmt: skip
        self._timeouts = timeouts or Timeouts()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="relay")
        self._idle: dict[RelayConnection, asyncio.TimerHandle] = {}
        self._resting: tuple[float, str] | None = None

    async def send(self, message: Claimed) -> Outcome:
        """Try once. Safe to cancel: the conversation is broken off, and the message's fate is then not known."""
        mail = envelope_of(message, return_address=self._return_address)
        if isinstance(mail, Refused):
            return mail
        if self._signer is not None:
            signed = self._signer.sign(lines_of(message.body or b""), now=datetime.now(UTC))
            mail = replace(mail, content=wire_form(signed))
        try:
            return await self._deliver(mail)
        except RelayNotReady as error:
            return Postponed(str(error), wait=min(backoff(message.attempt), RELAY_BACK_WITHIN))

    async def look_up(self, message: Claimed) -> Outcome:
        """SMTP has no way to ask whether a message arrived."""
        return Unknown("The relay did not confirm the message, and a relay cannot be asked again.")

    async def close(self) -> None:
        """Say goodbye to the relay. Safe to repeat."""
        goodbyes = [self._leave(connection) for connection in list(self._idle)]
        await asyncio.gather(*goodbyes)
        self._threads.shutdown(wait=False)

    async def _deliver(self, mail: Envelope) -> Outcome:
        try:
            return await self._converse(self._take(), mail)
        except StaleConnection:
            return await self._converse(self._fresh(), mail)

    async def _converse(self, connection: RelayConnection, mail: Envelope) -> Outcome:
        loop = asyncio.get_running_loop()
        limit = loop.call_later(LONGEST, connection.abort)
        try:
            outcome = await loop.run_in_executor(self._threads, connection.deliver, mail)
        except asyncio.CancelledError:
            connection.abort()
            raise
        except RelayNotReady as error:
            self._rest(str(error))
            raise
        finally:
            limit.cancel()
        self._resting = None
        if connection.usable:
            self._keep(connection)
        return outcome

    def _take(self) -> RelayConnection:
        """The connection used last, or a new one unless the relay was found away a moment ago."""
        if self._idle:
            connection, timer = self._idle.popitem()
            timer.cancel()
            return connection
        return self._fresh()

    def _fresh(self) -> RelayConnection:
        if self._resting is not None and asyncio.get_running_loop().time() < self._resting[0]:
            raise RelayNotReady(self._resting[1])
        return RelayConnection(self._relay, self._timeouts)

    def _rest(self, reason: str) -> None:
        """Leave the relay alone a while: a hundred queued messages are no reason to knock a hundred times."""
        log.warning("relay.not_ready", extra={"relay": self._relay.host, "reason": reason})
        self._resting = (asyncio.get_running_loop().time() + self._timeouts.rest, reason)

    def _keep(self, connection: RelayConnection) -> None:
        loop = asyncio.get_running_loop()
        self._idle[connection] = loop.call_later(
            self._timeouts.idle, lambda: loop.create_task(self._leave(connection))
        )

    async def _leave(self, connection: RelayConnection) -> None:
        timer = self._idle.pop(connection, None)
        if timer is not None:
            timer.cancel()
            await asyncio.get_running_loop().run_in_executor(self._threads, connection.quit)


def own_name() -> str:
    """What we are called in EHLO: a full name, or an address literal where there is none (RFC 5321 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def envelope_of(
    message: Claimed, *, return_address: Callable[[int], str] | None = None
) -> Envelope | Refused:
    """The message as it goes over the wire, or why it cannot.

    Its sender is the return address of that very message, which the reports about it come to; one without any (RFC 5321
    4.5.5) keeps none.
    """
    if not message.body:
        return Refused("There is nothing to send: the message has no content.")
    if b"\x00" in message.body:
        return Refused("The message contains a NUL byte, which mail cannot carry.")
    told = return_address(message.id) if return_address and message.sender else message.sender
    sender = on_the_wire(told)
    named = message.payload.get("recipients") or [message.recipient]  # to two at once: all get it, or nobody
    recipients = tuple(filter(None, (on_the_wire(str(each)) for each in named)))
    if len(recipients) < len(named) or (sender is None and told):
        return Refused("The address cannot be written in an envelope.")
    head = message.body.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    return Envelope(
        sender=sender or "",
        recipients=recipients,
        content=wire_form(message.body),
        eight_bit=not message.body.isascii(),
        international=not (f"{sender}{''.join(recipients)}".isascii() and head.isascii()),
    )


def wire_form(body: bytes) -> bytes:
    """Every line ends in CRLF, a dot that begins one is doubled (RFC 5321 4.5.2): nothing in it can end the message."""
    return re.sub(rb"(?m)^\.", b"..", lines_of(body))


def lines_of(body: bytes) -> bytes:
    """Every line, the last one too, ends in CRLF."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", body)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def on_the_wire(address: str) -> str | None:
    """The address with its domain in ASCII (A-labels); None if it cannot stand between angle brackets."""
    if not ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    plain = domain if domain.isascii() else ascii_domain(domain) or domain
    try:
        local.encode()
        return f"{local}@{plain.encode('idna').decode()}"
    except UnicodeError:
        return None
