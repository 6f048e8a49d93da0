"""Keys that are made once and kept with the data they protect."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from store.models import Secret

REPLY_ADDRESSES = "reply addresses"
BYTES = 32

_SECRET = Secret.metadata.tables["secret"]
_OF_NAME = sa.select(_SECRET.c.value).where(_SECRET.c.name == sa.bindparam("its_name"))


def secret(session: Session, name: str, *, now: datetime) -> bytes:
    """The key of that name, made the first time it is asked for: of two processes that ask at once, both get the same."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Secret).values(name=name, value=secrets.token_bytes(BYTES), made_at=now)
    session.execute(new.on_conflict_do_nothing(index_elements=["name"]))
    return session.exec(select(Secret.value).where(Secret.name == name)).one()


def known_secret(session: Session, name: str) -> bytes | None:
    """The key, where it was made; for those who only read."""
    return session.execute(_OF_NAME, {"its_name": name}).scalar()
