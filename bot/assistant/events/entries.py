"""What a calendar entry says, in a form that any letter can carry and any medium can write down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.events.programme import Point
from store.kinds import EventState, Rsvp, Seat
from store.models import Event

UID_HOST = "whodoes"  # part of an id, not a place


class Method(StrEnum):
    """What a calendar is to do with an entry (RFC 5546 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Part(StrEnum):
    """Whether its reader comes (RFC 5545 3.2.12)."""

    OPEN = "NEEDS-ACTION"
    YES = "ACCEPTED"
    NO = "DECLINED"
    MAYBE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a calendar shows it."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    description: str
    url: str
    organiser: str  # an address; "" is the assistant's own
    cancelled: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An event on its way into one reader's calendar."""

    method: Method
    happening: Happening
    part: Part = Part.OPEN


def happening(event: Event, *, joining: bool = False, programme: Sequence[Point] = ()) -> Happening:
    """`joining`: for somebody who comes, who may have the link to join."""
    link = event.join_url if joining else ""
    told = [event.summary, "\n".join(map(str, programme)), f"Join at {link}" if link else "", event.url]
    return Happening(
        uid=uid_of(event),
        sequence=event.sequence,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        place=", ".join(part for part in (event.venue, event.town) if part),
        description="\n\n".join(each for each in told if each),
        url=link or event.url,
        organiser=event.organiser,
        cancelled=event.state is EventState.CANCELLED,
        changed_at=event.changed_at,
    )


def request(event: Event, part: Part = Part.OPEN, *, programme: Sequence[Point] = ()) -> CalendarEntry:
    return CalendarEntry(
        Method.REQUEST, happening(event, joining=part is Part.YES, programme=programme), part
    )


def cancellation(event: Event) -> CalendarEntry:
    return CalendarEntry(Method.CANCEL, happening(event))


def uid_of(event: Event) -> str:
    return f"{event.uid}@{UID_HOST}"


def part_of(rsvp: Rsvp, seat: Seat) -> Part:
    if seat is Seat.HELD:
        return Part.YES
    return {Rsvp.NO: Part.NO, Rsvp.MAYBE: Part.MAYBE}.get(rsvp, Part.OPEN)
