"""What guests say after an event: the answers to two questions, and whom they would have liked to meet there."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.kinds import Medium, WishState
from store.models.base import Table
from store.types import ByValue


class EventFeedback(Table, table=True):
    """One guest's answers; what they say later takes the place of what they said before, or stands below it."""

    __tablename__ = "event_feedback"
    __table_args__ = (UniqueConstraint("event_id", "person_id", name="uq_event_feedback_event_id_person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    score: int | None = None  # 1 to 5
    words: str = ""  # what should be different
    said_at: datetime
    medium: Medium = Field(sa_type=ByValue(Medium))
    evidence: str = Field(default="", max_length=400)  # the message, click or form that holds it


class MeetingWish(Table, table=True):
    """Somebody a guest would have liked to meet, in the guest's words; staff make an introduction of it, or leave it."""

    __tablename__ = "meeting_wish"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    words: str = Field(max_length=400)
    said_at: datetime
    state: WishState = Field(default=WishState.OPEN, sa_type=ByValue(WishState), index=True)
    introduction_id: int | None = Field(default=None, foreign_key="introduction.id", ondelete="SET NULL")
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=200)
