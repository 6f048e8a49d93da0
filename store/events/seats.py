"""Seats: who has one, who waits, and to whom a free one is offered. Every change of an event's seats goes through here.

Held for whoever changes them until the transaction ends: of two who answer at once, one sees what the other did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from store.kinds import EventState, Rsvp, Seat
from store.models import Attendance, Event

OFFER_FOR = timedelta(hours=24)
TAKEN = frozenset({Seat.HELD, Seat.OFFERED})


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling changed: to whom a seat was offered, and whose offer ran out. Attendance ids."""

    offered: tuple[int, ...] = ()
    lapsed: tuple[int, ...] = ()


def hold(session: Session, event_id: int) -> Event | None:
    """The event, held until the transaction ends."""
    return session.get(Event, event_id, with_for_update=True, populate_existing=True)


def free(event: Event, attendances: Sequence[Attendance]) -> int | None:
    """How many seats nobody has and nobody is offered; None: there is no limit. Never below 0."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - sum(each.seats for each in attendances if each.seat in TAKEN))


def taken(session: Session, event: Event) -> int:
    """How many seats are held or offered."""
    return sum(each.seats for each in _of(session, event) if each.seat in TAKEN)


def take(session: Session, event: Event, attendance: Attendance, seats: int, *, now: datetime) -> Seat:
    """They come, `seats` of them: a seat where there is one for all of them, else a place in the queue.

    Whoever waits is not overtaken by somebody who needs as much or more. Asked again with the same number they keep
    what they have; with a smaller one they give back the rest; with a larger one they keep theirs where it fits, else
    everything stays as it was and they are told so by `attendance.seats`.
    """
    others = [each for each in _of(session, event) if each.id != attendance.id]
    room = free(event, others)
    queue = [each for each in others if each.seat is Seat.WAITING and each.seats <= seats]
    if attendance.seat in TAKEN:
        if room is None or seats <= max(room, attendance.seats):
            attendance.seats = seats
        _put(attendance, Seat.HELD, now=now)
    elif room is None or (seats <= room and not queue):
        attendance.seats = seats
        _put(attendance, Seat.HELD, now=now)
    else:
        attendance.seats = seats
        _put(attendance, Seat.WAITING, now=now)
    session.add(attendance)
    session.flush()
    return attendance.seat


def seat_anyway(session: Session, attendance: Attendance, seats: int, *, now: datetime) -> None:
    """They come, full or not: a ticket shop sold it to them."""
    attendance.seats = seats
    _put(attendance, Seat.HELD, now=now)
    session.add(attendance)
    session.flush()


def give_back(session: Session, attendance: Attendance, *, now: datetime) -> None:
    """They do not come, or wait no more."""
    _put(attendance, Seat.NONE, now=now)
    attendance.seats, attendance.guest = 1, ""
    session.add(attendance)
    session.flush()


def settle(session: Session, event: Event, *, now: datetime) -> Settled:
    """End the offers whose time is over, then offer what is free to those who wait, first come first.

    One who needs more seats than are free is passed over and keeps their place. Safe to repeat.
    """
    rows = _of(session, event)
    lapsed = [each for each in rows if _is_over(each, event, now)]
    for each in lapsed:
        give_back(session, each, now=now)
    if event.state is not EventState.OPEN or now >= event.starts_at:
        return Settled(lapsed=_ids(lapsed))
    offered = []
    for each in sorted((row for row in rows if row.seat is Seat.WAITING), key=_turn):
        room = free(event, rows)
        if room is None or each.seats <= room:
            _put(each, Seat.OFFERED, now=now)
            each.offered_until = min(now + OFFER_FOR, event.starts_at)
            session.add(each)
            offered.append(each)
    session.flush()
    return Settled(_ids(offered), _ids(lapsed))


def _is_over(attendance: Attendance, event: Event, now: datetime) -> bool:
    if attendance.seat is not Seat.OFFERED:
        return False
    until = attendance.offered_until
    return until is None or now >= until or event.state is not EventState.OPEN


def _of(session: Session, event: Event) -> list[Attendance]:
    return list(
        session.exec(
            select(Attendance)
            .where(Attendance.event_id == event.id, col(Attendance.seat) != Seat.NONE)
            .order_by(col(Attendance.id))
        )
    )


def _turn(attendance: Attendance) -> tuple[datetime, int]:
    assert attendance.seat_since is not None  # noqa: S101 - narrows the type: every seat has its time
    return attendance.seat_since, attendance.id or 0


def _put(attendance: Attendance, seat: Seat, *, now: datetime) -> None:
    """Whoever has that already keeps their place in the queue and their time."""
    if attendance.seat is not seat:
        attendance.seat, attendance.seat_since = seat, now
    if seat is not Seat.OFFERED:
        attendance.offered_until = None
    if seat is Seat.HELD:
        attendance.rsvp = Rsvp.YES


def _ids(rows: Sequence[Attendance]) -> tuple[int, ...]:
    return tuple(each.id for each in rows if each.id is not None)
