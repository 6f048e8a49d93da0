"""The durable inbox and outbox: what came in and was accepted, what was decided and is to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from store.kinds import InboxState, Medium, OutboxState
from store.models.base import Table
from store.types import ByValue


class InboxItem(Table, table=True):
    """Something accepted from outside, committed before it is acknowledged; unique by medium and event id."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("medium", "event_id", name="uq_inbox_medium_event_id"),
        Index("ix_inbox_state", "state", "medium", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    medium: Medium = Field(sa_type=ByValue(Medium))
    event_id: str = Field(max_length=400)
    kind: str = Field(max_length=60)  # "mail", "event_callback", "slash_command", "block_actions" …
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # envelope, or the event itself
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)  # a mail's bytes as they came
    state: InboxState = Field(default=InboxState.RECEIVED, sa_type=ByValue(InboxState))
    attempts: int = 0
    outcome: str = ""  # what became of it: "answered", "auto-reply", the error it was set aside for
    received_at: datetime
    done_at: datetime | None = None


class OutboxMessage(Table, table=True):
    """One message to one recipient. A worker owns it while `owner`, `attempt` and state `sending` all match."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "medium", "due_at", "id"),
        Index("ix_outbox_lease", "state", "lease_until"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(
        max_length=400, unique=True
    )  # readable: "answer:mail:<id>", "event-reminder:4:17:2d"
    medium: Medium = Field(sa_type=ByValue(Medium))
    kind: str = Field(max_length=60)  # "answer", "reminder", "newsletter" …
    recipient: str = Field(max_length=400)  # an address, a channel or user id
    sender: str = Field(default="", max_length=320)  # mail: the envelope sender
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # Slack: method and arguments
    body: bytes | None = Field(default=None, sa_type=LargeBinary)  # mail: the whole message, CRLF
    state: OutboxState = Field(default=OutboxState.QUEUED, sa_type=ByValue(OutboxState))
    attempt: int = 0
    owner: str = Field(default="", max_length=100)
    lease_until: datetime | None = None
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None = None
    reply: str = ""  # the relay's or Slack's last word
