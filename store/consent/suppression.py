"""Addresses that want nothing unasked, kept as a keyed hash alone: erasing or importing a person does not change it.

It holds back what nobody waits for, and nothing else: answers and introductions never ask here.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Address, SuppressedAddress
from store.secrets import known_secret, secret

SECRET = "suppressed addresses"  # noqa: S105 - its name
UNSUBSCRIBED = "unsubscribed"
PORTION = 500

_TABLE = SuppressedAddress.metadata.tables["suppressed_address"]


def suppress(
    session: Session, addresses: Iterable[str], *, now: datetime, reason: str = UNSUBSCRIBED
) -> None:
    """Safe to repeat: the first reason stays."""
    key = secret(session, SECRET, now=now)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for digest in sorted({_digest(key, each) for each in addresses}):
        new = dialect.insert(_TABLE).values(digest=digest, reason=reason[:100], since=now)
        session.execute(new.on_conflict_do_nothing(index_elements=["digest"]))


def release(session: Session, addresses: Iterable[str]) -> None:
    """At the reader's own word alone."""
    key = known_secret(session, SECRET)
    if key is not None:
        gone = [_digest(key, each) for each in addresses]
        session.execute(sa.delete(_TABLE).where(_TABLE.c.digest.in_(gone)))


def unwanted(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Those of the addresses that are on the list."""
    key = known_secret(session, SECRET) if addresses else None
    if key is None:
        return frozenset()
    by_digest = {_digest(key, each): each for each in addresses}
    digests, found = list(by_digest), set[str]()
    for first in range(0, len(digests), PORTION):
        some = digests[first : first + PORTION]
        found.update(
            session.exec(select(SuppressedAddress.digest).where(col(SuppressedAddress.digest).in_(some)))
        )
    return frozenset(by_digest[each] for each in found)


def suppress_person(session: Session, person_id: int, *, now: datetime, reason: str = UNSUBSCRIBED) -> None:
    suppress(session, addresses_of(session, person_id), now=now, reason=reason)


def release_person(session: Session, person_id: int) -> None:
    release(session, addresses_of(session, person_id))


def addresses_of(session: Session, person_id: int) -> list[str]:
    return list(session.exec(select(Address.address).where(Address.person_id == person_id)))


def _digest(key: bytes, address: str) -> str:
    return hmac.digest(key, address.strip().lower().encode("utf-8", "replace"), hashlib.sha256).hex()
