"""The names of an entry, and the forms they are compared in: bare of "Ltd", run together, in order, by sound."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.search.entry import Entry
from store.search.words import words_of

_FORMS = frozenset(
    """ab ag aktiebolag as asa bv co company corp corporation gmbh group holding holdings inc incorporated kg kgaa kk
    limited llc llp lp ltd nv oy oyj plc pllc pty sa sarl sas se sl spa srl the uk cic lllp intl international""".split()  # noqa: SIM905 - a list of words reads best as one
)
_SOUNDS = (
    (re.compile(r"cks|ks"), "x"), (re.compile(r"ck|q|c(?![eihy])"), "k"), (re.compile(r"c|z"), "s"),
    (re.compile(r"(?<=.)h"), ""), (re.compile(r"y"), "i"), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A name that somebody bears."""

    entry_id: int
    name: str
    field: str  # "name", "aliases" or "people"
    person_id: int | None = None


def bare_name(text: str) -> str:
    """A name without its company form: "The Foo Group plc" is "foo"."""
    words = words_of(text.replace("&", " and "))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in _FORMS:
        words = words[:-1]
    return " ".join(words)


def names_of(entry: Entry) -> Iterator[Named]:
    """All names of an entry, its people's last; always in the same order."""
    yield Named(entry.id, entry.name, "name")
    for alias in entry.aliases:
        yield Named(entry.id, alias, "aliases")
    for person in entry.people:
        yield Named(entry.id, person.name, "people", person.id)


def joined(bare: str) -> str:
    return bare.replace(" ", "")


def in_order(bare: str) -> str:
    """ "works ellerbeck" for "ellerbeck works"; the very same text where its words are in order already."""
    ordered = " ".join(sorted(bare.split()))
    return bare if ordered == bare else ordered


def sound_of_name(bare: str) -> str:
    sound = joined(bare)
    for pattern, instead in _SOUNDS:
        sound = pattern.sub(instead, sound)
    return sound
