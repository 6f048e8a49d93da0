"""What every engine of the comparison gets, and what it gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from store.search.entry import Entry
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

DEPTH = 10
# How much more a word in the name or a person's name tells than one of the profile.
NAME, PEOPLE, PROFILE, PLACE = 3.0, 2.0, 1.0, 1.0

Scored: TypeAlias = list[tuple[str, float]]
"""Refs, best first, with the engine's own scores."""


class NotMeasured(Exception):
    """Why an engine cannot be measured on this machine, in words for the table."""


class Engine(Protocol):
    """Made without arguments that matter to a measurement; its start is not counted, filling it is."""

    def fill(self, given: Any) -> None:
        """Take in the organisations: documents, entries, or the address of a database with them."""
        ...

    def search(self, text: str) -> Scored:
        """The best ten for an ask; none where it has nothing to say."""
        ...

    def megabytes_outside(self) -> float:
        """What it holds in processes of its own."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Document:
    """An organisation as a ready-made engine is given it: all that may be found of it, in four fields."""

    ref: str
    name: str
    profile: str
    people: str
    place: str


def documents_of(entries: Iterable[Entry]) -> list[Document]:
    return [_document(entry) for entry in entries]


def content_of(ask: str) -> list[str]:
    """The words of an ask that seek something: the same light preparation for every peer."""
    words = (word for word in words_of(ask) if word not in STOP_WORDS and word not in FILLER_WORDS)
    return list(dict.fromkeys(words))


def everything_in(document: Document) -> str:
    return " ".join((document.name, document.profile, document.people, document.place))


def _document(entry: Entry) -> Document:
    told = (entry.summary, *entry.capabilities, *entry.tags, entry.sector, *entry.offers)
    people = (part for each in entry.people for part in (each.name, each.role, *each.expertise))
    sites = (
        part
        for site in entry.sites
        for part in (site.town, site.county, site.region, site.postcode, site.country)
    )
    return Document(
        entry.ref,
        " / ".join((entry.name, *entry.aliases)),
        "\n".join(part for part in told if part),
        ", ".join(part for part in people if part),
        ", ".join(part for part in sites if part),
    )
