"""What is said about events unasked: invitations, reminders, offers of seats, changes. Once for all media."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.assistant.events.entries import Part, cancellation, request
from bot.assistant.house import House
from bot.assistant.letters import Choice, Letter, LetterKind
from store.events.programme import Point
from store.events.slots import For, Reminder, day_of
from store.kinds import EventKind
from store.models import Attendance, Event

YES = Choice("yes", "Yes, I'm coming", primary=True)
NO = Choice("no", "No, I can't")
MAYBE = Choice("maybe", "Perhaps")
COMING = (YES, NO, MAYBE)
GOING = (Choice("no", "I can't come after all"),)
TAKE_IT = (Choice("yes", "Yes, I take a seat", primary=True), Choice("no", "No, give it to the next"))

CALLED = {
    EventKind.NETWORKING: "networking event",
    EventKind.WORKSHOP: "workshop",
    EventKind.CONFERENCE: "conference",
    EventKind.AWARDS: "awards dinner",
}


def about(event_id: int | None) -> str:
    return f"event:{event_id}"


def invitation(
    event: Event, house: House, *, programme: Sequence[Point] = (), sponsors: Sequence[str] = ()
) -> Letter:
    return Letter(
        key=f"event-invitation:{event.id}",
        kind=LetterKind.INVITATION,
        about=about(event.id),
        subject=f"Invitation: {event.title}, {short_day(event)}",
        lead=f"You are invited to {event.title}.",
        paragraphs=tuple(
            each
            for each in (
                event.summary,
                "\n".join(map(str, programme)),
                f"With thanks to {', '.join(sponsors)}." if sponsors else "",
            )
            if each
        ),
        facts=facts(event),
        closing="Are you coming? With a guest, answer “yes, with” and their name."
        if event.capacity != 0
        else "",
        closing_pressed="Are you coming?" if event.capacity != 0 else "",
        choices=COMING,
        why=f"You get this because you are in the directory of {house.region}. "
        "To get no such invitations, answer “stop”.",
        why_pressed=f"You get this because you are in the directory of {house.region}. "
        "To get no such invitations, switch newsletters off in my Home tab.",
        calendar=request(event, programme=programme),
    )


def reminder(event: Event, due: Reminder, house: House, *, now: datetime) -> Letter:
    """One reminder; the words tell the time that is left when it leaves, also where it leaves late."""
    unanswered = due.to is For.UNANSWERED
    return Letter(
        key=reminder_key(event, due),
        kind=LetterKind.REMINDER,
        about=about(event.id),
        subject=f"{'Are you coming? ' if unanswered else 'Reminder: '}{event.title}, {short_day(event)}",
        lead=f"{event.title} is {when(event, now)}."
        + (" I have no answer from you yet." if unanswered else ""),
        facts=facts(event, joining=not unanswered),
        closing="If you can't come after all, tell me, and somebody who waits gets your seat."
        if not unanswered and event.capacity is not None
        else "",
        choices=COMING if unanswered else GOING,
        why="You get this because you were invited." if unanswered else "You get this because you said yes.",
    )


def reminder_key(event: Event, due: Reminder) -> str:
    """One for each reminder of each day: an event that moves to another day is reminded of anew."""
    return f"event-reminder:{event.id}:{due.name}:{day_of(event.starts_at, event.zone)}"


def offer(event: Event, guest: Attendance, house: House) -> Letter:
    """`seat_since` tells one offer from the next to the same person."""
    assert guest.offered_until is not None  # noqa: S101 - narrows the type: an offer has its end
    since = guest.seat_since.isoformat() if guest.seat_since else ""
    until = guest.offered_until.astimezone(ZoneInfo(event.zone))
    return Letter(
        key=f"event-offer:{event.id}:{guest.person_id}:{since}",
        kind=LetterKind.OFFER,
        about=about(event.id),
        subject=f"A seat for you: {event.title}, {short_day(event)}",
        lead=f"{'A seat has' if guest.seats == 1 else f'{guest.seats} seats have'} become free at {event.title}, "
        f"and you are next in the queue.",
        facts=facts(event),
        closing=f"It is kept for you until {until:%H:%M} on {until:%A} {until.day} {until:%B}; then the next one is asked.",
        choices=TAKE_IT,
        why="You get this because you are on the waiting list.",
    )


def lapsed(event: Event, guest: Attendance, *, now: datetime) -> Letter:
    return Letter(
        key=f"event-lapsed:{event.id}:{guest.person_id}:{now.isoformat()}",
        kind=LetterKind.EVENT_NEWS,
        about=about(event.id),
        subject=f"Your seat went to the next: {event.title}, {short_day(event)}",
        lead=f"The seat that was kept for you at {event.title} went to the next in the queue, since its time was over.",
        closing="If you still want to come, answer “yes”, and you are in the queue again.",
        closing_pressed="If you still want to come, press the button, and you are in the queue again.",
        choices=TAKE_IT[:1],
        why="You get this because you were on the waiting list.",
    )


def seated(event: Event, guest: Attendance, *, programme: Sequence[Point] = ()) -> Letter:
    """What they have now, with the calendar entry."""
    return Letter(
        key=f"event-seat:{event.id}:{guest.person_id}:{event.sequence}:{guest.seat_since and guest.seat_since.isoformat()}",
        kind=LetterKind.TICKET,
        about=about(event.id),
        subject=f"You are coming: {event.title}, {short_day(event)}",
        lead=f"You have {'a seat' if guest.seats == 1 else f'{guest.seats} seats'} at {event.title}.",
        facts=facts(event, joining=True),
        closing="If you can't come after all, tell me.",
        choices=GOING,
        why="You get this because you said yes.",
        calendar=request(event, Part.YES, programme=programme),
    )


def moved(event: Event, before: str, sequence: int) -> Letter:
    """`before`: when and where it was to be. `sequence` tells one change from the next."""
    return Letter(
        key=f"event-moved:{event.id}:{sequence}",
        kind=LetterKind.EVENT_NEWS,
        about=about(event.id),
        subject=f"Changed: {event.title}, now {short_day(event)}",
        lead=f"{event.title} has changed. It was to be {before}.",
        facts=facts(event),
        closing="Your answer stands. If the new time does not suit you, tell me.",
        choices=COMING,
        why="You get this because you were invited.",
        calendar=request(event),
    )


def cancelled(event: Event, reason: str, sequence: int) -> Letter:
    return Letter(
        key=f"event-cancelled:{event.id}:{sequence}",
        kind=LetterKind.EVENT_NEWS,
        about=about(event.id),
        subject=f"Cancelled: {event.title}, {short_day(event)}",
        lead=f"{event.title} on {short_day(event)} does not take place.",
        paragraphs=(reason,) if reason else (),
        closing="There is nothing for you to do; your calendar is told, too.",
        why="You get this because you were invited.",
        calendar=cancellation(event),
    )


def facts(event: Event, *, joining: bool = False) -> tuple[tuple[str, str], ...]:
    """When, where, and how to join: the link is for those alone who come."""
    where = ", ".join(part for part in (event.venue, event.town) if part)
    told = (
        ("When", times(event)),
        ("Where", where),
        ("Join at", event.join_url if joining else ""),
        ("More", event.url),
    )
    return tuple((label, value) for label, value in told if value)


def times(event: Event) -> str:
    """ "Thursday 28 January 2027, 17:30 to 20:30 (Europe/London)": the wall clock where it takes place."""
    return clock_times(event.starts_at, event.ends_at, event.zone)


def clock_times(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    starts, ends = (each.astimezone(ZoneInfo(zone)) for each in (starts_at, ends_at))
    end = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{_day(ends)}, {ends:%H:%M}"
    return f"{_day(starts)}, {starts:%H:%M} to {end} ({zone.replace('_', ' ')})"


def short_day(event: Event) -> str:
    starts = event.starts_at.astimezone(ZoneInfo(event.zone))
    return f"{starts.day} {starts:%B}"


def when(event: Event, now: datetime) -> str:
    """ "today at 17:30", "tomorrow at 17:30", "in 2 days, on Thursday at 17:30", by the event's own calendar."""
    zone = ZoneInfo(event.zone)
    starts = event.starts_at.astimezone(zone)
    days = (starts.date() - now.astimezone(zone).date()).days
    if days <= 0:
        return f"today at {starts:%H:%M}"
    if days == 1:
        return f"tomorrow at {starts:%H:%M}"
    day = (
        f"{starts:%A}"
        if timedelta(days=days) < timedelta(days=7)
        else f"{starts:%A} {starts.day} {starts:%B}"
    )
    return f"in {days} days, on {day} at {starts:%H:%M}"


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"
