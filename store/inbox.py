"""The durable inbox: what was accepted from outside is here before anyone is told so, and once."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import accumulate
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult, Executable, String, bindparam, cast, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.bounces import FADED
from store.keys import fitting, storable
from store.kinds import BounceKind, InboxState, Medium
from store.models import Bounce, InboxItem

STRIKES = 3  # after so many failures an item is set aside with its error, so that it cannot block the rest


def _insert(dialect: ModuleType) -> Executable:
    """Made once, and of the table itself: making it anew took longer than the database takes to run it."""
    table = InboxItem.__table__  # type: ignore[attr-defined]  # SQLModel has it, its types do not say so
    insert: Executable = (
        dialect.insert(table)
        .values(state=InboxState.RECEIVED, attempts=0, outcome="")
        .on_conflict_do_nothing(index_elements=["medium", "event_id"])
        .returning(table.c.id)
    )
    return insert


_RECEIVE = {"sqlite": _insert(sqlite), "postgresql": _insert(postgresql)}
_TABLE = InboxItem.metadata.tables["inbox"]
_ITS_TURN = (_TABLE.c.id == bindparam("item")) & (_TABLE.c.state == InboxState.RECEIVED)
_TAKE = sa.select(_TABLE.c.id).where(_ITS_TURN).with_for_update()
_FINISH = (
    update(_TABLE)
    .where(_ITS_TURN)
    .values(state=InboxState.DONE, outcome=bindparam("new_outcome"), done_at=bindparam("now"))
)


def _unfinished(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    waits = (_TABLE.c.state == InboxState.RECEIVED) & (_TABLE.c.medium == bindparam("medium"))
    wanted = sa.select(*columns).where(waits, _TABLE.c.id > bindparam("after"))
    return wanted.order_by(_TABLE.c.id).limit(bindparam("most"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something from outside. `event_id` is its sender's own id: the same event twice has the same id."""

    medium: Medium
    event_id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An inbox row, cut loose from its session."""

    id: int
    medium: Medium
    event_id: str
    kind: str
    payload: dict[str, Any]
    raw: bytes | None
    attempts: int
    received_at: datetime


_UNFINISHED = _unfinished(*(_TABLE.c[field.name] for field in fields(Received)))
_SIZES = _unfinished(sa.func.coalesce(sa.func.length(_TABLE.c.raw), 0))


def receive(session: Session, arrival: Arrival, *, now: datetime) -> int | None:
    """Record an arrival and return its id; None if it was here before (safe to repeat)."""
    values = {
        "medium": arrival.medium,
        "event_id": fitting(arrival.event_id),
        "kind": arrival.kind,
        "payload": arrival.payload,
        "raw": arrival.raw,
        "received_at": now,
    }
    connection = session.connection()
    taken: int | None = connection.execute(_RECEIVE[connection.dialect.name], values).scalar_one_or_none()
    return taken


def receive_for_people(session: Session, arrival: Arrival, why: str, *, now: datetime) -> int | None:
    """Record an arrival that no face can work through, set aside from the first; None if it was here before."""
    item_id = receive(session, arrival, now=now)
    if item_id is not None:
        session.execute(
            update(InboxItem)
            .where(col(InboxItem.id) == item_id)
            .values(state=InboxState.SET_ASIDE, outcome=storable(why), done_at=now)
        )
    return item_id


def unfinished(
    session: Session, medium: Medium, *, limit: int = 100, after: int = 0, octets: int | None = None
) -> tuple[Received, ...]:
    """What was accepted and not yet worked through, oldest first; with `octets`, the first and what else that has room for."""
    asked = {"medium": medium, "after": after, "most": limit}
    if octets is not None:
        asked["most"] = _fitting_in(session, asked, octets)
    return tuple(Received(*row) for row in session.execute(_UNFINISHED, asked))


def _fitting_in(session: Session, asked: dict[str, Any], octets: int) -> int:
    """How many of these are at most so large together, and one at least."""
    sizes: list[int] = list(accumulate(session.execute(_SIZES, asked).scalars()))
    return max(1, sum(size <= octets for size in sizes))


def take(session: Session, item_id: int) -> bool:
    """Make it ours until the transaction ends, waiting for whoever has it. False if it is worked through already."""
    return session.connection().execute(_TAKE, {"item": item_id}).first() is not None


def finish(session: Session, item_id: int, outcome: str, *, now: datetime) -> bool:
    """Mark it worked through, in the transaction that did the work. False if somebody else already had."""
    values = {"item": item_id, "new_outcome": storable(outcome), "now": now}
    return session.connection().execute(_FINISH, values).rowcount == 1


def strike(session: Session, item_id: int, error: str, *, now: datetime) -> InboxState:
    """Count a failure; after STRIKES of them the item is set aside for a person, with its error."""
    item = session.get(InboxItem, item_id, with_for_update=True)
    if item is None or item.state is not InboxState.RECEIVED:
        return InboxState.DONE if item is None else item.state
    item.attempts += 1
    item.outcome = storable(error)
    if item.attempts >= STRIKES:
        item.state = InboxState.SET_ASIDE
        item.done_at = now
    return item.state


def set_aside(session: Session, *, limit: int = 100) -> tuple[Received, ...]:
    """What failed too often, oldest first, for a person to look at."""
    rows = session.exec(
        select(InboxItem)
        .where(InboxItem.state == InboxState.SET_ASIDE)
        .order_by(col(InboxItem.id))
        .limit(limit)
    )
    return tuple(_cut_loose(row) for row in rows)


def forget_contents(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Let go of what was worked through long ago; that it came, and what became of it, stays. Returns how many.

    The event ids stay too: what comes a second time is known however old it is. A report of an address that mail goes
    to no more is kept as long as it stands: staff may want to read it.
    """
    stands = (
        select(Bounce.id)
        .where(
            Bounce.inbox_id == InboxItem.id,
            col(Bounce.undone_at).is_(None),
            col(Bounce.believed).is_(True),
            (col(Bounce.kind) != BounceKind.SOFT) | (col(Bounce.received_at) > before - FADED),
        )
        .exists()
    )
    old = (
        select(col(InboxItem.id))
        .where(
            col(InboxItem.state) == InboxState.DONE,
            col(InboxItem.done_at) < before,
            col(InboxItem.raw).is_not(None) | (cast(InboxItem.payload, String) != "{}"),
            ~stands,
        )
        .limit(limit)
    )
    done = session.execute(update(InboxItem).where(col(InboxItem.id).in_(old)).values(raw=None, payload={}))
    assert isinstance(done, CursorResult)  # noqa: S101 - narrows the type: an UPDATE's result counts its rows
    return done.rowcount


def _cut_loose(row: InboxItem) -> Received:
    assert row.id is not None  # noqa: S101 - narrows the type: it came from the database
    return Received(
        row.id, row.medium, row.event_id, row.kind, row.payload, row.raw, row.attempts, row.received_at
    )
