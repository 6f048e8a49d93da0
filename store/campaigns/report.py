"""What became of a campaign: how many got it, who did not and why; counted from the ledger, whenever it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.kinds import CampaignKind, CampaignState, Medium, RecipientState
from store.models import Campaign, CampaignRecipient

NAMED = 50

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]


@dataclass(frozen=True, slots=True)
class Summary:
    """One campaign in a list."""

    id: int
    kind: CampaignKind
    state: CampaignState
    subject: str
    made_by: str
    made_at: datetime
    starts_at: datetime | None
    expected: int
    paused_why: str
    counts: Mapping[RecipientState, int]

    @property
    def recipients(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        return self.recipients - sum(
            self.counts.get(each, 0) for each in (RecipientState.QUEUED, RecipientState.SENDING)
        )


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who did not get it, or of whom nobody knows."""

    key: str
    name: str
    medium: Medium
    destination: str
    state: RecipientState
    reply: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    summary: Summary
    by_medium: Mapping[Medium, int]  # that were sent
    reasons: tuple[tuple[RecipientState, str, int], ...]  # of the failed and suppressed: the reason, how many
    missed: tuple[Missed, ...]  # the failed and uncertain, by name; the first of them
    finished_at: datetime | None


def counts(session: Session, campaign_id: int) -> Mapping[RecipientState, int]:
    """How many rows are in each state; every state is there."""
    rows = session.execute(
        sa.select(_TABLE.c.state, sa.func.count())
        .where(_TABLE.c.campaign_id == campaign_id)
        .group_by(_TABLE.c.state)
    )
    found = {state: number for state, number in rows}  # noqa: C416 - dict() of rows does not type-check
    return {state: found.get(state, 0) for state in RecipientState}


def summaries(session: Session, *, limit: int = 30) -> tuple[Summary, ...]:
    """The latest first, without trials."""
    rows = session.exec(
        select(Campaign).where(col(Campaign.test_of).is_(None)).order_by(col(Campaign.id).desc()).limit(limit)
    )
    return tuple(_summary(session, row) for row in rows)


def report(session: Session, campaign_id: int, *, named: int = NAMED) -> Report | None:
    campaign = session.get(Campaign, campaign_id, populate_existing=True)
    if campaign is None:
        return None
    by_medium = session.execute(
        sa.select(_TABLE.c.medium, sa.func.count())
        .where(_TABLE.c.campaign_id == campaign_id, _TABLE.c.state == RecipientState.SENT)
        .group_by(_TABLE.c.medium)
    )
    return Report(
        _summary(session, campaign),
        {medium: number for medium, number in by_medium},  # noqa: C416 - dict() of rows does not type-check
        _reasons(session, campaign_id),
        _missed(session, campaign_id, named),
        campaign.finished_at,
    )


def _summary(session: Session, row: Campaign) -> Summary:
    none = dict.fromkeys(RecipientState, 0)
    return Summary(
        row.id or 0, row.kind, row.state, row.subject, row.made_by, row.made_at, row.starts_at, row.expected,
        row.paused_why, none if row.frozen_at is None else counts(session, row.id or 0),
    )  # fmt: skip


def _reasons(session: Session, campaign_id: int) -> tuple[tuple[RecipientState, str, int], ...]:
    number = sa.func.count()
    rows = session.execute(
        sa.select(_TABLE.c.state, _TABLE.c.reply, number)
        .where(
            _TABLE.c.campaign_id == campaign_id,
            _TABLE.c.state.in_([RecipientState.FAILED, RecipientState.SUPPRESSED]),
        )
        .group_by(_TABLE.c.state, _TABLE.c.reply)
        .order_by(number.desc(), _TABLE.c.reply)
        .limit(NAMED)
    )
    return tuple((state, reply, count) for state, reply, count in rows)


def _missed(session: Session, campaign_id: int, most: int) -> tuple[Missed, ...]:
    rows = session.exec(
        select(CampaignRecipient)
        .where(
            CampaignRecipient.campaign_id == campaign_id,
            col(CampaignRecipient.state).in_([RecipientState.FAILED, RecipientState.UNCERTAIN]),
        )
        .order_by(col(CampaignRecipient.state), col(CampaignRecipient.id))
        .limit(most)
    )
    return tuple(
        Missed(row.key, row.name, row.medium, row.destination or "", row.state, row.reply, row.why)
        for row in rows
    )
