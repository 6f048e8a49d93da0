"""The outbox as a person sees it, and their word on what waits, failed or is uncertain: send it (again), or leave it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from store.kinds import Medium, OutboxState
from store.models import AuditEntry, OutboxMessage
from store.outbox import OF_A_CAMPAIGN

_TABLE = OutboxMessage.metadata.tables["outbox"]
OPEN_TO_A_WORD = frozenset({OutboxState.QUEUED, OutboxState.UNCERTAIN, OutboxState.FAILED})


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as staff see it in a list: where it stands and the other side's last word, without its content."""

    id: int
    medium: Medium
    kind: str
    recipient: str
    state: OutboxState
    attempt: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    reply: str


def counts(session: Session) -> Mapping[OutboxState, int]:
    """How many messages are in each state; every state is there."""
    counted = session.execute(sa.select(_TABLE.c.state, sa.func.count()).group_by(_TABLE.c.state))
    found = {state: number for state, number in counted}  # noqa: C416 - dict() of rows does not type-check
    return {state: found.get(state, 0) for state in OutboxState}


def waiting(session: Session, *, limit: int = 100) -> tuple[Listed, ...]:
    """What has not gone out yet, longest due first, with the reason it was last put off for."""
    return _listed(session, OutboxState.QUEUED, OutboxState.SENDING, limit=limit)


def uncertain(session: Session, *, limit: int = 100) -> tuple[Listed, ...]:
    """What may or may not have gone out: a person decides (`resend`)."""
    return _listed(session, OutboxState.UNCERTAIN, limit=limit)


def failed(session: Session, *, limit: int = 100) -> tuple[Listed, ...]:
    """What was refused for good or given up, with the refusal."""
    return _listed(session, OutboxState.FAILED, limit=limit)


def resend(session: Session, message_id: int, actor: str, *, now: datetime) -> bool:
    """A person's word that an uncertain or failed message is to go out (again); audited. False in any other state.

    What belongs to a campaign is sent again there (store/campaigns/again.py), where it is known who has it.
    """
    row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in {OutboxState.UNCERTAIN, OutboxState.FAILED}:
        return False
    if row.body is None and not row.payload:
        return False  # its content was let go of; there is nothing left to send
    if row.dedup_key.startswith(OF_A_CAMPAIGN):
        return False  # its ledger would not know, and could send it once more
    was = row.state
    row.state, row.due_at, row.settled_at = OutboxState.QUEUED, now, None
    session.add(
        AuditEntry(
            at=now,
            actor=actor,
            action="outbox.resent",
            subject=f"outbox:{message_id}",
            details={"was": was.value, "attempts": row.attempt},
        )
    )
    return True


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


def _listed(session: Session, *states: OutboxState, limit: int) -> tuple[Listed, ...]:
    rows = session.execute(
        sa.select(*(_TABLE.c[field.name] for field in fields(Listed)))
        .where(_TABLE.c.state.in_(states))
        .order_by(_TABLE.c.due_at, _TABLE.c.id)
        .limit(limit)
    )
    return tuple(Listed(*row) for row in rows)
