"""Who wants to hear of what, how often, and on what ground they are written to at all."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.kinds import Frequency, LawfulBasis, ReaderKind, SubscriberState
from store.models.base import Table
from store.types import ByValue


class Topic(Table, table=True):
    """A thing people can hear of, or not; staff may add some of their own. `key` stands in campaigns and List-Ids."""

    __tablename__ = "topic"

    key: str = Field(primary_key=True, max_length=60)  # "newsletter"
    name: str = Field(max_length=100)
    about: str = Field(default="", max_length=300)
    position: int = 0
    retired: bool = False  # nobody is offered it any more


class Subscriber(Table, table=True):
    """Somebody who is no member and asked to be written to; nothing goes there before they confirmed it."""

    __tablename__ = "subscriber"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=320, unique=True)  # lower-case
    name: str = Field(default="", max_length=200)
    organisation: str = Field(default="", max_length=200)
    kind: ReaderKind = Field(default=ReaderKind.INDIVIDUAL, sa_type=ByValue(ReaderKind))
    basis: LawfulBasis = Field(default=LawfulBasis.CONSENT, sa_type=ByValue(LawfulBasis))
    source: str = Field(default="", max_length=200)  # "the page", "mail", in staff's words
    state: SubscriberState = Field(default=SubscriberState.PENDING, sa_type=ByValue(SubscriberState))
    asked_at: datetime  # when we last asked whether it was them
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


class ReaderBasis(Table, table=True):
    """On what ground a member is written to. One who has no row here is so as somebody of a member organisation."""

    __tablename__ = "reader_basis"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    kind: ReaderKind = Field(sa_type=ByValue(ReaderKind))
    basis: LawfulBasis = Field(sa_type=ByValue(LawfulBasis))
    source: str = Field(default="", max_length=200)
    since: datetime


class ReaderChoice(Table, table=True):
    """How often one reader hears of one topic; without a row it is as it comes."""

    __tablename__ = "reader_choice"
    __table_args__ = (
        UniqueConstraint("person_id", "topic", name="uq_reader_choice_person_id_topic"),
        UniqueConstraint("subscriber_id", "topic", name="uq_reader_choice_subscriber_id_topic"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE")
    subscriber_id: int | None = Field(default=None, foreign_key="subscriber.id", ondelete="CASCADE")
    topic: str = Field(max_length=60, foreign_key="topic.key", ondelete="CASCADE")
    frequency: Frequency = Field(sa_type=ByValue(Frequency))
    source: str = Field(default="", max_length=100)  # the medium it was said in
    set_at: datetime


class SuppressedAddress(Table, table=True):
    """An address that wants nothing unasked, as a keyed hash: it outlives the person, and no import brings it back."""

    __tablename__ = "suppressed_address"

    digest: str = Field(primary_key=True, max_length=64)
    reason: str = Field(default="", max_length=100)
    since: datetime
