"""Changes to the directory that members propose, until staff approve or decline them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from store.kinds import ProposalState
from store.models.base import Table
from store.types import ByValue


class Proposal(Table, table=True):
    """Either `changes` to fields of an organisation, or only `words`: "their lab has moved"."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_state", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # field -> {"was": …, "becomes": …}
    words: str = ""
    proposed_by: str = Field(max_length=200)  # "person:4", "slack:U123" of somebody unlinked
    ask_id: str | None = Field(default=None, max_length=400)
    proposed_at: datetime
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=ByValue(ProposalState))
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = None
    note: str = ""
