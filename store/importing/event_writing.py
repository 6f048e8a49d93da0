"""Writes planned events, each with its programme and sponsors, and series of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import Session, col

from store.events.sponsors import organisation_called, sponsors_of
from store.importing.event_rows import Point, Sponsor
from store.importing.plan import EventWork
from store.models import Event, EventSeries, ProgrammeItem, Sponsorship

_PATTERN = ("kind", "venue", "town", "join_url", "summary", "url", "organiser", "capacity")


def write_events(session: Session, works: Sequence[EventWork], *, now: datetime) -> None:
    for work in works:
        values = {column: value for column, value in work.values.items() if column != "rule"}
        if work.values.get("rule"):
            session.add(_series(values, work.values["rule"], now=now))
            continue
        programme, sponsors = values.pop("programme", None), values.pop("sponsors", None)
        event = _event(session, work.key, values)
        if programme is not None:
            _put_programme(session, event, programme)
        if sponsors is not None:
            _put_sponsors(session, event, sponsors)
    session.flush()


def _event(session: Session, key: int, values: dict[str, Any]) -> Event:
    event = session.get(Event, key) if key > 0 else Event(**values)
    assert event is not None  # noqa: S101 - narrows the type: the plan was made in this transaction
    for column, value in values.items():
        setattr(event, column, value)
    session.add(event)
    session.flush()
    return event


def _put_programme(session: Session, event: Event, points: Sequence[Point]) -> None:
    """The whole of it, in place of what was there."""
    session.execute(delete(ProgrammeItem).where(col(ProgrammeItem.event_id) == event.id))
    for position, (starts_at, title, speaker, organisation) in enumerate(points, 1):
        session.add(
            ProgrammeItem(
                event_id=event.id or 0, position=position, starts_at=starts_at, title=title, speaker=speaker,
                organisation=organisation,
            )
        )  # fmt: skip


def _put_sponsors(session: Session, event: Event, sponsors: Sequence[Sponsor]) -> None:
    """What was kept of the promises stays noted."""
    there = {each.name.casefold(): each for each in sponsors_of(session, event.id or 0)}
    for name, level, promised in sponsors:
        row = there.get(name.casefold()) or Sponsorship(
            event_id=event.id or 0, name=name, organisation_id=organisation_called(session, name)
        )
        row.level, row.promised = level, list(promised)
        session.add(row)


def _series(values: dict[str, Any], rule: str, *, now: datetime) -> EventSeries:
    """The tick puts its events in."""
    first = values["starts_at"].astimezone(ZoneInfo(values["zone"])).replace(tzinfo=None)
    pattern = {name: values[name] for name in _PATTERN if name in values}
    if "kind" in pattern:
        pattern["kind"] = pattern["kind"].value
    return EventSeries(
        title=values["title"], rule=rule, zone=values["zone"], first_local=first.isoformat(timespec="minutes"),
        minutes=round((values["ends_at"] - values["starts_at"]).total_seconds() / 60), made_at=now, pattern=pattern,
    )  # fmt: skip
