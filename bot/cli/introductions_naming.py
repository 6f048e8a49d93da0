"""Whom an argument of `whodoes introductions` means; nobody is guessed at."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.offline_names import Known, Unsure, whom
from bot.assistant.introductions.preferences import never_with, pause
from bot.assistant.introductions.requesting import PartyRef
from store.models import AuditEntry
from store.people import by_id
from store.search.index import Index
from store.staffing import meant

LONGEST = 100  # characters of what was said, in a complaint
MOST = 5


class Nobody(Exception):
    """The words mean nobody, or several; the text says which."""


def person_named(session: Session, words: str) -> int:
    """By an address, or by a name only one bears. Raises Nobody."""
    found = meant(session, words)
    if len(found) == 1:
        return found[0].person_id
    if not found:
        raise Nobody(f"Nobody in the directory is “{words[:LONGEST]}”. Write an address it has.")
    told = "; ".join(f"{each.name}, {each.organisation or 'of no organisation'}" for each in found[:MOST])
    raise Nobody(f"“{words[:LONGEST]}” can be several people ({told}). Write an address instead.")


def party_named(session: Session, index: Index, words: str) -> PartyRef:
    """An organisation, or a person. Raises Nobody."""
    if "@" in words:
        return PartyRef(person_id=person_named(session, words))
    found = whom(session, index, words)
    if isinstance(found, Unsure):
        raise Nobody(f"“{found.said[:LONGEST]}” can be {' or '.join(found.candidates)}. Write which.")
    if not isinstance(found, Known) or found.label:
        raise Nobody(f"The directory has no “{words[:LONGEST]}”.")
    return PartyRef(found.organisation_id, found.person_id)


def never_with_named(session: Session, index: Index, person_id: int, other: str, act: Act) -> Told:
    """`other`: a person or an organisation. Raises Nobody."""
    party = party_named(session, index, other)
    if party.person_id is not None:
        return never_with(session, person_id, act, other_person_id=party.person_id)
    return never_with(session, person_id, act, other_organisation_id=party.organisation_id)


def paused_for(session: Session, person_id: int, until: date | None, act: Act) -> Told:
    """What they decided, noted by staff: the audit has both."""
    own = replace(act, by=by_id(session, person_id))
    told = pause(session, own, until)
    if told.done:
        details = {"for": "the person, by staff"}
        subject = f"person:{person_id}"
        session.add(
            AuditEntry(
                at=act.now,
                actor=act.actor,
                action="introductions.paused_for",
                subject=subject,
                details=details,
            )
        )
    return told
