"""Events as calendars have them (iCalendar, RFC 5545; invitations RFC 5546): entries for one reader, and feeds.

An entry has the same UID for ever and a SEQUENCE that rises with every change its reader's calendar must follow.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import category
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vDuration, vText
from icalendar import Event as Entry

from bot.assistant.events.entries import CalendarEntry, Happening, Method, Part
from bot.assistant.events.zones import rules_of

PRODUCT = "-//whodoes//EN"
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
REFRESH = timedelta(hours=6)  # how often a calendar should look at a feed again


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An organiser or a guest."""

    address: str
    name: str


def written(entry: CalendarEntry, organiser: Mailbox, to: Mailbox | None, *, now: datetime) -> str:
    """One event for one calendar, with CRLF line ends; `to` None: for nobody in particular."""
    calendar = _calendar(entry.method)
    made = _entry(entry.happening, organiser, now=now)
    if to is not None:
        made.add("attendee", _attendee(to, entry.part))
    calendar.add_component(made)
    return _as_text(calendar, [entry.happening])


def feed(happenings: Iterable[Happening], organiser: Mailbox, *, name: str, now: datetime) -> str:
    """A calendar to subscribe to."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("name", vText(_plain(name)))  # RFC 7986 5.1
    calendar.add("x-wr-calname", vText(_plain(name)))  # what programs had before it
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    listed = list(happenings)
    for each in listed:
        calendar.add_component(_entry(each, organiser, now=now))
    return _as_text(calendar, listed)


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def _entry(told: Happening, organiser: Mailbox, *, now: datetime) -> Entry:
    starts, ends = _placed(told)
    made = Entry()
    made.add("uid", told.uid)
    made.add("dtstamp", now)
    made.add("sequence", told.sequence)
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("summary", _plain(told.title))
    for name, value in (
        ("location", told.place),
        ("description", told.description),
        ("url", "".join(told.url.split())),
    ):
        if value := _plain(value):
            made.add(name, value)
    if told.changed_at is not None:
        made.add("last-modified", told.changed_at)
    made.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    made.add("organizer", _address(Mailbox(told.organiser or organiser.address, organiser.name)))
    return made


def _placed(told: Happening) -> tuple[datetime, datetime]:
    """By the wall clock; in UTC where that shows the hour a second time: a calendar takes it for the first (RFC 5545 3.3.5)."""
    zone = ZoneInfo(told.zone)
    starts, ends = told.starts_at.astimezone(zone), told.ends_at.astimezone(zone)
    return (told.starts_at, told.ends_at) if starts.fold or ends.fold else (starts, ends)


def _plain(text: str) -> str:
    """Without controls, which no calendar may hold (RFC 5545 3.1), and with one kind of line end."""
    lines = _LINE_END.sub("\n", text)
    return "".join(" " if c != "\n" and category(c) == "Cc" else c for c in lines).strip()


def _attendee(to: Mailbox, part: Part) -> vCalAddress:
    attendee = _address(to)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = part.value
    attendee.params["RSVP"] = "TRUE"
    return attendee


def _address(mailbox: Mailbox) -> vCalAddress:
    made = vCalAddress(f"mailto:{''.join(mailbox.address.split())}")
    # Quotes and controls have no place in a parameter (RFC 5545 3.2), and RFC 6868's way out is little known.
    kept = "".join(c if c.isprintable() and c not in '"^' else " " for c in mailbox.name)
    if name := " ".join(kept.split()):
        made.params["CN"] = name
    return made


def _as_text(calendar: Calendar, happenings: list[Happening]) -> str:
    """With the rules of each zone it names, as far as its events need them; they stand before what names them."""
    years: dict[str, list[int]] = {}
    for each in happenings:
        years.setdefault(each.zone, []).extend((each.starts_at.year, each.ends_at.year))
    rules = [rules_of(zone, min(those), max(those)) for zone, those in sorted(years.items())]
    calendar.subcomponents[:0] = rules
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")
