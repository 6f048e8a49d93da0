"""One row of a table of events, read: its times by the wall clock of its zone, its programme, its sponsors."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.events.series import NoRule, rule_of, walls
from store.events.walls import placed
from store.importing.cells import Cells
from store.importing.dates import moment_of, time_of
from store.importing.refusal import Unreadable
from store.importing.table import Value
from store.importing.text import line_of
from store.importing.values import addresses_of, event_kind_of, website_of
from store.kinds import EventState

HOME_ZONE = "Europe/London"
LONGEST = timedelta(days=30)
MOST_SEATS = 100_000
MOST_POINTS = 200
LIMITS = {"title": 300, "venue": 300, "town": 120, "url": 500, "join_url": 500}
_POINT = re.compile(
    r"(?:(?P<clock>\d{1,2}[:.]\d{2}(?:\s*[ap]m)?|\d{1,2}\s*[ap]m)[\s,–-]+)?(?P<title>.+)", re.IGNORECASE
)
_LEVEL = re.compile(r"(?P<name>.+?)\s*\((?P<level>[^()]{1,60})\)")
_ZONES = {"gmt": HOME_ZONE, "bst": HOME_ZONE, "uk": HOME_ZONE, "london": HOME_ZONE}
_STATES = {
    **dict.fromkeys(("planned", "draft", "hidden", "unpublished", "no"), EventState.PLANNED),
    **dict.fromkeys(("open", "announced", "published", "public", "live", "yes"), EventState.OPEN),
    **dict.fromkeys(("cancelled", "canceled", "called off"), EventState.CANCELLED),
}
_NO_LIMIT = frozenset({"unlimited", "no limit", "none", "any", "n/a", "-", "∞"})

Point: TypeAlias = tuple[datetime | None, str, str, str]  # when, title, speaker, organisation
Sponsor: TypeAlias = tuple[str, str, tuple[str, ...]]  # name, level, what was promised


def read_event(cells: Cells) -> dict[str, Any]:
    """What the row fills. Raises Unreadable where it cannot be an event."""
    title = line_of(cells.raw("title"))
    if not title:
        raise Unreadable("there is no title")
    if len(title) > LIMITS["title"]:
        raise Unreadable(f"the title is {len(title):,} characters long; {LIMITS['title']} is the most")
    zone = _zone(cells)
    start = cells.raw("starts_at") if "starts_at" in cells else cells.raw("date")
    if start is None:
        raise Unreadable("it says not when it starts")
    starts_at, day = _instant(start, cells.raw("start_time"), zone, None)
    given: dict[str, Any] = {
        "title": title,
        "kind": cells.typed("kind", event_kind_of),
        "state": cells.typed("state", _state_of),
        "starts_at": starts_at,
        "ends_at": _end(cells, zone, day),
        "zone": zone if "zone" in cells else "",
        "venue": cells.line("venue", limit=LIMITS["venue"]),
        "town": cells.line("town", limit=LIMITS["town"]),
        "join_url": cells.typed("join_url", website_of),
        "summary": cells.text("summary", limit=20_000),
        "url": cells.typed("url", website_of),
        "organiser": cells.typed("organiser", _one_address),
        "capacity": _seats(cells),
        "registration_from": _moment(cells, "registration_from", zone, time(0)),
        "registration_until": _moment(cells, "registration_until", zone, time(23, 59)),
        "programme": _programme(cells, zone, day),
        "sponsors": _sponsors(cells),
        "uid": _uid(cells),
        "rule": _rule(cells, starts_at, zone),
    }
    given = {column: value for column, value in given.items() if value not in (None, "", ())}
    _check(given)
    return given


def _check(given: dict[str, Any]) -> None:
    starts, ends = given["starts_at"], given.get("ends_at")
    if ends is not None and ends <= starts:
        raise Unreadable("it ends before it starts" if ends < starts else "it ends when it starts")
    if ends is not None and ends - starts > LONGEST:
        raise Unreadable(f"it would last longer than {LONGEST.days} days")
    opens, closes = given.get("registration_from"), given.get("registration_until")
    if opens is not None and closes is not None and closes <= opens:
        raise Unreadable("registration closes before it opens")


def _zone(cells: Cells) -> str:
    name = line_of(cells.raw("zone")) or HOME_ZONE
    name = _ZONES.get(name.lower(), name)
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


def _moment(cells: Cells, field: str, zone: str, otherwise: time) -> datetime | None:
    if field not in cells:
        return None
    try:
        return _instant(cells.raw(field), None, zone, otherwise)[0]
    except Unreadable as problem:
        raise Unreadable(f"{field.replace('_', ' ')}: {problem}") from None


def _instant(cell: Value, clock: Value, zone: str, otherwise: time | None) -> tuple[datetime, date]:
    """The UTC instant of a local day and time, and the local day. A date alone starts at 9 unless told otherwise."""
    day, at, whole = moment_of(cell)
    if whole is not None:
        return whole.astimezone(UTC), day
    if clock is not None:
        at = time_of(clock)
    return placed(datetime.combine(day, at or otherwise or time(9)), zone), day


def _state_of(cell: Value) -> EventState:
    text = line_of(cell)
    state = _STATES.get(text.casefold())
    if state is None:
        raise Unreadable(f"“{text[:60]}” is neither planned nor open")
    return state


def _one_address(cell: Value) -> str:
    return addresses_of(cell)[0]


def _seats(cells: Cells) -> int | None:
    """Raises Unreadable: an event without the limit it should have would take in too many."""
    text = line_of(cells.raw("capacity")).casefold()
    if not text or text in _NO_LIMIT:
        return None
    digits = re.sub(r"\.0$", "", text.replace(",", ""))
    digits = re.sub(r"\s*(?:seats?|places?|people|pax)$", "", digits)
    if not digits.isdecimal() or int(digits[:12]) > MOST_SEATS:
        raise Unreadable(f"capacity: “{text[:60]}” is not a number of seats from 0 to {MOST_SEATS:,}")
    return int(digits)


def _programme(cells: Cells, zone: str, day: date) -> tuple[Point, ...]:
    """ "18:00 Scale-up | Ina Holm | Oriel; 19:00 Drinks": a point each."""
    points: list[Point] = []
    for item in cells.items("programme")[:MOST_POINTS]:
        parts = [" ".join(part.split()) for part in item.split("|")]
        found = _POINT.fullmatch(parts[0])
        if found is None or len(parts) > 3:
            raise Unreadable(f"programme: write “{item[:60]}” as “18:00 Title | Speaker | Organisation”")
        starts = None
        if found["clock"]:
            try:
                starts = placed(datetime.combine(day, time_of(found["clock"])), zone)
            except Unreadable as problem:
                raise Unreadable(f"programme: {problem}") from None
        speaker, organisation = (*parts[1:], "", "")[:2]
        points.append((starts, found["title"][:300], speaker[:200], organisation[:200]))
    return tuple(points)


def _sponsors(cells: Cells) -> tuple[Sponsor, ...]:
    """ "Wharf Bank | gold | a stand | two tickets; Oriel (drinks)": name, level, what was promised."""
    found: list[Sponsor] = []
    for item in cells.items("sponsors"):
        name, *rest = [" ".join(part.split()) for part in item.split("|")]
        level, promised = (rest[0] if rest else ""), tuple(each[:300] for each in rest[1:] if each)
        if not rest and (leveled := _LEVEL.fullmatch(name)):
            name, level = leveled["name"], leveled["level"]
        if name:
            found.append((name[:300], level[:60], promised))
    return tuple(found)


def _uid(cells: Cells) -> str:
    """The event's own mark where it was kept before: by it, it is known again however it is called."""
    text = line_of(cells.raw("uid")).removesuffix("@whodoes")
    if len(text) > 60 or not all(letter.isalnum() or letter in "-_.:#/" for letter in text):
        cells.note("uid", f"“{text[:60]}” cannot be a mark; not taken")
        return ""
    return text


def _rule(cells: Cells, starts_at: datetime, zone: str) -> str:
    text = line_of(cells.raw("rule"))
    if not text:
        return ""
    first = starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    try:
        rule = rule_of(text)
        opening = next(walls(rule, first), None)
    except NoRule as problem:
        raise Unreadable(f"rule: {problem}".rstrip(".")) from None
    if opening != first:
        begins = f"; its first is {opening:%A} {opening.day} {opening:%B %Y}" if opening else ""
        raise Unreadable(f"rule: {first.day} {first:%B %Y} is not a day of it{begins}")
    return rule
