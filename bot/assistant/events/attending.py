"""Coming, not coming, perhaps: what somebody answers to an event, by whatever medium, and what follows for the others."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.wording import lapsed, offer, seated, short_day, times
from bot.assistant.house import House
from bot.assistant.introductions.quiet import waking
from bot.assistant.rights import Action, allowed
from store.events.guests import enter
from store.events.programme import programme_of
from store.events.seats import give_back, hold, settle, take
from store.keys import storable
from store.kinds import EventState, Medium, Rsvp, Seat
from store.models import Attendance, Event
from store.people import Member

LONGEST_NAME = 200
MOST_SEATS = 2  # oneself and a guest
NO_EVENT = "I know of no such event."
MEMBERS_ONLY = "Only people the directory knows can answer. Ask the team to add you."


@dataclass(frozen=True, slots=True)
class Company:
    """Who comes along, or instead. `whole`: whoever was named before, and is not named here, comes no more."""

    guest: str = ""
    substitute: str = ""
    whole: bool = False


def respond(session: Session, event_id: int, answer: Rsvp, act: Act, company: Company | None = None) -> Told:
    """Take an answer. Safe to repeat: the same again is told the same, and nobody's seat or turn changes."""
    event = hold(session, event_id)
    if event is None or event.state is EventState.PLANNED:
        return Told(False, NO_EVENT)
    if not allowed(session, act, Action.ATTEND, subject=f"event:{event_id}"):
        return Told(False, MEMBERS_ONLY)
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: `allowed` looked
    if why_not := _why_not(event, answer, act.now):
        return Told(False, why_not, event_id)
    row = enter(session, event_id, act.by.person_id, source="asked")
    told = _taken(session, event, row, answer, act, company or Company())
    row.answered_at, row.medium, row.evidence = act.now, act.medium, storable(act.evidence)[:400]
    session.add(row)
    pass_on(session, event, act.house, now=act.now)
    return told


def pass_on(session: Session, event: Event, house: House, *, now: datetime) -> int:
    """Offer what is free to those who wait, and tell those whose time was over. Returns to how many it made a difference."""
    settled = settle(session, event, now=now)
    for attendance_id in settled.offered:
        _tell(session, event, attendance_id, house, now=now, offered=True)
    for attendance_id in settled.lapsed:
        _tell(session, event, attendance_id, house, now=now, offered=False)
    return len(settled.offered) + len(settled.lapsed)


def _tell(
    session: Session, event: Event, attendance_id: int, house: House, *, now: datetime, offered: bool
) -> None:
    row = session.get(Attendance, attendance_id)
    if row is None or row.person_id is None:
        return
    letter = offer(event, row, house) if offered else lapsed(event, row, now=now)
    # An offer has its end, whoever sleeps: it leaves at once. That it is over can wait for the morning.
    due = now if offered else waking(now, house.rules)
    house.letterbox.post(session, letter, [row.person_id], now=now, due=due)


def _why_not(event: Event, answer: Rsvp, now: datetime) -> str:
    """Why this answer is too late or too early, in a sentence; a no is welcome until it starts."""
    if event.state is EventState.CANCELLED:
        return f"{event.title} on {short_day(event)} does not take place."
    if now >= event.starts_at:
        return f"{event.title} has {'ended' if now >= event.ends_at else 'begun'} already."
    if answer is Rsvp.NO:
        return ""
    if event.registration_from is not None and now < event.registration_from:
        return f"Registration for {event.title} is not open yet."
    if event.registration_until is not None and now >= event.registration_until:
        return f"Registration for {event.title} is closed. Ask the team; they may still find a seat."
    return ""


def _taken(session: Session, event: Event, row: Attendance, answer: Rsvp, act: Act, company: Company) -> Told:
    match answer:
        case Rsvp.YES:
            return _comes(session, event, row, act, company)
        case Rsvp.NO:
            had = row.seat
            row.rsvp, row.substitute = Rsvp.NO, ""
            give_back(session, row, now=act.now)
            return Told(True, _sorry(event, had), event.id)
        case _:
            row.rsvp = Rsvp.MAYBE
            kept = " You keep your seat until you say no." if row.seat is Seat.HELD else ""
            return Told(True, f"Noted as perhaps: {event.title}, {short_day(event)}.{kept}", event.id)


def _comes(session: Session, event: Event, row: Attendance, act: Act, company: Company) -> Told:
    guest = " ".join(storable(company.guest).split())[:LONGEST_NAME]
    keeps = bool(row.guest) and row.seat is not Seat.NONE and not company.whole
    wanted = MOST_SEATS if guest or keeps else 1
    had, seats_before = row.seat, row.seats
    row.rsvp = Rsvp.YES
    seat = take(session, event, row, wanted, now=act.now)
    substitute = " ".join(storable(company.substitute).split())[:LONGEST_NAME]
    row.substitute = substitute if company.whole else substitute or row.substitute
    if row.seats == wanted and (guest or company.whole):
        row.guest = guest
    if seat is Seat.WAITING:
        return Told(True, _queued(session, event, row), event.id)
    if had is not Seat.HELD or row.seats != seats_before:
        post_ticket(session, event, row, act.house, now=act.now)
    return Told(True, _has(event, row, refused_guest=bool(guest) and row.seats < wanted), event.id)


def post_ticket(session: Session, event: Event, row: Attendance, house: House, *, now: datetime) -> None:
    """The calendar entry goes by mail, where they have an address; whoever answered was told already."""
    if row.person_id is not None:
        letter = seated(event, row, programme=programme_of(session, event))
        house.letterbox.post(session, letter, [row.person_id], now=now, media=[Medium.EMAIL])


def _has(event: Event, row: Attendance, *, refused_guest: bool) -> str:
    company = f" for yourself and {row.guest}" if row.guest else ""
    text = f"You have {'a seat' if row.seats == 1 else 'two seats'}{company}: {event.title}, {times(event)}."
    if row.substitute:
        text += f" I noted that {row.substitute} comes in your place."
    if refused_guest:
        text += " There is no seat left for a guest."
    return text


def _queued(session: Session, event: Event, row: Attendance) -> str:
    since, turn = col(Attendance.seat_since), col(Attendance.id)
    ahead = session.exec(
        select(Attendance.id).where(
            Attendance.event_id == event.id,
            Attendance.seat == Seat.WAITING,
            (since < row.seat_since) | ((since == row.seat_since) & (turn < row.id)),
        )
    ).all()
    return (
        f"{event.title} is full. You are number {len(ahead) + 1} in the queue: "
        "when a seat becomes free it is yours for a day, and I tell you at once."
    )


def _sorry(event: Event, had: Seat) -> str:
    passed_on = had in {Seat.HELD, Seat.OFFERED} and event.capacity is not None
    return f"Noted: you are not coming to {event.title}." + (
        " Your seat goes to the next in the queue." if passed_on else ""
    )
