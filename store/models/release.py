"""Whether this database is the house's own, or a copy of it that must stay silent."""

from datetime import datetime

from sqlmodel import Field

from store.models.base import Table


class Release(Table, table=True):
    """One row. `token` is the last of those that stand beside a SQLite file; a restored copy has an older one."""

    __tablename__ = "release"

    id: int = Field(default=1, primary_key=True)
    place: str = Field(max_length=500)
    token: str = Field(default="", max_length=60)
    held: bool = False  # by a person
    changed_at: datetime
