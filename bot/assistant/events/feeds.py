"""Calendars to subscribe to: one of all open events for anybody, and one a person of those they come to."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.assistant.events.entries import Happening, happening
from store.events.guests import new_token
from store.events.programme import programmes
from store.events.titles import seen_by_anybody
from store.kinds import EventState, Seat
from store.models import Attendance, CalendarFeed, Event, Person

PAST, MOST = timedelta(days=400), 500  # events


def feed_token(session: Session, person_id: int, *, now: datetime) -> str:
    """What stands in the address of a person's own calendar, made when they first want it."""
    found = session.get(CalendarFeed, person_id)
    return renew_feed(session, person_id, now=now) if found is None else found.token


def renew_feed(session: Session, person_id: int, *, now: datetime) -> str:
    """A new one; the one before opens nothing any more."""
    session.get(Person, person_id, with_for_update=True)  # two at once would both make the first
    row = session.get(CalendarFeed, person_id, populate_existing=True) or CalendarFeed(
        person_id=person_id, token="", made_at=now
    )
    row.token, row.made_at = new_token(), now
    session.add(row)
    session.flush()
    return row.token


def reader_of(session: Session, said: str) -> int | None:
    """Whose calendar a token opens; None where it is nobody's (any more). Tokens are compared in lower case."""
    return session.exec(select(CalendarFeed.person_id).where(CalendarFeed.token == said.lower())).first()


def open_events(session: Session, *, now: datetime) -> tuple[Happening, ...]:
    """What anybody may know of, cancelled ones too: a calendar that has them must learn it.

    Where there are more than a calendar should have, the next to come stay, and what was longest ago falls out first.
    """
    seen = select(Event).where(seen_by_anybody())
    coming = session.exec(seen.where(Event.ends_at > now).order_by(col(Event.starts_at)).limit(MOST)).all()
    past = session.exec(
        seen.where(col(Event.ends_at).between(now - PAST, now))
        .order_by(col(Event.starts_at).desc())
        .limit(MOST - len(coming))
    ).all()
    rows = [*past[::-1], *coming]
    points = programmes(session, [event.id or 0 for event in rows])
    return tuple(happening(event, programme=points.get(event.id or 0, ())) for event in rows)


def own_events(session: Session, person_id: int, *, now: datetime) -> tuple[Happening, ...]:
    """What they come to, with the link to join."""
    rows = session.exec(
        select(Event)
        .join(Attendance, col(Attendance.event_id) == col(Event.id))
        .where(
            Attendance.person_id == person_id,
            Attendance.seat == Seat.HELD,
            Event.ends_at > now - PAST,
            Event.state != EventState.PLANNED,
        )
        .order_by(col(Event.starts_at).desc())
        .limit(MOST)
    ).all()
    points = programmes(session, [event.id or 0 for event in rows])
    return tuple(happening(event, joining=True, programme=points.get(event.id or 0, ())) for event in rows)
