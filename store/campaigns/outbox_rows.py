"""Slack's recipients go out by the outbox, and the ledger learns from it what became of each.

A row is handed over in one transaction with its message, a few at a time, so that a pause holds back the rest. From then
on it has no lease: the outbox's own outlives any crash.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.campaigns.ledger import Claimed, Result, claim, settle
from store.kinds import Medium, OutboxState, RecipientState
from store.models import Campaign, CampaignRecipient, OutboxMessage
from store.outbox import OF_A_CAMPAIGN, Draft, cancel, enqueue
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

BY_OUTBOX = "outbox"
AT_ONCE = 20  # are with the outbox: Slack takes one a second and channel

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]


def _key(claimed: Claimed) -> str:
    return f"{OF_A_CAMPAIGN}{claimed.campaign_id}:{claimed.key}:{claimed.attempt}"


def hand_over(
    session: Session, write: Callable[[Campaign, Claimed], Draft | Refused], *, now: datetime
) -> int:
    """The next few. `write` makes the message of one, under any key, or says why there can be none. Returns how many."""
    room = AT_ONCE - len(_with_outbox(session, medium=Medium.SLACK))
    ours = claim(session, owner=BY_OUTBOX, limit=room, now=now, medium=Medium.SLACK) if room > 0 else ()
    campaigns: dict[int, Campaign] = {}
    refused: list[Result] = []
    for each in ours:
        campaign = campaigns.setdefault(each.campaign_id, session.get_one(Campaign, each.campaign_id))
        made = write(campaign, each)
        if isinstance(made, Refused):
            refused.append((each, made))
        else:
            enqueue(session, replace(made, dedup_key=_key(each)), now=now)
    if ours:
        session.execute(
            sa.update(_TABLE)
            .where(_TABLE.c.id.in_([each.id for each in ours]))
            .values(state=RecipientState.SENDING, lease_until=None)
        )
        settle(session, refused, now=now)
    return len(ours)


def take_back(session: Session, *, now: datetime) -> int:
    """What the outbox has settled is settled here. Returns how many; safe to repeat."""
    waiting = {_key(each): each for each in _with_outbox(session)}
    rows = session.exec(select(OutboxMessage).where(col(OutboxMessage.dedup_key).in_(list(waiting)))).all()
    results: list[Result] = [
        (waiting[row.dedup_key], outcome) for row in rows if (outcome := _outcome(row)) is not None
    ]
    return len(settle(session, results, now=now))


def call_back(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Of a campaign that was cancelled: what the outbox has not begun. Returns how many."""
    keys = [_key(each) for each in _with_outbox(session, campaign_id)]
    rows = session.exec(select(OutboxMessage.id).where(col(OutboxMessage.dedup_key).in_(keys)))
    reason = "The broadcast was cancelled."
    return sum(cancel(session, each, reason=reason, now=now) for each in rows if each is not None)


def _with_outbox(
    session: Session, campaign_id: int | None = None, *, medium: Medium | None = None
) -> list[Claimed]:
    open_ones = sa.select(col(Campaign.id)).where(
        col(Campaign.frozen_at).is_not(None), col(Campaign.finished_at).is_(None)
    )
    rows = session.exec(
        select(CampaignRecipient).where(
            col(CampaignRecipient.campaign_id).in_(open_ones),
            CampaignRecipient.state == RecipientState.SENDING,
            CampaignRecipient.owner == BY_OUTBOX,
        )
    )
    return [
        Claimed(
            row.id or 0, row.campaign_id, row.key, row.person_id, row.medium, row.destination or "", row.name,
            row.why, row.owner, row.attempt, row.tries, row.created_at,
        )
        for row in rows
        if campaign_id in {None, row.campaign_id} and medium in {None, row.medium}
    ]  # fmt: skip


_OUTCOMES: Mapping[OutboxState, Callable[[str], Outcome]] = {
    OutboxState.SENT: Sent,
    OutboxState.FAILED: Refused,
    OutboxState.UNCERTAIN: Unknown,
    OutboxState.CANCELLED: lambda _: Postponed(
        "", tried=False
    ),  # queued again; a cancelled campaign strikes it out
}


def _outcome(row: OutboxMessage) -> Outcome | None:
    made = _OUTCOMES.get(row.state)
    return None if made is None else made(row.reply)
