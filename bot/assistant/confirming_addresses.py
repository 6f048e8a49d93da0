"""The answer to "is this address yours, too?": with a yes it is the person's, with a no it is let be."""

from dataclasses import replace

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.address_letters import OF_MAILBOX, known_now, to_the_person
from bot.assistant.letters import LetterKind
from bot.assistant.second_addresses import LIFE, give
from bot.assistant.sent_letters import SentLetter
from store.address_claims import claim_of
from store.kinds import Medium
from store.linking import held
from store.models import AddressClaim, AuditEntry, LetterRecord

STALE = "That was asked too long ago to be answered. Tell me anew which address is yours, please."
YES_OR_NO = "Please answer yes or no."


def answer_claim(session: Session, record: LetterRecord, word: str, act: Act) -> Told:
    """Settle it, once. Safe to repeat: the same word again is told the same."""
    claim = _claim(session, record)
    if claim is None or claim.id is None:
        return Told(False, STALE)
    if word not in {"yes", "no"}:
        return Told(False, YES_OR_NO)
    if claim.settled_at is not None:
        return _settled(claim, word)
    if act.now - claim.made_at > LIFE:
        return Told(False, STALE)
    told = _confirmed(session, claim, record, act) if word == "yes" else _denied(session, claim, act)
    claim.settled_at, claim.confirmed = act.now, word == "yes" and told.done
    session.add(claim)
    if told.done and not _asked_at_mailbox(record):
        letter = to_the_person(claim.id, claim.address, by_token=False, region=act.house.region)
        settled = replace(letter, choices=(), paragraphs=(), closing=told.text)
        act.house.letterbox.revise(session, settled, now=act.now)
    return told


def reads_it(session: Session, sent: SentLetter, sender: str) -> bool:
    """Whether a letter was sent to this very address to find out whose it is: only who reads it has its token."""
    if sent.kind != LetterKind.ADDRESS.value:
        return False
    record = session.get(LetterRecord, sent.id)
    claim = None if record is None or not _asked_at_mailbox(record) else _claim(session, record)
    return claim is not None and claim.address == sender


def _claim(session: Session, record: LetterRecord) -> AddressClaim | None:
    kind, _, number = record.about.partition(":")
    return claim_of(session, int(number)) if kind == "address" and number.isdecimal() else None


def _asked_at_mailbox(record: LetterRecord) -> bool:
    return record.key.endswith(f":{OF_MAILBOX}")


def _settled(claim: AddressClaim, word: str) -> Told:
    if claim.confirmed:
        return Told(word == "yes", f"You said yes already: I know you at {claim.address}.")
    return Told(word == "no", "That is settled already: nothing was changed.")


def _denied(session: Session, claim: AddressClaim, act: Act) -> Told:
    _audit(session, claim, "address.denied", act)
    return Told(True, "Thank you. Nothing is changed, and I won't ask about that address again soon.")


def _confirmed(session: Session, claim: AddressClaim, record: LetterRecord, act: Act) -> Told:
    person = held(session, claim.person_id)
    if person is None or claim.id is None:
        return Told(False, STALE)
    told = give(session, person, claim.address, act, how="confirmed")
    if not told.done:
        return told
    _audit(session, claim, "address.confirmed", act)
    at_mailbox = not _asked_at_mailbox(record)
    letter = known_now(claim.id, claim.address, to_mailbox=at_mailbox, region=act.house.region)
    where, media = (claim.address, [Medium.EMAIL]) if at_mailbox else ("", None)
    act.house.letterbox.post(session, letter, [claim.person_id], now=act.now, media=media, at=where)
    return Told(True, f"Thank you. I know you at {claim.address} now, too.")


def _audit(session: Session, claim: AddressClaim, action: str, act: Act) -> None:
    details = {"person": claim.person_id, "medium": act.medium.value}
    session.add(
        AuditEntry(
            at=act.now,
            actor=act.actor,
            action=action,
            subject=f"address_claim:{claim.id}",
            details=details,
        )
    )
