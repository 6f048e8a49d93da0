"""What is said of one event that was asked about by its name: the answer first, in a sentence."""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot.assistant.events.named_asks import EventTopic
from bot.assistant.events.wording import times
from store.events.programme import programme_of
from store.events.seats import taken
from store.events.sponsors import names_of
from store.kinds import Seat
from store.models import Attendance, Event


def told_of(session: Session, event: Event, topic: EventTopic, *, now: datetime, more: bool) -> str:
    """`more`: others of the same name follow it."""
    title = (
        f"The next {event.title}" if more and not event.title.casefold().startswith("the ") else event.title
    )
    match topic:
        case EventTopic.WHEN:
            return f"{title} is on {times(event)}."
        case EventTopic.WHERE:
            return _where(event, title)
        case EventTopic.SPEAKERS:
            return _speakers(session, event, title)
        case EventTopic.PROGRAMME:
            points = "; ".join(map(str, programme_of(session, event)))
            return f"The programme of {title}: {points}." if points else f"{title} has no programme yet."
        case EventTopic.ROOM:
            return _room(session, event, title, now=now)
        case EventTopic.SPONSORS:
            names = names_of(session, event.id or 0)
            return (
                f"{title} is sponsored by {_and(names)}." if names else f"No sponsor of {title} is named yet."
            )
        case EventTopic.ALL:
            return f"{title}:"
    assert_never(topic)


def several(name: str) -> str:
    return f"“{name}” could be one of these:"


def nobody_called(name: str, *, coming: bool) -> str:
    told = f"I know of no event called “{name[:80]}”."
    return f"{told} Coming up:" if coming else f"{told} No other is planned at the moment, either."


def called_off(event: Event) -> str:
    return f"{event.title} is cancelled: it does not take place."


def over(event: Event) -> str:
    day = event.starts_at.astimezone(ZoneInfo(event.zone))
    return f"{event.title} was on {day:%A} {day.day} {day:%B %Y}. No other of that name is planned yet."


def _where(event: Event, title: str) -> str:
    place = ", ".join(part for part in (event.venue, event.town) if part)
    online = " Whoever comes can also join online, by a link of their own." if event.join_url else ""
    if place:
        return f"{title} is at {place}.{online}"
    if event.join_url:
        return f"{title} is online; whoever says yes gets the link."
    return f"Where {title} is, is not said yet."


def _speakers(session: Session, event: Event, title: str) -> str:
    said = [
        f"{each.speaker} ({each.organisation})" if each.organisation else each.speaker
        for each in programme_of(session, event)
        if each.speaker
    ]
    if not said:
        return f"No speaker of {title} is named yet."
    names = tuple(dict.fromkeys(said))
    return f"{title}: {_and(names)} {'speaks' if len(names) == 1 else 'speak'}."


def _room(session: Session, event: Event, title: str, *, now: datetime) -> str:
    if now >= event.starts_at:
        return f"{title} has begun."
    if event.registration_from is not None and now < event.registration_from:
        return f"Registration for {title} is not open yet."
    if event.registration_until is not None and now >= event.registration_until:
        return f"Registration for {title} is closed. Ask the team; they may still find a seat."
    if event.capacity is None:
        return f"There is room at {title}: seats are not limited."
    free = max(0, event.capacity - taken(session, event))
    waiting = len(
        session.exec(
            select(Attendance.id).where(Attendance.event_id == event.id, Attendance.seat == Seat.WAITING)
        ).all()
    )
    if free and not waiting:
        return f"There is still room at {title}: {free:,} of {event.capacity:,} seats {'is' if free == 1 else 'are'} free."
    queue = f" {waiting:,} {'is' if waiting == 1 else 'are'} waiting;" if waiting else ""
    return f"{title} is full.{queue or ' But'} whoever says yes is put in the queue, and told when a seat becomes free."


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
