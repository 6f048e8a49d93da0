"""Plans a table of events: recognises the ones known already, and says what would become of each."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from store.importing.cells import Cells
from store.importing.event_rows import HOME_ZONE, read_event
from store.importing.events_now import COLUMNS, EventsNow, comparable, merged_sponsors
from store.importing.naming import name_key
from store.importing.plan import Change, EventWork, Fate, RowPlan, Work
from store.importing.refusal import Unreadable
from store.importing.showing import shown
from store.importing.table import Line, Table
from store.importing.text import line_of
from store.kinds import EventKind, EventState

_USUAL_LENGTH = timedelta(hours=2)
_NEW: dict[str, Any] = {
    "kind": EventKind.NETWORKING, "state": EventState.OPEN, "zone": HOME_ZONE, "venue": "", "town": "", "join_url": "",
    "summary": "", "url": "", "organiser": "", "capacity": None, "registration_from": None, "registration_until": None,
    "programme": (), "sponsors": (),
}  # fmt: skip
_NOT_OF_SERIES = ("programme", "sponsors", "registration_from", "registration_until", "state", "uid")


class EventPlanner:
    def __init__(self, session: Session, table: Table) -> None:
        self._table = table
        self._new_keys = count(-1, -1)
        self._now = EventsNow.of(session)
        self._values = self._now.values
        self._rows: dict[int, int] = {}
        self._touched: defaultdict[int, set[str]] = defaultdict(set)

    def row(self, line: Line) -> RowPlan:
        cells = Cells(self._table, line)
        title = line_of(cells.raw("title"))[:80]
        try:
            given = read_event(cells)
            return self._series(cells, given) if "rule" in given else self._planned(cells, given)
        except Unreadable as problem:
            return RowPlan(line.number, title, Fate.REJECTED, str(problem), notes=tuple(cells.notes))

    def work(self) -> tuple[Work, ...]:
        columns = (*COLUMNS, "uid", "rule")
        return tuple(
            EventWork(
                key,
                {
                    column: self._values[key][column]
                    for column in columns
                    if column in touched and column in self._values[key]
                },
            )
            for key, touched in self._touched.items()
            if touched
        )

    def _planned(self, cells: Cells, given: dict[str, Any]) -> RowPlan:
        key = self._known(given)
        if key is None:
            return self._new(cells, given)
        old = self._values[key]
        given.pop("uid", None)
        if "ends_at" not in given and given["starts_at"] != old["starts_at"]:
            given["ends_at"] = given["starts_at"] + (old["ends_at"] - old["starts_at"])
        if "sponsors" in given:
            given["sponsors"] = merged_sponsors(old["sponsors"], given["sponsors"])
        changed = {
            column: value for column, value in given.items() if value != comparable(column, old[column])
        }
        self._refuse(key, old, changed)
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
        merged, notes = self._rows.get(key), tuple(cells.notes)
        if merged is not None:
            reason = f"the same event as row {merged}"
            return RowPlan(cells.number, old["title"], Fate.MERGED, reason, changes, notes)
        self._rows[key] = cells.number
        fate = Fate.CHANGED if changes else Fate.UNCHANGED
        return RowPlan(cells.number, old["title"], fate, "", changes, notes)

    def _new(self, cells: Cells, given: dict[str, Any]) -> RowPlan:
        if given.get("state") is EventState.CANCELLED:
            raise Unreadable("it is cancelled, and was never here")
        values = {**_NEW, **given}
        if "ends_at" not in values:
            values["ends_at"] = values["starts_at"] + _USUAL_LENGTH
            cells.note("ends_at", "is not given; two hours were supposed")
        return self._added(cells, values)

    def _added(self, cells: Cells, values: dict[str, Any]) -> RowPlan:
        key = next(self._new_keys)
        self._values[key], self._rows[key], self._touched[key] = values, cells.number, set(values)
        if "uid" in values:
            self._now.by_uid[values["uid"]] = key
        return RowPlan(cells.number, values["title"], Fate.NEW, notes=tuple(cells.notes))

    def _series(self, cells: Cells, given: dict[str, Any]) -> RowPlan:
        """Its first event and a rule: the others are put in by themselves, and are planned, not announced."""
        for field in _NOT_OF_SERIES:
            if given.pop(field, None) is not None and field != "uid":
                cells.note(field, "is of one event, not of a series; not taken")
        zone = given.get("zone", HOME_ZONE)
        first = given["starts_at"].astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        mark = (name_key(given["title"]), zone, first.isoformat(timespec="minutes"))
        if (known := self._now.series.get(mark)) is not None:
            if known[1] != given["rule"]:
                raise Unreadable(
                    f"it is a series already, by another rule: whodoes events series change {known[0]}"
                )
            return RowPlan(cells.number, given["title"], Fate.UNCHANGED, notes=tuple(cells.notes))
        self._now.series[mark] = (0, given["rule"])
        given.setdefault("ends_at", given["starts_at"] + _USUAL_LENGTH)
        return self._added(cells, {**given, "zone": zone})

    def _refuse(self, key: int, old: dict[str, Any], changed: dict[str, Any]) -> None:
        """Raises Unreadable for what an event that people know of cannot become by a row of a table."""
        if old["state"] is EventState.CANCELLED and changed:
            raise Unreadable("it is cancelled, and stays so; give a new one another title or time")
        state = changed.get("state")
        if state is EventState.CANCELLED:
            raise Unreadable(f"people must hear why: whodoes events cancel {key}")
        if state is EventState.PLANNED:
            raise Unreadable(f"it is announced already; to call it off: whodoes events cancel {key}")
        seats, taken = changed.get("capacity"), self._now.taken.get(key, 0)
        if seats is not None and seats < taken:
            raise Unreadable(f"capacity: {taken:,} seats are taken, more than {seats:,}; nothing was changed")
        opens, closes = ({**old, **changed}[column] for column in ("registration_from", "registration_until"))
        if opens is not None and closes is not None and closes <= opens:
            raise Unreadable("registration would close before it opens")
        if {**old, **changed}["ends_at"] <= {**old, **changed}["starts_at"]:
            raise Unreadable("it ends before it starts")

    def _known(self, given: dict[str, Any]) -> int | None:
        """Its mark; the same title at the same time, or on the same day; or the same page on the web, if it has one only."""
        if (marked := self._now.by_uid.get(given.get("uid") or "-")) is not None:
            return marked
        same = [
            key
            for key, old in self._values.items()
            if "rule" not in self._touched[key] and name_key(old["title"]) == name_key(given["title"])
        ]
        same = [key for key in same if not self._marked_otherwise(key, given)]
        at = [key for key in same if self._values[key]["starts_at"] == given["starts_at"]]
        on = [key for key in same if self._values[key]["starts_at"].date() == given["starts_at"].date()]
        page = [key for key in same if given.get("url") and self._values[key]["url"] == given["url"]]
        for found in (at, on, page):
            if len(found) == 1 or (found and found is at):
                return min(found, key=lambda key: key in self._rows)
        return None

    def _marked_otherwise(self, key: int, given: dict[str, Any]) -> bool:
        """Two rows of one file with marks of their own are two events."""
        uid = self._values[key].get("uid", "")
        return key < 0 and bool(uid) and bool(given.get("uid")) and uid != given["uid"]


def _told(values: dict[str, Any], column: str) -> str:
    value = values[column]
    if isinstance(value, datetime):
        return local_time(value, values["zone"])
    if column == "programme":
        return "; ".join(point_text(each, values["zone"]) for each in value)
    if column == "sponsors":
        return "; ".join(map(sponsor_text, value))
    return shown(value)


def point_text(point: tuple[datetime | None, str, str, str], zone: str) -> str:
    """As `read_event` reads it."""
    starts, *words = point
    clock = f"{starts.astimezone(ZoneInfo(zone)):%H:%M} " if starts else ""
    return clock + " | ".join(words).rstrip(" |")


def sponsor_text(sponsor: tuple[str, str, tuple[str, ...]]) -> str:
    """As `read_event` reads it."""
    name, level, promised = sponsor
    return " | ".join((name, level, *promised)).rstrip(" |")


def local_time(instant: datetime, zone: str) -> str:
    """The wall clock of the zone; in the hour a clock change repeats, with its offset."""
    local = instant.astimezone(ZoneInfo(zone))
    plain = local.replace(tzinfo=None, fold=0)
    twice = plain.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC) != instant
    told = local if twice or plain.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) != instant else plain
    return told.isoformat(timespec="auto" if told.second or told.microsecond else "minutes")
