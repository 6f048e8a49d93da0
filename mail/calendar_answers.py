"""A mail that a calendar program sent: its reader's yes, no or perhaps to an entry of ours."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.events.calendar_replies import reply_in, take_calendar_reply
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read


def read_calendar_answer(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """What became of it; None for a mail that holds none. Whose From nobody vouches for answers nothing."""
    reply = reply_in(arrived.mail.calendar) if arrived.mail.calendar else None
    if reply is None:
        return None
    evidence = arrived.mail.message_id or ask.id
    act = Act(by=ask.asker, medium=ask.medium, evidence=evidence, house=arrived.post.house, now=arrived.now)
    told = take_calendar_reply(session, reply, act)
    record(session, ask, Outcome("calendar"), now=arrived.now)
    return Read(f"calendar: {'taken' if told.done else 'not taken'}", Reply(ask.id, told.text))
