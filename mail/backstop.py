"""The backstop against loops that no header shows: how many answers one correspondent gets, and not twice the same."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from bot.assistant.messages import Ask
from bot.assistant.recording import KEPT_TEXT
from store.keys import begins
from store.models import AskRecord

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
ANSWERS_AN_HOUR = 10
ANSWERS_A_DAY = 60
ANSWERS_A_DAY_IN_A_THREAD = 25
FEW_WORDS = 5  # "more" and "only in Leeds" are said again and again by people

_ASK = AskRecord.metadata.tables["ask"]
_OF_A_DAY = {  # built once: every mail asks this
    dialect: sa.select(_ASK.c.asked_at, _ASK.c.conversation, _ASK.c.text).where(
        _ASK.c.asked_at > sa.bindparam("since"),
        _ASK.c.id != sa.bindparam("ask"),
        begins(_ASK.c.id, sa.bindparam("sender", type_=sa.String), dialect=dialect),
    )
    for dialect in ("sqlite", "postgresql")
}


def held_back(session: Session, ask: Ask, *, of_sender: str, now: datetime) -> str:
    """Why this ask gets no answer just now, for staff; "" when it gets one.

    Every ask on record had its answer; `of_sender` is how the ids of this sender's asks begin.
    """
    asked = {"sender": of_sender, "ask": ask.id, "since": now - A_DAY}
    day = session.execute(_OF_A_DAY[session.get_bind().dialect.name], asked).all()
    hour = [text for asked_at, _, text in day if asked_at > now - AN_HOUR]
    if len(hour) >= ANSWERS_AN_HOUR:
        return "the sender had as many answers as an hour may bring"
    if len(day) >= ANSWERS_A_DAY:
        return "the sender had as many answers as a day may bring"
    if sum(thread == ask.conversation for _, thread, _ in day) >= ANSWERS_A_DAY_IN_A_THREAD:
        return "the thread had as many answers as a day may bring"
    if len(ask.text.split()) > FEW_WORDS and ask.text[:KEPT_TEXT] in hour:
        return "the sender asked the same within the hour"
    return ""
