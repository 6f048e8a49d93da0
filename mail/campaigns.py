"""A campaign as it comes by mail: what it says to everybody, and whose copy each row of the ledger is."""

from datetime import datetime

from sqlmodel import Session

from bot.assistant.house import House
from mail.bulk.copies import CampaignMail
from mail.letters import MailCarrier
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import ReadersCopy
from mail.render.newsletter import IssueMail
from store.campaigns.ledger import Claimed
from store.consent.readers import reader_of_key, reader_token
from store.consent.topics import topic_of, topics
from store.kinds import CampaignKind
from store.models import Campaign
from store.secrets import REPLY_ADDRESSES, secret


def campaign_mail(
    session: Session, campaign_id: int, carrier: MailCarrier, house: House, *, now: datetime
) -> CampaignMail:
    """As it stands now; whoever changes a campaign does so while nothing of it leaves."""
    campaign = session.get_one(Campaign, campaign_id)
    ways = carrier.ways_out(secret(session, REPLY_ADDRESSES, now=now))
    topic = topic_of(campaign.kind, campaign.topic)
    names = {each.key: each.name for each in topics(session, retired=True)}
    mailing = Mailing(topic, names.get(topic, topic), house.region)
    return CampaignMail(campaign.subject, _issue_of(campaign, mailing, ways, now), mailing, ways)


def readers_copy(to: Claimed, key: bytes) -> ReadersCopy | None:
    """The same copy is the same Message-ID however often it is tried; None where the row names no reader.

    `key` signs the addresses of readers (mail/render/list_headers.py).
    """
    reader = reader_of_key(to.key)
    if reader is None:
        return None
    name = f"campaign:{to.campaign_id}:{to.key}"
    return ReadersCopy(Mailbox(to.destination, to.name), name, reader_token(key, reader), to.why)


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
