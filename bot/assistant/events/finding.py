"""Finds the events that an ask is about: of a kind, in a month or a span of days, somewhere."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from sqlmodel import Session

from bot.assistant.awards.telling import offers
from bot.assistant.events.spans import days_of
from bot.assistant.intents import EventsAsked
from bot.assistant.messages import Ask, Events
from store.directory import ComingEvent, coming_events
from store.kinds import EventKind
from store.search.words import plain

EVENTS_LOOKED_AT = 100
SAME_PLACE = 85  # of 100: how alike a place must be written


def events_asked(session: Session, ask: Ask, asked: EventsAsked, *, now: datetime) -> Events:
    """The coming events that were asked for; where there are none, what is coming otherwise."""
    coming = coming_events(session, now=now, limit=EVENTS_LOOKED_AT)
    meant = tuple(
        event
        for event in coming
        if asked.month in {None, event.starts_at.astimezone(ZoneInfo(event.zone)).month}
        and asked.kind in {None, event.kind}
        and _is_there(event, asked.where)
        and _is_then(event, asked.span, now)
    )
    shown = meant or coming
    awards = any(event.kind is EventKind.AWARDS for event in shown[: ask.page])
    may_do = offers(session, ask, now=now) if awards else ()
    return Events(
        ask.id, shown[: ask.page], asked.month, asked.kind, bool(meant), asked.where, may_do, asked.span
    )


def _is_then(event: ComingEvent, span: str, now: datetime) -> bool:
    if not span:
        return True
    zone = ZoneInfo(event.zone)
    first, last = days_of(span, now.astimezone(zone).date())
    return event.starts_at.astimezone(zone).date() <= last and event.ends_at.astimezone(zone).date() >= first


def _is_there(event: ComingEvent, where: str) -> bool:
    """As people spell a town or a hall: a letter may be wrong."""
    place = plain(f"{event.venue} {event.town}")
    return not where or fuzz.partial_ratio(plain(where), place) >= SAME_PLACE
