"""What happens to campaigns because its time has come: found out from the database, and safe to do late or twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.kinds import CampaignState as State
from store.kinds import RecipientState
from store.models import Campaign, CampaignRecipient

AT_ONCE = 1000

_TABLE = CampaignRecipient.metadata.tables["campaign_recipient"]
_OPEN = (RecipientState.QUEUED, RecipientState.SENDING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do. `to_freeze`: campaigns whose time has come; `under_way`: those to be looked after, also while
    they can be called off."""

    to_freeze: tuple[int, ...]
    under_way: tuple[int, ...]


def waiting(session: Session, *, now: datetime, alone: bool = False) -> Waiting:
    """`alone`: no other process can be freezing one."""
    rows = session.exec(
        select(Campaign)
        .where(
            col(Campaign.state).in_([State.SCHEDULED, State.FREEZING, State.RUNNING, State.PAUSED])
            | ((col(Campaign.state) == State.CANCELLED) & col(Campaign.finished_at).is_(None))
            | (
                (col(Campaign.state) == State.DRAFT)
                & col(Campaign.notice)["shown"]["state"].as_string().is_not(None)
            )
        )
        .order_by(col(Campaign.id))
    ).all()
    freeze = [row.id or 0 for row in rows if _is_due(row, now, alone)]
    under_way = [row.id or 0 for row in rows if row.state is not State.FREEZING]
    return Waiting(tuple(freeze), tuple(under_way))


def _is_due(campaign: Campaign, now: datetime, alone: bool) -> bool:
    if campaign.state is State.SCHEDULED:
        return campaign.starts_at is not None and campaign.starts_at <= now
    silent = campaign.freezing_until is None or campaign.freezing_until < now
    return campaign.state is State.FREEZING and (alone or silent)


def ask_if_late(session: Session, campaign_id: int, *, after: timedelta, now: datetime) -> bool:
    """One that is far behind its time is paused, for a person to decide. True where it was."""
    why = "Its time came while whodoes was not running. Resume it to send it now, or cancel it."
    return _pause(session, campaign_id, why, _later(State.SCHEDULED, now - after))


def ask_about_number(session: Session, campaign_id: int, number: int, expected: int) -> bool:
    """One that grew since it was confirmed is paused. What was frozen of it is frozen anew when it is resumed."""
    why = f"It would go to {number:,} people now; {expected:,} were confirmed. Resume it if that is right."
    return _pause(session, campaign_id, why, (col(Campaign.state) == State.FREEZING,), expected=number)


def _later(state: State, than: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Campaign.state) == state, col(Campaign.starts_at) < than, col(Campaign.frozen_at).is_(None))


def _pause(
    session: Session, campaign_id: int, why: str, where: tuple[sa.ColumnElement[bool], ...], **values: object
) -> bool:
    paused = session.execute(
        sa.update(Campaign)
        .where(col(Campaign.id) == campaign_id, *where)
        .values(state=State.PAUSED, paused_why=why, **values)
        .returning(col(Campaign.id))
    )
    return paused.first() is not None


def settle_end(session: Session, campaign_id: int, *, now: datetime) -> bool:
    """The next piece of ending one: what is left of a cancelled one is struck out, a portion at a time; what is all
    settled is done. True where there is more to do at once."""
    campaign = session.exec(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if campaign.finished_at is not None or campaign.state not in {State.RUNNING, State.CANCELLED}:
        return False
    if campaign.state is State.CANCELLED and _strike_out(session, campaign_id, now):
        return True
    left = select(CampaignRecipient.id).where(
        CampaignRecipient.campaign_id == campaign_id, col(CampaignRecipient.state).in_(_OPEN)
    )
    if session.exec(left.limit(1)).first() is None:
        campaign.finished_at = now
        campaign.state = State.DONE if campaign.state is State.RUNNING else campaign.state
        session.add(campaign)
        session.flush()
    return False


def _strike_out(session: Session, campaign_id: int, now: datetime) -> bool:
    rows = (
        sa.select(_TABLE.c.id)
        .where(_TABLE.c.campaign_id == campaign_id, _TABLE.c.state == RecipientState.QUEUED)
        .limit(AT_ONCE)
    )
    struck = session.execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id.in_(rows), _TABLE.c.state == RecipientState.QUEUED)
        .values(
            state=RecipientState.CANCELLED,
            lease_until=None,
            settled_at=now,
            reply="The broadcast was cancelled.",
        )
        .returning(_TABLE.c.id)
    )
    return struck.first() is not None
