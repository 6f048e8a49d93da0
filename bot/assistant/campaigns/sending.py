"""A broadcast goes out when it was confirmed with its numbers: approved by a second person, held for a moment, then begun."""

from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.approvers import ask_approvers, show_decided
from bot.assistant.campaigns.drafting import NO_CAMPAIGN, OPEN, STAFF_ONLY, audit, hold, subject_of
from bot.assistant.rights import Action, allowed
from store.campaigns.audience import Audience, to_keep
from store.kinds import CampaignState, Medium, Reach
from store.models import Campaign
from store.people import Member

APPROVERS_ONLY = Told(False, "Only an approver or an admin can approve a broadcast.")


def send(session: Session, campaign_id: int, act: Act, *, people: int) -> Told:
    """`people`: how many the sender was shown and confirmed. It begins after the time to call it off."""
    if not allowed(session, act, Action.BROADCAST, subject=subject_of(campaign_id)):
        return STAFF_ONLY
    campaign = hold(session, campaign_id)
    if campaign is None:
        return NO_CAMPAIGN
    if campaign.state not in OPEN:
        return Told(False, f"Broadcast {campaign_id} is {campaign.state.value} already.", campaign_id)
    if not campaign.body and not campaign.content:
        return Told(False, "It says nothing yet: write its text first.", campaign_id)
    if not people and not campaign.channels:
        return Told(False, "It would reach nobody. Choose whom it is for.", campaign_id)
    if campaign.send_at is not None and campaign.send_at <= act.now:
        return Told(False, "The time it was to go out is over. Choose another, or none.", campaign_id)
    campaign.expected = people
    if _needs_approval(campaign, people, act):
        return _ask(session, campaign, act)
    return _schedule(session, campaign, act, "sent")


def approve(session: Session, campaign_id: int, act: Act) -> Told:
    """The second person's word; of this version alone."""
    if not allowed(session, act, Action.APPROVE_BROADCAST, subject=subject_of(campaign_id)):
        return APPROVERS_ONLY
    campaign = hold(session, campaign_id)
    if campaign is None:
        return NO_CAMPAIGN
    if campaign.state is not CampaignState.APPROVAL:
        return Told(
            False,
            f"Broadcast {campaign_id} does not wait for approval: it is {campaign.state.value}.",
            campaign_id,
        )
    if act.actor in {campaign.made_by, campaign.changed_by}:
        return Told(False, "You wrote it, so somebody else has to approve it.", campaign_id)
    campaign.approved_by, campaign.approved_at = act.actor, act.now
    campaign.approved_version = campaign.version
    if campaign.send_at is not None and campaign.send_at <= act.now:
        campaign.send_at = None
    told = _schedule(session, campaign, act, "approved")
    show_decided(session, campaign, "It is approved.", act)
    return told


def decline(session: Session, campaign_id: int, act: Act, reason: str = "") -> Told:
    """It is a draft again."""
    if not allowed(session, act, Action.APPROVE_BROADCAST, subject=subject_of(campaign_id)):
        return APPROVERS_ONLY
    campaign = hold(session, campaign_id)
    if campaign is None:
        return NO_CAMPAIGN
    if campaign.state is not CampaignState.APPROVAL:
        return Told(False, f"Broadcast {campaign_id} is {campaign.state.value}.", campaign_id)
    campaign.state = CampaignState.DRAFT
    session.add(campaign)
    audit(session, campaign, act, "declined", reason=reason[:300])
    show_decided(session, campaign, "It was given back.", act)
    return Told(True, f"Broadcast {campaign_id} is a draft again.", campaign_id)


def try_on_me(session: Session, campaign_id: int, act: Act) -> Told:
    """The very thing, by the way the real one takes, to whoever asks and nobody else."""
    if not allowed(session, act, Action.BROADCAST, subject=subject_of(campaign_id)):
        return STAFF_ONLY
    campaign = hold(session, campaign_id)
    if campaign is None:
        return NO_CAMPAIGN
    if not isinstance(act.by, Member):
        return Told(
            False, "I don't know you here, so I have nowhere to send it. Say who you are (--as).", campaign_id
        )
    trial = _trial(campaign, act.by.person_id, act)
    session.add(trial)
    campaign.tested_version = campaign.version
    session.add(campaign)
    audit(session, campaign, act, "tested", version=campaign.version)
    return Told(True, f"A trial of broadcast {campaign_id} is on its way to you.", campaign_id)


def _trial(campaign: Campaign, person_id: int, act: Act) -> Campaign:
    return Campaign(
        kind=campaign.kind, state=CampaignState.SCHEDULED, subject=f"[Test] {campaign.subject}"[:300],
        body=campaign.body, content=dict(campaign.content), audience=to_keep(Audience(people=(person_id,))),
        reach=campaign.reach if act.medium is Medium.SLACK and campaign.reach is not Reach.NOBODY else Reach.MAIL,
        topic=campaign.topic, zone=campaign.zone, made_by=act.actor, changed_by=act.actor, made_at=act.now,
        changed_at=act.now, starts_at=act.now, expected=1, test_of=campaign.id,
    )  # fmt: skip


def _needs_approval(campaign: Campaign, people: int, act: Act) -> bool:
    above = act.house.campaigns.approval_above
    return people > above and campaign.approved_version != campaign.version


def _ask(session: Session, campaign: Campaign, act: Act) -> Told:
    campaign.state = CampaignState.APPROVAL
    session.add(campaign)
    audit(session, campaign, act, "submitted", people=campaign.expected, version=campaign.version)
    asked = ask_approvers(session, campaign, act)
    told = f"It would go to {campaign.expected:,} people, so a second person has to approve it."
    if not asked:
        told += " Nobody besides you can: an admin can give somebody the role (whodoes staff)."
    return Told(True, told, campaign.id)


def _schedule(session: Session, campaign: Campaign, act: Act, what: str) -> Told:
    soon = act.now + act.house.campaigns.cancel_window
    campaign.state, campaign.starts_at = CampaignState.SCHEDULED, max(soon, campaign.send_at or soon)
    session.add(campaign)
    audit(session, campaign, act, what, people=campaign.expected, version=campaign.version)
    return Told(
        True,
        f"Broadcast {campaign.id} goes out {when(campaign, act.now)}. Until then you can cancel it.",
        campaign.id,
    )


def when(campaign: Campaign, now: datetime) -> str:
    assert campaign.starts_at is not None  # noqa: S101 - narrows the type: it is scheduled
    seconds = int((campaign.starts_at - now).total_seconds())
    if seconds <= 600:
        return f"in {max(seconds, 0)} seconds"
    return f"on {campaign.starts_at:%d %B %Y, %H:%M} UTC"
