"""Programmes of events: what is on when, and who speaks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from store.models import Event, ProgrammeItem


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a programme. `clock` is on the wall where it takes place: "18:00", or "" where none is said."""

    clock: str
    title: str
    speaker: str
    organisation: str

    def __str__(self) -> str:
        who = ", ".join(part for part in (self.speaker, self.organisation) if part)
        told = f"{self.clock} {self.title}".strip()
        return f"{told} ({who})" if who else told


def programme_of(session: Session, event: Event) -> tuple[Point, ...]:
    """In the order of their times, then as they were put in."""
    return programmes(session, (event.id or 0,)).get(event.id or 0, ())


def programmes(session: Session, event_ids: Collection[int]) -> dict[int, tuple[Point, ...]]:
    rows = session.execute(
        select(ProgrammeItem, Event.zone)
        .join(Event, col(Event.id) == col(ProgrammeItem.event_id))
        .where(col(ProgrammeItem.event_id).in_(event_ids))
    )
    found: defaultdict[int, list[tuple[ProgrammeItem, str]]] = defaultdict(list)
    for item, zone in rows:
        found[item.event_id].append((item, zone))
    return {
        event_id: tuple(_point(item, zone) for item, zone in sorted(items, key=lambda each: order(each[0])))
        for event_id, items in found.items()
    }


def items_of(session: Session, event_id: int) -> list[ProgrammeItem]:
    rows = session.exec(select(ProgrammeItem).where(ProgrammeItem.event_id == event_id))
    return sorted(rows, key=order)


def order(item: ProgrammeItem) -> tuple[bool, float, int]:
    at: datetime | None = item.starts_at
    return at is None, at.timestamp() if at else 0.0, item.position


def _point(item: ProgrammeItem, zone: str) -> Point:
    clock = f"{item.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" if item.starts_at else ""
    return Point(clock, item.title, item.speaker, item.organisation)
