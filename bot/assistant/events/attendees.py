"""A ticket shop's attendees are brought into an event's list: looked at first, safe to repeat, and nobody loses a seat."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.attending import pass_on
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY
from bot.assistant.rights import Action, allowed
from store.events.guests import enter, new_token
from store.events.seats import give_back, hold, seat_anyway, taken
from store.importing.attendee_planning import AttendeePlan, Holder, gives_back, plan_attendees
from store.importing.plan import Fate, count
from store.importing.table import Table
from store.kinds import EventState, Rsvp, Seat
from store.models import Attendance, AuditEntry, Event

SOURCE = "ticket shop"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a list, or would become of it; `plan` is None where it was not even looked at."""

    told: Told
    plan: AttendeePlan | None = None


def bring_in(session: Session, event_id: int, table: Table, act: Act, *, look_only: bool = False) -> Brought:
    """`look_only` writes nothing. Nobody is written to: they have their tickets from the shop."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return Brought(STAFF_ONLY)
    event = session.get(Event, event_id) if look_only else hold(session, event_id)
    if event is None:
        return Brought(NO_EVENT)
    if event.state is EventState.CANCELLED:
        return Brought(Told(False, f"{event.title} is cancelled.", event_id))
    plan = plan_attendees(session, event_id, table)
    before = taken(session, event)
    seats = before + sum(map(_difference, plan.holders)) - sum(each.seats for each in plan.passed_on)
    if not look_only:
        for row in plan.passed_on:
            _give_back(session, row, act)
        for holder in plan.holders:
            _write(session, event, holder, act)
        _finish(session, event, plan, act)
    # The offers of seats that became free are made by then: those are no attendees of the list's.
    return Brought(Told(True, _summary(event, seats), event_id), plan)


def _difference(holder: Holder) -> int:
    row = holder.row
    had = row.seats if row is not None and row.seat in {Seat.HELD, Seat.OFFERED} else 0
    if holder.going and not holder.said_no_since:
        return holder.seats - had
    return -had if gives_back(holder) else 0


def _write(session: Session, event: Event, holder: Holder, act: Act) -> None:
    if holder.said_no_since:
        return
    if not holder.going:
        if gives_back(holder) and holder.row is not None:
            _give_back(session, holder.row, act)
        return
    seats = holder.seats
    row = _row(session, event, holder)
    named = holder.going[0]
    row.ticket, row.substitute = holder.numbers, (holder.substitute or row.substitute)[:200]
    row.needs = holder.needs or row.needs
    row.guest = next((each.guest for each in holder.going if each.guest), row.guest)
    if row.person_id is None:
        row.name, row.address = named.name, named.address
        row.organisation = named.organisation or row.organisation
    if any(each.came for each in holder.going) and row.attended is None:
        row.attended, row.marked_by = True, SOURCE
    if row.seat is not Seat.HELD:
        row.answered_at, row.medium, row.evidence = act.now, None, act.evidence[:400]
    seat_anyway(session, row, seats, now=act.now)


def _give_back(session: Session, row: Attendance, act: Act) -> None:
    row.rsvp, row.medium, row.answered_at = Rsvp.NO, None, act.now
    give_back(session, row, now=act.now)


def _row(session: Session, event: Event, holder: Holder) -> Attendance:
    """Theirs. Somebody from outside whom the directory knows by now is one with the person."""
    if holder.row is not None:
        holder.row.person_id = holder.row.person_id or holder.person_id
        return holder.row
    if holder.person_id is not None:
        return enter(session, event.id or 0, holder.person_id, source=SOURCE)
    row = Attendance(event_id=event.id or 0, token=new_token(), source=SOURCE)
    session.add(row)
    return row


def _finish(session: Session, event: Event, plan: AttendeePlan, act: Act) -> None:
    counts = count(plan.rows)
    details = {fate.value: getattr(counts, fate.value) for fate in Fate}
    session.add(
        AuditEntry(
            at=act.now, actor=act.actor, action="event.attendees_imported", subject=f"event:{event.id}",
            details=details,
        )
    )  # fmt: skip
    session.flush()
    pass_on(session, event, act.house, now=act.now)


def _summary(event: Event, seats: int) -> str:
    told = f"{event.title}: {seats:,} {'seat is' if seats == 1 else 'seats are'} taken"
    if event.capacity is None:
        return f"{told}."
    if seats <= event.capacity:
        return f"{told} of {event.capacity:,}."
    over = seats - event.capacity
    return (
        f"{told}, {over:,} more than the {event.capacity:,} there are. Nobody loses theirs, and no more are given: "
        "make room, or ask somebody to stand back."
    )
