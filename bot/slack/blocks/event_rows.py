"""Events as staff see them in Slack: when, where, how many, and what can be done about each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.slack.blocks.letters import button, section
from bot.slack.blocks.mrkdwn import bold, escaped, plain
from store.events.listing import Planned
from store.kinds import EventState

JSON = dict[str, Any]

PLAN, LIST, CHANGE, ANNOUNCE = "event:plan", "event:list", "event:change", "event:announce"
CANCEL, GUESTS, CAME = "event:cancel", "event:guests", "event:came"
ANSWER = "event:answer"
PROGRAMME, SPONSORS = "event:programme", "event:sponsors"
SERIES, END_SERIES = "event:series", "event:end_series"
HEARD, WISHES = "after:heard", "after:wishes"
CONFIRM_MOST = 300


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event with what a step of it would reach now."""

    event: Planned
    invites: int  # people, if it is announced
    tells: int  # people, if it is cancelled


def row(each: EventRow, *, now: datetime) -> Iterator[JSON]:
    yield section(_said(each))
    yield {"type": "actions", "elements": list(_buttons(each, now))}


def coming_button(event_id: int) -> JSON:
    """A member's: the form to come or not."""
    return button(ANSWER, "Coming?", str(event_id))


def people(number: int) -> str:
    return "nobody" if not number else "1 person" if number == 1 else f"{number:,} people"


def when(event: Planned) -> str:
    """The wall clock where it is, which is what staff talk of, with its zone."""
    starts, ends = (at.astimezone(ZoneInfo(event.zone)) for at in (event.starts_at, event.ends_at))
    end = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%a} {ends.day} {ends:%b %H:%M}"
    return f"{starts:%a} {starts.day} {starts:%b %Y, %H:%M} to {end} ({event.zone.replace('_', ' ')})"


def confirm(title: str, text: str, *, yes: str, danger: bool = False) -> JSON:
    text = text if len(text) <= CONFIRM_MOST else f"{text[: CONFIRM_MOST - 1]}…"
    said: JSON = {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(yes),
        "deny": plain("Leave it"),
    }
    return said | ({"style": "danger"} if danger else {})


def _said(each: EventRow) -> str:
    event = each.event
    where = escaped(", ".join(part for part in (event.venue, event.town) if part), 300)
    limit = f" of {event.capacity:,}" if event.capacity is not None else ""
    numbers = [
        f"{event.invited:,} invited",
        f"{event.seats:,}{limit} seats taken",
        f"{event.waiting:,} waiting",
    ]
    numbers += [f"{event.declined:,} declined"] if event.declined else []
    numbers += [f"{event.came:,} came"] if event.came else []
    lines = (
        f"{bold(f'{event.id}. {event.title}', 300)} · {_state(each)}",
        " · ".join(part for part in (escaped(when(event), 200), where) if part),
        ", ".join(numbers),
    )
    return "\n".join(lines)


def _state(each: EventRow) -> str:
    match each.event.state:
        case EventState.PLANNED:
            return f"planned, nobody sees it yet; it would invite {people(each.invites)}"
        case EventState.CANCELLED:
            return "cancelled"
        case _:
            return "announced"


def _buttons(each: EventRow, now: datetime) -> Iterator[JSON]:
    event = each.event
    number = str(event.id)
    if event.state is not EventState.CANCELLED:
        yield button(CHANGE, "Change", number)
    if event.state is not EventState.CANCELLED and now < event.starts_at:
        again = event.state is EventState.OPEN
        if not again or each.invites:
            yield button(ANNOUNCE, "Invite who is new" if again else "Announce", number) | {
                "confirm": _announcing(each)
            }
    if event.state is not EventState.CANCELLED and now < event.ends_at:
        yield button(CANCEL, "Cancel it", number)
    yield button(GUESTS, "Guests", number)
    if event.state is not EventState.CANCELLED:
        yield button(PROGRAMME, "Programme", number)
        yield button(SPONSORS, "Sponsors", number)
    if event.state is EventState.OPEN and now >= event.ends_at:
        yield button(HEARD, "What they said", number)


def _announcing(each: EventRow) -> JSON:
    title = " ".join(each.event.title.split())[:120]
    text = f"{title}: {people(each.invites)} will be invited, by Slack or by mail, and members can find it."
    if not each.invites:
        text = f"{title}: members can find it. Nobody is invited, for it has no audience; Change sets one."
    return confirm("Announce it?", text, yes="Announce")
