"""How fast may be sent one way, for all processes together: a bucket of turns, and a fuse that blows when it is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from store.models import SendingPace
from store.outcome import Outcome, Postponed, Sent

PUT_OFF = 20  # in a row, and the way is left alone for a while
SHUT_FIRST, SHUT_MOST = timedelta(minutes=1), timedelta(minutes=30)

_TABLE = SendingPace.metadata.tables["sending_pace"]
_WAY = sa.select(_TABLE.c.refused_in_a_row, _TABLE.c.shut_until, _TABLE.c.shut_why).where(
    _TABLE.c.name == sa.bindparam("its_name")
)
_MAKE = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE).on_conflict_do_nothing(
        index_elements=["name"]
    )
    for dialect in (sqlite, postgresql)
}


def take(session: Session, name: str, *, per_second: float, burst: float, most: int, now: datetime) -> int:
    """How many of `most` may go out now; they are counted as gone. 0 while the way is shut."""
    row = _row(session, name, burst, now)
    if row.shut_until is not None and now < row.shut_until:
        return 0
    passed = max(0.0, (now - row.filled_at).total_seconds())
    tokens = min(burst, row.tokens + passed * per_second)
    turns = min(most, int(tokens))
    row.tokens, row.filled_at = tokens - turns, max(now, row.filled_at)
    session.add(row)
    return turns


def give_back(session: Session, name: str, turns: int, *, burst: float, now: datetime) -> None:
    """Turns that were taken and not used."""
    row = _row(session, name, burst, now)
    row.tokens = min(burst, row.tokens + turns)
    session.add(row)


def heard(session: Session, name: str, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """What the other side said, in order: a run of "not now" shuts the way, each time for longer."""
    if all(isinstance(each, Sent) for each in outcomes):
        way = session.execute(_WAY, {"its_name": name}).first()
        if way is None or not way.refused_in_a_row:
            return
    row = _row(session, name, 0.0, now)
    for outcome in outcomes:
        if isinstance(outcome, Postponed) and outcome.tried:
            row.refused_in_a_row += 1
            if row.refused_in_a_row % PUT_OFF == 0:
                times = row.refused_in_a_row // PUT_OFF
                row.shut_until = now + min(SHUT_FIRST * 2 ** min(times - 1, 10), SHUT_MOST)
                row.shut_why = outcome.reply[:300]
        elif isinstance(outcome, Sent):
            row.refused_in_a_row, row.shut_until, row.shut_why = 0, None, ""
    session.add(row)


def shut(session: Session, name: str, *, now: datetime) -> str:
    """Why nothing goes out this way at present; "" where it is open."""
    row = session.execute(_WAY, {"its_name": name}).first()
    if row is None or row.shut_until is None or row.shut_until <= now:
        return ""
    why: str = row.shut_why
    return why


def _row(session: Session, name: str, burst: float, now: datetime) -> SendingPace:
    """The way's row, made full where there is none, and held until the transaction ends."""
    fresh = {"name": name, "tokens": burst, "filled_at": now, "refused_in_a_row": 0, "shut_why": ""}
    connection = session.connection()
    connection.execute(_MAKE[connection.dialect.name], fresh)
    return session.exec(
        select(SendingPace)
        .where(SendingPace.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
