"""Who did what to what, when."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from store.models.base import Table


class AuditEntry(Table, table=True):
    """`actor` and `subject` are references ("person:4", "organisation:17", "cli"), never names or addresses."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor: str = Field(max_length=200)
    action: str = Field(max_length=100)  # "organisation.updated", "directory.imported"
    subject: str = Field(default="", max_length=200, index=True)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
