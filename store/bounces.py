"""Which addresses mail goes to no more, or not unasked: found out from what came back and was called spam.

An address is skipped for good where it is told not to exist (5.1.1, of a mail that we know we sent), or was refused for
good twice within thirty days. Softer refusals add up and fade; from a score of four on, and after a complaint, nothing
goes there unasked. None of it keeps back an answer to an ask, or the message to two who both agreed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.kinds import BounceKind, BounceProof
from store.models import Bounce

NO_SUCH_ADDRESS = "5.1.1"
TWICE_WITHIN = timedelta(days=30)
HALF_LIFE = timedelta(days=15)
ENOUGH = 4.0  # soft ones, each worth 1 when it comes
FADED = 4 * HALF_LIFE  # after which a soft one is worth a sixteenth, and its mail need not be kept
MOST = 200


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why mail does not go to an address: at all (HARD), or unasked (SOFT, COMPLAINT)."""

    address: str
    kind: BounceKind
    since: datetime
    reason: str


def suppressed(session: Session, address: str, *, now: datetime) -> Suppression | None:
    """The weightiest reason against this address that stands."""
    return _standing(address.lower(), _of(session, [address.lower()]), now=now)


def skipped(
    session: Session, addresses: Collection[str], *, unasked_at: datetime | None = None
) -> frozenset[str]:
    """Those of the addresses that are nowhere to reach somebody; with a time also those for nothing unasked then."""
    rows = _of(session, [each.lower() for each in addresses])
    found = set()
    for address in {row.address for row in rows}:
        standing = _standing(address, rows, now=unasked_at)
        if standing is not None:
            found.add(address)
    return frozenset(found)


def all_suppressed(session: Session, *, now: datetime, limit: int = MOST) -> tuple[Suppression, ...]:
    """Every address that something stands against, the latest first."""
    rows = session.exec(_believed().order_by(col(Bounce.id))).all()
    by_address: dict[str, list[Bounce]] = {}
    for row in rows:
        by_address.setdefault(row.address, []).append(row)
    found = [_standing(address, of_it, now=now) for address, of_it in by_address.items()]
    standing = [each for each in found if each is not None]
    return tuple(sorted(standing, key=lambda each: each.since, reverse=True)[:limit])


def _believed() -> SelectOfScalar[Bounce]:
    return select(Bounce).where(col(Bounce.undone_at).is_(None), col(Bounce.believed).is_(True))


def _of(session: Session, addresses: Collection[str]) -> list[Bounce]:
    if not addresses:
        return []
    return list(session.execute(_OF_ADDRESSES, {"addresses": list(addresses)}).scalars())


_OF_ADDRESSES = (
    _believed()
    .where(col(Bounce.address).in_(sa.bindparam("addresses", expanding=True)))
    .order_by(col(Bounce.id))
)


def _standing(address: str, rows: Iterable[Bounce], *, now: datetime | None) -> Suppression | None:
    """Without a time only what keeps everything back counts."""
    of_it = [row for row in rows if row.address == address]
    for kind, decisive in (
        (BounceKind.HARD, _hard(of_it)),
        (BounceKind.COMPLAINT, None if now is None else _complaint(of_it)),
        (BounceKind.SOFT, None if now is None else _soft(of_it, now)),
    ):
        if decisive is not None:
            return Suppression(address, kind, decisive.received_at, decisive.reason or decisive.status)
    return None


def _hard(rows: list[Bounce]) -> Bounce | None:
    """The one that settled it: of a mail known to be ours one that says there is no such address, or the second other."""
    hard = [row for row in rows if row.kind is BounceKind.HARD]
    for before, row in zip([None, *hard], hard, strict=False):
        of_ours = row.outbox_id is not None or row.known_by is BounceProof.TOKEN
        if row.status == NO_SUCH_ADDRESS and of_ours:
            return row
        if before is not None and row.received_at - before.received_at <= TWICE_WITHIN:
            return row
    return None


def _complaint(rows: list[Bounce]) -> Bounce | None:
    return next((row for row in rows if row.kind is BounceKind.COMPLAINT), None)


def _soft(rows: list[Bounce], now: datetime) -> Bounce | None:
    soft = [row for row in rows if row.kind is BounceKind.SOFT]
    score = sum(0.5 ** ((now - row.received_at) / HALF_LIFE) for row in soft)
    return soft[-1] if soft and score >= ENOUGH else None
