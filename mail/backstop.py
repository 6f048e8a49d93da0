"""The backstop against loops that no header shows: how many answers one correspondent gets, and not twice the same."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.assistant.messages import Ask
from bot.assistant.recording import KEPT_TEXT
from store.models import AskRecord

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
ANSWERS_AN_HOUR = 10
ANSWERS_A_DAY = 60
ANSWERS_A_DAY_IN_A_THREAD = 25
FEW_WORDS = 5  # "more" and "only in Leeds" are said again and again by people


def held_back(session: Session, ask: Ask, *, of_sender: str, now: datetime) -> str:
    """Why this ask gets no answer just now, for staff; "" when it gets one.

    Every ask on record had its answer; `of_sender` is how the ids of this sender's asks begin.
    """
    others = (
        select(func.count())
        .select_from(AskRecord)
        .where(col(AskRecord.id) != ask.id, col(AskRecord.id).startswith(of_sender, autoescape=True))
    )
    if _count(session, others, now - AN_HOUR) >= ANSWERS_AN_HOUR:
        return "the sender had as many answers as an hour may bring"
    if _count(session, others, now - A_DAY) >= ANSWERS_A_DAY:
        return "the sender had as many answers as a day may bring"
    in_thread = others.where(AskRecord.conversation == ask.conversation)
    if _count(session, in_thread, now - A_DAY) >= ANSWERS_A_DAY_IN_A_THREAD:
        return "the thread had as many answers as a day may bring"
    same = others.where(AskRecord.text == ask.text[:KEPT_TEXT])
    if len(ask.text.split()) > FEW_WORDS and _count(session, same, now - AN_HOUR):
        return "the sender asked the same within the hour"
    return ""


def _count(session: Session, asks: SelectOfScalar[int], since: datetime) -> int:
    return session.exec(asks.where(AskRecord.asked_at > since)).one()
