"""A broadcast is written, and changed until it is sent: what it says, to whom, in which channels, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.rights import Action, allowed
from store.campaigns.audience import Audience, to_keep, unknown_in
from store.campaigns.near import UnknownPlace, placed
from store.consent.topics import topic_of, topics
from store.keys import storable
from store.kinds import CampaignKind, CampaignState, Reach
from store.models import AuditEntry, Campaign

STAFF_ONLY = Told(False, "Only the staff can do that.")
NO_CAMPAIGN = Told(False, "There is no such broadcast.")
LONGEST_BODY = 20_000
MOST_CHANNELS = 20
OPEN = frozenset({CampaignState.DRAFT, CampaignState.APPROVAL})


class Unfit(ValueError):
    """What a broadcast cannot be, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is set is put in; None leaves it as it is."""

    subject: str | None = None
    body: str | None = None  # Markdown
    audience: Audience | None = None
    reach: Reach | None = None
    channels: tuple[str, ...] | None = None  # Slack's ids
    topic: str | None = None
    send_at: datetime | None = None
    window: tuple[int, int] | None = None  # hours of the house's wall clock
    content: Mapping[str, Any] | None = None


def draft(
    session: Session, given: Draft, act: Act, *, kind: CampaignKind = CampaignKind.ANNOUNCEMENT
) -> Told:
    """Put a broadcast in; nobody gets it before it is sent."""
    if not allowed(session, act, Action.BROADCAST):
        return STAFF_ONLY
    campaign = Campaign(
        kind=kind, subject="", made_by=act.actor, changed_by=act.actor, made_at=act.now, changed_at=act.now,
        zone=act.house.rules.zone,
    )  # fmt: skip
    try:
        _put(session, campaign, given, act)
    except (Unfit, UnknownPlace) as problem:
        return Told(False, str(problem))
    session.add(campaign)
    session.flush()
    audit(session, campaign, act, "drafted")
    return Told(
        True,
        f"“{campaign.subject}” is kept as broadcast {campaign.id}. Nobody gets it before you send it.",
        campaign.id,
    )


def edit(session: Session, campaign_id: int, given: Draft, act: Act) -> Told:
    """Change what is given. Whoever approved it before is asked again."""
    if not allowed(session, act, Action.BROADCAST, subject=subject_of(campaign_id)):
        return STAFF_ONLY
    campaign = hold(session, campaign_id)
    if campaign is None:
        return NO_CAMPAIGN
    if campaign.state not in OPEN:
        return Told(False, _too_late(campaign), campaign_id)
    try:
        _put(session, campaign, given, act)
    except (Unfit, UnknownPlace) as problem:
        session.expire(campaign)
        return Told(False, str(problem), campaign_id)
    campaign.version += 1
    campaign.state, campaign.changed_by, campaign.changed_at = CampaignState.DRAFT, act.actor, act.now
    session.add(campaign)
    audit(session, campaign, act, "changed", version=campaign.version)
    return Told(True, f"Broadcast {campaign_id} is changed.", campaign_id)


def hold(session: Session, campaign_id: int) -> Campaign | None:
    """The broadcast, held until the transaction ends; a trial of one is none."""
    return session.exec(
        select(Campaign)
        .where(Campaign.id == campaign_id, col(Campaign.test_of).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def audit(session: Session, campaign: Campaign, act: Act, what: str, **details: object) -> None:
    session.add(
        AuditEntry(
            at=act.now,
            actor=act.actor,
            action=f"campaign.{what}",
            subject=subject_of(campaign.id or 0),
            details={"medium": act.medium.value, **details},
        )
    )
    session.flush()


def subject_of(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


def _put(session: Session, campaign: Campaign, given: Draft, act: Act) -> None:
    """Raises Unfit or UnknownPlace."""
    if given.subject is not None:
        campaign.subject = _one_line(given.subject, 300, "subject")
    if given.body is not None:
        campaign.body = _body(given.body)
    if given.audience is not None:
        campaign.audience = to_keep(_known(session, given.audience))
    if given.reach is not None:
        campaign.reach = given.reach
    if given.channels is not None:
        campaign.channels = _channels(given.channels)
    campaign.topic = _topic(session, given.topic) or topic_of(campaign.kind, campaign.topic)
    if given.window is not None:
        campaign.window_from, campaign.window_until = _window(given.window)
    if given.send_at is not None:
        campaign.send_at = _coming(given.send_at, act.now)
    if given.content is not None:
        campaign.content = dict(given.content)
    if not campaign.subject:
        raise Unfit("A broadcast needs a subject.")


def _known(session: Session, audience: Audience) -> Audience:
    for each in audience.places:
        placed(each.place)
        if each.miles is not None and not 0 < each.miles <= 500:
            raise Unfit("A radius is a number of miles from 1 to 500.")
    if problem := unknown_in(session, audience):
        raise Unfit(problem)
    return audience


def _topic(session: Session, said: str | None) -> str:
    """Its key. Raises Unfit: of a topic that nobody can choose, nobody could hear less."""
    wanted = (said or "").strip().casefold()
    there = topics(session)
    for each in there:
        if wanted in {each.key, each.name.casefold()}:
            return each.key
    if wanted:
        raise Unfit(
            f"There is no topic “{wanted[:60]}”. There is: {', '.join(each.key for each in there) or 'none'}."
        )
    return ""


def _one_line(text: str, most: int, what: str) -> str:
    line = " ".join(storable(text).split())
    if not line:
        raise Unfit(f"A broadcast needs a {what}.")
    if len(line) > most:
        raise Unfit(f"The {what} is {len(line):,} characters long; {most:,} is the most.")
    return line


def _body(text: str) -> str:
    body = storable(text).replace("\r\n", "\n").strip()
    if len(body) > LONGEST_BODY:
        raise Unfit(f"The text is {len(body):,} characters long; {LONGEST_BODY:,} is the most.")
    return body


def _channels(channels: tuple[str, ...]) -> list[str]:
    named = [each.strip() for each in dict.fromkeys(channels) if each.strip()]
    if len(named) > MOST_CHANNELS:
        raise Unfit(f"That is {len(named)} channels; {MOST_CHANNELS} is the most.")
    for each in named:
        if not (each.isalnum() and each.isascii() and each[0] in "CG"):
            raise Unfit(
                f"“{each[:60]}” is no channel's id; they look like C0123ABCD (in Slack: its details, at the end)."
            )
    return named


def _window(window: tuple[int, int]) -> tuple[int, int]:
    since, until = window
    if not (0 <= since <= 23 and 0 <= until <= 24 and since != until):
        raise Unfit("The hours to send in are two hours of the day, such as 9-17.")
    return since, until % 24


def _coming(send_at: datetime, now: datetime) -> datetime:
    if send_at <= now:
        raise Unfit("That time is over. Leave it out to send it as soon as you say so.")
    return send_at


def _too_late(campaign: Campaign) -> str:
    if campaign.state is CampaignState.SCHEDULED:
        return f"Broadcast {campaign.id} is about to go out. Cancel it first, and it is a draft again."
    return f"Broadcast {campaign.id} is {campaign.state.value}: it cannot be changed any more."
