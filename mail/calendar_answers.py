"""A mail that a calendar program sent: its reader's yes, no or perhaps to an entry of ours."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.calendar_replies import (
    CalendarReply,
    reply_in,
    take_calendar_reply,
    take_silently,
)
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.threads import ask_of
from mail.trust import Trust
from store.people import Member

NOT_BELIEVED = (
    "I could not be sure that this answer came from you, as can happen to mail that calendars send, so nothing has "
    "changed. Please answer the invitation itself with yes, no or maybe, or use Slack, or ask the team."
)


def read_calendar_answer(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """What became of it; None for a mail that holds none. Whose From nobody vouches for answers nothing."""
    reply = _reply_in(arrived)
    if reply is None:
        return None
    told = take_calendar_reply(session, reply, _act(ask, arrived))
    unproved = arrived.trust is not Trust.PROVED
    record(session, ask, Outcome("calendar"), now=arrived.now)
    return Read(_outcome(told), Reply(ask.id, NOT_BELIEVED if unproved and not told.done else told.text))


def hear_calendar(session: Session, arrived: Arrived) -> str:
    """The same from a mail that is marked as a machine's, as some calendars mark what a person pressed: taken, not answered.

    Returns what became of it, "" where it holds no answer, or nobody knows whose it is.
    """
    reply = _reply_in(arrived) if arrived.mail.sender else None
    if reply is None:
        return ""
    ask = ask_of(session, arrived, text="")
    if not isinstance(ask.asker, Member):
        return ""
    told = take_silently(session, reply, _act(ask, arrived))
    record(session, ask, Outcome("calendar"), now=arrived.now)
    return f"{_outcome(told)}, and not answered: automatic"


def _reply_in(arrived: Arrived) -> CalendarReply | None:
    return reply_in(arrived.mail.calendar) if arrived.mail.calendar else None


def _act(ask: Ask, arrived: Arrived) -> Act:
    evidence = arrived.mail.message_id or ask.id
    return Act(by=ask.asker, medium=ask.medium, evidence=evidence, house=arrived.post.house, now=arrived.now)


def _outcome(told: Told) -> str:
    return f"calendar: {'taken' if told.done else 'not taken'}"
