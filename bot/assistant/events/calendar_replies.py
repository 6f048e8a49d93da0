"""Answers that calendars send (RFC 5546 3.2.3): yes, no or perhaps to an entry of ours, in a stranger's words until proved."""

import re
from dataclasses import dataclass, replace
from typing import Any

from icalendar import Calendar, Component
from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.answering import company_in
from bot.assistant.events.attending import MEMBERS_ONLY, NO_EVENT, respond
from bot.assistant.events.entries import UID_HOST
from bot.assistant.events.wording import about, short_day
from bot.assistant.letters import Letter, LetterKind
from store.events.guests import guest
from store.kinds import Rsvp, Seat
from store.models import Address, Event
from store.people import Member

LONGEST = 64 * 1024  # characters; an answer has a few hundred
MOST_LINES = 2000
MOST_ATTENDEES = 50
ANSWERS = {"ACCEPTED": Rsvp.YES, "DECLINED": Rsvp.NO, "TENTATIVE": Rsvp.MAYBE}
NOT_THEIRS = "That answer is for somebody else's invitation, so I have not taken it."
NO_OTHER_TIME = "I can't move the event for one calendar. Answer yes, no or maybe to the time it has."
NO_DELEGATE = "I can't pass your invitation on by calendar, so nothing has changed. Tell me in a mail who comes in your place."
NO_ANSWER = (
    "Your calendar sent me no yes, no or maybe, so nothing has changed. Reply with one of these words."
)
TOO_LONG = (
    "What your calendar sent is too long for me to read, so nothing has changed. Reply yes, no or maybe."
)
CHANGED_SINCE = " It has changed since the invitation that you answered."
_METHOD = re.compile(
    r"^METHOD\s*:\s*(REPLY|COUNTER|REFRESH|DECLINECOUNTER)\s*$", re.IGNORECASE | re.MULTILINE
)
_UID = re.compile(rf"([0-9a-f]{{1,60}})@{UID_HOST}", re.IGNORECASE)
_UID_LINE = re.compile(rf"^UID\s*:\s*([0-9a-f]{{1,60}})@{UID_HOST}\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """What one attendee says. `attendee` is a bare lower-case address, as the calendar claims it."""

    attendee: str
    answer: Rsvp | None  # None: why not is in `problem`
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """By the standard one attendee speaks; where several stand there, each may only have spoken for themselves.

    `sequence`: of the entry that was answered; None where the calendar does not say.
    """

    uid: str
    said: tuple[Said, ...]
    comment: str = ""
    sequence: int | None = None


def reply_in(text: str) -> CalendarReply | None:
    """The answer that a calendar part holds; None for whatever else it is. Never raises, whatever the text is."""
    method = _METHOD.search(text[:LONGEST])
    if method is None:
        return None
    if len(text) > LONGEST or text.count("\n") > MOST_LINES:
        found = _UID_LINE.search(text[:LONGEST])
        return None if found is None else CalendarReply(found[1].casefold(), (Said("", None, TOO_LONG),))
    try:
        entries = Calendar.from_ical(text).walk("VEVENT")
        return next((each for each in (_read(one, method[1].upper()) for one in entries) if each), None)
    except Exception:  # noqa: BLE001 - a library at the edge, fed by strangers: whatever stops it is no answer
        return None


def _read(entry: Component, method: str) -> CalendarReply | None:
    """Raises whatever the library does."""
    found = _UID.fullmatch(str(entry.get("uid", "")).strip())
    if found is None:
        return None
    attendees = entry.get("attendee", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    said = [each for each in (_said(one, method) for one in listed[:MOST_ATTENDEES]) if each is not None]
    sequence = str(entry.get("sequence", "")).strip()
    return CalendarReply(
        found[1].casefold(),
        tuple(said) or (Said("", None, NO_ANSWER),),
        str(entry.get("comment", ""))[:500],
        int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else None,
    )


def _said(attendee: Any, method: str) -> Said | None:
    address = str(attendee).strip().casefold().removeprefix("mailto:")[:320]
    if "@" not in address:
        return None
    state = str(attendee.params.get("PARTSTAT", "")).upper()
    match method, state:
        case "COUNTER", _:
            return Said(address, None, NO_OTHER_TIME)
        case "REPLY", "DELEGATED":
            return Said(address, None, NO_DELEGATE)
        case "REPLY", _ if state in ANSWERS:
            return Said(address, ANSWERS[state])
        case _:
            return Said(address, None, NO_ANSWER)


def take_calendar_reply(session: Session, reply: CalendarReply, act: Act) -> Told:
    """What a member's calendar answered, for themselves alone. The caller has made sure who they are."""
    event = session.exec(select(Event).where(Event.uid == reply.uid)).first()
    if event is None or event.id is None:
        return Told(False, NO_EVENT)
    if not isinstance(act.by, Member):
        return Told(False, MEMBERS_ONLY)
    said = next((each for each in reply.said if not each.attendee or _is_theirs(session, each, act.by)), None)
    if said is None:
        return Told(False, NOT_THEIRS, event.id)
    if said.answer is None:
        return Told(False, said.problem, event.id)
    told = respond(session, event.id, said.answer, act, company_in(reply.comment))
    stale = told.done and reply.sequence is not None and reply.sequence < event.sequence
    return replace(told, text=told.text + CHANGED_SINCE) if stale else told


def take_silently(session: Session, reply: CalendarReply, act: Act) -> Told:
    """As above, from a machine, which is told nothing. Its owner has a letter where their calendar now shows what is not so.

    One for each answer to each state of the event: no two machines can go on for ever.
    """
    told = take_calendar_reply(session, reply, act)
    if told.about is None or not isinstance(act.by, Member) or told.text == NOT_THEIRS:
        return told
    row = guest(session, told.about, act.by.person_id)
    waits = row is not None and row.seat is Seat.WAITING
    event = session.get(Event, told.about)
    if event is None or (told.done and not waits):
        return told
    answer = next((each.answer for each in reply.said if each.answer), None)
    letter = Letter(
        key=f"event-heard:{event.id}:{event.sequence}:{answer.value if answer else 'none'}:{event.state.value}",
        kind=LetterKind.EVENT_NEWS,
        about=about(event.id),
        subject=f"About your answer: {event.title}, {short_day(event)}",
        lead=told.text,
        why="You get this because your calendar answered an invitation of mine.",
    )
    act.house.letterbox.post(session, letter, [act.by.person_id], now=act.now)
    return told


def _is_theirs(session: Session, said: Said, member: Member) -> bool:
    owner = session.exec(select(Address.person_id).where(Address.address == said.attendee)).first()
    return owner is not None and owner == member.person_id
