"""The newsletter: pieces of news people sent in, and the issues made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from store.kinds import NewsState
from store.models.base import Table
from store.types import ByValue


class NewsItem(Table, table=True):
    """A piece of news that somebody sent in. `evidence` is the message it came by: the same one twice is one."""

    __tablename__ = "news_item"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    text: str = ""
    link: str = Field(default="", max_length=1000)
    state: NewsState = Field(default=NewsState.SUBMITTED, sa_type=ByValue(NewsState), index=True)
    by: str = Field(max_length=200)  # a reference: "person:4"
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL", index=True
    )
    evidence: str = Field(max_length=400, unique=True)
    submitted_at: datetime
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = None
    issue_id: int | None = Field(default=None, foreign_key="newsletter_issue.id", ondelete="SET NULL")


class NewsletterIssue(Table, table=True):
    """One issue. `source` is the file staff edit, from which all of it is made; `campaign_id` what sends it."""

    __tablename__ = "newsletter_issue"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)  # "2026-12": stands in the archive's address
    title: str = Field(max_length=200)
    source: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", ondelete="SET NULL")
    made_at: datetime
    changed_at: datetime
    published_at: datetime | None = None  # from then on it is in the archive
