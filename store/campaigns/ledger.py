"""The ledger of a campaign: each recipient claimed by one worker, said once, and never twice blindly.

A row goes queued -> sending -> sent | failed | uncertain | cancelled | suppressed. A claim leaves it queued and takes it
out of the others' sight until the lease is over, so that what a dead worker had not begun comes back by itself. "sending"
is committed before the first byte of DATA leaves, the outcome after the other side's reply (RFC 1047): what is found in
between after its lease may have gone out, and is left to a person.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, assert_never

import sqlalchemy as sa
from sqlmodel import Session

from store.campaigns.barred import Addressee, barred
from store.campaigns.breaker import watch
from store.campaigns.ledger_sql import (
    CAMPAIGN,
    DUE,
    FENCE,
    LEDGER,
    RUNNING,
    SETTLE,
    SUPPRESS,
    TAKE,
    TAKE_AND_BEGIN,
)
from store.campaigns.ledger_sql import Claimed as Claimed  # where its users look for it
from store.consent.topics import topic_of
from store.keys import storable
from store.kinds import CampaignState, Medium, RecipientState
from store.outbox import GIVE_UP_AFTER, TRIES_AT_LEAST, backoff
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from store.quiet import Quiet

LEASE = timedelta(minutes=3)
STOPPED = "whodoes stopped while it was sending this: it may have gone out."

_IN_HAND = (RecipientState.QUEUED, RecipientState.SENDING)


Result: TypeAlias = tuple[Claimed, Outcome]


def claim(
    session: Session,
    *,
    owner: str,
    limit: int,
    now: datetime,
    lease: timedelta = LEASE,
    medium: Medium = Medium.EMAIL,
    begin: bool = False,
) -> tuple[Claimed, ...]:
    """Take up to `limit` due recipients of campaigns that run. They are ours alone, here and in every other process.

    Who opted out or bounced meanwhile is written down as suppressed, and not among them. With `begin` they are marked as
    being sent at once: the first byte of DATA leaves after the commit.
    """
    taken: list[Claimed] = []
    for campaign_id, topic in _running(session, now):
        while len(taken) < limit:
            due = _due(session, campaign_id, medium, limit - len(taken), now)
            if not due:
                break
            not_now = barred(session, due, topic=topic, now=now, campaign_id=campaign_id)
            if not_now:
                _suppress(session, not_now, now=now)
            ours = [row.id for row in due if row.id not in not_now]
            taken += _take(session, ours, TAKE_AND_BEGIN if begin else TAKE, owner=owner, until=now + lease)
    return tuple(taken)


def anything_due(session: Session, *, now: datetime, medium: Medium = Medium.EMAIL) -> bool:
    """Whether a claim would find something to look at."""
    return any(_due(session, campaign_id, medium, 1, now) for campaign_id, _ in _running(session, now))


def mark_sending(
    session: Session, claimed: Sequence[Claimed], *, now: datetime, lease: timedelta = LEASE
) -> frozenset[int]:
    """Commit this before the first byte of DATA; send only the ids returned.

    The others were lost to another worker, or their campaign was paused or cancelled since.
    """
    held = _held(session, claimed, (RecipientState.QUEUED,))
    running = sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.state == CampaignState.RUNNING)
    marked = session.execute(
        sa.update(LEDGER)
        .where(LEDGER.c.id.in_(held), LEDGER.c.campaign_id.in_(running))
        .values(state=RecipientState.SENDING, lease_until=now + lease)
        .returning(LEDGER.c.id)
    )
    return frozenset(marked.scalars())


def settle(session: Session, results: Sequence[Result], *, now: datetime) -> frozenset[int]:
    """Write down what became of claimed recipients, all at once. Returns the ids kept.

    Of the others the claim was lost, and their rows are left alone. A run of refusals pauses the campaign.
    """
    held = _held(session, [claimed for claimed, _ in results], _IN_HAND)
    kept = [result for result in results if result[0].id in held]
    if kept:
        session.connection().execute(SETTLE, [_settled(claimed, outcome, now) for claimed, outcome in kept])
        watch(session, [(claimed.campaign_id, outcome) for claimed, outcome in kept])
    return held


def put_back(session: Session, claimed: Sequence[Claimed], *, now: datetime) -> frozenset[int]:
    """Surely not begun: due again at once, and it costs them no try."""
    nothing = Postponed("", timedelta(), tried=False)
    return settle(session, [(each, nothing) for each in claimed], now=now)


def extend(
    session: Session, claimed: Sequence[Claimed], *, now: datetime, lease: timedelta = LEASE
) -> frozenset[int]:
    """The owner's heartbeat: what of these it still has, it keeps for another lease. Returns those."""
    held = _held(session, claimed, _IN_HAND)
    if held:
        session.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id.in_(held))
            .values(
                lease_until=now + lease,
                due_at=sa.case((LEDGER.c.state == RecipientState.QUEUED, now + lease), else_=LEDGER.c.due_at),
            )
        )
    return held


