"""People: who works where, how they are reached, what they opted out of."""

from datetime import datetime

from sqlmodel import Field

from store.kinds import StaffRole
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
    main_contact: bool = False
    listed: bool = True  # False: not found, not shown
    introductions: bool = True
    newsletters: bool = True
    staff_role: StaffRole = Field(default=StaffRole.MEMBER, sa_type=ByValue(StaffRole))
    created_at: datetime


class Address(Table, table=True):
    """One of a person's mail addresses, lower-case; the first is where mail goes."""

    __tablename__ = "address"

    address: str = Field(primary_key=True, max_length=320)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    position: int = 0
