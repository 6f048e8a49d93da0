"""The outbox: messages decided but not yet sent, each claimed by one worker, none sent twice blindly.

A row goes queued -> sending -> sent | failed | uncertain | cancelled. "sending" is committed before the first byte leaves,
the outcome after the other side's reply. Between the two nobody can know (RFC 1047); a row found there after its lease
ran out becomes uncertain and is left to a person, or to a sender that can look the message up.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store.keys import fitting, storable
from store.kinds import Medium, OutboxState
from store.models import OutboxMessage
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

# How soon what a dead process had in hand is dealt with. One that lives extends its leases (store/leases.py), since an
# attempt may take longer: a relay has 10 minutes after the final dot alone (RFC 5321 4.5.3.2.6).
LEASE = timedelta(minutes=3)
# Given up when old and tried often: a message written long before it was due still gets about a day of tries.
GIVE_UP_AFTER = timedelta(days=5)
TRIES_AT_LEAST = 14
OF_A_CAMPAIGN = "campaign:"  # how the keys begin of what a campaign's ledger answers for

_TABLE = OutboxMessage.metadata.tables["outbox"]


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


# Built once: putting these together costs ten times what running them does, and every message runs them.
_QUEUE = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE)
    .on_conflict_do_nothing(index_elements=["dedup_key"])
    .returning(_TABLE.c.id)
    for dialect in (sqlite, postgresql)
}
_CLAIMED = tuple(_TABLE.c[field.name] for field in fields(Claimed))
_DUE = (
    sa.select(_TABLE.c.id)
    .where(
        _TABLE.c.state == OutboxState.QUEUED,
        _TABLE.c.medium.in_(sa.bindparam("media", expanding=True)),
        _TABLE.c.due_at <= sa.bindparam("now"),
    )
    .order_by(_TABLE.c.due_at, _TABLE.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    sa.update(_TABLE)
    .where(_TABLE.c.id.in_(sa.select(_DUE.c.id)))
    .values(
        state=OutboxState.SENDING,
        owner=sa.bindparam("by"),
        attempt=_TABLE.c.attempt + 1,
        lease_until=sa.bindparam("until"),
    )
    .returning(*_CLAIMED, _TABLE.c.due_at)
)


def claim(
    session: Session, *, owner: str, media: Collection[Medium], now: datetime, limit: int = 20
) -> tuple[Claimed, ...]:
    """Take the oldest due messages, up to `limit`. They are ours alone, here and in every other process.

    Ask for one medium at a time where speed matters: the index then gives them in order, however long the queue.
    """
    asked = {"media": list(media), "now": now, "most": limit, "by": owner, "until": now + LEASE}
    taken = session.execute(_CLAIM, asked).all()
    return tuple(Claimed(*row[:-1]) for row in sorted(taken, key=lambda row: (row.due_at, row.id)))


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a claimed message. False where the claim was lost: the row is left alone.

    Postponed messages are queued again with growing waits, and given up in the end; not for having been held back.
    """
    match outcome:
        case Sent(reply):
            return _settle(session, claimed, state=OutboxState.SENT, reply=reply, settled_at=now)
        case Refused(reply):
            return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
        case Unknown(reply):
            return _settle(session, claimed, state=OutboxState.UNCERTAIN, reply=reply, settled_at=now)
        case Postponed(reply, wait, tried):
            due = now + (backoff(claimed.attempt) if wait is None else wait)
            old = due - claimed.created_at > GIVE_UP_AFTER and claimed.attempt >= TRIES_AT_LEAST
            if old and tried:
                return _settle(session, claimed, state=OutboxState.FAILED, reply=reply, settled_at=now)
            return _settle(session, claimed, state=OutboxState.QUEUED, reply=reply, due_at=due)
    assert_never(outcome)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the n-th try: one minute, doubling to four hours (RFC 5321 4.5.4.1 asks for patience)."""
    return min(timedelta(minutes=2 ** min(attempt - 1, 10)), timedelta(hours=4))


def extend(session: Session, message_ids: Collection[int], *, owner: str, now: datetime) -> int:
    """The owner's heartbeat: what of these it still has, it keeps for another LEASE. Returns how many those are."""
    return _rowcount(
        session,
        sa.update(_TABLE)
        .where(_TABLE.c.id.in_(message_ids), _TABLE.c.owner == owner, _TABLE.c.state == OutboxState.SENDING)
        .values(lease_until=now + LEASE),
    )


