"""Events as staff are shown them: with their numbers, and what a step of each would reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case
from sqlmodel import Session, col, select

from bot.slack.blocks.event_rows import EventRow
from store.events.listing import one_planned
from store.events.reach import invites, tells
from store.models import Event

LATELY = timedelta(days=30)  # how long the list has what has ended: who came is still to be marked


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the list: `first` is counted from 0, `total` is how many there are."""

    rows: tuple[EventRow, ...]
    first: int
    total: int


def coming(session: Session, *, now: datetime, first: int = 0, most: int = 10) -> Page:
    """What has not ended or did so of late, a page of it; what comes next stands first."""
    over = case((col(Event.ends_at) <= now, 1), else_=0)
    listed = session.exec(
        select(Event.id)
        .where(Event.ends_at >= now - LATELY)
        .order_by(over, col(Event.starts_at), col(Event.id))
    ).all()
    first = first if 0 <= first < len(listed) else 0
    page = [each for each in listed[first : first + most] if each is not None]
    return Page(_rows(session, page, now), first, len(listed))


def ahead(session: Session, *, now: datetime, most: int) -> tuple[EventRow, ...]:
    """The next few that have not ended."""
    found = session.exec(
        select(Event.id).where(Event.ends_at >= now).order_by(col(Event.starts_at), col(Event.id)).limit(most)
    ).all()
    return _rows(session, [each for each in found if each is not None], now)


def _rows(session: Session, ids: Sequence[int], now: datetime) -> tuple[EventRow, ...]:
    """Of these alone: each costs a look at everybody it could invite."""
    return tuple(row for each in ids if (row := row_of(session, each, now=now)) is not None)


def row_of(session: Session, event_id: int, *, now: datetime) -> EventRow | None:
    event, seen = session.get(Event, event_id), one_planned(session, event_id)
    if event is None or seen is None:
        return None
    return EventRow(seen, invites(session, event, now=now), tells(session, event))
