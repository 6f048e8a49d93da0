"""Events as staff are shown them: with their numbers, and what a step of each would reach."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.slack.blocks.event_rows import EventRow
from store.events.listing import one_planned, planned
from store.events.reach import invites, tells
from store.models import Event

LATELY = timedelta(days=30)  # how long the list has what has ended: who came is still to be marked


def coming(session: Session, *, now: datetime) -> tuple[EventRow, ...]:
    """What has not ended or did so of late; what comes next stands first."""
    found = planned(session, since=now - LATELY)
    in_turn = sorted(found, key=lambda each: (each.ends_at <= now, each.starts_at, each.id))
    return tuple(row for each in in_turn if (row := row_of(session, each.id)) is not None)


def ahead(session: Session, *, now: datetime, most: int) -> tuple[EventRow, ...]:
    """The next few that have not ended."""
    found = planned(session, since=now, limit=most)
    return tuple(row for each in found if (row := row_of(session, each.id)) is not None)


def row_of(session: Session, event_id: int) -> EventRow | None:
    event, seen = session.get(Event, event_id), one_planned(session, event_id)
    if event is None or seen is None:
        return None
    return EventRow(seen, invites(session, event), tells(session, event))
