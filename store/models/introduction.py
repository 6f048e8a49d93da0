"""Introductions: who was to meet whom, what each said to it, every step it took, and what came of it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from store.kinds import Anyway, Consent, Held, IntroductionState, Medium, Origin, Side
from store.models.base import Table
from store.types import ByValue


class Introduction(Table, table=True):
    """Two parties to be put in touch. Its state changes through `store/introductions/steps.py` alone."""

    __tablename__ = "introduction"
    __table_args__ = (Index("ix_introduction_state", "state", "changed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    state: IntroductionState = Field(sa_type=ByValue(IntroductionState))
    origin: Origin = Field(sa_type=ByValue(Origin))
    held: Held | None = Field(default=None, sa_type=ByValue(Held))
    ask_id: str | None = Field(default=None, max_length=400)  # the ask whose hit it began with; may be gone
    reason: str = ""  # why these two
    seeks: str = ""  # what the asker looks for, in their words
    unnamed: bool = False  # the asker is not named before both agreed
    opener: str = ""  # the hand-off's first words, where staff wrote them
    occasion: str = ""  # offline: where they met
    requested_by: str = Field(max_length=200)  # "person:4", "cli"
    assigned_to: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL")
    created_at: datetime = Field(index=True)
    changed_at: datetime


class IntroductionParty(Table, table=True):
    """One side of an introduction, and its consent with the message that holds it."""

    __tablename__ = "introduction_party"
    __table_args__ = (UniqueConstraint("introduction_id", "side", name="uq_introduction_party_side"),)

    id: int | None = Field(default=None, primary_key=True)
    introduction_id: int = Field(foreign_key="introduction.id", ondelete="CASCADE")
    side: Side = Field(sa_type=ByValue(Side))
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL", index=True
    )
    label: str = Field(default="", max_length=300)  # how an offline entry called whom the directory lacks
    consent: Consent = Field(default=Consent.NOT_ASKED, sa_type=ByValue(Consent))
    rounds: int = 0  # how often a request was made out to them; one that was called back is made out anew
    asked_at: datetime | None = Field(default=None, index=True)
    nudged_at: datetime | None = None
    answered_at: datetime | None = None
    medium: Medium | None = Field(default=None, sa_type=ByValue(Medium))  # how the consent came
    evidence: str = Field(default="", max_length=400)  # the id of the message or click that holds it


class IntroductionStep(Table, table=True):
    """One move of an introduction: never changed, never deleted before its introduction."""

    __tablename__ = "introduction_step"

    id: int | None = Field(default=None, primary_key=True)
    introduction_id: int = Field(foreign_key="introduction.id", ondelete="CASCADE", index=True)
    at: datetime = Field(index=True)
    was: IntroductionState | None = Field(default=None, sa_type=ByValue(IntroductionState))
    state: IntroductionState = Field(sa_type=ByValue(IntroductionState))
    actor: str = Field(max_length=200)  # "person:4", "cli", "whodoes"
    medium: Medium | None = Field(default=None, sa_type=ByValue(Medium))
    evidence: str = Field(default="", max_length=400)
    note: str = ""


class IntroductionOutcome(Table, table=True):
    """What somebody said came of it. Several may be said, by either side and at different times; all are kept."""

    __tablename__ = "introduction_outcome"

    id: int | None = Field(default=None, primary_key=True)
    introduction_id: int = Field(foreign_key="introduction.id", ondelete="CASCADE", index=True)
    at: datetime
    actor: str = Field(max_length=200)
    stage: IntroductionState = Field(sa_type=ByValue(IntroductionState))
    pounds: int | None = Field(default=None, sa_type=BigInteger)  # what it is worth, where they say
    jobs: int | None = None
    anyway: Anyway | None = Field(default=None, sa_type=ByValue(Anyway))
    may_tell: bool | None = None  # the story may be told with their names
    words: str = ""
    medium: Medium | None = Field(default=None, sa_type=ByValue(Medium))
    evidence: str = Field(default="", max_length=400)


class NeverWith(Table, table=True):
    """Confidential: this person is never introduced to that person, or to anybody of that organisation."""

    __tablename__ = "never_with"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    other_person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE", index=True)
    other_organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="CASCADE", index=True
    )
    set_by: str = Field(max_length=200)
    set_at: datetime
