"""Events of the region, as far as asks about them need."""

from datetime import datetime

from sqlmodel import Field

from store.kinds import EventKind
from store.models.base import Table
from store.types import ByValue


class Event(Table, table=True):
    """Instants are UTC; `zone` is the IANA zone whose wall clock people read."""

    __tablename__ = "event"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    kind: EventKind = Field(sa_type=ByValue(EventKind))
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    zone: str = Field(default="Europe/London", max_length=60)
    venue: str = Field(default="", max_length=300)
    town: str = Field(default="", max_length=120)
    summary: str = ""
    url: str = Field(default="", max_length=500)
