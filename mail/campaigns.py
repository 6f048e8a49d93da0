"""A campaign as it comes by mail: laid out once, and each reader's copy handed to the outbox."""

from datetime import datetime
from functools import lru_cache

from sqlmodel import Session

from bot.assistant.house import House
from mail.letters import MailCarrier
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import ReadersCopy, written_copy
from mail.render.newsletter import IssueMail, Rendered, TooLong, render_issue
from store.campaigns.ledger import Claimed
from store.campaigns.outbox_rows import hand_over
from store.consent.readers import reader_of_key, reader_token
from store.consent.topics import topic_of, topics
from store.keys import fitting
from store.kinds import CampaignKind, Medium
from store.models import Campaign
from store.outbox import Draft
from store.outcome import Refused
from store.secrets import REPLY_ADDRESSES, secret

NOBODY = "There is no such reader any more."


def hand_over_mails(session: Session, carrier: MailCarrier, house: House, *, now: datetime) -> int:
    """The next few copies, each with its reader's own ways out. Returns how many."""
    ways = carrier.ways_out(secret(session, REPLY_ADDRESSES, now=now))
    names = {each.key: each.name for each in topics(session, retired=True)}

    def write(campaign: Campaign, to: Claimed) -> Draft | Refused:
        topic = topic_of(campaign.kind, campaign.topic)
        return copy_of(campaign, to, Mailing(topic, names.get(topic, topic), house.region), ways, now=now)

    return hand_over(session, write, medium=Medium.EMAIL, now=now)


def copy_of(
    campaign: Campaign, to: Claimed, mailing: Mailing, ways: WaysOut, *, now: datetime
) -> Draft | Refused:
    """One reader's whole mail; the same copy is the same Message-ID however often it is tried."""
    reader = reader_of_key(to.key)
    if reader is None:
        return Refused(NOBODY)
    try:
        rendered = _laid_out(_issue_of(campaign, mailing, ways, now))
    except TooLong as problem:
        return Refused(str(problem))
    copy = ReadersCopy(
        Mailbox(to.destination, to.name), f"campaign:{to.campaign_id}:{to.key}",
        reader_token(ways.addresses.key, reader), to.why,
    )  # fmt: skip
    return Draft(
        dedup_key="",
        medium=Medium.EMAIL,
        kind="campaign",
        recipient=fitting(to.destination),
        sender=ways.sender.address,
        body=written_copy(rendered, campaign.subject, copy, mailing, ways, now=now),
    )


def _issue_of(campaign: Campaign, mailing: Mailing, ways: WaysOut, now: datetime) -> IssueMail:
    said = campaign.content
    archived = campaign.kind is CampaignKind.NEWSLETTER and ways.pages and said.get("issue")
    return IssueMail(
        title=str(said.get("title") or campaign.subject),
        body=campaign.body,
        region=mailing.region,
        dated=campaign.frozen_at or now,
        preview=str(said.get("preview") or ""),
        identity=ways.sender.identity,
        archive=f"{ways.pages.rstrip('/')}/newsletter/{said['issue']}" if archived else "",
        pages=bool(ways.pages),
        topic=mailing.topic,
    )


@lru_cache(maxsize=8)  # once for all the readers of those under way
def _laid_out(issue: IssueMail) -> Rendered:
    return render_issue(issue)
