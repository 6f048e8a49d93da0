"""Who is meant by a name in a staff line: an organisation, or a person there, half-remembered or misspelt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rapidfuzz import fuzz
from sqlmodel import Session, col, select

from bot.assistant.introducing import SURE_OF_WHOM, surely_meant
from store.importing.naming import folded_words, name_key, person_key
from store.keys import storable
from store.models import Organisation, Person
from store.search.index import Index, NameMatch
from store.staffing import Somebody, meant

LONGEST_LABEL = 300
_ALIKE = 86  # of 100: a slip of a person's name
_MOST = 5  # candidates named
_LONGEST_NAME = 4  # words of a person's
_LONGEST_LABEL = 8  # words of a name that is kept though nobody knows it
_GOES_ON = frozenset({"a", "an", "and", "at", "from", "in", "of", "on", "since", "the", "to", "with"})
_TITLE = re.compile(
    r"^(?:(?:dr|prof|professor|mr|mrs|ms|miss|sir|dame|lord|lady|revd?)\b\.?\s+)+|^the\s+team\s+(?:of|from|at)\s+", re.IGNORECASE
)  # fmt: skip
_QUALIFIED = (
    re.compile(r"^(?P<who>[^()]+?)\s*\((?P<where>[^()]+)\)$"),
    re.compile(r"^(?P<who>.+?)(?:\s*,\s*|\s+(?:of|from|at)\s+)(?P<where>.+)$", re.IGNORECASE),
    re.compile(r"^(?P<where>.+?)[’']s\s+(?P<who>.+)$"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """`label`: a person there whom the directory lacks, as the line names them."""

    organisation_id: int | None
    person_id: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """Several can be meant, or one that is written otherwise."""

    said: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    said: str

    @property
    def is_named(self) -> bool:
        """Whether it is written as a name at all: "some people from the council" is not, nor is what breaks off."""
        return is_name(self.said)


Whom: TypeAlias = Known | Unsure | Unknown


def whom(session: Session, index: Index, said: str) -> Whom:
    """Nobody is guessed at: what is not surely one is Unsure or Unknown."""
    said = said.strip(" .,;:“”\"'‘’")
    bare = _TITLE.sub("", said).strip() or said
    plain = _plain(session, index, bare)
    if isinstance(plain, Known):
        return plain
    for way in _QUALIFIED:
        if (found := way.match(bare)) and (known := _there(session, index, found["who"], found["where"])):
            return known
    if bracketed := _QUALIFIED[0].match(bare):  # "Oriel (Leeds)"
        return _plain(session, index, bracketed["who"])
    return plain


def _there(session: Session, index: Index, who: str, where: str) -> Whom | None:
    """Somebody of an organisation that is named beside them; None where that reads it wrongly."""
    organisation = _plain(session, index, where)
    if not isinstance(organisation, Known) or organisation.person_id is not None:
        return None
    alone = _plain(session, index, who)
    if isinstance(alone, Known):
        return alone if alone.organisation_id == organisation.organisation_id else None
    rows = session.exec(
        select(Person.id, Person.name)
        .where(Person.organisation_id == organisation.organisation_id)
        .order_by(col(Person.id))
    ).all()
    wanted, key = set(folded_words(who)), person_key(who)
    ways = (
        [number for number, name in rows if person_key(name) == key],
        [number for number, name in rows if wanted and wanted <= set(folded_words(name))],
        [number for number, name in rows if fuzz.ratio(person_key(name), key) >= _ALIKE],
    )
    there = next((found for found in ways if found), [])
    if len(there) > 1:
        names = dict(rows)
        return Unsure(who, tuple(names[each] for each in there[:_MOST]))
    if there:
        return Known(organisation.organisation_id, there[0])
    return Known(organisation.organisation_id, None, label(who)) if is_name(who) else None


def _plain(session: Session, index: Index, said: str) -> Whom:
    matches = index.find_names(said, looked_up=True)
    sure = surely_meant(matches) if matches else None
    if sure is None:
        return _unlisted(session, said) or (Unsure(said, _candidates(matches)) if matches else Unknown(said))
    if sure.hit.person_id is None:
        return Known(sure.hit.id)
    return _namesakes(session, said, sure)


def _namesakes(session: Session, said: str, sure: NameMatch) -> Whom:
    """ "Ada" is one of them only where nobody else there is called so."""
    wanted = set(folded_words(said))
    rows = session.exec(select(Person.id, Person.name).where(Person.organisation_id == sure.hit.id))
    same = [
        name for number, name in rows if number != sure.hit.person_id and wanted <= set(folded_words(name))
    ]
    if same and person_key(said) != person_key(sure.name):
        return Unsure(said, tuple(sorted((sure.name, *same)))[:_MOST])
    return Known(sure.hit.id, sure.hit.person_id)


def _unlisted(session: Session, said: str) -> Whom | None:
    """Whom the index must not know, staff may: by the whole name of an organisation, or by a person's."""
    rows = session.exec(select(Organisation.id).where(Organisation.name_key == name_key(said))).all()
    if len(rows) == 1:
        return Known(rows[0])
    people = meant(session, said) if len(said.split()) <= _LONGEST_NAME else ()
    if len(people) > 1:
        return Unsure(said, tuple(map(_called, people[:_MOST])))
    if not people:
        return None
    person = session.get(Person, people[0].person_id)
    return None if person is None else Known(person.organisation_id, person.id)


def _candidates(matches: Sequence[NameMatch]) -> tuple[str, ...]:
    best = [each for each in matches if each.score >= SURE_OF_WHOM] or matches
    named = (
        each.hit.name if each.hit.person_id is None else f"{each.name} of {each.hit.name}" for each in best
    )
    return tuple(dict.fromkeys(named))[:_MOST]


def _called(person: Somebody) -> str:
    return f"{person.name} of {person.organisation}" if person.organisation else person.name


def is_name(said: str) -> bool:
    words = said.split()
    return (
        0 < len(words) <= _LONGEST_LABEL
        and (words[0][0].isupper() or words[0][0].isdigit())
        and (words[-1][-1].isalnum() or words[-1][-1] in ").!")
        and words[-1].lower() not in _GOES_ON
        and said.count("(") == said.count(")")
    )


def label(said: str) -> str:
    return storable(said)[:LONGEST_LABEL]
