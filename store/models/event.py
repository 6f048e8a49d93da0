"""Events of the region: what happens when and where, who comes, and which reminders went out."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from store.kinds import EventKind, EventNewsKind, EventState, Medium, Rsvp, Seat
from store.models.base import Table
from store.types import ByValue, TextList

_OFFERED = text("offered_until IS NOT NULL")


def _uid() -> str:
    return uuid4().hex


class EventSeries(Table, table=True):
    """Events that come again. `first_local` is a wall clock of `zone`, without one of its own ("2027-01-28T17:30")."""

    __tablename__ = "event_series"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    rule: str = Field(max_length=500)  # RFC 5545 3.3.10: "FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH"
    zone: str = Field(max_length=60)
    first_local: str = Field(max_length=40)
    minutes: int
    made_at: datetime
    ended_at: datetime | None = None  # no more of them are put in
    pattern: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # what each begins with besides
    skipped: list[str] = Field(default_factory=list, sa_type=TextList)  # wall clocks that are left out


class Event(Table, table=True):
    """Instants are UTC; `zone` is the IANA zone whose wall clock people read."""

    __tablename__ = "event"
    __table_args__ = (
        # Two schedulers put in each of a series once.
        UniqueConstraint("series_id", "series_local", name="uq_event_series_id_series_local"),
    )

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    kind: EventKind = Field(sa_type=ByValue(EventKind))
    state: EventState = Field(default=EventState.OPEN, sa_type=ByValue(EventState))
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    zone: str = Field(default="Europe/London", max_length=60)
    venue: str = Field(default="", max_length=300)
    town: str = Field(default="", max_length=120)
    join_url: str = Field(default="", max_length=500)  # for those who are coming alone
    summary: str = ""
    url: str = Field(default="", max_length=500)
    organiser: str = Field(default="", max_length=320)  # an address; "" is the assistant's own
    capacity: int | None = None  # seats; None: as many as come
    registration_from: datetime | None = None
    registration_until: datetime | None = None  # None: until it starts
    reminders: list[str] = Field(default_factory=list, sa_type=TextList)  # "2d going"; none: the usual ones
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # who is invited; {}: nobody unasked
    thanks: bool = True  # whether who came is thanked afterwards, and asked how it was
    series_id: int | None = Field(
        default=None, foreign_key="event_series.id", ondelete="SET NULL", index=True
    )
    series_local: str = Field(
        default="", max_length=40
    )  # which of the series it is: its wall clock by the rule
    uid: str = Field(default_factory=_uid, max_length=60, index=True)  # of its calendar entry, for ever
    sequence: int = 0  # how often its calendar entry was changed (RFC 5546 2.1.4)
    changed_at: datetime | None = None
    cancelled_at: datetime | None = None


class ProgrammeItem(Table, table=True):
    """One point of an event's programme."""

    __tablename__ = "programme_item"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    position: int
    starts_at: datetime | None = None
    title: str = Field(max_length=300)
    speaker: str = Field(default="", max_length=200)
    organisation: str = Field(default="", max_length=200)


class Sponsorship(Table, table=True):
    """Who pays for an event, and what they were promised for it."""

    __tablename__ = "sponsorship"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", ondelete="SET NULL")
    name: str = Field(max_length=300)
    level: str = Field(default="", max_length=60)  # "gold", "drinks"
    promised: list[str] = Field(default_factory=list, sa_type=TextList)
    kept: list[str] = Field(default_factory=list, sa_type=TextList)  # which promises were


class Attendance(Table, table=True):
    """One person and one event, from the invitation to whether they came. Without `person_id`: somebody from outside.

    `token` is secret and theirs: it stands in their links and their calendar entry.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", name="uq_attendance_event_id_person_id"),
        # Looked at by every tick, of very many rows that are mostly no offers.
        Index(
            "ix_attendance_offered_until", "offered_until", sqlite_where=_OFFERED, postgresql_where=_OFFERED
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE", index=True)
    name: str = Field(default="", max_length=200)  # of somebody from outside
    address: str = Field(default="", max_length=320, index=True)
    organisation: str = Field(default="", max_length=200)
    token: str = Field(max_length=40, unique=True)
    rsvp: Rsvp = Field(default=Rsvp.NONE, sa_type=ByValue(Rsvp))
    seat: Seat = Field(default=Seat.NONE, sa_type=ByValue(Seat))
    seats: int = 1  # with a guest two
    guest: str = Field(default="", max_length=200)
    substitute: str = Field(default="", max_length=200)  # who comes in their place
    invited_at: datetime | None = None
    answered_at: datetime | None = None
    medium: Medium | None = Field(default=None, sa_type=ByValue(Medium))
    evidence: str = Field(default="", max_length=400)  # the message, click or form that holds the answer
    seat_since: datetime | None = None  # since when the seat is what it is
    offered_until: datetime | None = None
    attended: bool | None = None  # None: nobody marked it
    marked_by: str = Field(default="", max_length=200)
    source: str = Field(default="", max_length=60)  # "invited", "asked", "staff", "ticket shop"
    ticket: str = Field(default="", max_length=200)  # the ticket shop's own number
    needs: str = Field(default="", max_length=400)  # of food or access, as they wrote it: for the team alone


class EventNews(Table, table=True):
    """Something everybody concerned is to hear of an event; done when each of them has it in the outbox."""

    __tablename__ = "event_news"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    kind: EventNewsKind = Field(sa_type=ByValue(EventNewsKind))
    words: str = ""  # moved: when and where it was to be; cancelled: why
    sequence: int = 0  # of the calendar entry it tells
    made_at: datetime
    done_at: datetime | None = None
    sent: int = 0


class ReminderRound(Table, table=True):
    """One reminder of one event on its day, to everybody it was for: a round is made once.

    An event that moves to another day is reminded of anew.
    """

    __tablename__ = "reminder_round"
    __table_args__ = (
        UniqueConstraint("event_id", "name", "day", name="uq_reminder_round_event_id_name_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE")
    name: str = Field(max_length=40)  # "2d going"
    day: date  # the event's, on the wall clock of its zone
    slot: datetime  # when it was due
    done_at: datetime
    sent: int = 0
    skipped: str = Field(default="", max_length=200)  # why nobody got it: "the event had begun"
