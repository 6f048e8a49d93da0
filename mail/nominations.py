"""A member's mail that nominates somebody for an award: taken however much they wrote today, and kept to themselves."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.awards.by_mail import nominated_by_mail
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.subject import in_own_words
from store.people import Member


def read_nomination(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """What became of such a mail; None where it is about something else. A stranger's is answered like any ask."""
    if not isinstance(ask.asker, Member):
        return None
    mail, post = arrived.mail, arrived.post
    evidence = mail.message_id or ask.id
    act = Act(by=ask.asker, medium=ask.medium, evidence=evidence, house=post.house, now=arrived.now)
    told = nominated_by_mail(
        session, ask.text, act, post.index, subject=in_own_words(mail.subject),
        conversation=ask.conversation if mail.in_reply_to or mail.references else "",
    )  # fmt: skip
    if told is None:
        return None
    record(session, ask, Outcome("awards", confidential=True), now=arrived.now)
    return Read("nomination" if told.done else "nomination: not taken", Reply(ask.id, told.text))
