"""Who is invited to an event, and who comes: the rows, found and made."""

import secrets
from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import Rsvp, Seat
from store.models import Attendance, Event, LetterRecord, Person

TOKEN_BYTES = 15  # 24 characters of base32, as letters have


def guest(session: Session, event_id: int, person_id: int) -> Attendance | None:
    """One person's row, held until the transaction ends."""
    return session.exec(
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def guest_of(session: Session, token: str) -> Attendance | None:
    """Whose token this is; tokens are compared in lower case."""
    return session.exec(select(Attendance).where(Attendance.token == token.strip().lower())).first()


def enter(session: Session, event_id: int, person_id: int, *, source: str) -> Attendance:
    """One person's row, made where there is none. The event is held by the caller, so it is made once."""
    row = guest(session, event_id, person_id)
    if row is None:
        row = Attendance(event_id=event_id, person_id=person_id, token=new_token(), source=source)
        session.add(row)
        session.flush()
    return row


def invite(session: Session, event: Event, people: Collection[int], *, now: datetime) -> tuple[int, ...]:
    """Those of these people who were not invited before; they are now. Whoever comes already is not asked to."""
    assert event.id is not None  # noqa: S101 - narrows the type: it came from the database
    rows = session.exec(select(Attendance).where(Attendance.event_id == event.id)).all()
    known = {row.person_id: row for row in rows}
    invited = []
    for person_id in sorted(set(people)):
        row = known.get(person_id)
        if row is not None and (row.invited_at is not None or row.rsvp is not Rsvp.NONE):
            continue
        row = row or Attendance(event_id=event.id, person_id=person_id, token=new_token(), source="invited")
        row.invited_at = now
        session.add(row)
        invited.append(person_id)
    session.flush()
    return tuple(invited)


@dataclass(frozen=True, slots=True)
class Unserved:
    """The next few of those who have no letter of this key. Up to `after` (an id) all were tried, reached or not."""

    key: str
    after: int
    most: int


def unanswered(
    session: Session, event_id: int, *, since: datetime, of: Unserved | None = None
) -> tuple[int, ...]:
    """Who was invited by then and has not said a word: the people's ids, in order."""
    return _people(
        session, event_id, Attendance.rsvp == Rsvp.NONE, col(Attendance.invited_at) <= since, of=of
    )


def going(session: Session, event_id: int, *, since: datetime, of: Unserved | None = None) -> tuple[int, ...]:
    """Who had a seat by then and has it still: the people's ids, in order."""
    return _people(
        session, event_id, Attendance.seat == Seat.HELD, col(Attendance.seat_since) <= since, of=of
    )


def asked(session: Session, event_id: int, *, of: Unserved | None = None) -> tuple[int, ...]:
    """Everybody invited who has not said a word, whenever that was."""
    invited = col(Attendance.invited_at).is_not(None)
    return _people(session, event_id, Attendance.rsvp == Rsvp.NONE, invited, of=of)


def concerned(session: Session, event_id: int, *, of: Unserved | None = None) -> tuple[int, ...]:
    """Who must hear of a change: everybody who comes, may come, waits or is still asked."""
    return _people(session, event_id, Attendance.rsvp != Rsvp.NO, of=of)


def came(session: Session, event_id: int, *, of: Unserved | None = None) -> tuple[int, ...]:
    """Who was there, themselves: whom staff marked, and where they marked nobody yet whoever had a seat: the people's ids."""
    marked = session.exec(
        select(Attendance.id)
        .where(Attendance.event_id == event_id, col(Attendance.attended).is_(True))
        .limit(1)
    ).first()
    there = (
        (Attendance.seat == Seat.HELD, col(Attendance.attended).is_(None))
        if marked is None
        else (col(Attendance.attended).is_(True),)
    )
    return _people(session, event_id, *there, Attendance.substitute == "", of=of)


def new_token() -> str:
    return b32encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii").lower()


def _people(
    session: Session, event_id: int, *conditions: object, of: Unserved | None = None
) -> tuple[int, ...]:
    people = (
        select(Person.id)
        .join(Attendance, col(Attendance.person_id) == col(Person.id))
        .where(Attendance.event_id == event_id, *conditions)  # type: ignore[arg-type]  # columns' conditions
        .order_by(col(Person.id))
    )
    if of is not None:
        has = select(LetterRecord.id).where(
            LetterRecord.key == of.key, col(LetterRecord.person_id) == col(Person.id)
        )
        people = people.where(~has.exists(), col(Person.id) > of.after).limit(of.most)
    return tuple(each for each in session.exec(people) if each is not None)
