"""Finds the organisation or person meant by a name: half-remembered, misspelt, run together, without its Ltd."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, compress
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from store.search.entry import Entry
from store.search.growing import Growing
from store.search.name_forms import bare_name, in_order, joined, names_of, sound_of_name
from store.search.shapes import Shapes

EXACT, JOINED, SOUNDS = 1.0, 0.98, 0.95  # as written; but for spaces; but for letters that sound alike
BEGINS, HOLDS = 0.94, 0.88  # the first words of the name; some rare words of it
LOOSE, STRICT = 0.74, 0.8  # below this a name is another name
FEW = 3  # a first word shared by more names than this is no name for any of them …
MANY = 8  # … but is still worth listing up to here
ORGANISATION_CUTOFF, PERSON_CUTOFF, FIRST_WORD_CUTOFF = 74, 82, 86
SHORTEST_MISSPELT = 5
ALIKE, RUN_TOGETHER = 73, 89  # of 100: two words are slips of one; two names are, whatever their spaces
GONE = -1  # the bearer of a name that nobody bears any more
CLOSE_CALL = 0.06  # runners-up this close to the best are named too


class Bearer(NamedTuple):
    """Who bears a name that was found: the entry, and the how-manieth of its names (from 0); `score` 0..1."""

    entry_id: int
    place: int
    score: float


class NameBook:
    """Names are numbered as they come. What is gone stays, blank, until the book is compacted."""

    def __init__(self) -> None:
        self._bare: list[str] = []
        self._in_order: list[str] = []  # the same words, sorted
        self._shapes = Shapes()
        self._first_words = Shapes()  # of the names that have more words
        self._bearers: Growing[np.int64] = Growing(np.int64)  # the entry of each name …
        self._places: Growing[np.int16] = Growing(np.int16)  # … and the how-manieth of its names it is
        self._are_people: Growing[np.bool_] = Growing(np.bool_)
        self._sounds: Growing[np.uint32] = Growing(np.uint32)
        self._words: Growing[np.uint32] = Growing(np.uint32)  # each word of each name, …
        self._word_of: Growing[np.int64] = Growing(np.int64)  # … and the name it is in

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in entries whose ids are not there."""
        first = len(self._bare)
        for entry in entries:
            for place, named in enumerate(names_of(entry)):
                self._bare.append(bare_name(named.name))
                self._in_order.append(in_order(self._bare[-1]))
                self._bearers.extend([entry.id])
                self._places.extend([place])
                self._are_people.extend([named.person_id is not None])
        fresh = self._bare[first:]
        self._shapes.add(fresh)
        self._first_words.add([bare[: max(0, bare.find(" "))] for bare in fresh])
        self._sounds.extend([_key(sound_of_name(bare)) for bare in fresh])
        words = [
            (_key(word), number) for number, bare in enumerate(fresh, first) for word in set(bare.split())
        ]
        self._words.extend([word for word, _ in words])
        self._word_of.extend([number for _, number in words])

    def remove(self, entry_ids: Sequence[int]) -> None:
        for number in np.flatnonzero(np.isin(self._bearers.values, entry_ids)):
            self._bare[number] = self._in_order[number] = ""
            self._bearers.values[number] = GONE

    def compact(self) -> None:
        """Forget the names that are gone, and number the rest anew."""
        left = self._bearers.values != GONE
        renumbered = np.cumsum(left) - 1
        words = left[self._word_of.values]
        self._words.keep(words)
        self._word_of.replace(renumbered[self._word_of.values[words]])
        self._bare = [self._bare[number] for number in np.flatnonzero(left)]
        self._in_order = [self._in_order[number] for number in np.flatnonzero(left)]
        for column in (
            self._shapes,
            self._first_words,
            self._bearers,
            self._places,
            self._are_people,
            self._sounds,
        ):
            column.keep(left)

    def find(self, text: str, *, loosely: bool = False) -> list[Bearer]:
        """Who may be meant, the likeliest first, with how sure that is (0..1)."""
        bare = bare_name(text)
        if not bare:
            return []
        scores: dict[int, float] = {}
        ways = (self._exact(bare), self._partly(bare), self._nearly(bare), self._begins_nearly(bare))
        for number, score in chain(*ways):
            if score >= (LOOSE if loosely else STRICT):
                scores[number] = max(score, scores.get(number, 0.0))
        return _best(
            Bearer(int(self._bearers.values[number]), int(self._places.values[number]), score)
            for number, score in scores.items()
        )

    def beginning(self, text: str) -> list[Bearer]:
        """The names with words that begin as these do, the ones that begin so themselves first (score 1, else less)."""
        bare = bare_name(text)
        starts = [f" {word}" for word in bare.split()]
        found = (
            []
            if not starts
            else [
                (0 if name.startswith(bare) else 1, name, number)
                for number, name in enumerate(self._bare)
                if name and all(start in f" {name}" for start in starts)
            ]
        )
        return [
            Bearer(
                int(self._bearers.values[number]),
                int(self._places.values[number]),
                EXACT if not later else HOLDS,
            )
            for later, _, number in sorted(found)
        ]

    def _exact(self, bare: str) -> Iterator[tuple[int, float]]:
        sound, together = sound_of_name(bare), joined(bare)
        for number in map(int, np.flatnonzero(self._sounds.values == _key(sound))):
            name = self._bare[number]
            if name == bare:
                yield number, EXACT
            elif name and sound_of_name(name) == sound:
                yield number, JOINED if joined(name) == together else SOUNDS

    def _partly(self, bare: str) -> Iterator[tuple[int, float]]:
        words = bare.split()
        holding = self._holding(words)
        begins = [number for number in holding if self._bare[number].startswith(bare + " ")]
        if len(begins) <= MANY:
            yield from ((number, BEGINS if len(begins) <= FEW else HOLDS) for number in begins)
        if len(holding) <= FEW:
            yield from ((number, HOLDS) for number in holding)

    def _holding(self, words: Sequence[str]) -> list[int]:
        """The names that have all these words."""
        each = (self._word_of.values[self._words.values == _key(word)] for word in words)
        numbers = reduce(np.intersect1d, each)
        return [int(number) for number in numbers if set(words) <= set(self._bare[number].split())]

    def _begins_nearly(self, word: str) -> Iterator[tuple[int, float]]:
        """One misspelt word that a name or two begins with."""
        if " " in word or len(word) < SHORTEST_MISSPELT:
            return
        likely: defaultdict[str, list[int]] = defaultdict(list)
        for number in np.flatnonzero(self._first_words.alike(word, FIRST_WORD_CUTOFF)):
            likely[self._bare[number].split(" ")[0]].append(int(number))
        for near, numbers in likely.items():
            score = fuzz.ratio(word, near, score_cutoff=FIRST_WORD_CUTOFF)
            if score and len(numbers) <= FEW:
                yield from ((number, BEGINS * score / 100) for number in numbers)

    def _nearly(self, bare: str) -> Iterator[tuple[int, float]]:
        people = self._are_people.values
        near = self._shapes.alike(bare, ORGANISATION_CUTOFF) & ~people
        for said, names in ((bare, self._bare), (in_order(bare), self._in_order)):
            for number, score in _alike(said, names, near, ORGANISATION_CUTOFF):
                if _words_agree(bare, self._bare[number]):
                    yield number, min(score / 100, JOINED)
        if " " in bare:
            near = self._shapes.alike(bare, PERSON_CUTOFF) & people
            for number, score in _alike(bare, self._bare, near, PERSON_CUTOFF):
                yield number, min(score / 100, JOINED)


