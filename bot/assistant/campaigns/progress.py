"""How far a broadcast is, and in the end what became of it: the same figures for every medium."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlmodel import Session

from store.campaigns.report import Report, report
from store.kinds import CampaignState, RecipientState
from store.models import Campaign, Person

REASONS = 5
BEFORE = frozenset(
    {CampaignState.DRAFT, CampaignState.APPROVAL, CampaignState.SCHEDULED, CampaignState.FREEZING}
)


@dataclass(frozen=True, slots=True)
class Progress:
    campaign_id: int
    subject: str
    state: str
    expected: int  # when it was confirmed
    total: int
    sent: int
    waiting: int
    failed: int
    uncertain: int
    suppressed: int
    cancelled: int
    paused_why: str
    reasons: tuple[str, ...]  # why those who did not get it did not

    @property
    def over(self) -> bool:
        return self.state in {CampaignState.DONE, CampaignState.CANCELLED}


def progress(session: Session, campaign_id: int) -> Progress | None:
    found = report(session, campaign_id, named=0)
    return None if found is None else progress_of(found)


def progress_of(found: Report) -> Progress:
    made, counts = found.summary, found.summary.counts
    reasons = tuple(
        f"{number:,} {state.value}: {reply or 'no reason given'}"
        for state, reply, number in found.reasons[:REASONS]
    )
    return Progress(
        made.id, made.subject, made.state.value, made.expected, made.recipients - counts[RecipientState.SUPPRESSED],
        counts[RecipientState.SENT], counts[RecipientState.QUEUED] + counts[RecipientState.SENDING],
        counts[RecipientState.FAILED], counts[RecipientState.UNCERTAIN], counts[RecipientState.SUPPRESSED],
        counts[RecipientState.CANCELLED], made.paused_why, reasons,
    )  # fmt: skip


def lines(shown: Progress) -> list[str]:
    """For whoever sent it; plain text."""
    if shown.state in BEFORE:
        return [f"It is for {shown.expected:,} people and the channels it names. Nobody has it yet."]
    said = [f"{shown.sent:,} of {shown.total:,} have it."]
    if shown.waiting and not shown.over:
        said.append(f"{shown.waiting:,} still to go.")
    if shown.paused_why:
        said.append(f"It is paused: {shown.paused_why}")
    if shown.cancelled:
        said.append(f"{shown.cancelled:,} will not get it: it was cancelled.")
    if shown.uncertain:
        said.append(
            f"{shown.uncertain:,} uncertain: it may have reached them. Nothing is sent to them again unless you say so."
        )
    if shown.failed or shown.suppressed:
        said.append(f"{shown.failed:,} failed, {shown.suppressed:,} were left out:")
        said += [f"– {reason}" for reason in shown.reasons]
    return said


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be shown now, to whom (a Slack id), as the `number`th."""

    shown: Progress
    user: str
    number: int


def next_notice(session: Session, campaign_id: int) -> Notice | None:
    """None where there is nobody to show it to, or nothing new. What it returns counts as shown."""
    campaign = session.get(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    user = _account(session, campaign) if campaign is not None and campaign.test_of is None else ""
    if campaign is None or not user:
        return None
    now = progress(session, campaign_id)
    if now is None or _kept(now) == campaign.notice.get("shown"):
        return None
    number = int(campaign.notice.get("number", -1)) + 1
    campaign.notice = {"number": number, "shown": _kept(now)}
    session.add(campaign)
    session.flush()
    return Notice(now, user, number)


def _kept(shown: Progress) -> Mapping[str, object]:
    return asdict(shown) | {"reasons": list(shown.reasons)}


def _account(session: Session, campaign: Campaign) -> str:
    """Who sent it in Slack; whoever sits at the machine looks there."""
    kind, _, number = campaign.made_by.partition(":")
    if kind != "person" or not number.isdecimal():
        return ""
    person = session.get(Person, int(number))
    return person.slack_user_id or "" if person else ""
