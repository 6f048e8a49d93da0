"""Events are put in, announced, changed and cancelled by staff; what others must hear of it is noted here, and told by the tick."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.attending import pass_on
from bot.assistant.events.wording import short_day, times
from bot.assistant.rights import Action, allowed
from store.events.guests import invite
from store.events.inviting import audience_of, invited
from store.events.news import note, supersede
from store.events.seats import hold, taken
from store.events.slots import NoReminder, schedule_of
from store.keys import storable
from store.kinds import EventKind, EventNewsKind, EventState
from store.models import AuditEntry, Event

STAFF_ONLY = Told(False, "Only the staff can do that.")
NO_EVENT = Told(False, "There is no such event.")
LONGEST = timedelta(days=30)
MOST_SEATS = 100_000
TEXTS = {
    "title": 300,
    "venue": 300,
    "town": 120,
    "url": 500,
    "join_url": 500,
    "organiser": 320,
    "summary": 20_000,
}
FIELDS = frozenset({
    *TEXTS, "kind", "starts_at", "ends_at", "zone", "capacity", "registration_from", "registration_until",
    "reminders", "audience", "thanks",
})  # fmt: skip
IN_CALENDARS = ("title", "starts_at", "ends_at", "zone", "venue", "town", "join_url", "summary", "url")
WORTH_TELLING = ("starts_at", "ends_at", "zone", "venue", "town")


class Unfit(ValueError):
    """What an event cannot be, in words for whoever wrote it."""


def plan(session: Session, fields: Mapping[str, Any], act: Act) -> Told:
    """Put an event in; nobody sees it before it is announced. `fields` are the event's own names, parsed."""
    if not allowed(session, act, Action.PLAN_EVENT):
        return STAFF_ONLY
    try:
        event = event_of(fields, zone=act.house.rules.zone, now=act.now)
    except Unfit as problem:
        return Told(False, str(problem))
    session.add(event)
    session.flush()
    _audit(session, event, act, "event.planned", {})
    return Told(True, f"{event.title}, {times(event)}, is planned. Announce it when it is ready.", event.id)


def event_of(fields: Mapping[str, Any], *, zone: str, now: datetime) -> Event:
    """A planned event that is not stored yet. Raises Unfit."""
    event = Event(
        title="", kind=EventKind.NETWORKING, state=EventState.PLANNED, starts_at=now, ends_at=now, zone=zone
    )
    _put(event, {"ends_at": _usual_end(fields), **fields})
    return event


def announce(session: Session, event_id: int, act: Act) -> Told:
    """From now on it is found and answered, and its audience is invited. Announced again: whoever joined since is."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    event = hold(session, event_id)
    if event is None:
        return NO_EVENT
    if event.state is EventState.CANCELLED:
        return Told(False, f"{event.title} is cancelled. Put a new one in.", event_id)
    if act.now >= event.starts_at:
        return Told(False, f"{event.title} began on {short_day(event)} already.", event_id)
    event.state = EventState.OPEN
    session.add(event)
    people = invite(session, event, invited(session, audience_of(event.audience), now=act.now), now=act.now)
    if people:
        note(session, event, EventNewsKind.INVITATION, now=act.now)
    _audit(session, event, act, "event.announced", {"invited": len(people)})
    return Told(True, f"{event.title} is announced; {_people(len(people))} invited.", event_id)


def change(session: Session, event_id: int, fields: Mapping[str, Any], act: Act) -> Told:
    """Change what is named in `fields`. Whoever is concerned hears of a new time or place, once it is settled."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    event = hold(session, event_id)
    if event is None:
        return NO_EVENT
    if event.state is EventState.CANCELLED:
        return Told(False, f"{event.title} is cancelled, and stays so. Put a new one in.", event_id)
    before = {name: getattr(event, name) for name in FIELDS}
    was = f"{times(event)}{_at(event)}"
    try:
        _put(event, _moved_end(event, fields))
    except Unfit as problem:
        session.expire(event)  # a refresh would write down first what it cannot be
        return Told(False, str(problem), event_id)
    changed = sorted(name for name in FIELDS if getattr(event, name) != before[name])
    if not changed:
        return Told(True, f"{event.title} is like that already.", event_id)
    told = _follow_up(session, event, changed, was, act)
    _audit(session, event, act, "event.changed", {"fields": changed})
    return Told(True, told, event_id)


