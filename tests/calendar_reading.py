"""Calendars as others read them: strictly by RFC 5545, line for line, and by a library that had no part in writing them.

The second library is given the file's own rules of a time zone alone: each zone is renamed before it reads, so that nothing
it knows of the world can make good what the file says wrong.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import vobject

MOST_OCTETS = 75  # of a line, its end left out (RFC 5545 3.1)
_LINE = re.compile(r'(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)')
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")  # RFC 5545 3.3.11
_TEXTS = frozenset({"SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT"})
_ZONE = re.compile(r"TZID[=:]([^;:\n]+)")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, its instants reckoned in UTC by the rules that stand in the file."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    wall: str  # "20271031T173000"
    zone: str
    status: str


def entries(text: str) -> list[Entry]:
    calendar = read(text)
    return [_entry(each) for each in calendar.contents.get("vevent", ())]


def read(text: str) -> Any:
    """The calendar in the second library's form."""
    unfolded = re.sub(r"\r\n[ \t]", "", text).replace("\r\n", "\n")
    for zone in sorted(set(_ZONE.findall(unfolded)), key=len, reverse=True):
        own = f"rules {next(_numbers)} {zone}"
        unfolded = re.sub(rf"(?<=TZID[=:]){re.escape(zone)}(?=[;:\n])", own, unfolded)
    return vobject.readOne(unfolded)


def _entry(event: Any) -> Entry:
    starts, ends = event.dtstart.value, event.dtend.value
    assert starts.tzinfo is not None, "its zone has no rules in the file"
    [zone] = event.dtstart.params.get("X-VOBJ-ORIGINAL-TZID", ["UTC"])
    return Entry(
        event.uid.value, int(event.sequence.value), event.summary.value, starts.astimezone(UTC), ends.astimezone(UTC),
        f"{starts:%Y%m%dT%H%M%S}", zone.rpartition(" ")[2], event.status.value,
    )  # fmt: skip


def faults(text: str) -> list[str]:
    """What a strict reader finds wrong with it, in words; nothing is the hope."""
    return [*_of_lines(text), *_of_components(text)]


def _of_lines(text: str) -> Iterator[str]:
    if not text.endswith("END:VCALENDAR\r\n"):
        yield "the end is missing"
    if re.search(r"(?<!\r)\n|\r(?!\n)", text):
        yield "a line ends otherwise than with CRLF"
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        yield "a control character"
    yield from (f"too long: {line}" for line in text.split("\r\n") if len(line.encode()) > MOST_OCTETS)
    for line in _unfolded(text):
        found = _LINE.fullmatch(line)
        if found is None:
            yield f"no content line: {line}"
        elif found["name"] in _TEXTS and not _TEXT.fullmatch(found["value"]):
            yield f"not escaped: {line}"


def _of_components(text: str) -> Iterator[str]:
    lines = _unfolded(text)
    method = next((line[7:] for line in lines if line.startswith("METHOD:")), "")
    if lines[:1] != ["BEGIN:VCALENDAR"] or lines.count("VERSION:2.0") != 1:
        yield "no calendar of version 2.0"
    named = set(re.findall(r"^(?:DTSTART|DTEND)[^:]*;TZID=([^;:]+)", "\n".join(lines), re.MULTILINE))
    zones = list(_components(lines, "VTIMEZONE"))
    told = [line[5:] for zone in zones for line in zone if line.startswith("TZID:")]
    if not named <= set(told) or len(told) != len(set(told)):
        yield f"zones {named}, but rules for {told}"
    for zone in zones:
        yield from _of_zone(zone)
    for event in _components(lines, "VEVENT"):
        yield from _of_event(event, method)


def _of_zone(lines: list[str]) -> Iterator[str]:
    parts = [*_components(lines, "STANDARD"), *_components(lines, "DAYLIGHT")]
    if not parts:
        yield "a zone without rules"
    for part in parts:
        names = Counter(re.split("[;:]", line)[0] for line in part)
        if any(names[each] != 1 for each in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")):
            yield f"a rule of a zone is not whole: {part}"


def _of_event(lines: list[str], method: str) -> Iterator[str]:
    names = Counter(re.split("[;:]", line)[0] for line in lines)
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "ORGANIZER"):
        if names[name] != 1:
            yield f"{names[name]} × {name}"
    for name in ("LOCATION", "DESCRIPTION", "URL", "STATUS", "LAST-MODIFIED"):
        if names[name] > 1:
            yield f"{names[name]} × {name}"
    if not any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in lines):
        yield "its stamp is not UTC"  # RFC 5545 3.8.7.2
    wanted = {"PUBLISH": 0}.get(method, 1)  # RFC 5546 3.2.1, 3.2.2
    if names["ATTENDEE"] != wanted:
        yield f"{names['ATTENDEE']} attendees, with METHOD:{method}"


def _components(lines: list[str], name: str) -> Iterator[list[str]]:
    inside: list[str] | None = None
    for line in lines:
        if line == f"BEGIN:{name}":
            inside = []
        elif line == f"END:{name}" and inside is not None:
            yield inside
            inside = None
        elif inside is not None:
            inside.append(line)


def _unfolded(text: str) -> list[str]:
    return re.sub(r"\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")