def _alike(
    said: str, names: Sequence[str], near: NDArray[np.bool_], cutoff: float
) -> Iterator[tuple[int, float]]:
    """Which of the names that may be near are."""
    likely = list(compress(names, near.tolist()))
    found = process.extract(said, likely, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    numbers = np.flatnonzero(near) if found else near
    return ((int(numbers[at]), score) for _, score, at in found)


def _key(text: str) -> int:
    """What stands for a text in a column; who finds it there compares the text itself."""
    return crc32(text.encode())


def _words_agree(bare: str, name: str) -> bool:
    """Whether each word said is like some word of the name: "Haverglen Genomics" is not "Verge Genomics"."""
    if fuzz.ratio(joined(bare), joined(name)) >= RUN_TOGETHER:
        return True
    return all(max(fuzz.ratio(word, each) for each in name.split()) >= ALIKE for word in bare.split())


def _best(found: Iterable[Bearer]) -> list[Bearer]:
    """The best, and who comes close; an entry's best name only."""
    by_entry: dict[int, Bearer] = {}
    for each in sorted(found, key=lambda each: (-each.score, each.entry_id, each.place)):
        by_entry.setdefault(each.entry_id, each)
    ranked = list(by_entry.values())
    return [each for each in ranked if ranked[0].score - each.score <= CLOSE_CALL][: MANY + 2]
