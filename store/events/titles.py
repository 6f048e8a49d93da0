"""What events are called, so that one is found by some words of its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from store.kinds import EventKind, EventNewsKind, EventState
from store.models import Event, EventNews

LOOKED_BACK = timedelta(days=365)
MOST = 2000  # events


@dataclass(frozen=True, slots=True)
class Titled:
    """An event that people may know of: one that is announced, or was."""

    id: int
    title: str
    kind: EventKind
    state: EventState
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    town: str


def titled(session: Session, *, now: datetime) -> Sequence[Titled]:
    """The last year's and all to come, the next to end first; what was called off, too, where somebody had heard of it."""
    rows = session.exec(
        select(Event)
        .where(Event.ends_at > now - LOOKED_BACK, seen_by_anybody())
        .order_by(col(Event.ends_at).desc())
        .limit(MOST)
    )
    return [
        Titled(
            row.id or 0, row.title, row.kind, row.state, row.starts_at, row.ends_at, row.zone, row.venue, row.town
        )
        for row in rows
    ][::-1]  # fmt: skip


def seen_by_anybody() -> ColumnElement[bool]:
    """Announced; or called off after that, of which there is news (what nobody knew of has none)."""
    told_off = select(EventNews.id).where(
        EventNews.event_id == Event.id, EventNews.kind == EventNewsKind.CANCELLED
    )
    return or_(
        col(Event.state) == EventState.OPEN, (col(Event.state) == EventState.CANCELLED) & told_off.exists()
    )
