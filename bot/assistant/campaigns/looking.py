"""What a broadcast says and whom it would reach, before anybody gets it."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.drafting import NO_CAMPAIGN, STAFF_ONLY
from bot.assistant.rights import Action, may
from store.campaigns.audience import audience_of
from store.campaigns.preview import Preview, preview
from store.campaigns.routes import ways_of
from store.kinds import CampaignState, Medium
from store.models import Campaign


@dataclass(frozen=True, slots=True)
class Look:
    """For staff alone: names stand in it."""

    campaign_id: int
    state: CampaignState
    subject: str
    body: str
    channels: tuple[str, ...]
    found: Preview
    approval_above: int
    approved: bool

    @property
    def people(self) -> int:
        return self.found.people

    @property
    def question(self) -> str:
        """What somebody is asked before it goes out."""
        return f"Send to {reaches(len(self.channels), self.people)}?"

    @property
    def needs_approval(self) -> bool:
        return self.people > self.approval_above and not self.approved


def look(session: Session, campaign_id: int, act: Act) -> Look | Told:
    """Reads only."""
    if not may(act.by, Action.BROADCAST, act.medium):
        return STAFF_ONLY
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or campaign.test_of is not None:
        return NO_CAMPAIGN
    ways = ways_of(campaign, slack=Medium.SLACK in act.house.letterbox.carriers)
    found = preview(session, audience_of(campaign.audience), ways, now=act.now)
    return Look(
        campaign_id, campaign.state, campaign.subject, campaign.body, tuple(dict.fromkeys(campaign.channels)), found,
        act.house.campaigns.approval_above, campaign.approved_version == campaign.version,
    )  # fmt: skip


def reaches(channels: int, people: int) -> str:
    """ "4 channels and 231 people"."""
    said = []
    if channels:
        said.append(f"{channels} channel{'' if channels == 1 else 's'}")
    if people or not channels:
        said.append("1 person" if people == 1 else f"{people:,} people")
    return " and ".join(said)
