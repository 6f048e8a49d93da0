"""What an accepted mail goes through: which recipients are ours, and 250 only when it is on the disk."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import Session as Database

from mail import limits
from mail.envelopes import arrival_of
from mail.limits import Turnstile
from mail.mailboxes import Mailboxes
from store.errors import StoreError
from store.inbox import receive
from store.store import Store

log = logging.getLogger(__name__)

KEPT = "250 2.6.0 Kept"
NOT_NOW = "451 4.3.0 The mail was not kept: please try again later"


class Handler:
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
        self.closing = False

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's hook
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Commands are taken one by one however they come, so several may come at a time (RFC 2920)."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

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

    async def keep(self, session: Session, envelope: Envelope) -> str:
        try:
            await self._store.write(_record, session, envelope, now=self._clock())
            self._wake()
        except asyncio.CancelledError:  # the client hung up; the commit may be under way all the same
            asyncio.get_running_loop().call_later(limits.CLOSE_SECONDS, self._wake)
            raise
        except StoreError as error:  # its cause holds the mail itself, so only its kind is logged
            log.error("mail.not_kept", extra={"reason": type(error).__name__})
            return NOT_NOW
        except Exception as error:  # noqa: BLE001 - the edge: whatever happened, the sender must keep the mail
            _log_failure(error)
            return NOT_NOW
        return KEPT


def _record(db: Database, session: Session, envelope: Envelope, *, now: datetime) -> int | None:
    """In the store's thread, digest and all, so that a big mail keeps nobody waiting on the loop."""
    content = envelope.content
    assert isinstance(content, bytes)  # noqa: S101 - narrows the type: decode_data is off
    peer = str(session.peer[0] if session.peer else "")
    arrival = arrival_of(content, mail_from=envelope.mail_from or "", rcpt_tos=envelope.rcpt_tos, peer=peer)
    return receive(db, arrival, now=now)


def _log_failure(error: Exception) -> None:
    """With the way it went, without its words: they may quote the mail."""
    wordless = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
    log.error("mail.failed", exc_info=wordless)
