"""The outbox: messages decided but not yet sent, each claimed by one worker, none sent twice blindly.

A row goes queued -> sending -> sent | failed | uncertain | cancelled. "sending" is committed before the first byte leaves,
the outcome after the other side's reply. Between the two nobody can know (RFC 1047); a row found there after its lease
ran out becomes uncertain and is left to a person, or to a sender that can look the message up.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.kinds import Medium, OutboxState
from store.models import OutboxMessage
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

LEASE = timedelta(
    minutes=15
)  # longer than the 10 minutes RFC 5321 4.5.3.2.6 grants a relay after the final dot
GIVE_UP_AFTER = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to queue. `dedup_key` is readable and says what may exist only once."""

    dedup_key: str
    medium: Medium
    kind: str
    recipient: str
    sender: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this worker owns until its lease runs out; `owner` and `attempt` fence it."""

    id: int
    dedup_key: str
    medium: Medium
    kind: str
    recipient: str
    sender: str
    payload: dict[str, Any]
    body: bytes | None
    owner: str
    attempt: int
    created_at: datetime


def enqueue(session: Session, draft: Draft, *, now: datetime, due: datetime | None = None) -> int | None:
    """Queue a message in the transaction that decided it. None when its key is there already (safe to repeat)."""
    return _insert(session, draft, state=OutboxState.QUEUED, due=due or now, now=now)


def enqueue_claimed(session: Session, draft: Draft, *, owner: str, now: datetime) -> Claimed | None:
    """Queue and claim in one step, for an answer the caller sends the moment its transaction commits."""
    message_id = _insert(session, draft, state=OutboxState.SENDING, due=now, now=now, owner=owner, attempt=1)
    if message_id is None:
        return None
    return Claimed(
        message_id, draft.dedup_key, draft.medium, draft.kind, draft.recipient, draft.sender,
        draft.payload, draft.body, owner, 1, now,
    )  # fmt: skip


def claim(
    session: Session, *, owner: str, media: Collection[Medium], now: datetime, limit: int = 20
) -> tuple[Claimed, ...]:
    """Take the oldest due messages, up to `limit`. They are ours alone, here and in every other process."""
    due = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            col(OutboxMessage.medium).in_(media),
            OutboxMessage.due_at <= now,
        )
        .order_by(col(OutboxMessage.due_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = []
    for row in session.exec(due):
        row.state = OutboxState.SENDING
        row.owner = owner
        row.attempt += 1
        row.lease_until = now + LEASE
        taken.append(_cut_loose(row))
    return tuple(taken)


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a claimed message. False where the claim was lost: the row is left alone.

    Postponed messages are queued again with growing waits, and given up after GIVE_UP_AFTER.
    """
    match outcome:
        case Sent(reply):
            return _settle(session, claimed, state=OutboxState.SENT, reply=reply, settled_at=now)
        case Refused(reply):
            return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
        case Unknown(reply):
            return _settle(session, claimed, state=OutboxState.UNCERTAIN, reply=reply, settled_at=now)
        case Postponed(reply, wait):
            due = now + (wait or backoff(claimed.attempt))
            if due - claimed.created_at > GIVE_UP_AFTER:
                return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
            return _settle(session, claimed, state=OutboxState.QUEUED, reply=reply, due_at=due)
    assert_never(outcome)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the n-th try: one minute, doubling to four hours (RFC 5321 4.5.4.1 asks for patience)."""
    return min(timedelta(minutes=2 ** min(attempt - 1, 10)), timedelta(hours=4))


def lapsed(session: Session, *, now: datetime, limit: int = 100) -> tuple[Claimed, ...]:
    """Messages whose worker died between claiming and settling; their senders may look them up, or give them up."""
    rows = session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.SENDING, col(OutboxMessage.lease_until) < now)
        .order_by(col(OutboxMessage.id))
        .limit(limit)
    )
    return tuple(_cut_loose(row) for row in rows)


def end_leases(session: Session, *, now: datetime) -> int:
    """At the start of the only process on a database: whoever held these leases is dead. Returns how many."""
    return _rowcount(
        session,
        update(OutboxMessage)
        .where(col(OutboxMessage.state) == OutboxState.SENDING)
        .values(lease_until=now - timedelta(seconds=1)),
    )


def cancel(session: Session, message_id: int, *, reason: str, now: datetime) -> bool:
    """Withdraw a message that has not been claimed yet."""
    changed = _rowcount(
        session,
        update(OutboxMessage)
        .where(col(OutboxMessage.id) == message_id, col(OutboxMessage.state) == OutboxState.QUEUED)
        .values(state=OutboxState.CANCELLED, reply=reason, settled_at=now),
    )
    return changed == 1


def _insert(
    session: Session,
    draft: Draft,
    *,
    state: OutboxState,
    due: datetime,
    now: datetime,
    owner: str = "",
    attempt: int = 0,
) -> int | None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(OutboxMessage)
        .values(
            dedup_key=draft.dedup_key,
            medium=draft.medium,
            kind=draft.kind,
            recipient=draft.recipient,
            sender=draft.sender,
            payload=draft.payload,
            body=draft.body,
            state=state,
            attempt=attempt,
            owner=owner,
            lease_until=now + LEASE if owner else None,
            due_at=due,
            created_at=now,
            reply="",
        )
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(col(OutboxMessage.id))
    )
    return session.execute(statement).scalar_one_or_none()


def _settle(session: Session, claimed: Claimed, **values: Any) -> bool:
    changed = _rowcount(
        session,
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == claimed.id,
            col(OutboxMessage.owner) == claimed.owner,
            col(OutboxMessage.attempt) == claimed.attempt,
            col(OutboxMessage.state) == OutboxState.SENDING,
        )
        .values(lease_until=None, **values),
    )
    return changed == 1


def _rowcount(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type: an UPDATE's result counts its rows
    return result.rowcount


def _cut_loose(row: OutboxMessage) -> Claimed:
    assert row.id is not None  # noqa: S101 - narrows the type: it came from the database
    return Claimed(
        row.id, row.dedup_key, row.medium, row.kind, row.recipient, row.sender,
        row.payload, row.body, row.owner, row.attempt, row.created_at,
    )  # fmt: skip
