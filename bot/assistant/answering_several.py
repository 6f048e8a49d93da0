"""Answers a mail: one ask as everywhere else, several one by one, each recorded by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.assistant.answering import NOBODYS_HOUSE, answer, work_out
from bot.assistant.house import House
from bot.assistant.mail_ask import request_of_mail
from bot.assistant.messages import Ask, Events
from bot.assistant.recording import part_of
from bot.assistant.several_asks import asks_in_mail
from bot.assistant.several_wording import Several, in_one
from bot.assistant.wording import Reply, put_in_words
from bot.assistant.worked_out import WorkedOut
from store.search.index import Index

MOST_ASKS = 5  # of one mail that are answered


def ready_reply(session: Session, ask: Ask, *, index: Index, now: datetime) -> tuple[WorkedOut, Reply] | None:
    """What `answer_mail` would say, on a snapshot and with nothing kept; None where it has to see for itself."""
    if len(asks_in_mail(ask.text)) > 1:
        return None
    found = work_out(session, ask, index=index, now=now)
    if found is None:
        return None
    worked_out, given = found
    return worked_out, put_in_words(given)


def answer_mail(
    session: Session,
    ask: Ask,
    *,
    index: Index,
    now: datetime,
    house: House = NOBODYS_HOUSE,
) -> Reply | Several:
    """Answer all that a mail asks. The caller owns the transaction; the same mail again gets the same answer."""
    asked = asks_in_mail(ask.text)
    if len(asked) == 1:
        return put_in_words(answer(session, ask, index=index, now=now, house=house))
    replies: list[Reply] = []
    for number, text in enumerate(asked[:MOST_ASKS], start=1):
        part = replace(
            ask, id=part_of(ask.id, number), text=text, after=_last_number(replies), on_its_own=number > 1
        )
        given = answer(session, part, index=index, now=now, house=house)
        reply = put_in_words(given)
        replies.append(_unnumbered(reply) if isinstance(given, Events) else reply)
    shown = [_without_story(text) for text in asked]
    return in_one(ask.id, shown[:MOST_ASKS], replies, left=shown[MOST_ASKS:])


def _without_story(text: str) -> str:
    """What is asked and what narrows it, to be said back."""
    request = request_of_mail(text)
    return " ".join((*request.asked, *request.conditions)) or text


def _last_number(replies: Sequence[Reply]) -> int:
    return max((item.number or 0 for each in replies for item in each.items), default=0)


def _unnumbered(reply: Reply) -> Reply:
    """Numbers are for organisations: an event among them would be taken for one."""
    return replace(reply, items=tuple(replace(item, number=None) for item in reply.items))
