"""Which conversation a mail goes on with: by our own answer it replies to, else by the first mail of its thread.

Never by its subject: anybody can write anybody's. And only among the asks of its own sender.
"""

import hashlib

from sqlmodel import Session, col, or_, select

from bot.assistant.messages import Ask
from mail.arrived import Arrived
from mail.inbound import InboundMail
from mail.render.reply import From, message_id_of
from mail.trust import Trust
from store.kinds import Medium
from store.models import AskRecord
from store.people import Asker, Member, Stranger, by_address

LONGEST_KEY = 120  # characters of an address or id within a key
LOOKED_AT = 200  # of a person's latest asks; an answer is replied to while it is remembered


def asks_of(sender: str) -> str:
    """How the ids of an address' asks begin."""
    return f"mail:{_bounded(sender)}:"


def ask_of(session: Session, arrived: Arrived, *, text: str) -> Ask:
    """The ask a mail is. The same mail is the same ask."""
    mail, own = arrived.mail, arrived.post.sender
    asker = by_address(session, mail.sender) if arrived.trust is Trust.PROVED else Stranger()
    own_id = mail.message_id or arrived.item.event_id
    root = mail.references[0] if mail.references else mail.in_reply_to or own_id
    # A Message-ID is its writer's claim: with the sender beside it nobody can take another's ask for theirs.
    return Ask(
        id=asks_of(mail.sender) + _bounded(own_id),
        asker=asker,
        text=text,
        medium=Medium.EMAIL,
        conversation=_answered_before(session, mail, asker, own=own) or asks_of(mail.sender) + _bounded(root),
    )


def _answered_before(session: Session, mail: InboundMail, asker: Asker, *, own: From) -> str:
    """The conversation of our answer that the mail replies to; programs that trim References still name it."""
    ours = [
        each
        for each in dict.fromkeys((mail.in_reply_to, *reversed(mail.references)))
        if each.startswith("answer.") and each.endswith(f"@{own.domain}")
    ]
    if not ours:
        return ""
    theirs = col(AskRecord.id).startswith(asks_of(mail.sender), autoescape=True)
    if isinstance(asker, Member):  # who has several addresses is one person
        theirs = or_(theirs, AskRecord.person_id == asker.person_id)
    asks = session.exec(
        select(AskRecord.id, AskRecord.conversation)
        .where(AskRecord.medium == Medium.EMAIL, theirs)
        .order_by(col(AskRecord.asked_at).desc())
        .limit(LOOKED_AT)
    ).all()
    conversations = {message_id_of(ask_id, own.domain): conversation for ask_id, conversation in asks}
    return next((conversations[each] for each in ours if each in conversations), "")


def _bounded(part: str) -> str:
    """Part of a key as it stands, or the digest of one too long."""
    if len(part) <= LONGEST_KEY:
        return part
    return hashlib.sha256(part.encode("utf-8", "replace")).hexdigest()
