"""What mail needs remembered besides inbox and outbox: keys, who was answered how often, what came back undelivered."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from store.kinds import BounceKind, BounceProof
from store.models.base import Table
from store.types import ByValue


class Secret(Table, table=True):
    """A key of this region's, made once: what it signed is good in every process and after every restart."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True, max_length=60)  # "reply addresses"
    value: bytes = Field(sa_type=LargeBinary)
    made_at: datetime


class AnsweredMail(Table, table=True):
    """One mail that got an answer: what the caps against loops count. `inbox_id` is the mail's."""

    __tablename__ = "answered_mail"
    __table_args__ = (
        Index("ix_answered_mail_sender", "sender", "answered_at"),
        Index("ix_answered_mail_domain", "domain", "answered_at"),
    )

    inbox_id: int = Field(primary_key=True, foreign_key="inbox.id", ondelete="CASCADE")
    answered_at: datetime = Field(index=True)
    sender: str = Field(max_length=400)  # a bare lower-case address, or the digest of one too long
    domain: str = Field(max_length=400)
    conversation: str = Field(max_length=400)
    words: str = Field(max_length=64)  # the digest of what was written, to know it again
    known: bool = True  # False: nobody of the directory, or nobody could tell


class Bounce(Table, table=True):
    """A message of ours that did not arrive, or was called spam, for one address; undone by staff where it was none."""

    __tablename__ = "bounce"

    id: int | None = Field(default=None, primary_key=True)
    inbox_id: int | None = Field(
        default=None, foreign_key="inbox.id", ondelete="SET NULL", index=True
    )  # the report, raw
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", ondelete="SET NULL", index=True)
    address: str = Field(max_length=320, index=True)  # lower-case
    kind: BounceKind = Field(sa_type=ByValue(BounceKind))
    status: str = Field(default="", max_length=20)  # RFC 3463: "5.1.1"; "" where none was told
    reason: str = ""  # the other side's words, one line
    known_by: BounceProof = Field(sa_type=ByValue(BounceProof))
    believed: bool = True  # False: anybody could have said so; kept, and without effect
    received_at: datetime
    undone_at: datetime | None = None
    undone_by: str = Field(default="", max_length=200)


class AddressClaim(Table, table=True):
    """Somebody's word that an address is a member's too, until that member confirms it."""

    __tablename__ = "address_claim"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=320, index=True)  # lower-case
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    made_at: datetime
    settled_at: datetime | None = None
    confirmed: bool = False
