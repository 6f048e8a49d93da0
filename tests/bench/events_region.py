"""A region of many events with many people invited to each, laid down by set-based SQL: a benchmark's beginning."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, update

from store.events.inviting import Audience, to_keep
from store.kinds import EventKind, EventState
from store.models import Event
from tests.factories import add_person

FIRST = timedelta(days=30)  # until the first event: no reminder is due at the beginning
BETWEEN = timedelta(hours=4)


def seed(session: Session, people: int, events: int, *, now: datetime) -> None:
    """Everybody is invited to everything; of ten, six come, two wait for nothing and said no, and two said nothing."""
    for number in range(people):
        add_person(session, name=f"Member {number}", addresses=[f"m{number}@members.example"], now=now)
    session.add_all(_event(number, now) for number in range(events))
    session.flush()
    session.execute(
        text(
            "INSERT INTO attendance (event_id, person_id, name, address, organisation, token, rsvp, seat, seats, guest,"
            " substitute, needs, invited_at, evidence, seat_since, marked_by, source, ticket)"
            " SELECT event.id, person.id, '', '', '', event.id || 't' || person.id,"
            " CASE WHEN person.id % 10 < 6 THEN 'yes' WHEN person.id % 10 < 8 THEN 'no' ELSE 'none' END,"
            " CASE WHEN person.id % 10 < 6 THEN 'held' ELSE 'none' END,"
            " 1, '', '', '', :now, '', :now, '', 'invited', '' FROM event CROSS JOIN person"
        ),
        {"now": _kept(session, now)},
    )


def one_that_is_due(session: Session, *, starts_at: datetime, now: datetime) -> int:
    """One event more, to which everybody comes; returns its id."""
    event = _event(0, now)
    event.starts_at, event.ends_at = starts_at, starts_at + timedelta(hours=3)
    session.add(event)
    session.flush()
    session.execute(
        text(
            "INSERT INTO attendance (event_id, person_id, name, address, organisation, token, rsvp, seat, seats, guest,"
            " substitute, needs, invited_at, evidence, seat_since, marked_by, source, ticket)"
            " SELECT :event, person.id, '', '', '', 'due' || person.id, 'yes', 'held', 1, '', '', '', :now, '', :now,"
            " '', 'invited', '' FROM person"
        ),
        {"now": _kept(session, now), "event": event.id},
    )
    assert event.id is not None
    return event.id


def attendances(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM attendance")).scalar_one())


def _event(number: int, now: datetime) -> Event:
    starts_at = now + FIRST + number * BETWEEN
    return Event(
        title=f"Evening {number} of the region", kind=EventKind.NETWORKING, state=EventState.OPEN, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3), venue="Wharf Hall", town="Chester", audience=to_keep(Audience(everyone=True)),
        summary="An evening of short talks, with a table for every topic, and time to meet.", url="https://cluster.example/e",
    )  # fmt: skip


def _kept(session: Session, now: datetime) -> Any:
    """The time as the database keeps it, by writing and reading one."""
    session.execute(update(Event).where(col(Event.id) == 1).values(changed_at=now))
    kept = session.execute(text("SELECT changed_at FROM event WHERE id = 1")).scalar_one()
    session.execute(update(Event).where(col(Event.id) == 1).values(changed_at=None))
    return kept
