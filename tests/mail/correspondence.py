"""Mails to ask with, and what became of them: the outbox as mails, the inbox as outcomes."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count

from sqlmodel import Session, col, select

from bot.assistant.house import House
from mail.desk import MailDesk
from mail.reading import Readers, ReadingThreads
from mail.trust import Judge, believe
from store.inbox import Arrival, receive
from store.kinds import InboxState, Medium
from store.models import InboxItem, OutboxMessage
from store.search.live import LiveIndex
from store.store import Store

OWN = "ask@cluster.example"
MEMBER = "alice@firm.example"
STRANGER = "sam@elsewhere.example"
_numbers = count(1)


def a_mail(
    text: str,
    *,
    sender: str = MEMBER,
    subject: str = "A question",
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """One mail as it comes from the wire; `headers` are named with underscores for hyphens."""
    mail = EmailMessage(policy=email.policy.SMTP.clone(utf8=True))
    mail["From"], mail["To"], mail["Subject"] = sender, headers.pop("To", OWN), subject
    mail["Message-ID"] = f"<{message_id or f'mail-{next(_numbers)}@firm.example'}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


async def arrive(store: Store, raw: bytes, *, mail_from: str = MEMBER, now: datetime, to: str = OWN) -> int:
    """Accepted, as the listener would have; returns the inbox row."""
    payload = {"mail_from": mail_from, "rcpt_tos": [to], "peer": "127.0.0.1"}
    arrival = Arrival(Medium.EMAIL, f"digest-{next(_numbers)}", "mail", payload, raw)
    kept = await store.write(receive, arrival, now=now)
    assert kept is not None
    return kept


class Clock:
    """A time that tests move on by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def a_working_desk(
    store: Store,
    clock: Clock,
    live: LiveIndex | None = None,
    house: House | None = None,
    *,
    judge: Judge = believe,
    readers: Readers | None = None,
    reply_form: str = "",
) -> AsyncIterator[MailDesk]:
    desk = MailDesk(
        store=store,
        live=live or LiveIndex(),
        address=OWN,
        sender_name="whodoes · Harrowdale",
        clock=clock,
        wake_delivery=lambda: None,
        house=house,
        readers=readers or ReadingThreads(judge),
        reply_form=reply_form,
    )
    stop = asyncio.Event()
    working = asyncio.create_task(desk.run(stop))
    try:
        yield desk
    finally:
        stop.set()
        await working


async def all_worked_through(store: Store, desk: MailDesk) -> None:
    """Poll until nothing is left; the desk is woken each time, so that its rests take no time."""
    async with asyncio.timeout(30):
        while await store.read(_unfinished):
            desk.wake()
            await asyncio.sleep(0.01)


def _unfinished(session: Session) -> int:
    return len(session.exec(select(InboxItem.id).where(InboxItem.state == InboxState.RECEIVED)).all())


def outcomes(session: Session) -> list[str]:
    """What became of each mail, in order of arrival."""
    return list(session.exec(select(InboxItem.outcome).order_by(col(InboxItem.id))))


def answers(session: Session) -> list[EmailMessage]:
    """The mails queued, in order, as a reader's program sees them."""
    rows = session.exec(
        select(OutboxMessage).where(OutboxMessage.medium == Medium.EMAIL).order_by(col(OutboxMessage.id))
    )
    return [as_read(row.body or b"") for row in rows]


def as_read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def at(hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
