"""Subscribers who are no members: asked once whether it was them, written to only when they said so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from store.bounces import suppressed
from store.consent.readers import Reader, reader_token, subscriber_at
from store.consent.suppression import release
from store.keys import storable
from store.kinds import BounceKind, LawfulBasis, ReaderKind, SubscriberState
from store.models import Address, AuditEntry, ReaderBasis, Subscriber
from store.secrets import REPLY_ADDRESSES, secret

ASK_AGAIN_AFTER = timedelta(hours=24)  # so that nobody fills a stranger's mailbox through us
MOST_AN_HOUR = 60  # confirmations, whoever they are for


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to subscribe, as they wrote it; the address was checked already."""

    address: str
    name: str = ""
    organisation: str = ""
    kind: ReaderKind = ReaderKind.INDIVIDUAL
    source: str = "the page"


class Became(StrEnum):
    ASKED = "asked"  # a mail is to ask them
    WAITING = "waiting"  # one went out lately
    THERE = "there"  # they get it already
    MEMBER = "member"  # the address is a member's
    NOWHERE = "nowhere"  # mail to it comes back, or was called spam
    FULL = "full"  # too many asked in this hour


@dataclass(frozen=True, slots=True)
class Pending:
    """`token` goes into the mail that asks them."""

    became: Became
    subscriber_id: int | None = None
    token: str = ""


def want(session: Session, wanted: Wanted, *, now: datetime) -> Pending:
    """Write down the wish, and whether a mail is to ask if it was them."""
    address = wanted.address.strip().lower()
    if session.get(Address, address) is not None:
        return Pending(Became.MEMBER)
    row = subscriber_at(session, address)
    if row is not None and row.state is SubscriberState.CONFIRMED:
        return Pending(Became.THERE, row.id)
    if row is not None and row.state is SubscriberState.PENDING and now - row.asked_at < ASK_AGAIN_AFTER:
        return Pending(Became.WAITING, row.id)
    against = suppressed(session, address, now=now)
    if against is not None and against.kind is not BounceKind.SOFT:
        return Pending(Became.NOWHERE)
    if _asked_lately(session, now) >= MOST_AN_HOUR:
        return Pending(Became.FULL)
    row = row or Subscriber(address=address, asked_at=now)
    row.name, row.organisation = _line(wanted.name), _line(wanted.organisation)
    row.kind, row.basis, row.source = wanted.kind, LawfulBasis.CONSENT, _line(wanted.source)
    row.state, row.asked_at, row.ended_at = SubscriberState.PENDING, now, None
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - narrows the type: it was flushed
    _audit(session, row.id, "asked", now=now)
    key = secret(session, REPLY_ADDRESSES, now=now)
    return Pending(Became.ASKED, row.id, reader_token(key, Reader(subscriber_id=row.id)))


def confirm(session: Session, subscriber_id: int, *, now: datetime) -> bool:
    """Their own word: also that an earlier “stop” is over. Safe to repeat; False where there is none."""
    row = session.get(Subscriber, subscriber_id)
    if row is None:
        return False
    if row.state is not SubscriberState.CONFIRMED:
        row.state, row.confirmed_at, row.ended_at = SubscriberState.CONFIRMED, now, None
        session.add(row)
        release(session, [row.address])
        _audit(session, subscriber_id, "confirmed", now=now)
    return True


@dataclass(frozen=True, slots=True)
class Listed:
    id: int
    address: str
    name: str
    organisation: str
    kind: ReaderKind
    basis: LawfulBasis
    source: str
    state: SubscriberState
    since: datetime


def subscribers(session: Session, *, state: SubscriberState | None = None) -> tuple[Listed, ...]:
    rows = select(Subscriber).order_by(col(Subscriber.address))
    rows = rows.where(Subscriber.state == state) if state is not None else rows
    return tuple(_listed(row) for row in session.exec(rows))


def confirmed_ids(session: Session) -> Sequence[tuple[int, str, str]]:
    """Who is to get what goes to everybody: number, address and name."""
    rows = session.exec(
        select(Subscriber).where(Subscriber.state == SubscriberState.CONFIRMED).order_by(col(Subscriber.id))
    )
    return [(row.id or 0, row.address, row.name) for row in rows]


def set_basis(session: Session, person_id: int, basis: ReaderBasis) -> None:
    """On what ground a member is written to, from when and on whose word."""
    row = session.get(ReaderBasis, person_id)
    if row is None:
        session.add(basis)
    else:
        row.kind, row.basis, row.source, row.since = basis.kind, basis.basis, basis.source, basis.since
        session.add(row)
    session.flush()


def basis_of(session: Session, person_id: int) -> tuple[ReaderKind, LawfulBasis, str, datetime | None]:
    """As it was written down; else as anybody of a member organisation."""
    row = session.get(ReaderBasis, person_id)
    if row is None:
        return ReaderKind.CORPORATE, LawfulBasis.LEGITIMATE_INTEREST, "member of the network", None
    return row.kind, row.basis, row.source, row.since


def _listed(row: Subscriber) -> Listed:
    since = row.ended_at or row.confirmed_at or row.asked_at
    return Listed(
        row.id or 0,
        row.address,
        row.name,
        row.organisation,
        row.kind,
        row.basis,
        row.source,
        row.state,
        since,
    )


def _asked_lately(session: Session, now: datetime) -> int:
    hour = now - timedelta(hours=1)
    rows = select(func.count()).select_from(Subscriber).where(col(Subscriber.asked_at) > hour)
    return session.exec(rows.where(Subscriber.state == SubscriberState.PENDING)).one()


def _line(text: str) -> str:
    return storable(" ".join(text.split()))[:200]


def _audit(session: Session, subscriber_id: int, what: str, *, now: datetime) -> None:
    about = f"subscriber:{subscriber_id}"
    session.add(AuditEntry(at=now, actor=about, action=f"subscriber.{what}", subject=about))
    session.flush()
