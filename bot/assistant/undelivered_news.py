"""Staff hear what did not arrive: one letter for all of it, an hour apart at least, and never one about such a letter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.quiet import waking
from bot.assistant.letters import Letter, LetterKind
from store.kinds import Medium, OutboxState
from store.models import LetterRecord, OutboxMessage
from store.people import staff_ids

APART = timedelta(hours=1)
LOOKED_BACK = timedelta(days=2)  # before the first letter of this kind
LATE = timedelta(hours=4)  # that mail waits for a relay which cannot be reached
NAMED, LONGEST = 10, 160
_KEY, _LATE_KEY = "undelivered:", "waiting:"
OUR_OWN = (f"letter:{_KEY}", f"letter:{_LATE_KEY}")
CALLED = {"answer": "answer to an ask", "pause": "answer to an ask", "letter": "letter"}


def tell_of_undelivered(session: Session, house: House, now: datetime) -> bool:
    """What was refused, given up or left in doubt since staff heard last. True where there was something to tell."""
    staff, since = staff_ids(session), _told_until(session, now)
    if not staff or _told_lately(session, now):
        return False
    lost = session.exec(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.state).in_([OutboxState.FAILED, OutboxState.UNCERTAIN]),
            col(OutboxMessage.settled_at) > since,
            *(~col(OutboxMessage.dedup_key).startswith(each) for each in OUR_OWN),
        )
        .order_by(col(OutboxMessage.settled_at))
    ).all()
    if not lost:
        return False
    newest = max(each.settled_at for each in lost if each.settled_at is not None)
    return _post(session, house, undelivered(lost, f"{_KEY}{newest.isoformat()}"), staff, now)


def tell_of_waiting(session: Session, house: House, now: datetime) -> bool:
    """Once a day that mail waits for the relay: by Slack, where staff are there, since mail is what does not leave."""
    staff = staff_ids(session)
    waiting = session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.medium == Medium.EMAIL,
            OutboxMessage.state == OutboxState.QUEUED,
            col(OutboxMessage.attempt) > 0,
            col(OutboxMessage.reply).startswith("The relay"),  # not one reader's full mailbox
            col(OutboxMessage.created_at) < now - LATE,
            *(~col(OutboxMessage.dedup_key).startswith(each) for each in OUR_OWN),
        )
        .order_by(col(OutboxMessage.created_at))
    ).all()
    key = f"{_LATE_KEY}{now:%Y-%m-%d}"
    if not staff or not waiting or _was_posted(session, key):
        return False
    return _post(session, house, _waiting(waiting, key), staff, now)


def _post(session: Session, house: House, letter: Letter, staff: Sequence[int], now: datetime) -> bool:
    """To each of them by themselves: one who cannot be reached keeps nobody else from hearing."""
    due = waking(now, house.rules)
    posted = [house.letterbox.post(session, letter, [each], now=now, due=due) for each in staff]
    return any(posted)


def undelivered(lost: Sequence[OutboxMessage], key: str) -> Letter:
    """What did not arrive, the first of it by name."""
    many = f"{len(lost)} messages" if len(lost) > 1 else "A message"
    doubtful = sum(each.state is OutboxState.UNCERTAIN for each in lost)
    return Letter(
        key=key,
        kind=LetterKind.UNDELIVERED,
        about="outbox",
        subject=f"{many} did not arrive",
        lead=f"{many} did not arrive, or may not have.",
        facts=_facts(lost),
        closing="See them all at the machine with “whodoes outbox”; there you can send one again."
        + (f" Of {doubtful} nobody can know whether they arrived." if doubtful else ""),
        why="Staff get this when something could not be delivered, once an hour at most.",
    )


def _waiting(waiting: Sequence[OutboxMessage], key: str) -> Letter:
    many = f"{len(waiting)} mails have" if len(waiting) > 1 else "A mail has"
    return Letter(
        key=key,
        kind=LetterKind.UNDELIVERED,
        about="outbox",
        subject="Mail is waiting for the relay",
        lead=f"{many} waited for more than {LATE // timedelta(hours=1)} hours. I keep trying for five days.",
        facts=_facts(waiting[:1]),
        closing="Look whether the relay is up, and whether it takes our mail: WHODOES_RELAY_HOST and its settings.",
        why="Staff get this once a day while mail waits.",
    )


def _facts(messages: Sequence[OutboxMessage]) -> tuple[tuple[str, str], ...]:
    """Whom it was for and why it failed; never what it said."""
    told = [
        (
            each.recipient[:LONGEST],
            f"{CALLED.get(each.kind, each.kind)} ({each.id}): {each.reply[:LONGEST] or 'no reply'}",
        )
        for each in messages[:NAMED]
    ]
    more = len(messages) - NAMED
    return (*told, *([("And", f"{more} more")] if more > 0 else []))


def _told_until(session: Session, now: datetime) -> datetime:
    """Up to when staff have heard: the last letter's key says so."""
    key = session.exec(
        select(LetterRecord.key)
        .where(LetterRecord.kind == LetterKind.UNDELIVERED.value, col(LetterRecord.key).startswith(_KEY))
        .order_by(col(LetterRecord.id).desc())
        .limit(1)
    ).first()
    return datetime.fromisoformat(key.removeprefix(_KEY)) if key else now - LOOKED_BACK


def _told_lately(session: Session, now: datetime) -> bool:
    last = session.exec(
        select(LetterRecord.posted_at)
        .where(LetterRecord.kind == LetterKind.UNDELIVERED.value, col(LetterRecord.key).startswith(_KEY))
        .order_by(col(LetterRecord.id).desc())
        .limit(1)
    ).first()
    return last is not None and last > now - APART


def _was_posted(session: Session, key: str) -> bool:
    return session.exec(select(LetterRecord.id).where(LetterRecord.key == key).limit(1)).first() is not None
