"""Answers that calendars send (RFC 5546 3.2.3): yes, no or perhaps to an entry of ours, in a stranger's words until proved."""

import re
from dataclasses import dataclass

from icalendar import Calendar
from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.attending import MEMBERS_ONLY, NO_EVENT, respond
from bot.assistant.events.entries import UID_HOST
from store.kinds import Rsvp
from store.models import Address, Event
from store.people import Member

LONGEST = 64 * 1024  # characters; an answer has a few hundred
MOST_LINES = 2000
ANSWERS = {"ACCEPTED": Rsvp.YES, "DECLINED": Rsvp.NO, "TENTATIVE": Rsvp.MAYBE}
NOT_THEIRS = "That answer is for somebody else's invitation, so I have not taken it."
NO_OTHER_TIME = "I can't move the event for one calendar. Answer yes, no or maybe to the time it has."
_METHOD = re.compile(r"^METHOD\s*:\s*(REPLY|COUNTER)\s*$", re.IGNORECASE | re.MULTILINE)
_UID = re.compile(rf"([0-9a-f]{{1,60}})@{UID_HOST}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """`attendee` is a bare lower-case address, as the calendar claims it; `answer` None: another time is proposed."""

    uid: str
    attendee: str
    answer: Rsvp | None
    comment: str = ""


def reply_in(text: str) -> CalendarReply | None:
    """The answer that a calendar part holds; None for whatever else it is. Never raises, whatever the text is."""
    method = _METHOD.search(text[:LONGEST])
    if method is None or len(text) > LONGEST or text.count("\n") > MOST_LINES:
        return None
    try:
        calendar = Calendar.from_ical(text)
        [entry] = calendar.walk("VEVENT")
        attendees = entry.get("attendee", [])
        [attendee] = attendees if isinstance(attendees, list) else [attendees]
        address = str(attendee).strip().casefold().removeprefix("mailto:")
        said = str(attendee.params.get("PARTSTAT", "")).upper()
        uid, comment = str(entry.get("uid", "")), str(entry.get("comment", ""))
    except Exception:  # noqa: BLE001 - a library at the edge, fed by strangers: whatever stops it is no answer
        return None
    found = _UID.fullmatch(uid.strip())
    answer = None if method[1].upper() == "COUNTER" else ANSWERS.get(said)
    if found is None or "@" not in address or (answer is None and method[1].upper() == "REPLY"):
        return None
    return CalendarReply(found[1].casefold(), address[:320], answer, comment[:500])


def take_calendar_reply(session: Session, reply: CalendarReply, act: Act) -> Told:
    """What a member's calendar answered, for themselves alone. The caller has made sure who they are."""
    event_id = session.exec(select(Event.id).where(Event.uid == reply.uid)).first()
    if event_id is None:
        return Told(False, NO_EVENT)
    if not isinstance(act.by, Member):
        return Told(False, MEMBERS_ONLY)
    owner = session.exec(select(Address.person_id).where(Address.address == reply.attendee)).first()
    if owner != act.by.person_id:
        return Told(False, NOT_THEIRS, event_id)
    if reply.answer is None:
        return Told(False, NO_OTHER_TIME, event_id)
    return respond(session, event_id, reply.answer, act)
