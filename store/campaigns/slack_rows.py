"""Recipients in Slack go out by the outbox, and the ledger learns from it what became of each.

A row is handed over in one transaction with its message, a few at a time, so that a pause holds back the rest. From then
on it has no lease: the outbox's own outlives any crash.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.campaigns.ledger import Claimed, Result, claim, settle
from store.kinds import Medium, OutboxState, RecipientState
from store.models import Campaign, CampaignRecipient, OutboxMessage
from store.outbox import Draft, cancel, enqueue
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown

BY_OUTBOX = "outbox"
AT_ONCE = 20  # that are with the outbox at a time

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]


def key_of(campaign_id: int, key: str, attempt: int) -> str:
    return f"campaign:{campaign_id}:{key}:{attempt}"


def hand_over(session: Session, write: Callable[[Campaign, Claimed], Draft], *, now: datetime) -> int:
    """The next few. `write` makes the message of one, under any key. Returns how many."""
    room = AT_ONCE - len(_with_outbox(session))
    ours = claim(session, owner=BY_OUTBOX, limit=room, now=now, medium=Medium.SLACK) if room > 0 else ()
    campaigns: dict[int, Campaign] = {}
    for each in ours:
        campaign = campaigns.setdefault(each.campaign_id, session.get_one(Campaign, each.campaign_id))
        draft = write(campaign, each)
        enqueue(session, _under_its_key(draft, each), now=now)
    if ours:
        session.execute(
            sa.update(_TABLE)
            .where(_TABLE.c.id.in_([each.id for each in ours]))
            .values(state=RecipientState.SENDING, lease_until=None)
        )
    return len(ours)


def take_back(session: Session, *, now: datetime) -> int:
    """What the outbox has settled is settled here. Returns how many; safe to repeat."""
    waiting = {key_of(each.campaign_id, each.key, each.attempt): each for each in _with_outbox(session)}
    rows = session.exec(select(OutboxMessage).where(col(OutboxMessage.dedup_key).in_(list(waiting)))).all()
    results: list[Result] = [
        (waiting[row.dedup_key], outcome) for row in rows if (outcome := _outcome(row)) is not None
    ]
    return len(settle(session, results, now=now))


def call_back(session: Session, campaign_id: int, *, now: datetime) -> int:
    """Of a campaign that was cancelled: what the outbox has not begun. Returns how many."""
    keys = [key_of(each.campaign_id, each.key, each.attempt) for each in _with_outbox(session, campaign_id)]
    rows = session.exec(select(OutboxMessage.id).where(col(OutboxMessage.dedup_key).in_(keys)))
    reason = "The broadcast was cancelled."
    return sum(cancel(session, each, reason=reason, now=now) for each in rows if each is not None)


def _with_outbox(session: Session, campaign_id: int | None = None) -> list[Claimed]:
    open_ones = sa.select(col(Campaign.id)).where(
        col(Campaign.frozen_at).is_not(None), col(Campaign.finished_at).is_(None)
    )
    rows = session.exec(
        select(CampaignRecipient).where(
            col(CampaignRecipient.campaign_id).in_(open_ones),
            CampaignRecipient.state == RecipientState.SENDING,
            CampaignRecipient.medium == Medium.SLACK,
            CampaignRecipient.owner == BY_OUTBOX,
        )
    )
    return [
        Claimed(
            row.id or 0, row.campaign_id, row.key, row.person_id, row.medium, row.destination or "", row.name,
            row.why, row.owner, row.attempt, row.tries, row.created_at,
        )
        for row in rows
        if campaign_id in {None, row.campaign_id}
    ]  # fmt: skip


def _under_its_key(draft: Draft, claimed: Claimed) -> Draft:
    key = key_of(claimed.campaign_id, claimed.key, claimed.attempt)
    return Draft(key, draft.medium, draft.kind, draft.recipient, payload=draft.payload)


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
