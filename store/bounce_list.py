"""What came back, as staff look at it: in a list, and one by one with the mail that told it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import BounceKind, BounceProof
from store.models import Bounce, InboxItem


@dataclass(frozen=True, slots=True)
class Listed:
    """`raw` is the report as it came, where it is shown and still kept."""

    id: int
    address: str
    kind: BounceKind
    status: str
    reason: str
    known_by: BounceProof
    believed: bool
    received_at: datetime
    undone_at: datetime | None
    undone_by: str
    outbox_id: int | None
    raw: bytes | None = None


def listed(session: Session, *, limit: int) -> tuple[Listed, ...]:
    """Newest first."""
    rows = session.exec(select(Bounce).order_by(col(Bounce.id).desc()).limit(limit))
    return tuple(_shown(row) for row in rows)


def one(session: Session, bounce_id: int) -> Listed | None:
    """With the mail that told it."""
    row = session.get(Bounce, bounce_id)
    if row is None:
        return None
    item = session.get(InboxItem, row.inbox_id) if row.inbox_id is not None else None
    return _shown(row, raw=item.raw if item else None)


def standing(session: Session, address: str) -> tuple[int, ...]:
    """The bounces of an address that nobody undid."""
    rows = select(Bounce.id).where(Bounce.address == address.strip().lower(), col(Bounce.undone_at).is_(None))
    return tuple(each for each in session.exec(rows.order_by(col(Bounce.id))) if each is not None)


def _shown(row: Bounce, *, raw: bytes | None = None) -> Listed:
    assert row.id is not None  # noqa: S101 - narrows the type: it came from the database
    return Listed(
        row.id, row.address, row.kind, row.status, row.reason, row.known_by, row.believed, row.received_at,
        row.undone_at, row.undone_by, row.outbox_id, raw,
    )  # fmt: skip
