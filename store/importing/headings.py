"""Which heading means which field, through a table of aliases that forgives case, punctuation and small slips."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from store.importing.table import Column, Subject, Value
from store.importing.text import one_line

_NOT_WORD = re.compile(r"[\W_]+")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")  # "Postcode (required)", "Tags [separate with ;]"
_SURE = 0.83  # one slip in six letters: taken for the field
_LIKELY = 72.0  # of 100: named as the nearest guess
_SHORTEST_FORGIVEN = 5
_LONGEST_HEADING = 80  # a longer cell is a sentence
_REQUIRED = {
    Subject.ORGANISATIONS: (frozenset({"name"}),),
    Subject.PEOPLE: (
        frozenset({"name", "organisation"}),
        frozenset({"first_name", "last_name"}),
        frozenset({"name", "ref", "role"}),
        frozenset({"name", "role", "email"}),
        frozenset({"name", "main_contact"}),
        frozenset({"name", "staff_role"}),
        frozenset({"name", "slack_user_id"}),
    ),
    Subject.EVENTS: (frozenset({"title", "starts_at"}), frozenset({"title", "date"})),
}
_BY_THE_WAY = 0.9  # what an organisation's row says of its contact weighs less, so a list of people is one


@dataclass(frozen=True, slots=True)
class Headings:
    """One line of headings as one subject would read it."""

    subject: Subject
    columns: tuple[Column, ...]
    score: float

    @property
    def complete(self) -> bool:
        fields = {column.field for column in self.columns}
        return any(required <= fields for required in _REQUIRED[self.subject])


def plain(heading: str) -> str:
    """ "Post-Code *" and "post code" are one heading."""
    letters = unicodedata.normalize("NFKD", _ASIDE.sub(" ", heading).casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = _NOT_WORD.sub(" ", letters.replace("&", " and ")).split()
    return " ".join(word for word in words if word != "the")


def best_headings(cells: Sequence[Value], above: Sequence[str] = ()) -> Headings | None:
    """The subject that understands most of these cells; None when none finds what it cannot do without.

    `above` is the group heading over each column, if the file has such a row.
    """
    readings = [_read(subject, cells, above) for subject in Subject]
    complete = [reading for reading in readings if reading.complete]
    return max(complete, key=lambda reading: reading.score, default=None)


def fields_of(subject: Subject) -> tuple[str, ...]:
    return tuple(_aliases()[subject])


def _read(subject: Subject, cells: Sequence[Value], above: Sequence[str]) -> Headings:
    columns: list[Column] = []
    taken: dict[str, int] = {}
    score = 0.0
    for position, cell in enumerate(cells):
        heading = one_line(cell) if isinstance(cell, str) else ""
        group = above[position] if position < len(above) else ""
        field, sureness = _field(subject, heading, group)
        if field in taken:
            field, sureness = _second(columns, taken, field=field, heading=heading), 0.5
        column = Column(heading, field) if field else Column(heading, "", _guess(subject, heading))
        columns.append(column)
        if field:
            taken[field] = position
            score += sureness * (_BY_THE_WAY if field.startswith("contact_") else 1)
    return Headings(subject, tuple(columns), score)


def _second(columns: list[Column], taken: dict[str, int], *, field: str, heading: str) -> str:
    """A field headed twice: beside "Organisation", a bare "Name" is the person's; else the first one counts."""
    if field != "name" or "contact_name" not in fields_of(Subject.ORGANISATIONS) or "contact_name" in taken:
        return ""
    first = columns[taken["name"]]
    if plain(heading) == "name" and plain(first.heading) != "name":
        return "contact_name"
    if plain(first.heading) == "name" and plain(heading) in {"organisation", "organization", "company"}:
        columns[taken["name"]] = Column(first.heading, "contact_name")
        taken["contact_name"] = taken["name"]
        return "name"
    return ""


def _field(subject: Subject, heading: str, group: str) -> tuple[str, float]:
    """The field and how sure we are of it, 0 to 1."""
    folded = plain(heading) if len(heading) <= _LONGEST_HEADING else ""
    if not folded:
        return "", 0.0
    known = _fields_by_alias(subject)
    together = f"{plain(group[:_LONGEST_HEADING])} {folded}"
    if group and together in known:
        return known[together], 1.0
    if folded in known:
        return known[folded], 1.0
    if len(folded) < _SHORTEST_FORGIVEN:
        return "", 0.0
    near = process.extract(folded, list(known), scorer=OSA.normalized_similarity, score_cutoff=_SURE, limit=3)
    if not near or any(known[alias] != known[near[0][0]] for alias, score, _ in near if score == near[0][1]):
        return "", 0.0
    return known[near[0][0]], 0.7


def _guess(subject: Subject, heading: str) -> str:
    folded = plain(heading) if len(heading) <= _LONGEST_HEADING else ""
    if not folded:
        return ""
    known = _fields_by_alias(subject)
    near = process.extractOne(folded, list(known), scorer=fuzz.ratio, score_cutoff=_LIKELY)
    return known[near[0]].replace("_", " ") if near else ""


@cache
def _aliases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("headings.toml").read_text("utf-8"))


@cache
def _fields_by_alias(subject: Subject) -> dict[str, str]:
    return {plain(alias): field for field, aliases in _aliases()[subject].items() for alias in aliases}
