"""Seals over the audit: each is a digest of its lines and of the seal before, so that a line taken out is seen."""

from datetime import datetime

from sqlmodel import Field

from store.models.base import Table


class AuditSeal(Table, table=True):
    """Over the lines from the one after the last seal's up to `last_id`."""

    __tablename__ = "audit_seal"

    id: int | None = Field(default=None, primary_key=True)
    last_id: int
    lines: int
    digest: str = Field(max_length=64)
    made_at: datetime
