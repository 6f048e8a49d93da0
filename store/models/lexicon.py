"""The region's own words: what people here say and what the directory writes for it."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from store.models.base import Table
from store.types import TextList


class LexiconRow(Table, table=True):
    """One row beside the lexicon that ships. A change to it is a change to the directory and takes its number."""

    __tablename__ = "lexicon_row"

    id: int | None = Field(default=None, primary_key=True)
    said: str = Field(max_length=100)
    said_key: str = Field(max_length=200, unique=True)  # its stems: "CROs" is the row of "CRO"
    meant: list[str] = Field(default_factory=list, sa_type=TextList)
    added_by: str = Field(max_length=200)
    added_at: datetime
    revision: int = Field(sa_type=BigInteger)
