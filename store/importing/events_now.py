"""The events as they stand when an import begins: their own fields, programme, sponsors, and how many seats are taken."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from store.events.programme import order
from store.events.seats import TAKEN
from store.importing.event_rows import Point, Sponsor
from store.importing.naming import name_key
from store.importing.text import clean, one_line
from store.importing.values import as_website
from store.models import Attendance, Event, EventSeries, ProgrammeItem, Sponsorship

OWN = (
    "title", "kind", "state", "starts_at", "ends_at", "zone", "venue", "town", "join_url", "summary", "url",
    "organiser", "capacity", "registration_from", "registration_until",
)  # fmt: skip
COLUMNS = (*OWN, "programme", "sponsors")


@dataclass(frozen=True, slots=True)
class EventsNow:
    """`values` by id; `series` by title, zone and first day: their number and rule."""

    values: dict[int, dict[str, Any]]
    by_uid: dict[str, int]
    taken: dict[int, int]
    series: dict[tuple[str, str, str], tuple[int, str]]

    @classmethod
    def of(cls, session: Session) -> "EventsNow":
        points, sponsors = points_by_event(session), sponsors_by_event(session)
        values, by_uid = {}, {}
        for event in session.exec(select(Event)):
            key = event.id or 0
            values[key] = {
                **{column: getattr(event, column) for column in OWN},
                "programme": tuple(points.get(key, ())),
                "sponsors": tuple(sponsors.get(key, ())),
            }
            by_uid[event.uid] = key
        return cls(values, by_uid, _taken(session), _series(session))


def points_by_event(session: Session) -> dict[int, list[Point]]:
    found: defaultdict[int, list[Point]] = defaultdict(list)
    for item in sorted(session.exec(select(ProgrammeItem)), key=order):
        found[item.event_id].append((item.starts_at, item.title, item.speaker, item.organisation))
    return found


def sponsors_by_event(session: Session) -> dict[int, list[Sponsor]]:
    found: defaultdict[int, list[Sponsor]] = defaultdict(list)
    for each in session.exec(select(Sponsorship).order_by(col(Sponsorship.id))):
        found[each.event_id].append((each.name, each.level, tuple(each.promised)))
    return found


def merged_sponsors(old: Sequence[Sponsor], given: Sequence[Sponsor]) -> tuple[Sponsor, ...]:
    """Who is named gets the level and the promises that are named; nobody falls out, and no promise does."""
    merged = {name.casefold(): (name, level, promised) for name, level, promised in old}
    for name, level, promised in given:
        kept, was, before = merged.get(name.casefold(), (name, "", ()))
        merged[name.casefold()] = (kept, level or was, tuple(dict.fromkeys((*before, *promised))))
    return tuple(merged.values())


def comparable(column: str, value: Any) -> Any:
    """The stored value as a row would give it."""
    if column in {"url", "join_url"}:
        return as_website(value)
    if type(value) is not str:
        return value
    return clean(value) if column == "summary" else one_line(value)


def _taken(session: Session) -> dict[int, int]:
    found: defaultdict[int, int] = defaultdict(int)
    rows = session.exec(select(Attendance.event_id, Attendance.seats).where(col(Attendance.seat).in_(TAKEN)))
    for event_id, seats in rows:
        found[event_id] += seats
    return found


def _series(session: Session) -> dict[tuple[str, str, str], tuple[int, str]]:
    return {
        (name_key(each.title), each.zone, each.first_local): (each.id or 0, each.rule)
        for each in session.exec(select(EventSeries))
    }
