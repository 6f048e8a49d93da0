"""Awards of an event: categories, who is nominated by whom, who judges, and who has won."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.kinds import Medium
from store.models.base import Table
from store.types import ByValue


class AwardRound(Table, table=True):
    """When what of an event's awards happens. Instants are UTC; people read them on the event's wall clock."""

    __tablename__ = "award_round"

    event_id: int = Field(primary_key=True, foreign_key="event.id", ondelete="CASCADE")
    nominations_from: datetime | None = None  # None: as soon as there is a category
    nominations_until: datetime | None = None  # None: until the event starts
    judging_until: datetime | None = None  # None: until the event starts
    shortlist_at: datetime | None = None  # None: kept to the staff
    winners_at: datetime | None = None  # the end of the embargo; None: kept to approvers


class AwardCategory(Table, table=True):
    """One thing that is won. Its sponsor is an organisation of the directory, or a name alone."""

    __tablename__ = "award_category"
    __table_args__ = (UniqueConstraint("event_id", "key", name="uq_award_category_event_id_key"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    position: int
    key: str = Field(max_length=200)  # folded name: two that read alike would be taken for each other
    name: str = Field(max_length=120)
    description: str = ""
    sponsor_id: int | None = Field(default=None, foreign_key="organisation.id", ondelete="SET NULL")
    sponsor: str = Field(default="", max_length=300)
    most_shortlisted: int = 5


class AwardEntry(Table, table=True):
    """One nominee in one category, however often it was nominated. `key` tells it from the others."""

    __tablename__ = "award_entry"
    __table_args__ = (UniqueConstraint("category_id", "key", name="uq_award_entry_category_id_key"),)

    id: int | None = Field(default=None, primary_key=True)
    category_id: int = Field(foreign_key="award_category.id", ondelete="CASCADE", index=True)
    key: str = Field(max_length=400)  # "organisation:4", "person:9", "words:the night shift"
    name: str = Field(max_length=300)  # as everybody may read it
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL", index=True
    )
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    made_at: datetime
    shortlisted_at: datetime | None = None
    won_at: datetime | None = None  # when it was entered; the round says when it is told


class AwardNomination(Table, table=True):
    """One person's word for an entry. Who it was is confidential: only approvers may look, and that is audited."""

    __tablename__ = "award_nomination"
    __table_args__ = (
        UniqueConstraint("entry_id", "nominator_id", name="uq_award_nomination_entry_id_nominator_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="award_entry.id", ondelete="CASCADE", index=True)
    nominator_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    words: str = ""  # why, in their words
    medium: Medium = Field(sa_type=ByValue(Medium))
    evidence: str = Field(max_length=400)
    made_at: datetime
    changed_at: datetime | None = None
    withdrawn_at: datetime | None = None


class AwardDraft(Table, table=True):
    """A nomination that could not be placed, kept until its sender says what is missing."""

    __tablename__ = "award_draft"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    nominee: str = ""
    category: str = ""
    words: str = ""
    said: str = ""  # the whole of it
    made_at: datetime


class AwardJudge(Table, table=True):
    """A person whom staff asked to judge. Whoever is removed keeps no say: their scores are kept, and do not count."""

    __tablename__ = "award_judge"
    __table_args__ = (UniqueConstraint("event_id", "person_id", name="uq_award_judge_event_id_person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", index=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    invited_at: datetime
    removed_at: datetime | None = None


class AwardScore(Table, table=True):
    """What one judge gives one entry, 1 to 5."""

    __tablename__ = "award_score"
    __table_args__ = (UniqueConstraint("entry_id", "judge_id", name="uq_award_score_entry_id_judge_id"),)

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="award_entry.id", ondelete="CASCADE", index=True)
    judge_id: int = Field(foreign_key="award_judge.id", ondelete="CASCADE", index=True)
    points: int
    note: str = ""
    given_at: datetime
