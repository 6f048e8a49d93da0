"""Campaigns, and the ledger of who gets each: one row a recipient, from the freezing of the audience to the last word."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from store.kinds import CampaignKind, CampaignState, Medium, Reach, RecipientState
from store.models.base import Table
from store.types import ByValue, TextList


class Campaign(Table, table=True):
    """One announcement, or one issue of the newsletter."""

    __tablename__ = "campaign"

    id: int | None = Field(default=None, primary_key=True)
    kind: CampaignKind = Field(sa_type=ByValue(CampaignKind))
    state: CampaignState = Field(default=CampaignState.DRAFT, sa_type=ByValue(CampaignState), index=True)
    subject: str = Field(max_length=300)
    body: str = ""  # Markdown
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # a newsletter's parts
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # who gets it; {}: nobody
    reach: Reach = Field(default=Reach.PREFERRED, sa_type=ByValue(Reach))
    channels: list[str] = Field(default_factory=list, sa_type=TextList)  # Slack's ids of them
    topic: str = Field(default="", max_length=60)  # what readers can stop hearing of
    send_at: datetime | None = None  # None: when it is started
    zone: str = Field(default="Europe/London", max_length=60)
    window_from: int | None = None  # hours of the zone's wall clock between which it goes out
    window_until: int | None = None
    version: int = 1  # rises with each change of what is said or to whom: an approval is of one version
    made_by: str = Field(max_length=200)  # a reference: "person:4"
    made_at: datetime
    changed_by: str = Field(default="", max_length=200)
    changed_at: datetime
    test_of: int | None = None  # a trial of another campaign, to whoever tries it
    tested_version: int = 0
    expected: int = 0  # to how many people it was confirmed
    approved_by: str = Field(default="", max_length=200)
    approved_at: datetime | None = None
    approved_version: int = 0
    starts_at: datetime | None = None  # scheduled: when it begins, the time to call it off being over
    freezing_by: str = Field(default="", max_length=100)
    freezing_until: datetime | None = None
    frozen_at: datetime | None = None  # the instant its audience is of
    finished_at: datetime | None = None
    paused_why: str = ""
    refused_in_a_row: int = 0  # the run the circuit breaker watches
    notice: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # where its progress is shown


class CampaignRecipient(Table, table=True):
    """The ledger. A worker owns a row while `owner`, `attempt` and the state all match.

    `key` says who it is, once in a campaign: "person:4", "subscriber:9", "channel:C0123".
    """

    __tablename__ = "campaign_recipient"
    __table_args__ = (
        UniqueConstraint("campaign_id", "key", name="uq_campaign_recipient_campaign_id_key"),
        UniqueConstraint(
            "campaign_id", "medium", "destination", name="uq_campaign_recipient_campaign_id_destination"
        ),
        Index("ix_campaign_recipient_due", "campaign_id", "state", "medium", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", ondelete="CASCADE")
    key: str = Field(max_length=60)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    medium: Medium = Field(sa_type=ByValue(Medium))
    # An address, or a Slack id; None: no way there.
    destination: str | None = Field(default=None, max_length=400)
    name: str = Field(default="", max_length=200)
    why: str = ""  # why this one
    state: RecipientState = Field(default=RecipientState.QUEUED, sa_type=ByValue(RecipientState))
    attempt: int = 0  # how often it was taken in hand; fences a worker that lost it
    tries: int = 0  # how often it was put off by the other side
    owner: str = Field(default="", max_length=100)
    lease_until: datetime | None = None
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None = None
    reply: str = ""  # the relay's or Slack's last word; of the suppressed the reason


class SendingPace(Table, table=True):
    """How fast may be sent one way, and whether at all; shared by all processes. `name`: "relay:mx.example:25"."""

    __tablename__ = "sending_pace"

    name: str = Field(primary_key=True, max_length=200)
    tokens: float
    filled_at: datetime
    refused_in_a_row: int = 0
    shut_until: datetime | None = None
    shut_why: str = ""
