"""People: who works where, how they are reached, what they opted out of."""

from datetime import date, datetime

from sqlmodel import Field

from store.kinds import PausedBy, StaffRole
from store.models.base import Table
from store.types import ByValue, TextList


class Person(Table, table=True):
    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL", index=True
    )
    name: str = Field(max_length=200)
    role: str = Field(default="", max_length=200)  # what they do there, in their words
    expertise: list[str] = Field(default_factory=list, sa_type=TextList)
    slack_user_id: str | None = Field(default=None, max_length=40, unique=True)
    slack_team_id: str = Field(default="", max_length=40)  # of Slack Connect: another's workspace
    main_contact: bool = False
    listed: bool = True  # False: not found, not shown
    introductions: bool = True
    introductions_paused_by: PausedBy | None = Field(default=None, sa_type=ByValue(PausedBy))
    introductions_paused_until: date | None = None  # with paused_by: None is until they return
    newsletters: bool = True
    topics: list[str] = Field(default_factory=list, sa_type=TextList)  # what they like to hear of
    staff_role: StaffRole = Field(default=StaffRole.MEMBER, sa_type=ByValue(StaffRole))
    created_at: datetime


class Address(Table, table=True):
    """One of a person's mail addresses, lower-case; the first is where mail goes."""

    __tablename__ = "address"

    address: str = Field(primary_key=True, max_length=320)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    position: int = 0
