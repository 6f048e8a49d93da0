"""A time zone's rules as calendars have them (VTIMEZONE, RFC 5545 3.6.5), out of the zone data this machine has.

The `icalendar` library makes them too, but tells the spring change by the clock after it, an hour late, and lists years
where it could say a rule, which some calendars do not read.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard

_STEP = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SINCE = (
    2010  # a year or more before the first event; and some programs judge a zone by years that are long gone
)
_LOOKED_AHEAD = 4  # years after the last event: what holds as long is taken for a rule


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the clocks do at a change."""

    before: timedelta
    after: timedelta
    name: str
    summer: bool


@lru_cache(maxsize=256)
def rules_of(zone: str, first_year: int, last_year: int) -> Timezone:
    """All that a calendar must know to place events of these years. Not to be changed: it is shared."""
    there = ZoneInfo(zone)
    end = last_year + _LOOKED_AHEAD
    known: dict[_Kind, list[datetime]] = {}
    for at in _changes(there, _new_year(min(first_year - 1, _SINCE)), _new_year(end + 1)):
        kind = _kind(there, at)
        known.setdefault(kind, []).append((at + kind.before).replace(tzinfo=None))
    told = [
        each
        for kind, walls in known.items()
        for each in _observances(kind, walls, first_year=first_year - 1, last_year=end)
    ]
    if not any(wall.year < first_year for wall, _ in told):
        told.append(_as_it_was(there, _new_year(first_year - 1)))
    made = Timezone()
    made.add("tzid", zone)
    for _, each in sorted(told, key=lambda one: one[0]):
        made.add_component(each)
    return made


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def _changes(there: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """When its clocks are put forward or back: the instants, to the second."""
    at = begin
    while at < end:
        after = at + _STEP
        if _offset(there, at) != _offset(there, after):
            yield _between(there, at, after)
        at = after


def _between(there: ZoneInfo, before: datetime, after: datetime) -> datetime:
    was = _offset(there, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        before, after = (middle, after) if _offset(there, middle) == was else (before, middle)
    return after


def _offset(there: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(there).utcoffset() or timedelta()


def _kind(there: ZoneInfo, at: datetime) -> _Kind:
    local = at.astimezone(there)
    before = _offset(there, at - timedelta(seconds=1))
    return _Kind(before, _offset(there, at), local.tzname() or "", bool(local.dst()))


def _as_it_was(there: ZoneInfo, begin: datetime) -> tuple[datetime, Component]:
    """Of a zone that had no change for long: what holds since then."""
    now = _kind(there, begin)
    wall = (begin + now.after).replace(tzinfo=None)
    return wall, _observance(replace(now, before=now.after), wall)


def _observances(
    kind: _Kind, walls: Sequence[datetime], *, first_year: int, last_year: int
) -> Iterator[tuple[datetime, Component]]:
    """One with a rule; where there is none, one for each change, which is read by more programs than a list of dates."""
    if rule := _rule(walls, last_year=last_year):
        yield walls[0], _observance(kind, walls[0], rule)
        return
    for each in walls:
        if each.year >= first_year:
            yield each, _observance(kind, each)


def _observance(kind: _Kind, wall: datetime, rule: Mapping[str, Any] | None = None) -> Component:
    """`wall`: the change by the clock as it was before it (RFC 5545 3.6.5)."""
    made = TimezoneDaylight() if kind.summer else TimezoneStandard()
    made.add("dtstart", wall)
    if rule is not None:
        made.add("rrule", rule)
    made.add("tzoffsetfrom", kind.before)
    made.add("tzoffsetto", kind.after)
    made.add("tzname", kind.name)
    return made


def _rule(walls: Sequence[datetime], *, last_year: int) -> dict[str, Any] | None:
    """“The last Sunday of March, every year”; None where it is not as regular as that, or ended."""
    years = [each.year for each in walls]
    if years != list(range(years[0], last_year + 1)):
        return None
    if len({(each.month, each.weekday(), each.time()) for each in walls}) > 1:
        return None
    month, weekday = walls[0].month, _WEEKDAYS[walls[0].weekday()]
    if all(each.day + 7 > monthrange(each.year, each.month)[1] for each in walls):
        return {"freq": "yearly", "bymonth": month, "byday": f"-1{weekday}"}
    counted = {(each.day - 1) // 7 + 1 for each in walls}
    if len(counted) == 1:
        return {"freq": "yearly", "bymonth": month, "byday": f"{counted.pop()}{weekday}"}
    return None
