"""Events as calendars have them (iCalendar, RFC 5545; invitations RFC 5546): entries for one reader, and feeds.

An entry has the same UID for ever and a SEQUENCE that rises with every change its reader's calendar must follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from store.kinds import EventState, Rsvp, Seat
from store.models import Attendance, Event

PRODUCT = "-//whodoes//EN"
UID_HOST = "whodoes"  # part of an id, not a place
REFRESH = timedelta(hours=6)  # how often a calendar should look at a feed again
_AROUND = timedelta(days=370)  # of a zone's rules, what an event needs


class Method(StrEnum):
    """What a calendar is to do with an entry (RFC 5546 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whose calendar it is for, and what they have said."""

    address: str
    name: str
    rsvp: Rsvp
    seat: Seat


@dataclass(frozen=True, slots=True)
class Organiser:
    address: str
    name: str


def uid(event: Event) -> str:
    return f"{event.uid}@{UID_HOST}"


def entry(event: Event, organiser: Organiser, to: Invitee | None, *, method: Method, now: datetime) -> str:
    """One event for one calendar, with CRLF line ends; `to` None: for nobody in particular."""
    calendar = _calendar(method)
    calendar.add_component(_entry(event, organiser, to, now=now))
    return _written(calendar, [event])


def feed(
    events: Iterable[Event],
    organiser: Organiser,
    *,
    name: str,
    now: datetime,
    coming: frozenset[int] = frozenset(),
) -> str:
    """A calendar to subscribe to. `coming`: events whose reader comes, and may have the link to join."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("name", vText(name))  # RFC 7986 5.1
    calendar.add("x-wr-calname", vText(name))  # what programs had before it
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    listed = list(events)
    for event in listed:
        calendar.add_component(_entry(event, organiser, None, now=now, joining=event.id in coming))
    return _written(calendar, listed)


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def _entry(
    event: Event, organiser: Organiser, to: Invitee | None, *, now: datetime, joining: bool = False
) -> Entry:
    zone = ZoneInfo(event.zone)
    made = Entry()
    made.add("uid", uid(event))
    made.add("dtstamp", now)
    made.add("sequence", event.sequence)
    made.add("dtstart", event.starts_at.astimezone(zone))
    made.add("dtend", event.ends_at.astimezone(zone))
    made.add("summary", event.title)
    if place := ", ".join(part for part in (event.venue, event.town) if part):
        made.add("location", place)
    joining = joining or (to is not None and to.seat is Seat.HELD)
    link = event.join_url if joining and event.join_url else event.url
    told = [event.summary, f"Join at {event.join_url}" if joining and event.join_url else "", event.url]
    if description := "\n\n".join(each for each in told if each):
        made.add("description", description)
    if link:
        made.add("url", link)
    if event.changed_at is not None:
        made.add("last-modified", event.changed_at)
    made.add("status", "CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED")
    made.add("organizer", _address(organiser.address, organiser.name))
    if to is not None:
        made.add("attendee", _attendee(to))
    return made


def _attendee(to: Invitee) -> vCalAddress:
    attendee = _address(to.address, to.name)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = _participation(to)
    attendee.params["RSVP"] = "TRUE"
    return attendee


def _participation(to: Invitee) -> str:
    if to.seat is Seat.HELD:
        return "ACCEPTED"
    match to.rsvp:
        case Rsvp.NO:
            return "DECLINED"
        case Rsvp.MAYBE:
            return "TENTATIVE"
        case _:
            return "NEEDS-ACTION"


def _address(address: str, name: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{''.join(address.split())}")
    if name:
        # Quotes and controls have no place in a parameter (RFC 5545 3.2), and RFC 6868's way out is little known.
        made.params["CN"] = " ".join(
            "".join(c if c.isprintable() and c not in '"^' else " " for c in name).split()
        )
    return made


def _written(calendar: Calendar, events: list[Event]) -> str:
    """With the rules of each zone it names: two years around the events, not seventy."""
    days = [each.starts_at.date() for each in events] or [date(2026, 1, 1)]
    calendar.add_missing_timezones(first_date=min(days) - _AROUND, last_date=max(days) + _AROUND)
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def invitee(guest: Attendance, address: str, name: str) -> Invitee:
    return Invitee(address, name, guest.rsvp, guest.seat)
