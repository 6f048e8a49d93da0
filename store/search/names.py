"""Finds the organisation or person meant by a name: half-remembered, misspelt, run together, without its Ltd."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count

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
    def __init__(self) -> None:
        self._numbers = count()
        self._of_entry: dict[int, list[int]] = {}
        self._named: dict[int, Named] = {}
        self._bare: dict[bool, dict[int, str]] = {False: {}, True: {}}  # people's apart
        self._exactly: dict[str, set[int]] = defaultdict(set)
        self._with_word: dict[str, set[int]] = defaultdict(set)

    def add(self, entry: Entry) -> None:
        numbers = self._of_entry[entry.id] = []
        for named in _names_of(entry):
            number = next(self._numbers)
            numbers.append(number)
            self._named[number] = named
            bare = bare_name(named.name)
            self._bare[named.person_id is not None][number] = bare
            for numbers_there in self._places(bare):
                numbers_there.add(number)

    def remove(self, entry_id: int) -> None:
        for number in self._of_entry.pop(entry_id, ()):
            named = self._named.pop(number)
            bare = self._bare[named.person_id is not None].pop(number)
            for numbers_there in self._places(bare):
                numbers_there.discard(number)

    def _places(self, bare: str) -> Iterator[set[int]]:
        for key in {bare, _joined(bare), "~" + _sound(bare)}:
            yield self._exactly[key]
        for word in set(bare.split()):
            yield self._with_word[word]

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
        return _best((self._named[number], score) for number, score in scores.items())

    def _exact(self, bare: str) -> Iterator[tuple[int, float]]:
        for key, score in ((bare, EXACT), (_joined(bare), JOINED), ("~" + _sound(bare), SOUNDS)):
            for number in self._exactly.get(key, ()):
                yield number, score

    def _partly(self, bare: str) -> Iterator[tuple[int, float]]:
        words = bare.split()
        sets = [self._with_word.get(word) for word in words]
        if not all(sets):
            return
        holding = set.intersection(*(each for each in sets if each))
        begins = [number for number in holding if self._name(number).startswith(bare + " ")]
        if len(begins) <= MANY:
            yield from ((number, BEGINS if len(begins) <= FEW else HOLDS) for number in begins)
        if len(holding) <= FEW:
            yield from ((number, HOLDS) for number in holding)

    def _begins_nearly(self, word: str) -> Iterator[tuple[int, float]]:
        """One misspelt word that a name or two begins with."""
        if " " in word or len(word) < SHORTEST_MISSPELT:
            return
        for near, score, _ in process.extract(
            word, self._with_word.keys(), scorer=fuzz.ratio, score_cutoff=FIRST_WORD_CUTOFF, limit=3
        ):
            numbers = [
                number for number in self._with_word[near] if self._name(number).startswith(near + " ")
            ]
            if len(numbers) <= FEW:
                yield from ((number, BEGINS * score / 100) for number in numbers)

    def _nearly(self, bare: str) -> Iterator[tuple[int, float]]:
        organisations, people = self._bare[False], self._bare[True]
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
            for _, score, number in process.extract(
                bare, organisations, scorer=scorer, score_cutoff=ORGANISATION_CUTOFF, limit=5
            ):
                if _words_agree(bare, self._name(number)):
                    yield number, min(score / 100, JOINED)
        if " " in bare:
            for _, score, number in process.extract(
                bare, people, scorer=fuzz.ratio, score_cutoff=PERSON_CUTOFF, limit=5
            ):
                yield number, min(score / 100, JOINED)

    def _name(self, number: int) -> str:
        return self._bare[self._named[number].person_id is not None][number]


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
