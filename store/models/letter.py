"""Letters: what was sent to somebody unasked, or waits for their word, so that the word finds what it answers."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.kinds import Medium
from store.models.base import Table
from store.types import ByValue


class LetterRecord(Table, table=True):
    """One letter to one person (a hand-off to two is two rows of one key). `token` is secret and bound to the person:
    it stands in the mail's Message-ID, behind the buttons, and in the page's address."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("key", "person_id", name="uq_letter_key_person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(max_length=40, unique=True)  # base32, lower case: mail addresses do not keep case
    key: str = Field(max_length=400)  # "consent:7:asked"; the outbox message's dedup key begins with it
    kind: str = Field(max_length=60)
    about: str = Field(max_length=100, index=True)  # "introduction:7"
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    medium: Medium = Field(sa_type=ByValue(Medium))
    outbox_key: str = Field(max_length=400, index=True)
    posted_at: datetime
    revisions: int = 0  # how often what the reader sees was brought up to date since
    answered_at: datetime | None = None
    answer: str = Field(default="", max_length=60)  # the word that settled it
