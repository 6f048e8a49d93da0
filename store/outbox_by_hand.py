"""A person's word on a message that is not to go out."""

from datetime import datetime

from sqlmodel import Session

from store.kinds import OutboxState
from store.models import AuditEntry, OutboxMessage

OPEN_TO_A_WORD = frozenset({OutboxState.QUEUED, OutboxState.UNCERTAIN, OutboxState.FAILED})


def dismiss(session: Session, message_id: int, actor: str, *, now: datetime) -> OutboxState | None:
    """Withdraw a message that waits, or take one that failed or is uncertain off the list; audited.

    Returns the state it was in. None where there is nothing to decide: no such message, sent, cancelled, or being sent.
    """
    row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in OPEN_TO_A_WORD:
        return None
    was = row.state
    row.state, row.settled_at = OutboxState.CANCELLED, now
    session.add(
        AuditEntry(
            at=now,
            actor=actor,
            action="outbox.dismissed",
            subject=f"outbox:{message_id}",
            details={"was": was.value, "attempts": row.attempt},
        )
    )
    return was
