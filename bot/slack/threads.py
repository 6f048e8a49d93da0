"""Which earlier ask a message follows up."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.slack.arrivals import Said
from store.models import AskRecord

STILL_TALKING = timedelta(minutes=30)
FOUND_SOMETHING = ("matches", "no_match", "organisation", "people", "nothing_more")


def thread_of(said: Said) -> str:
    return f"slack:{said.channel}:{said.root}"


def follows(session: Session, said: Said, *, now: datetime) -> str:
    """The conversation it goes on from: its thread. In a direct conversation people also just type on, below
    the thread that holds the answer, so there it is the last ask's, where that was a moment ago."""
    if not said.direct or said.root != said.ts:
        return thread_of(said)
    last = session.exec(
        select(AskRecord.conversation)
        .where(
            col(AskRecord.conversation).startswith(f"slack:{said.channel}:", autoescape=True),
            col(AskRecord.asked_at) > now - STILL_TALKING,
            col(AskRecord.answer_kind).in_(FOUND_SOMETHING),
        )
        .order_by(col(AskRecord.asked_at).desc())
        .limit(1)
    ).first()
    return last or thread_of(said)


def goes_on_in_its_thread(session: Session, ask_id: str, said: Said) -> None:
    """Wherever it came from, what follows it in its own thread follows it, and not what was asked elsewhere since."""
    record = session.get(AskRecord, ask_id)
    if record is not None:
        record.conversation = thread_of(said)
