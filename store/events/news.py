"""What everybody concerned is to hear of an event: noted when it happens, told by the tick, replaced by what is newer."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import EventNewsKind
from store.models import Event, EventNews


def note(session: Session, event: Event, kind: EventNewsKind, *, now: datetime, words: str = "") -> None:
    assert event.id is not None  # noqa: S101 - narrows the type: it came from the database
    session.add(EventNews(event_id=event.id, kind=kind, words=words, sequence=event.sequence, made_at=now))
    session.flush()


def supersede(
    session: Session,
    event: Event,
    *,
    now: datetime,
    kinds: Collection[EventNewsKind] = tuple(EventNewsKind),
) -> None:
    """What was not told to everybody yet is told to nobody more: something newer follows."""
    for each in session.exec(
        select(EventNews).where(
            EventNews.event_id == event.id,
            col(EventNews.done_at).is_(None),
            col(EventNews.kind).in_(kinds),
        )
    ):
        each.done_at = now
        session.add(each)
    session.flush()


def untold(session: Session, *, limit: int = 100) -> tuple[int, ...]:
    """Ids of what is not told to everybody, the oldest first."""
    rows = session.exec(
        select(EventNews.id).where(col(EventNews.done_at).is_(None)).order_by(col(EventNews.id)).limit(limit)
    )
    return tuple(each for each in rows if each is not None)
