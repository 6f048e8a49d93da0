"""A broadcast on its way is paused, resumed, cancelled, or sent again to those it did not reach."""

from collections.abc import Collection

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import NO_CAMPAIGN, STAFF_ONLY, audit, hold, subject_of
from bot.assistant.rights import Action, allowed
from store.campaigns.again import AGAIN, again
from store.kinds import CampaignState as State
from store.kinds import RecipientState
from store.models import Campaign


def pause(session: Session, campaign_id: int, act: Act) -> Told:
    """Nothing more is begun. What is on the wire already arrives."""
    campaign = _allowed(session, campaign_id, act)
    if isinstance(campaign, Told):
        return campaign
    if campaign.state not in {State.RUNNING, State.FREEZING}:
        return Told(
            False,
            f"Broadcast {campaign_id} is {campaign.state.value}: there is nothing to pause.",
            campaign_id,
        )
    campaign.state, campaign.paused_why = State.PAUSED, "Staff paused it."
    session.add(campaign)
    audit(session, campaign, act, "paused")
    return Told(True, f"Broadcast {campaign_id} is paused. Resume it when you like.", campaign_id)


def resume(session: Session, campaign_id: int, act: Act) -> Told:
    """It goes on where it stopped."""
    campaign = _allowed(session, campaign_id, act)
    if isinstance(campaign, Told):
        return campaign
    if campaign.state is not State.PAUSED:
        return Told(False, f"Broadcast {campaign_id} is {campaign.state.value}, not paused.", campaign_id)
    campaign.state = State.SCHEDULED if campaign.frozen_at is None else State.RUNNING
    if campaign.frozen_at is None:
        campaign.starts_at = act.now
    why, campaign.paused_why, campaign.refused_in_a_row = campaign.paused_why, "", 0
    session.add(campaign)
    audit(session, campaign, act, "resumed", paused_why=why[:300])
    return Told(True, f"Broadcast {campaign_id} goes on.", campaign_id)


def cancel(session: Session, campaign_id: int, act: Act) -> Told:
    """Before it began: it is a draft again. Afterwards: whoever has not got it will not."""
    campaign = _allowed(session, campaign_id, act)
    if isinstance(campaign, Told):
        return campaign
    was = campaign.state
    if was in {State.DONE, State.CANCELLED}:
        return Told(False, f"Broadcast {campaign_id} is {was.value} already.", campaign_id)
    begun = campaign.frozen_at is not None
    if was is not State.DRAFT and not begun:
        campaign.state, campaign.starts_at, campaign.paused_why = State.DRAFT, None, ""
        told = f"Broadcast {campaign_id} is called off; nobody got it. It is a draft again."
    else:
        campaign.state = State.CANCELLED
        campaign.finished_at = None if begun else act.now
        told = f"Broadcast {campaign_id} is cancelled." + (
            " Whoever has not got it yet will not." if begun else ""
        )
    session.add(campaign)
    audit(session, campaign, act, "cancelled", was=was.value)
    return Told(True, told, campaign_id)


def resend(session: Session, campaign_id: int, states: Collection[RecipientState], act: Act) -> Told:
    """Once more to those whom it failed to reach, or to whom nobody can tell; only those that were named."""
    campaign = _allowed(session, campaign_id, act)
    if isinstance(campaign, Told):
        return campaign
    if not states or not set(states) <= AGAIN:
        return Told(False, "Say which: those that failed, or those that are uncertain.", campaign_id)
    if campaign.state not in {State.DONE, State.PAUSED, State.RUNNING}:
        return Told(False, f"Broadcast {campaign_id} is {campaign.state.value}.", campaign_id)
    number = again(session, campaign_id, states, now=act.now)
    if not number:
        return Told(False, "There is nobody to send it to again.", campaign_id)
    if campaign.state is State.DONE:
        campaign.state, campaign.finished_at, campaign.refused_in_a_row = State.RUNNING, None, 0
        session.add(campaign)
    audit(session, campaign, act, "resent", people=number, states=sorted(each.value for each in states))
    return Told(True, f"Broadcast {campaign_id} goes once more to {number:,}.", campaign_id)


def _allowed(session: Session, campaign_id: int, act: Act) -> Campaign | Told:
    if not allowed(session, act, Action.BROADCAST, subject=subject_of(campaign_id)):
        return STAFF_ONLY
    return hold(session, campaign_id) or NO_CAMPAIGN
