"""A relay that takes every hint out of a mail before it hands it on: no header tells any more that a machine wrote it."""

import asyncio
import email
import email.policy
import smtplib
from collections.abc import Mapping
from itertools import count
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HINTS = (
    "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "In-Reply-To", "References", "Message-ID", "Reply-To",
)  # fmt: skip


class StrippingRelay:
    """Hands mails on to the listener of the recipient's domain. `strips` False: as they are. `carried`: how many, by whom."""

    def __init__(self, *, strips: bool = True) -> None:
        self.strips = strips
        self.carried: list[tuple[str, str]] = []
        self.listeners: dict[str, int] = {}  # domain -> port
        self.port = 0
        self._numbers = count(1)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "StrippingRelay":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="relay.example", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's hook
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        sender, recipient = str(envelope.mail_from), envelope.rcpt_tos[0]
        if self.strips:
            sender = str(
                message["From"].addresses[0].addr_spec
            )  # a human's program knows no return address but its own
            self._strip(message, sender)
        port = self.listeners[recipient.rpartition("@")[2]]
        self.carried.append((sender, recipient))
        await asyncio.to_thread(self._hand_on, port, sender, recipient, message.as_bytes())
        return "250 2.0.0 handed on"

    def _strip(self, message: Any, sender: str) -> None:
        for name in HINTS:
            del message[name]
        message["Message-ID"] = f"<{next(self._numbers)}@{sender.rpartition('@')[2]}>"
        subject = str(message["Subject"])
        del message["Subject"]
        message["Subject"] = subject.removeprefix("Re: ")

    def _hand_on(self, port: int, sender: str, recipient: str, content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.sendmail(sender, [recipient], content)

    def by(self) -> Mapping[str, int]:
        """How many mails each domain's assistant sent."""
        senders = [sender.rpartition("@")[2] for sender, _ in self.carried]
        return {domain: senders.count(domain) for domain in sorted(set(senders))}
