"""Events as calendars have them (iCalendar, RFC 5545; invitations RFC 5546): entries for one reader, and feeds.

An entry has the same UID for ever and a SEQUENCE that rises with every change its reader's calendar must follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from bot.assistant.events.entries import CalendarEntry, Happening, Method, Part

PRODUCT = "-//whodoes//EN"
REFRESH = timedelta(hours=6)  # how often a calendar should look at a feed again
_AROUND = timedelta(days=370)  # of a zone's rules, what an event needs


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
    calendar.add("name", vText(name))  # RFC 7986 5.1
    calendar.add("x-wr-calname", vText(name))  # what programs had before it
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
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
    zone = ZoneInfo(told.zone)
    made = Entry()
    made.add("uid", told.uid)
    made.add("dtstamp", now)
    made.add("sequence", told.sequence)
    made.add("dtstart", told.starts_at.astimezone(zone))
    made.add("dtend", told.ends_at.astimezone(zone))
    made.add("summary", told.title)
    for name, value in (("location", told.place), ("description", told.description), ("url", told.url)):
        if value:
            made.add(name, value)
    if told.changed_at is not None:
        made.add("last-modified", told.changed_at)
    made.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    made.add("organizer", _address(Mailbox(told.organiser or organiser.address, organiser.name)))
    return made


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
    """With the rules of each zone it names: two years around the events, not seventy."""
    days = [each.starts_at.date() for each in happenings] or [date(2026, 1, 1)]
    calendar.add_missing_timezones(first_date=min(days) - _AROUND, last_date=max(days) + _AROUND)
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")
