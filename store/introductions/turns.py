"""One change to introductions at a time, whoever makes it: what is counted and decided holds until it is committed."""

import sqlalchemy as sa
from sqlmodel import Session

TURN = 0x696E7472  # this lock's own number among the database's advisory locks


def take_turn(session: Session) -> None:
    """Wait until nobody else is changing introductions; ours until the transaction ends. Safe to repeat.

    Caps count rows that others add, and one action reaches people, organisations and several introductions in no
    fixed order: locking those one by one either missed what was being added, or ended in deadlocks. These
    transactions take milliseconds. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(TURN)))
