"""The full-text table: folded, stemmed texts of rows, found by phrase and ranked by BM25 with a weight per column.

BM25F in its simple form (Robertson, Zaragoza & Taylor 2004): occurrences are weighed by the column they stand in and
then counted together, as SQLite's FTS5 does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from store.search.entry import Entry
from store.search.forms import GAP, NO_STEM, Forms, Used
from store.search.growing import Growing
from store.search.postings import COLUMN_BITS, COLUMN_MASK, Postings
from store.search.words import sentences

COLUMNS = ("name", "lead", "opening", "rest", "place", "people", "capabilities", "tags", "wishes")
OPENING = (
    350  # characters of whole sentences in which an organisation says what it does, the first one in any case
)
# What an organisation says first of itself, and what it lists as its capabilities, is its core business.
WEIGHTS = {
    "name": 3.0,
    "lead": 2.2,
    "opening": 2.2,
    "rest": 1.0,
    "place": 1.0,
    "people": 2.0,
    "capabilities": 2.2,
    "tags": 1.6,
    "wishes": 0.3,
}
CORE = frozenset(
    {"name", "lead", "capabilities", "tags"}
)  # what an organisation is, not all that it mentions
SATURATION, LENGTH_SHARE = 1.2, 0.75  # BM25's k1 and b, at their usual values

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a phrase stands: rows, rising, and how often and how tellingly it does there."""

    rows: Rows
    counts: Floats


class Table:
    """Not safe for several threads at once: the index guards it."""

    def __init__(self) -> None:
        self.forms = Forms()
        self._postings = Postings()
        self._weights = np.array([WEIGHTS[column] for column in COLUMNS])
        self._core = np.array([column in CORE for column in COLUMNS])
        self._words: Growing[np.int32] = Growing(np.int32)  # of each row, stop words apart
        self._alive: Growing[np.bool_] = Growing(np.bool_)
        self._any_gone = False
        self._dampers: Floats | None = None

    def add(self, texts: Iterable[Sequence[str]]) -> Used:
        """Add rows, each with a text for each column, and say what they use."""
        first, written = len(self._words), self._written(texts)
        stems = self.forms.stem_of[written.forms]
        kept = stems != NO_STEM
        tags = (written.rows[kept] + first).astype(np.uint32) << COLUMN_BITS | written.columns[kept]
        self._postings.add(stems[kept], tags.astype(np.uint32))
        self._words.extend(np.bincount(written.rows[stems > 0], minlength=written.count).astype(np.int32))
        self._alive.extend([True] * written.count)
        self._dampers = None
        return self._used(written)

    def drop(self, rows: Sequence[int], texts: Iterable[Sequence[str]]) -> Used:
        """Leave rows out from now on. Their texts again, to say what they used."""
        self._alive.values[np.array(rows, dtype=np.intp)] = False
        self._any_gone = True
        self._dampers = None
        return self._used(self._written(texts))

    def compact(self, rows: NDArray[np.int64]) -> None:
        """Forget dropped rows for good; `rows` are the new numbers of all, -1 for those."""
        self._postings.compact(rows)
        self._words.keep(rows >= 0)
        self._alive.replace(np.ones(len(self._words), dtype=np.bool_))
        self._any_gone = False
        self._dampers = None

    def standing(self, phrase: str) -> Standing:
        """Where a phrase (stems joined by spaces) stands."""
        tags = self._tags(phrase)
        rows, weights = (tags >> COLUMN_BITS).astype(np.intp), self._weights[tags & COLUMN_MASK]
        if self._any_gone:
            here = self._alive.values[rows]
            rows, weights = rows[here], weights[here]
        return _counted(rows, weights)

    def rows_with(self, phrase: str) -> int:
        return len(self.standing(phrase).rows)

    def at_core(self, phrase: str) -> Rows:
        """The rows that have a phrase where they say what they are; one may come several times."""
        tags = self._tags(phrase)
        rows: Rows = (tags[self._core[tags & COLUMN_MASK]] >> COLUMN_BITS).astype(np.intp)
        return rows

    def _tags(self, phrase: str) -> NDArray[np.uint32]:
        stems = [self.forms.stem(each) for each in phrase.split()]
        known = [each for each in stems if each]
        if not known or len(known) < len(stems):
            return np.zeros(0, dtype=np.uint32)
        return self._postings.tags(self._postings.phrase(known))

    def bm25(self, standing: Standing) -> Floats:
        """How good each of the phrase's rows is for it."""
        everyone, there = int(np.count_nonzero(self._alive.values)), len(standing.rows)
        rarity = max(1e-6, float(np.log((everyone - there + 0.5) / (there + 0.5))))
        damped = standing.counts + self._damping()[standing.rows]
        return rarity * (SATURATION + 1) * standing.counts / damped

    def _damping(self) -> Floats:
        """What a row's length does to its counts."""
        if self._dampers is None:
            words, alive = self._words.values, self._alive.values
            usual = max(1.0, float(words[alive].mean())) if alive.any() else 1.0
            share = words.astype(np.float64) / usual
            self._dampers = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * share)
        return self._dampers

    def _written(self, texts: Iterable[Sequence[str]]) -> "_Written":
        forms: list[int] = []
        lengths: list[int] = []
        count = 0
        for fields in texts:
            count += 1
            for text in fields:
                before = len(forms)
                if text:
                    forms.extend(self.forms.of(text))
                forms.append(GAP)
                lengths.append(len(forms) - before)
        fields_of_words = np.repeat(np.arange(len(lengths)), lengths)
        rows, columns = np.divmod(fields_of_words, len(COLUMNS))
        return _Written(np.array(forms, dtype=np.intp), rows, columns.astype(np.uint32), count)

    def _used(self, written: "_Written") -> Used:
        stem_of = self.forms.stem_of
        forms = _each_once(written.rows, written.forms, len(stem_of))
        stems = stem_of[written.forms]
        told = stems > 0
        return Used(forms, _each_once(written.rows[told], stems[told].astype(np.intp), self.forms.stems))


