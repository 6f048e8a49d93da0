"""A mail of the staff's to our address with "+announce" is a broadcast, which a word on a letter then sends."""

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.campaigns.by_letter import draft_by_mail
from bot.assistant.mail_ask import own_words
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.rights import Action, allowed
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.render.headers import mailbox
from store.kinds import Medium
from store.people import Member

EXTENSION = "+announce"
REFUSED = (
    "Only the staff can write to everybody, and I must be sure that it is you: your mail domain has to say so. "
    "Nothing was sent to anybody. In Slack: /whodoes announce."
)


def read_announcement(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """None where it came to another address. Its answer is the letter that asks for the word."""
    if not any(_is_for_all(each, arrived.post.sender.address) for each in arrived.rcpt_tos):
        return None
    record(session, ask, Outcome("announcement"), now=arrived.now)
    evidence = arrived.mail.message_id or ask.id
    act = Act(by=ask.asker, medium=Medium.EMAIL, evidence=evidence, house=arrived.post.house, now=arrived.now)
    if not (isinstance(ask.asker, Member) and allowed(session, act, Action.BROADCAST)):
        key = f"announce-refused:{arrived.mail.sender}:{arrived.now:%Y-%m-%d}"
        return Read("announcement: refused", Reply(ask.id, REFUSED), key)
    told = draft_by_mail(session, arrived.mail.subject, own_words(arrived.mail.text), act)
    if told.done:
        return Read("announcement: drafted")
    return Read("announcement: not taken", Reply(ask.id, f"{told.text} Nothing was sent to anybody."))


def _is_for_all(address: str, own: str) -> bool:
    local, _, domain = mailbox(address).casefold().rpartition("@")
    our_local, _, our_domain = mailbox(own).casefold().rpartition("@")
    return (local, domain) == (f"{our_local}{EXTENSION}", our_domain)
