"""What came back undelivered or was called spam: written down once, with what follows for the message, and undone by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.campaigns.came_back import came_back
from store.keys import storable
from store.kinds import BounceKind, BounceProof, Medium, OutboxState
from store.models import AuditEntry, Bounce, OutboxMessage

AGAIN_WITHIN = timedelta(days=1)  # in which the same words about the same address are the same report
LATELY = timedelta(days=30)
LONGEST_REASON = 500
LONGEST_ADDRESS = 320
MOST = 200
LEFT = (OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of one address. The mail it is about, where that is known, is of the outbox or of a campaign."""

    address: str
    kind: BounceKind
    known_by: BounceProof
    status: str = ""
    reason: str = ""
    given_up: bool = True  # False: they still try, so the mail may yet arrive
    believed: bool = True
    inbox_id: int | None = None
    outbox_id: int | None = None
    recipient_id: int | None = None  # a campaign's


def record(session: Session, told: Told, *, now: datetime) -> int:
    """Write one down, with what follows for the message. The same report again is the same row; returns its id."""
    row = _before(session, told, now=now)
    if row is None:
        row = Bounce(
            inbox_id=told.inbox_id,
            outbox_id=told.outbox_id,
            address=storable(told.address.lower())[:LONGEST_ADDRESS],
            kind=told.kind,
            status=told.status[:20],
            reason=storable(told.reason)[:LONGEST_REASON],
            known_by=told.known_by,
            believed=told.believed,
            received_at=now,
            undone_by="",
        )
        session.add(row)
        session.flush()
    assert row.id is not None  # noqa: S101 - narrows the type: it is in the database
    if told.believed and told.given_up and told.kind is not BounceKind.COMPLAINT and row.undone_at is None:
        _not_arrived(session, told, row.id, now=now)
    return row.id


def sent_lately(session: Session, address: str, *, now: datetime) -> tuple[OutboxMessage, ...]:
    """What left for this address not long ago, newest first: a report about anything else is not believed."""
    rows = session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.medium == Medium.EMAIL,
            col(OutboxMessage.created_at) >= now - LATELY,
            col(OutboxMessage.state).in_([*LEFT, OutboxState.FAILED]),
            sa.func.lower(OutboxMessage.recipient).contains(address.lower(), autoescape=True),
        )
        .order_by(col(OutboxMessage.id).desc())
        .limit(MOST)
    ).all()
    return tuple(row for row in rows if address.lower() in recipients_of(row))


def recipients_of(message: OutboxMessage) -> tuple[str, ...]:
    """Whom a mail went to, lower-case; nobody where it is no mail."""
    if message.medium is not Medium.EMAIL:
        return ()
    named = message.payload.get("recipients") or [message.recipient]
    return tuple(str(each).lower() for each in named)


def undo(session: Session, bounce_ids: Iterable[int], actor: str, *, now: datetime) -> tuple[str, ...]:
    """Staff's word that these were none; audited. Returns the addresses they were about. Safe to repeat."""
    addresses = []
    for bounce_id in bounce_ids:
        row = session.get(Bounce, bounce_id, with_for_update=True, populate_existing=True)
        if row is None or row.undone_at is not None:
            continue
        row.undone_at, row.undone_by = now, actor
        session.add(row)
        details = {"kind": row.kind.value, "status": row.status}
        session.add(
            AuditEntry(
                at=now, actor=actor, action="bounce.undone", subject=f"bounce:{bounce_id}", details=details
            )
        )
        addresses.append(row.address)
    session.flush()
    return tuple(dict.fromkeys(addresses))


def _before(session: Session, told: Told, *, now: datetime) -> Bounce | None:
    """The row of this report where it came before; what was sent again since is another mail."""
    same = (
        select(Bounce)
        .where(Bounce.address == storable(told.address.lower())[:LONGEST_ADDRESS], Bounce.kind == told.kind)
        .order_by(col(Bounce.id).desc())
        .limit(1)
    )
    if told.outbox_id is None:
        words = (
            Bounce.reason == storable(told.reason)[:LONGEST_REASON],
            col(Bounce.received_at) > now - AGAIN_WITHIN,
        )
        return session.exec(same.where(col(Bounce.outbox_id).is_(None), *words)).first()
    # Held until the transaction ends: of two processes with the same report, the second finds the first one's row.
    message = session.get(OutboxMessage, told.outbox_id, with_for_update=True, populate_existing=True)
    found = session.exec(same.where(Bounce.outbox_id == told.outbox_id)).first()
    sent_again = (
        found is not None
        and message is not None
        and message.state is OutboxState.SENT
        and message.settled_at is not None
        and message.settled_at > found.received_at
    )
    return None if sent_again else found


def _not_arrived(session: Session, told: Told, bounce_id: int, *, now: datetime) -> None:
    """The message counts as refused, with the other side's words, as if the relay itself had said so; audited."""
    if told.recipient_id is not None:
        came_back(session, told.recipient_id, told.reason or told.status, bounce_id=bounce_id, now=now)
    if told.outbox_id is None:
        return
    row = session.get(OutboxMessage, told.outbox_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in LEFT:
        return
    was, row.state, row.settled_at = row.state, OutboxState.FAILED, now
    row.reply = storable(f"It came back: {told.reason or told.status}")[:LONGEST_REASON]
    row.lease_until = None
    session.add(row)
    session.add(
        AuditEntry(
            at=now,
            actor="whodoes",
            action="outbox.bounced",
            subject=f"outbox:{told.outbox_id}",
            details={"was": was.value, "bounce": bounce_id, "kind": told.kind.value, "status": told.status},
        )
    )
    session.flush()
