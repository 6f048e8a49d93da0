"""A mail that nominates: by a sentence in it, by its subject, or by saying what an earlier one left out."""

import re

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.awards.asks import about_awards
from bot.assistant.awards.nominate_asks import category_meant, nominates, nomination_in
from bot.assistant.awards.nominating import complete, nominate_in_words
from bot.assistant.chit_chat import small_talk
from bot.assistant.follow_ups import command
from bot.assistant.intents import AwardsActed, AwardsDeed
from bot.assistant.mail_ask import own_words
from store.awards.listing import categories
from store.awards.times import known_awards
from store.kinds import Medium
from store.models import AskRecord
from store.search.index import Index

_SUBJECT = re.compile(
    r"(?:\w+ ){0,2}(?:awards? )?nominations?\b[ :,–—-]*(?:(?:for|of) )?(?P<rest>.*)", re.IGNORECASE
)


def nominated_by_mail(
    session: Session, text: str, act: Act, index: Index, *, subject: str, conversation: str
) -> Told | None:
    """None where the mail is about something else. `conversation`: of the mail it replies to, whose subject it only
    repeats; "" where it begins one."""
    heard, own = about_awards(text, Medium.EMAIL), own_words(text)
    if heard is not None and isinstance(heard.intent, AwardsActed):
        nominating = heard.intent.deed is AwardsDeed.NOMINATE
        if nominating and (heard.sure or _category(session, own) is not None):
            return nominate_in_words(session, own, act, index)
        return None
    if conversation:
        other = small_talk(own) or command(own)
        goes_on = not other and _was_about_awards(session, conversation)
        return complete(session, own, act, index) if goes_on else None
    titled = _SUBJECT.fullmatch(" ".join(subject.split()))
    if titled is None or not own.strip() or not known_awards(session):
        return None
    return nominate_in_words(session, _said(session, titled["rest"].strip(), own), act, index)


def _said(session: Session, subject: str, own: str) -> str:
    """Subject and mail as one nomination: the subject may name the category, the nominee, or both."""
    if not subject:
        return (
            own if nominates(own) or nomination_in(own, _names(session)).nominee == "" else f"nominate {own}"
        )
    if category_meant(subject, _names(session)) is not None:
        return f"nomination for {subject}: {own}"
    return f"nominate {subject}: {own}"


def _was_about_awards(session: Session, conversation: str) -> bool:
    """Whether awards were the last thing talked of there: a short word elsewhere means something else."""
    last = session.exec(
        select(AskRecord.answer_kind)
        .where(AskRecord.conversation == conversation)
        .order_by(col(AskRecord.asked_at).desc())
    ).first()
    return last == "awards"


def _category(session: Session, text: str) -> int | None:
    return nomination_in(text, _names(session)).category


def _names(session: Session) -> list[str]:
    return [each.name for awards in known_awards(session) for each in categories(session, awards.event_id)]
