"""Asks: what was asked, how it was understood, what was shown, what the asker thought of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from store.kinds import Medium, Verdict
from store.models.base import Table
from store.types import ByValue


class AskRecord(Table, table=True):
    """One ask. Its `id` names the message it came in ("slack:C1:1700.1"), so the same message is the same ask."""

    __tablename__ = "ask"

    id: str = Field(primary_key=True, max_length=400)
    medium: Medium = Field(sa_type=ByValue(Medium))
    conversation: str = Field(max_length=400, index=True)  # the thread follow-ups belong to
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    text: str
    asked_at: datetime = Field(index=True)
    inbox_id: int | None = Field(
        default=None, index=True
    )  # the mail it came in: what its reply address names
    answer_kind: str = Field(max_length=40)
    wanted: dict[str, Any] | None = Field(
        default=None, sa_type=JSON
    )  # the search as understood; None: none made
    hits: list[int] = Field(
        default_factory=list, sa_type=JSON
    )  # organisation ids, best first, frozen for follow-ups
    shown: int = 0  # how many of them the asker has seen
    numbered_after: int = 0  # the first hit has the next number: a mail with several asks counts them through
    missed: bool = Field(default=False, index=True)
    # A miss in words that neither the directory nor the lexicon nor everyday English has: perhaps no gap but nonsense.
    doubtful: bool = False
    correction: dict[str, Any] | None = Field(
        default=None, sa_type=JSON
    )  # of the search before it in its conversation: part, asked, read, meant


class Feedback(Table, table=True):
    """One asker's verdict on one ask; a second verdict replaces the first."""

    __tablename__ = "feedback"

    ask_id: str = Field(primary_key=True, max_length=400, foreign_key="ask.id", ondelete="CASCADE")
    actor: str = Field(primary_key=True, max_length=200)
    verdict: Verdict = Field(sa_type=ByValue(Verdict))
    given_at: datetime
