"""Addresses of people's own calendars: whoever has one reads it, and can do nothing else."""

from datetime import datetime

from sqlmodel import Field

from store.models.base import Table


class CalendarFeed(Table, table=True):
    """One person's; a new token ends the old one's address. `token` is secret and theirs."""

    __tablename__ = "calendar_feed"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    token: str = Field(max_length=40, unique=True)
    made_at: datetime