def cancel(session: Session, event_id: int, reason: str, act: Act) -> Told:
    """For good: calendars are told, seats and offers end with it. Safe to repeat."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    event = hold(session, event_id)
    if event is None:
        return NO_EVENT
    if event.state is EventState.CANCELLED:
        return Told(True, f"{event.title} is cancelled already.", event_id)
    if act.now >= event.ends_at:
        return Told(False, f"{event.title} has taken place on {short_day(event)}.", event_id)
    known = event.state is EventState.OPEN
    event.state, event.cancelled_at, event.changed_at = EventState.CANCELLED, act.now, act.now
    event.sequence += 1
    session.add(event)
    if known:
        supersede(session, event, now=act.now)
        note(session, event, EventNewsKind.CANCELLED, words=storable(reason)[:2000], now=act.now)
    pass_on(session, event, act.house, now=act.now)
    _audit(session, event, act, "event.cancelled", {})
    return Told(True, f"{event.title} is cancelled. Everybody concerned is told.", event_id)


def _follow_up(session: Session, event: Event, changed: list[str], was: str, act: Act) -> str:
    event.changed_at = act.now
    session.add(event)
    told = f"{event.title} is changed."
    if not set(changed).isdisjoint(IN_CALENDARS):
        event.sequence += 1
    if event.state is EventState.OPEN:
        if not set(changed).isdisjoint(WORTH_TELLING):
            supersede(session, event, now=act.now, kinds=(EventNewsKind.MOVED,))
            note(session, event, EventNewsKind.MOVED, words=was, now=act.now)
            told += " Everybody concerned is told."
        pass_on(session, event, act.house, now=act.now)
    have = taken(session, event)
    if event.capacity is not None and have > event.capacity:
        told += f" {have} seats are taken, more than there are: nobody loses theirs, and no more are given."
    return told


def _put(event: Event, fields: Mapping[str, Any]) -> None:
    """Raises Unfit, before anything but the event in hand is touched."""
    unknown = set(fields) - FIELDS
    if unknown:
        raise Unfit(f"An event has no {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(event, name, _text(name, value) if name in TEXTS else value)
    if not event.title:
        raise Unfit("An event needs a title.")
    if event.zone not in available_timezones():
        raise Unfit(f"“{event.zone[:60]}” is not a time zone; they look like Europe/London.")
    if event.ends_at <= event.starts_at:
        raise Unfit("It would end before it starts.")
    if event.ends_at - event.starts_at > LONGEST:
        raise Unfit(f"It would last longer than {LONGEST.days} days.")
    if event.capacity is not None and not 0 <= event.capacity <= MOST_SEATS:
        raise Unfit(f"Seats are a number from 0 to {MOST_SEATS:,}, or none for no limit.")
    opens, closes = event.registration_from, event.registration_until
    if opens is not None and closes is not None and closes <= opens:
        raise Unfit("Registration would close before it opens.")
    try:
        schedule_of(event.reminders)
    except NoReminder as problem:
        raise Unfit(str(problem)) from None


def _text(name: str, value: Any) -> str:
    text = storable(str(value)).strip()
    text = text if name == "summary" else " ".join(text.split())
    if len(text) > TEXTS[name]:
        raise Unfit(
            f"The {name.replace('_', ' ')} is {len(text):,} characters long; {TEXTS[name]:,} is the most."
        )
    return text


def _usual_end(fields: Mapping[str, Any]) -> datetime | None:
    starts = fields.get("starts_at")
    return starts + timedelta(hours=2) if isinstance(starts, datetime) else None


def _moved_end(event: Event, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event that only starts at another time lasts as long as before."""
    if "starts_at" in fields and "ends_at" not in fields:
        return {**fields, "ends_at": fields["starts_at"] + (event.ends_at - event.starts_at)}
    return fields


def _at(event: Event) -> str:
    where = ", ".join(part for part in (event.venue, event.town) if part)
    return f", {where}" if where else ""


def _people(number: int) -> str:
    return f"{number:,} {'person is' if number == 1 else 'people are'}" if number else "nobody is"


def _audit(session: Session, event: Event, act: Act, action: str, details: dict[str, Any]) -> None:
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action=action, subject=f"event:{event.id}", details=details)
    )
    session.flush()
