"""Claims of second addresses, as they are kept: who was asked how often, and an address that becomes a person's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, or_, select

from store.models import Address, AddressClaim, Person


def claim_of(session: Session, claim_id: int) -> AddressClaim | None:
    """Held until the transaction ends, so that it is settled once."""
    return session.get(AddressClaim, claim_id, with_for_update=True, populate_existing=True)


def claims_since(session: Session, since: datetime, *, person_id: int, address: str) -> int:
    """The greater of how many there were of this person, and of this address."""
    counted = [
        session.exec(
            select(func.count()).select_from(AddressClaim).where(each, AddressClaim.made_at > since)
        ).one()
        for each in (AddressClaim.person_id == person_id, AddressClaim.address == address)
    ]
    return max(counted)


def is_left_alone(
    session: Session, person_id: int, address: str, *, open_since: datetime, denied_since: datetime
) -> bool:
    """Whether the same was asked and waits for its answer, or was answered with a no."""
    waits = col(AddressClaim.settled_at).is_(None) & (col(AddressClaim.made_at) > open_since)
    denied = col(AddressClaim.confirmed).is_(False) & (col(AddressClaim.settled_at) > denied_since)
    found = select(AddressClaim.id).where(
        AddressClaim.person_id == person_id, AddressClaim.address == address, or_(waits, denied)
    )
    return session.exec(found.limit(1)).first() is not None


def claim_made(session: Session, person_id: int, address: str, *, now: datetime) -> int:
    row = AddressClaim(person_id=person_id, address=address, made_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - narrows the type: it was just written
    return row.id


@dataclass(frozen=True, slots=True)
class Claim:
    """As a list for staff shows it. `confirmed` is None while it waits, and when nobody answered."""

    address: str
    name: str
    made_at: datetime
    confirmed: bool | None


def latest_claims(session: Session, *, limit: int) -> tuple[Claim, ...]:
    """The newest first."""
    rows = session.exec(
        select(AddressClaim, Person.name)
        .join(Person, col(Person.id) == AddressClaim.person_id)
        .order_by(col(AddressClaim.id).desc())
        .limit(limit)
    )
    return tuple(
        Claim(row.address, name, row.made_at, None if row.settled_at is None else row.confirmed)
        for row, name in rows
    )


def forget_claims(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Delete what was answered before then, or asked and never answered. Returns how many were."""
    last = func.coalesce(AddressClaim.settled_at, AddressClaim.made_at)
    old = select(AddressClaim.id).where(last < before).order_by(col(AddressClaim.id)).limit(limit)
    ids = list(session.exec(old))
    session.execute(delete(AddressClaim).where(col(AddressClaim.id).in_(ids)))
    return len(ids)


def give_address(session: Session, person_id: int, address: str) -> None:
    """Behind the ones they have: mail goes where it went. The address must be nobody's."""
    last = session.exec(select(func.max(Address.position)).where(Address.person_id == person_id)).one()
    session.add(Address(address=address, person_id=person_id, position=0 if last is None else last + 1))
    session.flush()