def expire(session: Session, now: datetime) -> int:
    """What was being sent by a worker that is gone becomes uncertain. Returns how many; safe to repeat."""
    return _end(session, LEDGER.c.lease_until < now, now)


def end_leases(session: Session, now: datetime) -> int:
    """At the start (`now`) of the only process on a database: whoever took a lease before is dead.

    What was claimed and not begun is due at once. Returns how many became uncertain.
    """
    before = LEDGER.c.lease_until < now + LEASE
    session.execute(
        sa.update(LEDGER)
        .where(*_open(RecipientState.QUEUED), before)
        .values(owner="", lease_until=None, due_at=now)
    )
    return _end(session, before, now)


def _running(session: Session, now: datetime) -> list[tuple[int, str | None]]:
    """Campaigns that may send at this hour, the oldest first, with what each is about; None: it is a trial."""
    rows = session.execute(RUNNING).all()
    return [
        (row.id, topic_of(row.kind, row.topic) if row.test_of is None else None)
        for row in rows
        if row.window_from is None
        or row.window_until is None
        or not Quiet(row.zone, row.window_until, row.window_from).holds(now)
    ]


def _due(session: Session, campaign_id: int, medium: Medium, most: int, now: datetime) -> list[Addressee]:
    found = session.execute(DUE, {"campaign": campaign_id, "medium": medium, "now": now, "most": most})
    return [Addressee(*row) for row in found]


def _take(
    session: Session, ids: Collection[int], statement: sa.Executable, *, owner: str, until: datetime
) -> list[Claimed]:
    if not ids:
        return []
    taken = session.execute(statement, {"ids": list(ids), "by": owner, "until": until})
    return sorted((Claimed(*row) for row in taken), key=lambda each: each.id)


def _suppress(session: Session, reasons: dict[int, str], *, now: datetime) -> None:
    session.connection().execute(
        SUPPRESS, [{"its_id": each, "reason": reason, "at": now} for each, reason in reasons.items()]
    )


def _held(session: Session, claimed: Sequence[Claimed], states: tuple[RecipientState, ...]) -> frozenset[int]:
    """Those that are still ours, locked until the transaction ends."""
    if not claimed:
        return frozenset()
    rows = session.execute(FENCE, {"ids": [each.id for each in claimed], "states": list(states)})
    now = {row.id: (row.owner, row.attempt) for row in rows}
    return frozenset(each.id for each in claimed if now.get(each.id) == (each.owner, each.attempt))


def _settled(claimed: Claimed, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(reply):
            return _row(claimed, RecipientState.SENT, reply, now)
        case Refused(reply):
            return _row(claimed, RecipientState.FAILED, reply, now)
        case Unknown(reply):
            return _row(claimed, RecipientState.UNCERTAIN, reply, now)
        case Postponed(reply, wait, tried):
            tries = claimed.tries + tried
            due = now + (backoff(tries) if wait is None else wait)
            if tried and due - claimed.created_at > GIVE_UP_AFTER and tries >= TRIES_AT_LEAST:
                return _row(claimed, RecipientState.FAILED, reply, now) | {"new_tries": tries}
            queued = _row(claimed, RecipientState.QUEUED, reply, now)
            return queued | {"new_tries": tries, "new_due": due, "new_settled": None}
    assert_never(outcome)


def _row(claimed: Claimed, state: RecipientState, reply: str, now: datetime) -> dict[str, Any]:
    return {
        "its_id": claimed.id, "new_state": state, "new_reply": storable(reply), "new_tries": claimed.tries,
        "new_due": now, "new_settled": now,
    }  # fmt: skip


def _open(state: RecipientState) -> tuple[sa.ColumnElement[bool], ...]:
    """Rows of one state of campaigns that are not over: found by the index, of however many old ones there are."""
    campaigns = sa.select(CAMPAIGN.c.id).where(
        CAMPAIGN.c.frozen_at.is_not(None), CAMPAIGN.c.finished_at.is_(None)
    )
    return LEDGER.c.campaign_id.in_(campaigns), LEDGER.c.state == state


def _end(session: Session, over: sa.ColumnElement[bool], now: datetime) -> int:
    result = session.execute(
        sa.update(LEDGER)
        .where(*_open(RecipientState.SENDING), over)
        .values(state=RecipientState.UNCERTAIN, owner="", lease_until=None, settled_at=now, reply=STOPPED)
    )
    assert isinstance(result, sa.CursorResult)  # noqa: S101 - narrows the type: an UPDATE's result counts its rows
    return result.rowcount
