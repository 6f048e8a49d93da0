"""Which conversation a mail goes on with: by the token of the address it came to, else by our own answer it names.

Else by the first mail of its thread; never by its subject: anybody can write anybody's. And only among the asks of the
person who writes, from whichever of their addresses.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session

from bot.assistant.messages import Ask
from mail.arrived import Arrived
from mail.render.reply import message_id_of
from mail.replied_to import answered_mail
from mail.trust import Trust
from store.keys import begins
from store.kinds import Medium
from store.linking import addresses_of, owner_of
from store.models import AskRecord
from store.people import Stranger, by_address

LONGEST_KEY = 120  # characters of an address or id within a key
LOOKED_AT = 200  # of a person's latest asks; an answer is replied to while it is remembered

_ASK = AskRecord.metadata.tables["ask"]
# Built once: every reply asks this, and putting it together costs more than asking.
_OF_MAIL = (
    sa.select(_ASK.c.id, _ASK.c.person_id, _ASK.c.conversation, _ASK.c.inbox_id)
    .where(_ASK.c.inbox_id == sa.bindparam("mail"), _ASK.c.medium == Medium.EMAIL)
    .order_by(_ASK.c.id)
)


def asks_of(sender: str) -> str:
    """How the ids of an address' asks begin."""
    return f"mail:{_bounded(sender)}:"


def ask_of(session: Session, arrived: Arrived, *, text: str) -> Ask:
    """The ask a mail is. The same mail is the same ask."""
    mail = arrived.mail
    asker = by_address(session, mail.sender) if arrived.trust is Trust.PROVED else Stranger()
    own_id = mail.message_id or arrived.item.event_id
    root = mail.references[0] if mail.references else mail.in_reply_to or own_id
    answered = _answered(session, arrived)
    # A Message-ID is its writer's claim: with the sender beside it nobody can take another's ask for theirs.
    return Ask(
        id=asks_of(mail.sender) + _bounded(own_id),
        asker=asker,
        text=text,
        medium=Medium.EMAIL,
        conversation=answered.conversation if answered else asks_of(mail.sender) + _bounded(root),
        inbox_id=arrived.item.id,
        answers=answered.inbox_id if answered else None,
    )


def from_elsewhere(session: Session, arrived: Arrived) -> str:
    """The id of somebody else's ask whose answer this mail replies to, by its token; "" where there is none such."""
    inbox_id = answered_mail(arrived)
    asks = () if inbox_id is None else _asks_in(session, inbox_id)
    if not asks:
        return ""
    own = _whose(session, arrived.mail.sender)
    return "" if any(own.has(each) for each in asks) else asks[0].id


@dataclass(frozen=True, slots=True)
class _Asked:
    """An ask of a mail that was answered."""

    id: str
    person_id: int | None
    conversation: str
    inbox_id: int | None


@dataclass(frozen=True, slots=True)
class _Own:
    """Whose asks are the sender's own: those of the same person, and of each of their addresses."""

    person_id: int | None
    addresses: tuple[str, ...]

    def has(self, ask: _Asked) -> bool:
        same_person = self.person_id is not None and ask.person_id == self.person_id
        return same_person or any(ask.id.startswith(asks_of(each)) for each in self.addresses)


def _whose(session: Session, sender: str) -> _Own:
    person_id = owner_of(session, sender)
    others = () if person_id is None else addresses_of(session, person_id)
    return _Own(person_id, (sender, *others))


@dataclass(frozen=True, slots=True)
class _Answered:
    """Of an ask that was answered, what a reply to the answer goes on with."""

    conversation: str
    inbox_id: int | None


def _answered(session: Session, arrived: Arrived) -> _Answered | None:
    """What the mail goes on with, where that is the sender's own."""
    inbox_id = answered_mail(arrived)
    asks = () if inbox_id is None else _asks_in(session, inbox_id)
    if not asks:
        return _answered_by_id(session, arrived)
    own = _whose(session, arrived.mail.sender)
    return next((_Answered(each.conversation, each.inbox_id) for each in asks if own.has(each)), None)


def _asks_in(session: Session, inbox_id: int) -> tuple[_Asked, ...]:
    """The asks of one mail of ours that was answered."""
    return tuple(_Asked(*row) for row in session.connection().execute(_OF_MAIL, {"mail": inbox_id}))


def _answered_by_id(session: Session, arrived: Arrived) -> _Answered | None:
    """By the ids that programs repeat in replies; those that trim References still name the mail itself."""
    mail, domain = arrived.mail, arrived.post.sender.domain
    ours = [
        each
        for each in dict.fromkeys((mail.in_reply_to, *reversed(mail.references)))
        if each.startswith("answer.") and each.endswith(f"@{domain}")
    ]
    if not ours:
        return None
    own = _whose(session, mail.sender)
    connection = session.connection()
    asks = connection.execute(
        _latest(connection.dialect.name, len(own.addresses)),
        {"person": own.person_id} | {f"at{at}": asks_of(each) for at, each in enumerate(own.addresses)},
    )
    named = {message_id_of(row.id, domain): _Answered(row.conversation, row.inbox_id) for row in asks}
    return next((named[each] for each in ours if each in named), None)


@lru_cache(maxsize=32)
def _latest(dialect: str, addresses: int) -> sa.Select[tuple[str, str, int | None]]:
    """The latest asks from any of so many addresses, and of the person: who has several addresses is one person."""
    theirs = [begins(_ASK.c.id, sa.bindparam(f"at{at}"), dialect=dialect) for at in range(addresses)]
    return (
        sa.select(_ASK.c.id, _ASK.c.conversation, _ASK.c.inbox_id)
        .where(_ASK.c.medium == Medium.EMAIL, sa.or_(*theirs, _ASK.c.person_id == sa.bindparam("person")))
        .order_by(_ASK.c.asked_at.desc())
        .limit(LOOKED_AT)
    )


def _bounded(part: str) -> str:
    """Part of a key as it stands, or the digest of one too long."""
    if len(part) <= LONGEST_KEY:
        return part
    return hashlib.sha256(part.encode("utf-8", "replace")).hexdigest()
