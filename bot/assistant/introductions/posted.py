"""What became of the letters about an introduction: which wait, which left and when, which never arrived."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.introductions.wording import about
from bot.assistant.letters import LetterKind, withdraw
from store.kinds import OutboxState
from store.models import LetterRecord, OutboxMessage

LEFT = (OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCERTAIN)  # or may have
NOT_LEFT = (OutboxState.QUEUED, OutboxState.FAILED)  # and may still: a person can send again what was refused
REQUESTS = (LetterKind.CONSENT, LetterKind.NUDGE)
QUESTIONS = (LetterKind.MET, LetterKind.OUTCOME)
NOT_NOW = "not-now:"


def call_back(
    session: Session,
    introduction_id: int,
    kinds: Collection[LetterKind],
    *,
    reason: str,
    now: datetime,
    person_id: int | None = None,
    key: str = "",
) -> int:
    """Cancel its letters of these kinds that have not left: all, or one reader's, or those whose key begins so."""
    waiting = (
        select(OutboxMessage.id)
        .join(LetterRecord, col(LetterRecord.outbox_key) == col(OutboxMessage.dedup_key))
        .where(
            LetterRecord.about == about(introduction_id),
            col(LetterRecord.kind).in_([kind.value for kind in kinds]),
            col(LetterRecord.key).startswith(key, autoescape=True),
            col(OutboxMessage.state).in_(NOT_LEFT),
        )
        .distinct()
    )
    if person_id is not None:
        waiting = waiting.where(LetterRecord.person_id == person_id)
    ids = [each for each in session.exec(waiting) if each is not None]
    return withdraw(session, ids, reason=reason, now=now)


def readers(session: Session, introduction_id: int) -> frozenset[int]:
    """Whose request has left, or may have."""
    rows = session.exec(
        select(LetterRecord.person_id)
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            LetterRecord.about == about(introduction_id),
            LetterRecord.kind == LetterKind.CONSENT.value,
            col(OutboxMessage.state).in_(LEFT),
        )
    )
    return frozenset(rows)


def request_to(session: Session, introduction_id: int, person_id: int) -> OutboxMessage | None:
    """The latest message that asks this person."""
    return session.exec(
        select(OutboxMessage)
        .join(LetterRecord, col(LetterRecord.outbox_key) == col(OutboxMessage.dedup_key))
        .where(
            LetterRecord.about == about(introduction_id),
            LetterRecord.person_id == person_id,
            LetterRecord.kind == LetterKind.CONSENT.value,
        )
        .order_by(col(OutboxMessage.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def not_now_number(session: Session, introduction_id: int, person_id: int) -> int | None:
    """Which "not now" this would be to them; None where one left, or waits to. What was called back told nobody."""
    states = session.exec(
        select(OutboxMessage.state)
        .join(LetterRecord, col(LetterRecord.outbox_key) == col(OutboxMessage.dedup_key))
        .where(
            LetterRecord.about == about(introduction_id),
            LetterRecord.person_id == person_id,
            col(LetterRecord.key).startswith(NOT_NOW, autoescape=True),
        )
    ).all()
    told = any(state is not OutboxState.CANCELLED for state in states)
    return None if told else len(states) + 1
