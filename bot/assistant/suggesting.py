"""Organisations to choose from while somebody types a part of a name, in whatever medium lets one choose."""

from collections.abc import Iterator
from dataclasses import dataclass

from store.search.entry import Entry
from store.search.index import Index

SUGGESTED_MOST = 20
SHORTEST = 2  # letters: before that a list says nothing


@dataclass(frozen=True, slots=True)
class Suggestion:
    organisation_id: int
    label: str


def suggest(index: Index, typed: str, *, people: bool, most: int = SUGGESTED_MOST) -> tuple[Suggestion, ...]:
    """Listed organisations that may be meant, each once: by the beginning of any word of a name, then by a misspelt one.

    `people`: they are found by who works there too, which is for members to know.
    """
    if len(typed.strip()) < SHORTEST:
        return ()
    found: dict[int, Suggestion] = {}
    for entry, name in _meant(index, typed, people=people):
        found.setdefault(entry.id, Suggestion(entry.id, _label(entry, name)))
        if len(found) == most:
            break
    return tuple(found.values())


def _meant(index: Index, typed: str, *, people: bool) -> Iterator[tuple[Entry, str]]:
    for entry, named in index.names_beginning(typed):
        if people or named.person_id is None:
            yield entry, named.name
    for match in index.find_names(typed, looked_up=True):
        found = index.entry(match.hit.id)
        if found is not None and (people or match.hit.person_id is None):
            yield found, match.name


def _label(entry: Entry, name: str) -> str:
    """With its town, for several have one name; and with the other name it was found by."""
    other = f" ({name})" if name != entry.name else ""
    town = next((site.town for site in entry.sites if site.town), "")
    return f"{entry.name}{other}, {town}" if town else f"{entry.name}{other}"
