"""Where a message stands that another one is to change, and whether that change is still the one to show."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from sqlmodel import Session, col, select

from store.keys import fitting
from store.kinds import OutboxState
from store.models import OutboxMessage
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Refused, Sent
from store.store import Store

SOON = timedelta(seconds=1)
NEIGHBOURS = 25  # revisions looked at before and after one: of more than so many none waits for another
SUPERSEDED = Sent("superseded")
NEVER_OUT = Refused("The message it would change never went out.")
STILL_SHOWN = frozenset({OutboxState.QUEUED, OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class At:
    """Where to speak; with `ts`, the message there that is meant."""

    channel: str
    ts: str = ""

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}"


Placed: TypeAlias = Callable[[Claimed], Awaitable[At | Outcome]]


def placed_by(store: Store, clock: Callable[[], datetime]) -> Placed:
    """Looks into the outbox; the outcome, where there is nothing to change or not yet."""

    async def placed(change: Claimed) -> At | Outcome:
        return await store.read(place_of, change, now=clock())

    return placed


def place_of(session: Session, change: Claimed, *, now: datetime) -> At | Outcome:
    """Where the message stands that `change` names in its payload's "of"."""
    number = change.payload.get("number")
    if isinstance(number, int) and (outcome := _overtaken(session, change.dedup_key, number)):
        return outcome
    key = fitting(str(change.payload["of"]))
    row = session.exec(select(OutboxMessage).where(OutboxMessage.dedup_key == key)).first()
    return NEVER_OUT if row is None else _where(row, now)


def _where(row: OutboxMessage, now: datetime) -> At | Outcome:
    match row.state:
        case OutboxState.SENT:
            return _at(row)
        case OutboxState.QUEUED | OutboxState.SENDING:
            wait = max(SOON, row.due_at - now)
            return Postponed("The message it would change has not gone out yet.", wait, tried=False)
        case OutboxState.UNCERTAIN:
            return Refused("Nobody knows whether the message it would change went out.")
        case OutboxState.FAILED | OutboxState.CANCELLED:
            return NEVER_OUT
    assert_never(row.state)


def _at(row: OutboxMessage) -> At | Outcome:
    """Slack's word is "<channel>/<ts>"; earlier versions kept the ts alone."""
    channel, _, ts = row.reply.rpartition("/")
    channel = channel or str((row.payload.get("arguments") or {}).get("channel") or "")
    if not channel or not ts.replace(".", "").isdigit():
        return Refused("It is not known where the message stands that it would change.")
    return At(channel, ts)


def _overtaken(session: Session, key: str, number: int) -> Outcome | None:
    """A later revision is what they shall see, whether it is out or still waits; an earlier one that is being sent at
    this moment must not land after this. Their keys end with their numbers, which rise by one."""
    stem = key.removesuffix(str(number))
    if stem == key:
        return None
    about = range(max(0, number - NEIGHBOURS), number + NEIGHBOURS + 1)
    keys = {f"{stem}{other}": other for other in about if other != number}
    rows = session.exec(
        select(OutboxMessage.dedup_key, OutboxMessage.state).where(col(OutboxMessage.dedup_key).in_(keys))
    )
    states = [(keys[each], state) for each, state in rows]
    if any(other > number and state in STILL_SHOWN for other, state in states):
        return SUPERSEDED
    if any(other < number and state is OutboxState.SENDING for other, state in states):
        return Postponed("What it follows is being said just now.", SOON, tried=False)
    return None
