"""Events and their guests as staff see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from store.kinds import EventKind, EventState, Rsvp, Seat
from store.models import Address, Attendance, Event, Organisation, Person, ReminderRound


@dataclass(frozen=True, slots=True)
class Planned:
    """One event with its numbers. `seats` are those taken, guests included."""

    id: int
    title: str
    kind: EventKind
    state: EventState
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    town: str
    capacity: int | None
    invited: int
    seats: int
    waiting: int
    declined: int
    came: int


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the list of guests."""

    person_id: int | None
    name: str
    organisation: str
    address: str
    rsvp: Rsvp
    seat: Seat
    seats: int
    guest: str
    substitute: str
    answered_at: datetime | None
    attended: bool | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A reminder that went out to nobody, and why."""

    name: str
    slot: datetime
    why: str


def planned(session: Session, *, since: datetime, limit: int = 100) -> tuple[Planned, ...]:
    """Events that end after `since`, the next first."""
    rows = session.exec(
        select(Event).where(Event.ends_at >= since).order_by(col(Event.starts_at), col(Event.id)).limit(limit)
    ).all()
    return tuple(_planned(session, row) for row in rows)


def one_planned(session: Session, event_id: int) -> Planned | None:
    row = session.get(Event, event_id)
    return None if row is None else _planned(session, row)


def guests(session: Session, event_id: int) -> tuple[Guest, ...]:
    """Everybody invited or coming, by name."""
    rows = session.execute(
        sql_select(Attendance, Person.name, Organisation.name, func.min(Address.address))  # type: ignore[call-overload]  # columns of three tables
        .join(Person, col(Person.id) == col(Attendance.person_id), isouter=True)
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .join(
            Address,
            (col(Address.person_id) == col(Person.id)) & (col(Address.position) == 0),
            isouter=True,
        )
        .where(col(Attendance.event_id) == event_id)
        .group_by(col(Attendance.id), col(Person.name), col(Organisation.name))
    ).all()
    listed = [_guest(*row) for row in rows]
    return tuple(sorted(listed, key=lambda each: (each.name.casefold(), each.person_id or 0)))


def skipped(session: Session, event_id: int) -> tuple[Skipped, ...]:
    rows = session.exec(
        select(ReminderRound)
        .where(ReminderRound.event_id == event_id, ReminderRound.skipped != "")
        .order_by(col(ReminderRound.slot))
    )
    return tuple(Skipped(row.name, row.slot, row.skipped) for row in rows)


def _guest(row: Attendance, name: str | None, organisation: str | None, address: str | None) -> Guest:
    return Guest(
        row.person_id, name or row.name, organisation or row.organisation, address or row.address, row.rsvp,
        row.seat, row.seats, row.guest, row.substitute, row.answered_at, row.attended,
    )  # fmt: skip


def _planned(session: Session, row: Event) -> Planned:
    rows = session.exec(select(Attendance).where(Attendance.event_id == row.id)).all()
    assert row.id is not None  # noqa: S101 - narrows the type: it came from the database
    return Planned(
        row.id, row.title, row.kind, row.state, row.starts_at, row.ends_at, row.zone, row.venue, row.town,
        row.capacity,
        invited=sum(each.invited_at is not None for each in rows),
        seats=sum(each.seats for each in rows if each.seat in {Seat.HELD, Seat.OFFERED}),
        waiting=sum(each.seat is Seat.WAITING for each in rows),
        declined=sum(each.rsvp is Rsvp.NO for each in rows),
        came=sum(bool(each.attended) for each in rows),
    )  # fmt: skip
