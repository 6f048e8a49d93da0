"""A mail about whose address it comes from: one that says so, or that replies to what was sent to somebody else."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.address_words import further_address
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.second_addresses import IF_BOTH_ARE_YOURS, add_own, claim
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.threads import from_elsewhere
from mail.trust import Trust
from store.models import AskRecord
from store.people import Member

SENT_TO_ANOTHER = "That message of mine was sent to somebody else, so I cannot go on with it here. Ask me anew, and I answer you here."


def read_second_address(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """What became of such a mail; None where it is about something else."""
    if anothers := from_elsewhere(session, arrived):
        return _of_another(session, ask, arrived, anothers)
    named = further_address(ask.text, sender=arrived.mail.sender)
    if not named or arrived.trust is Trust.FAILED:
        return None
    act = _act(ask, arrived)
    if isinstance(ask.asker, Member):
        told = add_own(session, named, act)
    else:
        told = claim(session, arrived.mail.sender, act, claimed=named)
    record(session, ask, Outcome("address"), now=arrived.now)
    return Read("second address", Reply(ask.id, told.text))


def _of_another(session: Session, ask: Ask, arrived: Arrived, anothers: str) -> Read:
    """Nothing of that thread is told or done; who may be the same person is asked, where they are known."""
    theirs = session.get(AskRecord, anothers)
    if theirs is not None and not isinstance(ask.asker, Member) and arrived.trust is not Trust.FAILED:
        person_id = theirs.person_id
        claim(session, arrived.mail.sender, _act(ask, arrived), person_id=person_id, by_token=True)
    record(session, ask, Outcome("address"), now=arrived.now)
    return Read("to somebody else", Reply(ask.id, SENT_TO_ANOTHER, closing=IF_BOTH_ARE_YOURS))


def _act(ask: Ask, arrived: Arrived) -> Act:
    evidence = arrived.mail.message_id or ask.id
    return Act(by=ask.asker, medium=ask.medium, evidence=evidence, house=arrived.post.house, now=arrived.now)
