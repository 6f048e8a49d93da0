"""Staff put together an event's programme, a point at a time."""

import re
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY
from bot.assistant.rights import Action, allowed
from store.events.programme import items_of, programme_of
from store.events.seats import hold
from store.events.walls import instant_of
from store.importing.refusal import Unreadable
from store.keys import storable
from store.models import AuditEntry, Event, ProgrammeItem

MOST_POINTS = 200
FORM = "Write a point as “18:00 Title | Speaker | Organisation”."
_POINT = re.compile(
    r"(?:(?P<clock>\d{1,2}[:.]\d{2}(?:\s*[ap]m)?|\d{1,2}\s*[ap]m)\s+)?(?P<title>.+)", re.IGNORECASE
)


def add_point(session: Session, event_id: int, words: str, act: Act) -> Told:
    """`words`: "18:00 Title | Speaker | Organisation"; the same point again is not added twice."""
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    try:
        item = _read(words, event)
    except NoPoint as problem:
        return Told(False, str(problem), event_id)
    items = items_of(session, event_id)
    if any(
        (each.title, each.speaker, each.starts_at) == (item.title, item.speaker, item.starts_at)
        for each in items
    ):
        return Told(True, f"{item.title} is in the programme already.", event_id)
    if len(items) >= MOST_POINTS:
        return Told(False, f"A programme has at most {MOST_POINTS} points.", event_id)
    item.position = max((each.position for each in items), default=0) + 1
    session.add(item)
    _changed(session, event, act)
    return Told(True, listed(session, event), event_id)


def remove_point(session: Session, event_id: int, number: int, act: Act) -> Told:
    """`number` as the list shows it, from 1."""
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    items = items_of(session, event_id)
    if not 1 <= number <= len(items):
        return Told(False, f"The programme has no point {number}.", event_id)
    session.delete(items[number - 1])
    _changed(session, event, act)
    return Told(True, listed(session, event), event_id)


def write_programme(session: Session, event_id: int, text: str, act: Act) -> Told:
    """All of it, a point a line, in place of what is there. A line that stands there already keeps what it stands for.

    All lines can be read, or nothing changes.
    """
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    lines = [line for each in storable(text).splitlines() if (line := " ".join(each.split()))]
    if len(lines) > MOST_POINTS:
        return Told(False, f"A programme has at most {MOST_POINTS} points.", event_id)
    before: dict[str, list[ProgrammeItem]] = {}
    for each in items_of(session, event_id):
        before.setdefault(line_of(each, event.zone), []).append(each)
    written = []
    for number, line in enumerate(lines, start=1):
        try:
            written.append(before[line].pop(0) if before.get(line) else _read(line, event))
        except NoPoint as problem:
            return Told(False, f"Line {number}, “{line[:60]}”: {problem}", event_id)
    gone = [each for left in before.values() for each in left]
    if not gone and all(each.id for each in written) and _in_order(written):
        return Told(True, f"The programme of {event.title} is like that already.", event_id)
    for each in gone:
        session.delete(each)
    for number, each in enumerate(written, start=1):
        each.position = number
        session.add(each)
    _changed(session, event, act)
    return Told(True, listed(session, event), event_id)


def _in_order(items: list[ProgrammeItem]) -> bool:
    return all(first.position < second.position for first, second in pairwise(items))


def line_of(item: ProgrammeItem, zone: str) -> str:
    """As it is written: "18:00 Title | Speaker | Organisation"."""
    clock = f"{item.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" if item.starts_at else ""
    who = [item.speaker, item.organisation] if item.organisation else [item.speaker] if item.speaker else []
    return " ".join(" | ".join((f"{clock} {item.title}".strip(), *who)).split())


def show_programme(session: Session, event_id: int, act: Act) -> Told:
    event = _held(session, event_id, act)
    return event if isinstance(event, Told) else Told(True, listed(session, event), event_id)


class NoPoint(ValueError):
    """What is no point of a programme, in words for whoever wrote it."""


def _read(words: str, event: Event) -> ProgrammeItem:
    """ "18:00 Title | Speaker | Organisation", without a place among the others yet. Raises NoPoint."""
    parts = [" ".join(part.split()) for part in storable(words).split("|")]
    found = _POINT.fullmatch(parts[0])
    if found is None or len(parts) > 3:
        raise NoPoint(FORM)
    title, speaker, organisation = (found["title"], *parts[1:], "", "")[:3]
    if len(title) > 300 or max(len(speaker), len(organisation)) > 200:
        raise NoPoint("A title has at most 300 characters, a name 200.")
    day = event.starts_at.astimezone(ZoneInfo(event.zone)).date()
    try:
        starts = instant_of(found["clock"], event.zone, day=day) if found["clock"] else None
    except Unreadable as problem:
        raise NoPoint(f"{problem}.") from None
    return ProgrammeItem(
        event_id=event.id or 0, position=0, starts_at=starts, title=title, speaker=speaker, organisation=organisation
    )  # fmt: skip


def listed(session: Session, event: Event) -> str:
    points = programme_of(session, event)
    if not points:
        return f"{event.title} has no programme yet."
    lines = (f"{number}. {point}" for number, point in enumerate(points, start=1))
    return "\n".join((f"Programme of {event.title}:", *lines))


def _held(session: Session, event_id: int, act: Act) -> Event | Told:
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    return hold(session, event_id) or NO_EVENT


def _changed(session: Session, event: Event, act: Act) -> None:
    """Calendars show the programme, so their entry has a new number."""
    event.sequence += 1
    event.changed_at = act.now
    session.add(event)
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action="event.programme_changed", subject=f"event:{event.id}")
    )
    session.flush()
