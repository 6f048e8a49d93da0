"""The circuit breaker: a run of refusals pauses the campaign, before the whole region is refused or annoyed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from store.kinds import CampaignState
from store.models import Campaign
from store.outcome import Outcome, Refused, Sent, Unknown

REFUSALS = 20  # in a row

_CAMPAIGN = Campaign.metadata.tables["campaign"]
_RUN = sa.select(_CAMPAIGN.c.refused_in_a_row).where(_CAMPAIGN.c.id == sa.bindparam("its_id"))


def watch(session: Session, results: Sequence[tuple[int, Outcome]]) -> None:
    """Count on each campaign's run (campaign id, outcome), in the order they came; pause where it is too long."""
    for campaign_id in sorted({each for each, _ in results}):
        outcomes = [outcome for each, outcome in results if each == campaign_id]
        _watch_one(session, campaign_id, outcomes)


def _watch_one(session: Session, campaign_id: int, outcomes: Sequence[Outcome]) -> None:
    before = session.execute(_RUN, {"its_id": campaign_id}).scalar_one()
    run, last = before, ""
    for outcome in outcomes:
        match outcome:
            case Sent():
                run = 0
            case Refused(reply) | Unknown(reply):
                run, last = run + 1, reply
        if run >= REFUSALS:
            break
    if run >= REFUSALS:
        _pause(session, campaign_id, run, last)
    elif run != before:  # in a good run nothing is written here, where workers would wait for each other
        session.execute(
            sa.update(_CAMPAIGN).where(_CAMPAIGN.c.id == campaign_id).values(refused_in_a_row=run)
        )


def _pause(session: Session, campaign_id: int, run: int, last: str) -> None:
    why = f"{run} in a row were refused. The last answer: {last[:300]}"
    session.execute(
        sa.update(_CAMPAIGN)
        .where(_CAMPAIGN.c.id == campaign_id, _CAMPAIGN.c.state == CampaignState.RUNNING)
        .values(state=CampaignState.PAUSED, paused_why=why, refused_in_a_row=0)
    )
