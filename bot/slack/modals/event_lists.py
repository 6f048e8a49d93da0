"""What staff look at of events in Slack: the list, one event, its guests; and the form that calls one off."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.slack.blocks.event_rows import CAME, GUESTS, LIST, PLAN, SERIES, EventRow, confirm, people, row
from bot.slack.blocks.letters import button, section
from bot.slack.blocks.mrkdwn import bold, escaped, plain
from bot.slack.modals.forms import modal, text_field
from store.events.listing import Guest, Planned
from store.kinds import EventState, Rsvp, Seat

JSON = dict[str, Any]

SHOWN, CALL_OFF = "event:shown", "event:call_off"
EVENTS_SHOWN, GUESTS_SHOWN = 10, 20
REASON_MOST = 1000


def list_modal(rows: Sequence[EventRow], *, now: datetime, first: int = 0, total: int = 0) -> JSON:
    """One page of `total`; `first` is counted from 0."""
    blocks = [
        {
            "type": "actions",
            "elements": [button(PLAN, "Plan an event", "new"), button(SERIES, "Series", "all")],
        }
    ]
    blocks += [block for each in rows for block in row(each, now=now)]
    if not rows:
        blocks.append(section("No event is coming up."))
    blocks += _pages(LIST, first, total, EVENTS_SHOWN, before="")
    return modal("Events", SHOWN, blocks)


def one_modal(each: EventRow, *, now: datetime, notice: str = "") -> JSON:
    """What became of an event, and what can be done next."""
    back = {"type": "actions", "elements": [button(LIST, "All events", "0")]}
    return modal("Event", SHOWN, [*_notice(notice), *row(each, now=now), back])


def guests_modal(
    event: Planned, guests: Sequence[Guest], *, now: datetime, first: int = 0, notice: str = ""
) -> JSON:
    """A page of them by name. Once it has begun, each can be marked as having come."""
    first = first if 0 <= first < len(guests) else 0
    begun = now >= event.starts_at and event.state is not EventState.CANCELLED
    blocks = [*_notice(notice), section(f"{bold(event.title)}\n{_counted(event)}")]
    coming = sum(each.seat is Seat.HELD for each in guests)
    if begun and coming:
        sure = confirm(
            "All of them?", f"{people(coming)} with a seat will be marked as having come.", yes="Mark"
        )
        everybody = button(f"{CAME}:all", "Everybody with a seat came", f"{event.id} {first} yes everybody")
        blocks.append({"type": "actions", "elements": [everybody | {"confirm": sure}]})
    page = guests[first : first + GUESTS_SHOWN]
    blocks += [_guest(event, each, first) if begun else section(_line(each)) for each in page]
    if not guests:
        blocks.append(section("Nobody is invited yet."))
    blocks += _pages(GUESTS, first, len(guests), GUESTS_SHOWN, before=f"{event.id} ")
    blocks.append({"type": "actions", "elements": [button(LIST, "All events", "0")]})
    return modal("Guests", SHOWN, blocks)


def cancel_modal(each: EventRow) -> JSON:
    """Its button is the second, deciding one: it says how many are told."""
    event, told = each.event, each.tells
    warning = (
        f"{people(told).capitalize()} will be told, and so are their calendars."
        if told
        else "Nobody has heard of it yet, so nobody is told."
    )
    blocks = [
        section(f"Cancel {bold(event.title)} for good?\n{warning}"),
        text_field(
            "reason", "Why?", most=REASON_MOST, optional=True, hint="Everybody who is told reads this."
        ),
    ]
    submit = f"Cancel, tell {told:,}" if told else "Cancel the event"
    view = modal("Cancel the event", CALL_OFF, blocks, submit=submit, kept={"event": event.id})
    return view | {"close": plain("Leave it")}


def _notice(words: str) -> list[JSON]:
    return [section(f"→ {escaped(words, 1500)}")] if words else []


def _pages(action: str, first: int, total: int, most: int, *, before: str) -> Iterator[JSON]:
    elements = []
    if first:
        elements.append(button(f"{action}:earlier", "Earlier", f"{before}{max(0, first - most)}"))
    if (left := total - first - most) > 0:
        elements.append(button(f"{action}:more", f"Show more ({left:,})", f"{before}{first + most}"))
    if elements:
        yield {"type": "actions", "elements": elements}


def _counted(event: Planned) -> str:
    limit = f" of {event.capacity:,}" if event.capacity is not None else ""
    return (
        f"{event.invited:,} invited, {event.seats:,}{limit} seats taken, {event.waiting:,} waiting, "
        f"{event.declined:,} declined, {event.came:,} came"
    )


def _guest(event: Planned, each: Guest, first: int) -> JSON:
    """Pressed again it is the other way round."""
    came = "no" if each.attended else "yes"
    value = f"{event.id} {first} {came} {each.address or each.name}"
    return section(_line(each)) | {
        "accessory": button(CAME, "Did not come" if each.attended else "Came", value)
    }


def _line(each: Guest) -> str:
    name = f"{each.substitute}, for {each.name}" if each.substitute else each.name
    parts = [bold(name, 300) or "…", escaped(each.organisation, 200)]
    parts += ["no answer" if each.rsvp is Rsvp.NONE else each.rsvp.value]
    parts += [SEATS[each.seat]] if each.seat in SEATS else []
    parts += [f"with {escaped(each.guest, 200)}"] if each.guest else []
    parts += [{True: "✓ came", False: "did not come"}[each.attended]] if each.attended is not None else []
    return " · ".join(part for part in parts if part)


SEATS = {Seat.HELD: "has a seat", Seat.WAITING: "waits for a seat", Seat.OFFERED: "a seat is offered"}
