"""Subscribing without being a member, in two steps: what is told never says whether an address was known."""

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.consent.confirmations import Confirmation
from bot.assistant.rights import Action, allowed
from store.consent.choosing import stop
from store.consent.readers import Reader, named_by, subscriber_at
from store.consent.subscribers import Became, Pending, Wanted, confirm, want
from store.consent.topics import UnfitTopic, put_topic, retire_topic
from store.models import AuditEntry
from store.outbox import enqueue

LOOK = (
    "Thank you. Look into your mailbox: there is a mail that asks whether this was you. Nothing is sent before you "
    "confirmed it."
)
NO_ADDRESS = "That is no mail address I can write to. One looks like name@firm.example."
FULL = "Very many people subscribed in this hour. Please try again in an hour; nothing was kept."
NO_MAIL = "No mail can be sent from here just now. Please write to the team."
CONFIRMED = "Thank you, that was you: you are subscribed. Each mail says at its end how to stop it."
NOWHERE = "There is nothing to confirm here. The link may be cut off: open it from the mail again."
STAFF_ONLY = Told(False, "Only staff can do that.")


def subscribe(session: Session, wanted: Wanted, act: Act) -> Told:
    """Anybody may ask; the address alone answers."""
    try:
        checked = validate_email(wanted.address.strip(), check_deliverability=False)
    except EmailNotValidError:
        return Told(False, NO_ADDRESS)
    if act.house.confirmations is None:
        return Told(False, NO_MAIL)
    address = checked.normalized.lower()
    pending = want(
        session, Wanted(address, wanted.name, wanted.organisation, wanted.kind, wanted.source), now=act.now
    )
    if pending.became is Became.FULL:
        return Told(False, FULL)
    if pending.became is Became.ASKED:
        return _asked(session, pending, Wanted(address, wanted.name), act)
    return Told(True, LOOK, pending.subscriber_id)


def confirm_subscription(session: Session, token: str, act: Act) -> Told:
    """The press of the button in that mail's page, or a "yes" to the mail. Safe to repeat."""
    reader = named_by(session, token)
    if (
        reader is None
        or reader.subscriber_id is None
        or not confirm(session, reader.subscriber_id, now=act.now)
    ):
        return Told(False, NOWHERE)
    return Told(True, CONFIRMED, reader.subscriber_id)


def end_subscription(session: Session, address: str, act: Act) -> Told:
    """Staff take somebody off who asked them to."""
    if not allowed(session, act, Action.BROADCAST):
        return STAFF_ONLY
    row = subscriber_at(session, address)
    if row is None:
        return Told(False, "Nobody is subscribed with that address.")
    stop(session, Reader(subscriber_id=row.id), source=act.actor, now=act.now)
    return Told(True, "They are taken off, and no import brings them back.", row.id)


def set_topic(session: Session, key: str, name: str, about: str, act: Act) -> Told:
    if not allowed(session, act, Action.BROADCAST):
        return STAFF_ONLY
    try:
        new = put_topic(session, key, name, about)
    except UnfitTopic as problem:
        return Told(False, str(problem))
    _audit(session, act, "topic.set", key)
    return Told(True, f"“{name}” is {'a topic now' if new else 'changed'}.")


def drop_topic(session: Session, key: str, act: Act) -> Told:
    if not allowed(session, act, Action.BROADCAST):
        return STAFF_ONLY
    try:
        gone = retire_topic(session, key)
    except UnfitTopic as problem:
        return Told(False, str(problem))
    if not gone:
        return Told(False, f"There is no topic “{key[:60]}”.")
    _audit(session, act, "topic.retired", key)
    return Told(True, "Nobody is offered that topic any more. What people chose is kept.")


def _asked(session: Session, pending: Pending, wanted: Wanted, act: Act) -> Told:
    assert act.house.confirmations is not None  # noqa: S101 - narrows the type: it was looked at before
    page = f"{act.house.pages.rstrip('/')}/subscribe/{pending.token}" if act.house.pages else ""
    asked = Confirmation(
        f"subscription:{pending.subscriber_id}:{act.now:%Y-%m-%dT%H:%M}",
        wanted.address, wanted.name, act.house.region, pending.token, page,
    )  # fmt: skip
    draft = act.house.confirmations.confirmation(asked, now=act.now)
    if draft is None:
        return Told(False, NO_ADDRESS)
    enqueue(session, draft, now=act.now)
    return Told(True, LOOK, pending.subscriber_id)


def _audit(session: Session, act: Act, action: str, key: str) -> None:
    session.add(AuditEntry(at=act.now, actor=act.actor, action=action, subject=f"topic:{key}"))
    session.flush()
