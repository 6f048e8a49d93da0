"""A direct question edited or taken back moments after it was asked: its answer is edited, or goes, with it."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.assistant.recording import note_not_meant
from bot.slack.arrivals import Edited, TakenBack
from bot.slack.asking import answered_to
from bot.slack.blocks.answers import render
from bot.slack.doing import Doing
from bot.slack.drafts import DELETE, UPDATE, body_of, changing, draft_of, with_plain
from bot.slack.showing import Place, Shown, went_out
from bot.slack.then import Then
from store.models import AskRecord, OutboxMessage

EDITABLE = timedelta(minutes=10)
DID_SOMETHING = frozenset({"introduction", "stop"})  # asking otherwise does not take that back


def edited(session: Session, message: Edited, doing: Doing) -> Then:
    """Nothing where there was no answer, where it is long ago, or where answering has done something."""
    ask_id = f"slack:{message.channel}:{message.ts}"
    key = f"answer:{ask_id}"
    record = session.get(AskRecord, ask_id)
    late = doing.act.now - asked_at(message.ts) > EDITABLE
    if record is None or late or record.answer_kind in DID_SOMETHING or not went_out(session, key):
        return Then()
    note_not_meant(session, ask_id)
    number = _changes(session, key) + 1
    conversation = f"slack:{message.channel}:{message.root}"
    reply = answered_to(session, message.text, f"{ask_id}:{message.at}", conversation, doing)
    own = f"{key}:r{number}"
    shown = Shown(reply, Place.DIRECT, posted=True)
    drawn = render(shown, key=own, cards=doing.cards)
    draft = draft_of(UPDATE, body_of(drawn), key=own, recipient=message.channel, shown=shown)
    return Then(drafts=(with_plain(changing(draft, of=key, number=number), drawn),))


def taken_back(session: Session, message: TakenBack, doing: Doing) -> Then:
    ask_id = f"slack:{message.channel}:{message.ts}"
    key = f"answer:{ask_id}"
    if not went_out(session, key) or doing.act.now - asked_at(message.ts) > EDITABLE:
        return Then()
    note_not_meant(session, ask_id)
    draft = draft_of(DELETE, {}, key=f"{key}:gone", recipient=message.channel, shown=None)
    return Then(drafts=(changing(draft, of=key),))


def asked_at(ts: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _changes(session: Session, key: str) -> int:
    made = col(OutboxMessage.dedup_key).startswith(f"{key}:r", autoescape=True)
    return session.exec(select(func.count()).select_from(OutboxMessage).where(made)).one()
