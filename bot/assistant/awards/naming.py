"""Whom a nominee's name means: an organisation, a person, or the words alone; and what everybody may read of it."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.assistant.awards.nominate_asks import LONGEST_NAME
from bot.assistant.introductions.offline_names import Known, Unsure, whom
from store.awards.nominating import Nominee
from store.importing.naming import folded_words, name_key
from store.keys import storable
from store.kinds import Listing
from store.models import Organisation, Person
from store.search.index import Index


@dataclass(frozen=True, slots=True)
class Several:
    """Several bear the name; all of them may be shown."""

    names: tuple[str, ...]


def nominee_named(session: Session, index: Index, said: str, *, people: bool) -> Nominee | Several | None:
    """None where it is no name at all. Whoever is not listed is meant nonetheless, and shown only as they were written.

    `people`: whoever asks may know who works where.
    """
    name = " ".join(storable(said).split())[:LONGEST_NAME].strip()
    if not folded_words(name):
        return None
    found = whom(session, index, name)
    if isinstance(found, Unsure) and people and (bearers := _bearers(index, name)):
        return Several(bearers)
    if not isinstance(found, Known):
        return Nominee(f"words:{name_key(name)}", name)
    if found.person_id is not None:
        return person_nominee(session, found.person_id, written=name)
    if found.organisation_id is None or found.label:
        key = f"words:{found.organisation_id}:{name_key(name)}"
        return Nominee(key, name, found.organisation_id)
    return organisation_nominee(session, found.organisation_id, written=name)


def organisation_nominee(session: Session, organisation_id: int, *, written: str = "") -> Nominee | None:
    row = session.get(Organisation, organisation_id)
    if row is None or (row.listing is not Listing.LISTED and not written):
        return None
    name = row.name if row.listing is Listing.LISTED else written
    return Nominee(f"organisation:{organisation_id}", name, organisation_id)


def person_nominee(session: Session, person_id: int, *, written: str) -> Nominee | None:
    row = session.get(Person, person_id)
    if row is None:
        return None
    firm = None if row.organisation_id is None else session.get(Organisation, row.organisation_id)
    shown = row.listed and firm is not None and firm.listing is Listing.LISTED
    name = f"{row.name}, {firm.name}" if shown and firm is not None else written
    return Nominee(f"person:{person_id}", name[:LONGEST_NAME], row.organisation_id, person_id)


def _bearers(index: Index, name: str) -> tuple[str, ...]:
    """Listed ones that are called exactly so, where they are more than one."""
    exact = [each for each in index.find_names(name, looked_up=True) if each.score >= 1.0]
    shown = (
        each.hit.name if each.hit.person_id is None else f"{each.name}, {each.hit.name}" for each in exact
    )
    names = tuple(dict.fromkeys(shown))[:5]
    return names if len(names) > 1 else ()
