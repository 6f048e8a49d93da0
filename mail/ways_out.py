"""Mails to a reader's own address: "unsubscribe" as mail programs send it, and words about what somebody wants to hear of."""

import re

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.consent.preferring import EVERYTHING, prefer, stop_everything, unsubscribe, wish_in
from bot.assistant.consent.subscribing import confirm_subscription
from bot.assistant.follow_ups import command
from bot.assistant.intents import Stop
from bot.assistant.introductions.words import word_of
from bot.assistant.mail_ask import own_words
from bot.assistant.messages import Ask
from bot.assistant.recording import Outcome, record
from bot.assistant.wording import Reply
from mail.arrived import Arrived
from mail.letter_replies import Read
from mail.tokens import Purpose
from store.kinds import Medium
from store.people import Stranger
from store.signing import token as signed

_UNSUBSCRIBE = re.compile(r"\s*unsubscribe(?:\s+([a-z0-9][a-z0-9-]{0,59}))?\s*", re.IGNORECASE)
READERS = frozenset({Purpose.READER, Purpose.SUBSCRIBER})


def read_way_out(session: Session, arrived: Arrived) -> str:
    """What a mail program sends for its reader's press (RFC 2369 3.2), machine-made or not; "" where it is none.

    Nobody waits for an answer to it, and the token says who it is.
    """
    token = _token(arrived)
    said = _UNSUBSCRIBE.fullmatch(arrived.mail.subject[:200]) if token else None
    if said is None:
        return ""
    told = unsubscribe(session, token, (said[1] or EVERYTHING).lower(), _act(arrived))
    return f"unsubscribed: {'done' if told.done else 'nobody of that token'}"


def read_wish(session: Session, ask: Ask, arrived: Arrived) -> Read | None:
    """A reply to a mailing in words: yes to a subscription, stop, or which topics how often."""
    token = _token(arrived)
    told = _told(session, token, ask.text, _act(arrived)) if token else None
    if told is None:
        return None
    record(session, ask, Outcome("stopped"), now=arrived.now)
    return Read("preferences", Reply(ask.id, told.text), f"preferences:{ask.id}")


def _told(session: Session, token: str, text: str, act: Act) -> Told | None:
    own = own_words(text).strip()
    if token.startswith(Purpose.SUBSCRIBER) and word_of(own, ("yes",)) == "yes":
        return confirm_subscription(session, token, act)
    if (wish := wish_in(session, own)) is not None:
        return prefer(session, wish, act, token=token)
    first = next((line for line in own.splitlines() if line.strip()), "")
    return stop_everything(session, token, act) if isinstance(command(first), Stop) else None


def _token(arrived: Arrived) -> str:
    """The reader's, of the address it came to."""
    addresses = arrived.post.addresses
    for each in arrived.rcpt_tos if addresses else ():
        assert addresses is not None  # noqa: S101 - narrows the type: there is no loop without
        found = addresses.read(each)
        if found is not None and found.purpose in READERS:
            return signed(addresses.key, found.purpose.value, found.number)
    return ""


def _act(arrived: Arrived) -> Act:
    evidence = arrived.mail.message_id or f"inbox:{arrived.item.id}"
    return Act(Stranger(), Medium.EMAIL, evidence, arrived.post.house, arrived.now)
