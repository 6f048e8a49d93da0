"""Mails that got an answer: counted, so that no exchange between machines goes on for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from store.models import AnsweredMail

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)

_TABLE = AnsweredMail.metadata.tables["answered_mail"]
# Built once: every mail asks these.
_OF_SENDER = (
    sa.select(_TABLE.c.answered_at, _TABLE.c.conversation, _TABLE.c.words)
    .where(
        _TABLE.c.sender == sa.bindparam("who"),
        _TABLE.c.answered_at > sa.bindparam("since"),
        _TABLE.c.inbox_id != sa.bindparam("mail"),
    )
    .order_by(_TABLE.c.answered_at.desc())
    .limit(sa.bindparam("most"))
)
_OF_DOMAIN = (
    sa.select(sa.func.count())
    .select_from(_TABLE)
    .where(
        _TABLE.c.domain == sa.bindparam("where"),
        _TABLE.c.answered_at > sa.bindparam("since"),
        _TABLE.c.known == sa.bindparam("known"),
        _TABLE.c.inbox_id != sa.bindparam("mail"),
    )
)
_SAID = (
    sa.select(sa.func.count())
    .select_from(_TABLE)
    .where(
        _TABLE.c.domain == sa.bindparam("where"),
        _TABLE.c.answered_at > sa.bindparam("since"),
        _TABLE.c.known.is_(False),
        _TABLE.c.words == sa.bindparam("words"),
        _TABLE.c.inbox_id != sa.bindparam("mail"),
    )
)
_OF_UNKNOWN = (
    sa.select(sa.func.count())
    .select_from(_TABLE)
    .where(
        _TABLE.c.answered_at > sa.bindparam("since"),
        _TABLE.c.known.is_(False),
        _TABLE.c.inbox_id != sa.bindparam("mail"),
    )
)
_NOTE = sa.insert(_TABLE)


@dataclass(frozen=True, slots=True)
class Answered:
    """One mail that is to get an answer, as far as it counts. `known`: a member, or somebody who reads a letter of ours."""

    inbox_id: int
    sender: str
    conversation: str
    words: str  # a digest
    known: bool

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Before:
    """An answer that one sender had."""

    at: datetime
    conversation: str
    words: str


def had(session: Session, mail: Answered, *, now: datetime, most: int = 100) -> tuple[Before, ...]:
    """What the sender had within a day, the latest first, this mail's own left out."""
    asked = {"who": mail.sender, "since": now - A_DAY, "mail": mail.inbox_id, "most": most}
    return tuple(Before(*row) for row in session.connection().execute(_OF_SENDER, asked))


def of_domain(session: Session, mail: Answered, *, since: datetime) -> int:
    """How many answers its domain had, of the known or of the unknown, as it is one of them."""
    asked = {"where": mail.domain, "since": since, "known": mail.known, "mail": mail.inbox_id}
    return int(session.connection().execute(_OF_DOMAIN, asked).scalar_one())


def said_in_domain(session: Session, mail: Answered, *, since: datetime) -> int:
    """How many people of its domain whom nobody knows had an answer to the same words."""
    asked = {"where": mail.domain, "since": since, "words": mail.words, "mail": mail.inbox_id}
    return int(session.connection().execute(_SAID, asked).scalar_one())


def of_the_unknown(session: Session, mail: Answered, *, since: datetime) -> int:
    """How many answers went to people nobody knows."""
    return int(
        session.connection().execute(_OF_UNKNOWN, {"since": since, "mail": mail.inbox_id}).scalar_one()
    )


def note_answered(session: Session, mail: Answered, *, now: datetime) -> None:
    """Count it, in the transaction that queues the answer: a mail is worked through once."""
    values = {
        "inbox_id": mail.inbox_id, "answered_at": now, "sender": mail.sender, "domain": mail.domain,
        "conversation": mail.conversation, "words": mail.words, "known": mail.known,
    }  # fmt: skip
    session.connection().execute(_NOTE, values)


def forget_answered(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Let go of what counts no more. Returns how many."""
    old = sa.select(_TABLE.c.inbox_id).where(_TABLE.c.answered_at < before).limit(limit)
    done = session.execute(sa.delete(_TABLE).where(_TABLE.c.inbox_id.in_(old)))
    assert isinstance(done, sa.CursorResult)  # noqa: S101 - narrows the type: a DELETE's result counts its rows
    return done.rowcount
