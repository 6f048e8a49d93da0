"""Finds the organisation or person meant by a name: half-remembered, misspelt, run together, without its Ltd."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from rapidfuzz import fuzz, process

from store.search.entry import Entry
from store.search.words import words_of

_FORMS = frozenset(
    """ab ag aktiebolag as asa bv co company corp corporation gmbh group holding holdings inc incorporated kg kgaa kk
    limited llc llp lp ltd nv oy oyj plc pllc pty sa sarl sas se sl spa srl the uk cic lllp intl international""".split()  # noqa: SIM905 - a list of words reads best as one
)
EXACT, JOINED, SOUNDS = 1.0, 0.98, 0.95  # as written; but for spaces; but for letters that sound alike
BEGINS, HOLDS = 0.94, 0.88  # the first words of the name; some rare words of it
LOOSE, STRICT = 0.74, 0.8  # below this a name is another name
FEW = 3  # a first word shared by more names than this is no name for any of them …
MANY = 8  # … but is still worth listing up to here
ORGANISATION_CUTOFF, PERSON_CUTOFF, FIRST_WORD_CUTOFF = 74, 82, 86
SHORTEST_MISSPELT = 5
ALIKE, RUN_TOGETHER = 73, 89  # of 100: two words are slips of one; two names are, whatever their spaces
CLOSE_CALL = 0.06  # runners-up this close to the best are named too
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


class NameBook:
    """Names are numbered as they come; those that are gone leave None behind until the book is compacted."""

    def __init__(self) -> None:
        self._first_of: dict[int, int] = {}  # an entry's names come one after another
        self._named: list[Named | None] = []
        self._bare: list[str] = []
        # For the fuzzy comparisons: organisations' names, the same with their words in order, people's names.
        self._organisations: list[str | None] = []
        self._in_order: list[str | None] = []
        self._people: dict[int, str] = {}
        self._by_sound: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}

    def add(self, entry: Entry) -> None:
        """Take in an entry whose id is not there."""
        first = len(self._named)
        for number, named in enumerate(_names_of(entry), start=first):
            bare, person = bare_name(named.name), named.person_id is not None
            self._named.append(named)
            self._bare.append(bare)
            self._organisations.append(None if person else bare)
            self._in_order.append(None if person else _in_order(bare))
            if person:
                self._people[number] = bare
            for keys, key in self._places(bare):
                keys.setdefault(key, []).append(number)
        self._first_of[entry.id] = first

    def remove(self, entry_id: int) -> None:
        for number in self._numbers_of(entry_id):
            for keys, key in self._places(self._bare[number]):
                keys[key].remove(number)
                if not keys[key]:
                    del keys[key]
            self._bare[number] = ""
            self._named[number] = None
            self._organisations[number] = self._in_order[number] = None
            self._people.pop(number, None)
        self._first_of.pop(entry_id, None)

    def compact(self) -> None:
        """Forget the names that are gone, and number the rest anew."""
        left = [number for number, named in enumerate(self._named) if named is not None]
        renumbered = {number: at for at, number in enumerate(left)}
        self._named = [self._named[number] for number in left]
        self._bare = [self._bare[number] for number in left]
        self._organisations = [self._organisations[number] for number in left]
        self._in_order = [self._in_order[number] for number in left]
        self._people = {renumbered[number]: bare for number, bare in self._people.items()}
        for keys in (self._by_sound, self._with_word):
            for key, numbers in keys.items():
                keys[key] = [renumbered[number] for number in numbers]
        self._first_of = {entry_id: renumbered[number] for entry_id, number in self._first_of.items()}

    def _numbers_of(self, entry_id: int) -> Iterator[int]:
        number = self._first_of.get(entry_id, len(self._named))
        while number < len(self._named) and (named := self._named[number]) and named.entry_id == entry_id:
            yield number
            number += 1

    def _places(self, bare: str) -> Iterator[tuple[dict[str, list[int]], str]]:
        yield self._by_sound, _sound(bare)
        for word in set(bare.split()):
            yield self._with_word, word

    def find(self, text: str, *, loosely: bool = False) -> list[tuple[Named, float]]:
        """Who may be meant, the likeliest first, with how sure that is (0..1)."""
        bare = bare_name(text)
        if not bare:
            return []
        scores: dict[int, float] = {}
        ways = (self._exact(bare), self._partly(bare), self._nearly(bare), self._begins_nearly(bare))
        for number, score in chain(*ways):
            if score < (LOOSE if loosely else STRICT):
                continue
            scores[number] = max(score, scores.get(number, 0.0))
        return _best(
            (named, score) for number, score in scores.items() if (named := self._named[number]) is not None
        )

    def _exact(self, bare: str) -> Iterator[tuple[int, float]]:
        for number in self._by_sound.get(_sound(bare), ()):
            name = self._bare[number]
            yield number, EXACT if name == bare else JOINED if _joined(name) == _joined(bare) else SOUNDS

    def _partly(self, bare: str) -> Iterator[tuple[int, float]]:
        sets = [set(self._with_word.get(word, ())) for word in bare.split()]
        if not all(sets):
            return
        holding = set.intersection(*sets)
        begins = [number for number in holding if self._bare[number].startswith(bare + " ")]
        if len(begins) <= MANY:
            yield from ((number, BEGINS if len(begins) <= FEW else HOLDS) for number in begins)
        if len(holding) <= FEW:
            yield from ((number, HOLDS) for number in holding)

    def _begins_nearly(self, word: str) -> Iterator[tuple[int, float]]:
        """One misspelt word that a name or two begins with."""
        if " " in word or len(word) < SHORTEST_MISSPELT:
            return
        for near, score, _ in process.extract(
            word, self._with_word.keys(), scorer=fuzz.ratio, score_cutoff=FIRST_WORD_CUTOFF, limit=None
        ):
            numbers = [
                number for number in self._with_word[near] if self._bare[number].startswith(near + " ")
            ]
            if len(numbers) <= FEW:
                yield from ((number, BEGINS * score / 100) for number in numbers)

    def _nearly(self, bare: str) -> Iterator[tuple[int, float]]:
        for said, names in ((bare, self._organisations), (_in_order(bare), self._in_order)):
            for _, score, number in process.extract(
                said, names, scorer=fuzz.ratio, score_cutoff=ORGANISATION_CUTOFF, limit=None
            ):
                if _words_agree(bare, self._bare[number]):
                    yield number, min(score / 100, JOINED)
        if " " in bare:
            for _, score, number in process.extract(
                bare, self._people, scorer=fuzz.ratio, score_cutoff=PERSON_CUTOFF, limit=None
            ):
                yield number, min(score / 100, JOINED)


def bare_name(text: str) -> str:
    """A name without its company form: "The Foo Group plc" is "foo"."""
    words = words_of(text.replace("&", " and "))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in _FORMS:
        words = words[:-1]
    return " ".join(words)


def _names_of(entry: Entry) -> Iterator[Named]:
    yield Named(entry.id, entry.name, "name")
    for alias in entry.aliases:
        yield Named(entry.id, alias, "aliases")
    for person in entry.people:
        yield Named(entry.id, person.name, "people", person.id)


def _joined(bare: str) -> str:
    return bare.replace(" ", "")


def _in_order(bare: str) -> str:
    """ "works ellerbeck" for "ellerbeck works"; the very same text where its words are in order already."""
    ordered = " ".join(sorted(bare.split()))
    return bare if ordered == bare else ordered


def _words_agree(bare: str, name: str) -> bool:
    """Whether each word said is like some word of the name: "Haverglen Genomics" is not "Verge Genomics"."""
    if fuzz.ratio(_joined(bare), _joined(name)) >= RUN_TOGETHER:
        return True
    return all(max(fuzz.ratio(word, each) for each in name.split()) >= ALIKE for word in bare.split())


def _sound(bare: str) -> str:
    sound = _joined(bare)
    for pattern, instead in _SOUNDS:
        sound = pattern.sub(instead, sound)
    return sound


def _best(found: Iterable[tuple[Named, float]]) -> list[tuple[Named, float]]:
    """The best, and who comes close; an entry's best name only."""
    by_entry: dict[int, tuple[Named, float]] = {}
    for named, score in sorted(found, key=lambda pair: (-pair[1], pair[0].entry_id, pair[0].name)):
        by_entry.setdefault(named.entry_id, (named, score))
    ranked = list(by_entry.values())
    return [(named, score) for named, score in ranked if ranked[0][1] - score <= CLOSE_CALL][: MANY + 2]
