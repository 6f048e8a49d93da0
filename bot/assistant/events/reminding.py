"""Reminders: which are due, and to whom; each round once, in pieces small enough to keep nobody waiting.

What is due is derived from the database at every tick, so a crash, a restart or two of us at once change nothing: a round
is kept when all its letters are, and each letter exists once for its reader. Late ones: of several rounds that are due
for the same people only the last goes out; one that is due when the event has begun goes out to nobody, and staff see it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.assistant.events.wording import reminder
from bot.assistant.house import House
from bot.assistant.introductions.quiet import quiet_of
from store.events.guests import Unserved, going, unanswered
from store.events.seats import hold
from store.events.slots import (
    MOST_DAYS,
    For,
    NoReminder,
    Reminder,
    Schedule,
    day_of,
    days_ahead,
    schedule_of,
    slot,
)
from store.kinds import EventState
from store.models import Event, LetterRecord, ReminderRound

AT_ONCE = 5  # letters in one transaction: others want to write, too
LOOKED_BACK = timedelta(days=7)  # at events that began, for what was never sent
BEGUN = "the event had begun"
OVERTAKEN = "a later reminder was due, too"


@dataclass(frozen=True, slots=True)
class Round:
    """One reminder that is due, of an event on its day."""

    event_id: int
    due: Reminder
    slot: datetime


@dataclass(frozen=True, slots=True)
class _Timed:
    """Of an event, what tells when it is reminded of."""

    id: int
    starts_at: datetime
    zone: str
    reminders: list[str]


def rounds_due(session: Session, house: House, now: datetime) -> tuple[Round, ...]:
    """What is due and not done, the earliest first."""
    rows = session.exec(
        select(Event.id, Event.starts_at, Event.zone, col(Event.reminders)).where(
            Event.state == EventState.OPEN,
            col(Event.starts_at) > now - LOOKED_BACK,
            col(Event.starts_at) < now + timedelta(days=MOST_DAYS + 1),
        )
    )
    near = [
        event
        for event in (_Timed(number or 0, starts, zone, own) for number, starts, zone, own in rows)
        if event.starts_at - now < timedelta(days=1 + days_ahead(_schedule(event.reminders)))
    ]
    found = [(each, event) for event in near for each in _of(event, house, now)]
    done = _done(session, sorted({each.event_id for each, _ in found}))
    return tuple(
        sorted(
            (each for each, event in found if _open(each, event, done)),
            key=lambda each: (each.slot, each.event_id),
        )
    )


def remind(session: Session, each: Round, house: House, now: datetime, *, after: int) -> int | None:
    """The next piece of a round, for people after this one, in the caller's transaction.

    Returns the last it was for where there may be more of them; None when it is done.
    """
    event = hold(session, each.event_id)
    if (
        event is None
        or event.state is not EventState.OPEN
        or each not in tuple(_of(_timed(event), house, now))
    ):
        return None  # it has moved, or was cancelled, since
    day = day_of(event.starts_at, event.zone)
    if _is_done(session, each, day):
        return None
    skipped = _skipped(event, each, house, now)
    letter = reminder(event, each.due, house, now=now)
    waiting = () if skipped else _waiting(session, event, each, Unserved(letter.key, after, AT_ONCE))
    for person_id in waiting:
        house.letterbox.post(session, letter, [person_id], now=now)
    if len(waiting) == AT_ONCE:
        return waiting[-1]
    session.add(
        ReminderRound(
            event_id=each.event_id, name=each.due.name, day=day, slot=each.slot, done_at=now,
            sent=_sent(session, letter.key), skipped=skipped,
        )
    )  # fmt: skip
    session.flush()
    return None


def _timed(event: Event) -> _Timed:
    return _Timed(event.id or 0, event.starts_at, event.zone, event.reminders)


def _of(event: _Timed, house: House, now: datetime) -> Iterator[Round]:
    """The rounds of an event whose time has come."""
    quiet = quiet_of(house.rules)
    for due in _schedule(event.reminders):
        at = slot(due, event.starts_at, event.zone, quiet)
        if at <= now:
            yield Round(event.id, due, at)


def _schedule(reminders: list[str]) -> Schedule:
    try:
        return schedule_of(reminders)
    except NoReminder:  # written by hand, into the database: the usual ones are better than none
        return schedule_of([])


def _skipped(event: Event, each: Round, house: House, now: datetime) -> str:
    if now >= event.starts_at:
        return BEGUN
    later = (other for other in _of(_timed(event), house, now) if other.due.to is each.due.to)
    return OVERTAKEN if any(other.slot > each.slot for other in later) else ""


def _waiting(session: Session, event: Event, each: Round, of: Unserved) -> tuple[int, ...]:
    """Whom the reminder is for and who has not got it: who was in that state when it was due, and is still."""
    assert event.id is not None  # noqa: S101 - narrows the type: it came from the database
    find = unanswered if each.due.to is For.UNANSWERED else going
    return find(session, event.id, since=each.slot, of=of)


def _sent(session: Session, key: str) -> int:
    return len(session.exec(select(LetterRecord.id).where(LetterRecord.key == key)).all())


def _done(session: Session, event_ids: list[int]) -> frozenset[tuple[int, str, object]]:
    rows = session.exec(
        select(ReminderRound.event_id, ReminderRound.name, col(ReminderRound.day)).where(
            col(ReminderRound.event_id).in_(event_ids)
        )
    )
    return frozenset((event_id, name, day) for event_id, name, day in rows)


def _open(each: Round, event: _Timed, done: frozenset[tuple[int, str, object]]) -> bool:
    return (each.event_id, each.due.name, day_of(event.starts_at, event.zone)) not in done


def _is_done(session: Session, each: Round, day: object) -> bool:
    return (each.event_id, each.due.name, day) in _done(session, [each.event_id])
