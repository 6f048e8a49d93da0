"""The backstop against loops that no header shows: how many answers a sender, a domain and a thread get, and not twice the same.

Machines answer machines, from ever new addresses and with their own mark in every mail; sooner or later one of these caps
ends it. People hardly meet them: a member has ten answers an hour.
"""

import hashlib
from datetime import datetime

from sqlmodel import Session

from bot.assistant.messages import Ask
from mail.arrived import Arrived
from store.answered import A_DAY, AN_HOUR, Answered, Before, had, of_domain, of_the_unknown
from store.keys import fitting
from store.people import Member

ANSWERS_AN_HOUR = 10
ANSWERS_A_DAY = 60
ANSWERS_A_DAY_IN_A_THREAD = 25
OF_A_DOMAIN_AN_HOUR = 300  # of its members: a university has hundreds
TO_ONE_UNKNOWN_A_DAY = 1
TO_UNKNOWN_OF_A_DOMAIN_A_DAY = 30
FEW_WORDS = 5  # "more" and "only in Leeds" are said again and again by people


def answered_mail_of(ask: Ask, arrived: Arrived, *, known: bool = False) -> Answered:
    """As this mail counts. `known`: somebody in the middle of something with us, though nothing proves their From."""
    return Answered(
        inbox_id=arrived.item.id,
        sender=fitting(arrived.mail.sender),
        conversation=fitting(ask.conversation),
        words=hashlib.sha256(" ".join(ask.text.casefold().split()).encode("utf-8", "replace")).hexdigest(),
        known=known or isinstance(ask.asker, Member),
    )


def held_back(session: Session, mail: Answered, ask: Ask, arrived: Arrived) -> str:
    """Why this mail gets no answer just now, for staff; "" when it gets one."""
    now = arrived.now
    before = had(session, mail, now=now)
    if not mail.known:
        return _unknown(session, mail, before, now=now, most=arrived.post.strangers_an_hour)
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


def _unknown(
    session: Session, mail: Answered, before: tuple[Before, ...], *, now: datetime, most: int
) -> str:
    if len(before) >= TO_ONE_UNKNOWN_A_DAY:
        return "a sender nobody knows had their answer today"
    if of_domain(session, mail, since=now - A_DAY) >= TO_UNKNOWN_OF_A_DOMAIN_A_DAY:
        return "people nobody knows of that domain had as many answers as a day may bring"
    if of_the_unknown(session, mail, since=now - AN_HOUR) >= most:
        return "people nobody knows had as many answers as an hour may bring"
    return ""
