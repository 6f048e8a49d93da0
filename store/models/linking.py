"""Codes that prove a Slack user reads a member's mail."""

from datetime import datetime

from sqlmodel import Field

from store.models.base import Table


class LinkCode(Table, table=True):
    """A code sent to an address the directory knows. Only a keyed digest of it is kept."""

    __tablename__ = "link_code"

    id: int | None = Field(default=None, primary_key=True)
    slack_user_id: str = Field(max_length=40, index=True)
    slack_team_id: str = Field(default="", max_length=40)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    address: str = Field(max_length=320)
    digest: str = Field(max_length=64)
    made_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