def put_back(session: Session, claimed: Claimed) -> bool:
    """Return a claimed message whose sending was not begun; it is due as before. False where the claim was lost."""
    return _settle(session, claimed, state=OutboxState.QUEUED)


def lapsed(
    session: Session, *, now: datetime, limit: int = 100, media: Collection[Medium] | None = None
) -> tuple[Claimed, ...]:
    """Messages whose worker died between claiming and settling; their senders may look them up, or give them up."""
    rows = (
        sa.select(*_CLAIMED)
        .where(_TABLE.c.state == OutboxState.SENDING, _TABLE.c.lease_until < now)
        .order_by(_TABLE.c.lease_until)
        .limit(limit)
    )
    if media is not None:
        rows = rows.where(_TABLE.c.medium.in_(media))
    return tuple(Claimed(*row) for row in session.execute(rows))


def end_leases(session: Session, *, now: datetime) -> int:
    """At the start (`now`) of the only process on a database: whoever took a lease before is dead. Returns how many.

    Leases taken since are left alone, so that it may run a little late.
    """
    return _rowcount(
        session,
        sa.update(_TABLE)
        .where(
            _TABLE.c.state == OutboxState.SENDING,
            _TABLE.c.lease_until < now + LEASE,
        )
        .values(lease_until=now - timedelta(seconds=1)),
    )


def cancel(session: Session, message_id: int, *, reason: str, now: datetime, failed: bool = False) -> bool:
    """Withdraw a message that has not been claimed yet. `failed`: also one that was refused, which a person could
    still send again."""
    states = [OutboxState.QUEUED, *([OutboxState.FAILED] if failed else [])]
    changed = _rowcount(
        session,
        sa.update(_TABLE)
        .where(_TABLE.c.id == message_id, _TABLE.c.state.in_(states))
        .values(state=OutboxState.CANCELLED, reply=reason, settled_at=now),
    )
    return changed == 1


def forget_contents(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Let go of what messages said once they are long settled; who got what, and when, stays. Returns how many.

    Failed and uncertain ones keep theirs: a person may still want them sent.
    """
    old = (
        sa.select(_TABLE.c.id)
        .where(
            _TABLE.c.state.in_([OutboxState.SENT, OutboxState.CANCELLED]),
            _TABLE.c.settled_at < before,
            _TABLE.c.body.is_not(None) | (sa.cast(_TABLE.c.payload, sa.String) != "{}"),
        )
        .limit(limit)
    )
    return _rowcount(session, sa.update(_TABLE).where(_TABLE.c.id.in_(old)).values(body=None, payload={}))


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
    values = {
        "dedup_key": fitting(draft.dedup_key),
        "medium": draft.medium,
        "kind": draft.kind,
        "recipient": draft.recipient,
        "sender": draft.sender,
        "payload": draft.payload,
        "body": draft.body,
        "state": state,
        "attempt": attempt,
        "owner": owner,
        "lease_until": now + LEASE if owner else None,
        "due_at": due,
        "created_at": now,
        "reply": "",
    }
    connection = session.connection()
    queued: int | None = connection.execute(_QUEUE[connection.dialect.name], values).scalar_one_or_none()
    return queued


def _settle(session: Session, claimed: Claimed, **values: Any) -> bool:
    if "reply" in values:
        values["reply"] = storable(values["reply"])  # whatever the other side says, it can be written down
    new = {f"new_{column}": value for column, value in values.items()}
    fence = {"its_id": claimed.id, "its_owner": claimed.owner, "its_attempt": claimed.attempt}
    return _rowcount(session, _settlement(*values), new | fence) == 1


@cache
def _settlement(*columns: str) -> sa.Update:
    return (
        sa.update(_TABLE)
        .where(
            _TABLE.c.id == sa.bindparam("its_id"),
            _TABLE.c.owner == sa.bindparam("its_owner"),
            _TABLE.c.attempt == sa.bindparam("its_attempt"),
            _TABLE.c.state == OutboxState.SENDING,
        )
        .values({"lease_until": None} | {column: sa.bindparam(f"new_{column}") for column in columns})
    )


def _rowcount(session: Session, statement: sa.Update, values: dict[str, Any] | None = None) -> int:
    result = session.execute(statement, values)
    assert isinstance(result, sa.CursorResult)  # noqa: S101 - narrows the type: an UPDATE's result counts its rows
    return result.rowcount
