"""The outbox: messages decided but not yet sent, each claimed by one worker, none sent twice blindly.

A row goes queued -> sending -> sent | failed | uncertain | cancelled. "sending" is committed before the first byte leaves,
the outcome after the other side's reply. Between the two nobody can know (RFC 1047); a row found there after its lease
ran out becomes uncertain and is left to a person, or to a sender that can look the message up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import CursorResult, String, cast, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from store.keys import fitting, storable
from store.kinds import Medium, OutboxState
from store.models import AuditEntry, OutboxMessage
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

# Longer than any attempt may take: a relay has 10 minutes after the final dot alone (RFC 5321 4.5.3.2.6).
LEASE = timedelta(minutes=20)
# Given up when old and tried often: a message written long before it was due still gets about a day of tries.
GIVE_UP_AFTER = timedelta(days=5)
TRIES_AT_LEAST = 14
CONTENT: tuple[Any, ...] = (OutboxMessage.body, OutboxMessage.payload)


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
        message_id, fitting(draft.dedup_key), draft.medium, draft.kind, draft.recipient, draft.sender,
        draft.payload, draft.body, owner, 1, now,
    )  # fmt: skip


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


def claim(
    session: Session, *, owner: str, media: Collection[Medium], now: datetime, limit: int = 20
) -> tuple[Claimed, ...]:
    """Take the oldest due messages, up to `limit`. They are ours alone, here and in every other process.

    Ask for one medium at a time where speed matters: the index then gives them in order, however long the queue.
    """
    due = (
        select(col(OutboxMessage.id))
        .where(
            col(OutboxMessage.state) == OutboxState.QUEUED,
            col(OutboxMessage.medium).in_(media),
            col(OutboxMessage.due_at) <= now,
        )
        .order_by(col(OutboxMessage.due_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.id).in_(select(due.c.id)))
        .values(
            state=OutboxState.SENDING,
            owner=owner,
            attempt=col(OutboxMessage.attempt) + 1,
            lease_until=now + LEASE,
        )
        .returning(OutboxMessage)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).scalars()
    return tuple(_cut_loose(row) for row in sorted(taken, key=lambda row: (row.due_at, row.id or 0)))


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a claimed message. False where the claim was lost: the row is left alone.

    Postponed messages are queued again with growing waits, and given up in the end.
    """
    match outcome:
        case Sent(reply):
            return _settle(session, claimed, state=OutboxState.SENT, reply=reply, settled_at=now)
        case Refused(reply):
            return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
        case Unknown(reply):
            return _settle(session, claimed, state=OutboxState.UNCERTAIN, reply=reply, settled_at=now)
        case Postponed(reply, wait):
            due = now + (backoff(claimed.attempt) if wait is None else wait)
            if due - claimed.created_at > GIVE_UP_AFTER and claimed.attempt >= TRIES_AT_LEAST:
                return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
            return _settle(session, claimed, state=OutboxState.QUEUED, reply=reply, due_at=due)
    assert_never(outcome)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the n-th try: one minute, doubling to four hours (RFC 5321 4.5.4.1 asks for patience)."""
    return min(timedelta(minutes=2 ** min(attempt - 1, 10)), timedelta(hours=4))


def put_back(session: Session, claimed: Claimed) -> bool:
    """Return a claimed message whose sending was not begun; it is due as before. False where the claim was lost."""
    return _settle(session, claimed, state=OutboxState.QUEUED)


def lapsed(
    session: Session, *, now: datetime, limit: int = 100, media: Collection[Medium] | None = None
) -> tuple[Claimed, ...]:
    """Messages whose worker died between claiming and settling; their senders may look them up, or give them up."""
    rows = (
        select(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.SENDING, col(OutboxMessage.lease_until) < now)
        .order_by(col(OutboxMessage.lease_until))
        .limit(limit)
    )
    if media is not None:
        rows = rows.where(col(OutboxMessage.medium).in_(media))
    return tuple(_cut_loose(row) for row in session.exec(rows))


def end_leases(session: Session, *, now: datetime) -> int:
    """At the start (`now`) of the only process on a database: whoever took a lease before is dead. Returns how many.

    Leases taken since are left alone, so that it may run a little late.
    """
    return _rowcount(
        session,
        update(OutboxMessage)
        .where(
            col(OutboxMessage.state) == OutboxState.SENDING,
            col(OutboxMessage.lease_until) < now + LEASE,
        )
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


def resend(session: Session, message_id: int, actor: str, *, now: datetime) -> bool:
    """A person's word that an uncertain or failed message is to go out (again); audited. False in any other state."""
    row = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in {OutboxState.UNCERTAIN, OutboxState.FAILED}:
        return False
    if row.body is None and not row.payload:
        return False  # its content was let go of; there is nothing left to send
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


def counts(session: Session) -> Mapping[OutboxState, int]:
    """How many messages are in each state; every state is there."""
    counted = session.execute(
        select(col(OutboxMessage.state), func.count()).group_by(col(OutboxMessage.state))
    )
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


def forget_contents(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Let go of what messages said once they are long settled; who got what, and when, stays. Returns how many.

    Failed and uncertain ones keep theirs: a person may still want them sent.
    """
    old = (
        select(col(OutboxMessage.id))
        .where(
            col(OutboxMessage.state).in_([OutboxState.SENT, OutboxState.CANCELLED]),
            col(OutboxMessage.settled_at) < before,
            col(OutboxMessage.body).is_not(None) | (cast(OutboxMessage.payload, String) != "{}"),
        )
        .limit(limit)
    )
    return _rowcount(
        session, update(OutboxMessage).where(col(OutboxMessage.id).in_(old)).values(body=None, payload={})
    )


def _listed(session: Session, *states: OutboxState, limit: int) -> tuple[Listed, ...]:
    rows = session.exec(
        select(OutboxMessage)
        .options(*(defer(attribute) for attribute in CONTENT))
        .where(col(OutboxMessage.state).in_(states))
        .order_by(col(OutboxMessage.due_at), col(OutboxMessage.id))
        .limit(limit)
    )
    return tuple(
        Listed(
            row.id or 0, row.medium, row.kind, row.recipient, row.state, row.attempt,
            row.created_at, row.due_at, row.settled_at, row.reply,
        )
        for row in rows
    )  # fmt: skip


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
            dedup_key=fitting(draft.dedup_key),
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
    if "reply" in values:
        values["reply"] = storable(values["reply"])  # whatever the other side says, it can be written down
    changed = _rowcount(
        session,
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == claimed.id,
            col(OutboxMessage.owner) == claimed.owner,
            col(OutboxMessage.attempt) == claimed.attempt,
            col(OutboxMessage.state) == OutboxState.SENDING,
        )
        .values(lease_until=None, **values)
        .execution_options(synchronize_session=False),
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