@dataclass(frozen=True, slots=True)
class _Written:
    """The words of some rows: their forms, and the row (from 0) and column each is in."""

    forms: NDArray[np.intp]
    rows: NDArray[np.intp]
    columns: NDArray[np.uint32]
    count: int


def texts_of(entry: Entry) -> tuple[str, ...]:
    """The text of an entry, by column."""
    said = sentences(entry.summary)
    ends = accumulate(len(sentence) + 1 for sentence in said)
    opening = max(1, sum(end <= OPENING for end in ends))
    columns = {
        "name": " ".join((entry.name, *entry.aliases)),
        "lead": said[0] if said else "",
        "opening": " ".join(said[1:opening]),
        "rest": " ".join(said[opening:]),
        "place": " ".join(f"{site.town} {site.county} {site.region}" for site in entry.sites),
        "people": " ".join(" ".join((person.name, *person.expertise)) for person in entry.people),
        "capabilities": " ; ".join(entry.capabilities),
        "tags": " ; ".join((*entry.tags, entry.sector)),
        "wishes": " ; ".join((*entry.offers, *(person.role for person in entry.people))),
    }
    return tuple(columns[column] for column in COLUMNS)


def _counted(rows: Rows, weights: Floats) -> Standing:
    """Occurrences, in order of their rows, put together by row."""
    if not len(rows):
        return Standing(rows, weights)
    firsts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    return Standing(rows[firsts], np.add.reduceat(weights, firsts))


def _each_once(rows: NDArray[np.intp], numbers: NDArray[np.intp], kinds: int) -> NDArray[np.int32]:
    """How many rows have each number."""
    pairs = np.sort(rows * kinds + numbers)  # quicker than numpy's own unique
    once = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))] if len(pairs) else pairs
    return np.bincount(once % kinds, minlength=kinds).astype(np.int32)
