"""The backstop against loops that no header shows: how many answers a sender, a domain and a thread get, and not twice the same.

Machines answer machines, from ever new addresses and with their own mark in every mail; sooner or later one of these caps
ends it. People hardly meet them: a member has ten answers an hour.
"""

import hashlib
import re

from sqlmodel import Session

from bot.assistant.messages import Ask
from mail.arrived import Arrived
from store.answered import (
    A_DAY,
    AN_HOUR,
    Answered,
    had,
    of_domain,
    of_the_unknown,
    said_in_domain,
)
from store.keys import fitting
from store.people import Member

ANSWERS_AN_HOUR = 10
ANSWERS_A_DAY = 60
ANSWERS_A_DAY_IN_A_THREAD = 25
OF_A_DOMAIN_AN_HOUR = 300  # of its members: a university has hundreds
TO_UNKNOWN_OF_A_DOMAIN_A_DAY = 30
TO_UNKNOWN_A_DAY = 500  # or as many as one hour may bring, where that is set higher
SAME_OF_A_DOMAIN_AN_HOUR = 3  # colleagues may send each other a question that they then all ask
FEW_WORDS = 5  # "more" and "only in Leeds" are said again and again by people
ONE_A_DAY = "a sender nobody knows had their answer today"
NUMBERS = re.compile(r"\d+")


def answered_mail_of(ask: Ask, arrived: Arrived, *, known: bool = False) -> Answered:
    """As this mail counts. `known`: somebody in the middle of something with us, though nothing proves their From."""
    known = known or isinstance(ask.asker, Member)
    words = " ".join(ask.text.casefold().split())
    if not known:
        words = NUMBERS.sub(
            "0", words
        )  # machines number what they say; "introduce 2" and "introduce 3" are a member's
    return Answered(
        inbox_id=arrived.item.id,
        sender=fitting(arrived.mail.sender),
        conversation=fitting(ask.conversation),
        words=hashlib.sha256(words.encode("utf-8", "replace")).hexdigest(),
        known=known,
    )


def held_back(session: Session, mail: Answered, ask: Ask, arrived: Arrived) -> str:
    """Why this mail gets no answer just now, for staff; "" when it gets one."""
    now = arrived.now
    before = had(session, mail, now=now)
    if not mail.known:
        return _unknown(session, mail, ask, arrived) if not before else ONE_A_DAY
    hour = [each for each in before if each.at > now - AN_HOUR]
    if len(hour) >= ANSWERS_AN_HOUR:
        return "the sender had as many answers as an hour may bring"
    if len(before) >= ANSWERS_A_DAY:
        return "the sender had as many answers as a day may bring"
    if sum(each.conversation == mail.conversation for each in before) >= ANSWERS_A_DAY_IN_A_THREAD:
        return "the thread had as many answers as a day may bring"
    if len(ask.text.split()) > FEW_WORDS and any(each.words == mail.words for each in hour):
        return "the sender asked the same within the hour"
    if hour and of_domain(session, mail, since=now - AN_HOUR) >= OF_A_DOMAIN_AN_HOUR:
        return "the sender's domain had as many answers as an hour may bring"
    return ""


def _unknown(session: Session, mail: Answered, ask: Ask, arrived: Arrived) -> str:
    """Their first mail of the day, as far as anybody can tell: machines have ever new addresses."""
    hour, day = arrived.now - AN_HOUR, arrived.now - A_DAY
    long = len(ask.text.split()) > FEW_WORDS
    if long and said_in_domain(session, mail, since=hour) >= SAME_OF_A_DOMAIN_AN_HOUR:
        return "people nobody knows of that domain said the same within the hour"
    if of_domain(session, mail, since=day) >= TO_UNKNOWN_OF_A_DOMAIN_A_DAY:
        return "people nobody knows of that domain had as many answers as a day may bring"
    if of_the_unknown(session, mail, since=hour) >= arrived.post.strangers_an_hour:
        return "people nobody knows had as many answers as an hour may bring"
    if of_the_unknown(session, mail, since=day) >= max(TO_UNKNOWN_A_DAY, arrived.post.strangers_an_hour):
        return "people nobody knows had as many answers as a day may bring"
    return ""
