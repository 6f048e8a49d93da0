"""Plans a table of events: reads their local times, and recognises the ones known already."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, select

from store.importing.cells import Cells
from store.importing.dates import moment_of, time_of
from store.importing.naming import name_key
from store.importing.plan import Change, EventWork, Fate, RowPlan, Work
from store.importing.refusal import Unreadable
from store.importing.showing import shown
from store.importing.table import Line, Table, Value
from store.importing.text import clean, line_of, one_line
from store.importing.values import as_website, event_kind_of, website_of
from store.kinds import EventKind
from store.models import Event

HOME_ZONE = "Europe/London"
_USUAL_LENGTH = timedelta(hours=2)
_COMPARED = ("title", "kind", "starts_at", "ends_at", "zone", "venue", "town", "summary", "url")
_LIMITS = {"title": 300, "venue": 300, "town": 120, "url": 500}


class EventPlanner:
    def __init__(self, session: Session, table: Table) -> None:
        self._table = table
        self._new_keys = count(-1, -1)
        self._values: dict[int, dict[str, Any]] = {}
        self._rows: dict[int, int] = {}
        self._touched: defaultdict[int, set[str]] = defaultdict(set)
        for event in session.exec(select(Event)):
            self._values[event.id or 0] = {column: getattr(event, column) for column in _COMPARED}

    def row(self, line: Line) -> RowPlan:
        cells = Cells(self._table, line)
        title = line_of(cells.raw("title"))[:80]
        try:
            return self._planned(cells, _read(cells))
        except Unreadable as problem:
            return RowPlan(line.number, title, Fate.REJECTED, str(problem), notes=tuple(cells.notes))

    def work(self) -> tuple[Work, ...]:
        return tuple(
            EventWork(key, {column: self._values[key][column] for column in _COMPARED if column in touched})
            for key, touched in self._touched.items()
            if touched
        )

    def _planned(self, cells: Cells, given: dict[str, Any]) -> RowPlan:
        key = self._known(given)
        if key is None:
            return self._new(cells, given)
        old = self._values[key]
        if "ends_at" not in given and given["starts_at"] != old["starts_at"]:
            given["ends_at"] = given["starts_at"] + (old["ends_at"] - old["starts_at"])
        changed = {
            column: value for column, value in given.items() if value != _comparable(column, old[column])
        }
        if key in self._rows and (contrary := [column for column in changed if old[column]]):
            first = self._rows[key]
            raise Unreadable(
                f"is the same event as row {first}, but says otherwise about {', '.join(contrary)}; row {first} counts"
            )
        changes = tuple(
            Change(column.replace("_", " "), _told(old, column), _told({**old, **changed}, column))
            for column in changed
        )
        old.update(changed)
        self._touched[key] |= set(changed)
        if key in self._rows:
            return RowPlan(
                cells.number,
                old["title"],
                Fate.MERGED,
                f"the same event as row {self._rows[key]}",
                changes,
                tuple(cells.notes),
            )
        self._rows[key] = cells.number
        return RowPlan(
            cells.number,
            old["title"],
            Fate.CHANGED if changes else Fate.UNCHANGED,
            "",
            changes,
            tuple(cells.notes),
        )

    def _new(self, cells: Cells, given: dict[str, Any]) -> RowPlan:
        values = {
            "kind": EventKind.NETWORKING,
            "zone": HOME_ZONE,
            "venue": "",
            "town": "",
            "summary": "",
            "url": "",
            **given,
        }
        if "ends_at" not in values:
            values["ends_at"] = values["starts_at"] + _USUAL_LENGTH
            cells.note("ends_at", "is not given; two hours were supposed")
        key = next(self._new_keys)
        self._values[key], self._rows[key], self._touched[key] = values, cells.number, set(_COMPARED)
        return RowPlan(cells.number, values["title"], Fate.NEW, notes=tuple(cells.notes))

    def _known(self, given: dict[str, Any]) -> int | None:
        """The same title at the same time, or on the same day; or the same page on the web, if it has one only."""
        same = [
            key for key, old in self._values.items() if name_key(old["title"]) == name_key(given["title"])
        ]
        at = [key for key in same if self._values[key]["starts_at"] == given["starts_at"]]
        on = [key for key in same if self._values[key]["starts_at"].date() == given["starts_at"].date()]
        page = [key for key in same if given.get("url") and self._values[key]["url"] == given["url"]]
        for found in (at, on, page):
            if len(found) == 1 or (found and found is at):
                return min(found, key=lambda key: key in self._rows)
        return None


def _read(cells: Cells) -> dict[str, Any]:
    """What the row fills. Raises Unreadable when title or start are missing or make no sense."""
    title = line_of(cells.raw("title"))
    if not title:
        raise Unreadable("there is no title")
    if len(title) > _LIMITS["title"]:
        raise Unreadable(f"the title is {len(title):,} characters long; {_LIMITS['title']} is the most")
    zone = _zone(cells)
    start = cells.raw("starts_at") if "starts_at" in cells else cells.raw("date")
    if start is None:
        raise Unreadable("it says not when it starts")
    starts_at, day = _instant(start, cells.raw("start_time"), zone, None)
    given: dict[str, Any] = {
        "title": title,
        "kind": cells.typed("kind", event_kind_of),
        "starts_at": starts_at,
        "ends_at": _end(cells, zone, day),
        "zone": zone if "zone" in cells else "",
        "venue": cells.line("venue", limit=_LIMITS["venue"]),
        "town": cells.line("town", limit=_LIMITS["town"]),
        "summary": cells.text("summary", limit=20_000),
        "url": cells.typed("url", website_of),
    }
    if given["ends_at"] and given["ends_at"] < starts_at:
        raise Unreadable("it ends before it starts")
    return {column: value for column, value in given.items() if value}


def _zone(cells: Cells) -> str:
    name = line_of(cells.raw("zone")) or HOME_ZONE
    name = {
        "gmt": "Europe/London",
        "bst": "Europe/London",
        "uk": "Europe/London",
        "london": "Europe/London",
    }.get(name.lower(), name)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(f"“{name[:60]}” is not a time zone (they look like Europe/London)") from None


def _end(cells: Cells, zone: str, day: date) -> datetime | None:
    if "ends_at" in cells:
        end = cells.raw("ends_at")
        try:
            return _instant(day, time_of(end), zone, None)[0]  # "21:00": on the day it starts
        except Unreadable:
            return _instant(end, cells.raw("end_time"), zone, time(23, 59))[0]
    if "end_time" in cells:
        return _instant(day, cells.raw("end_time"), zone, None)[0]
    return None


def _instant(cell: Value, clock: Value, zone: str, otherwise: time | None) -> tuple[datetime, date]:
    """The UTC instant of a local day and time, and the local day. A date alone starts at 9 unless told otherwise."""
    day, at, whole = moment_of(cell)
    if whole is not None:
        return whole.astimezone(UTC), day
    if clock is not None:
        at = time_of(clock)
    local = datetime.combine(day, at or otherwise or time(9), ZoneInfo(zone))
    return local.astimezone(UTC), day


def _comparable(column: str, value: Any) -> Any:
    """The stored value as a row would give it."""
    if type(value) is not str:
        return value
    if column == "url":
        return as_website(value)
    return clean(value) if column == "summary" else one_line(value)


def _told(values: dict[str, Any], column: str) -> str:
    value = values[column]
    return local_time(value, values["zone"]) if isinstance(value, datetime) else shown(value)


def local_time(instant: datetime, zone: str) -> str:
    """The wall clock of the zone; in the hour a clock change repeats, with its offset."""
    local = instant.astimezone(ZoneInfo(zone))
    plain = local.replace(tzinfo=None, fold=0)
    told = local if plain.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) != instant else plain
    return told.isoformat(timespec="auto" if told.second or told.microsecond else "minutes")
