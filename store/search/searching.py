"""One search: from what is wanted to the rows in order, with every figure on the way kept for who explains it."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from zlib import crc32

import numpy as np

from store.search.gate import Gate, gate_of
from store.search.lexicon import Lexicon
from store.search.likeness import Likeness, as_read
from store.search.localities import Flags, Floats
from store.search.ranking import (
    ALIKE,
    BY_MEANING,
    UNCOVERED,
    Ranked,
    Scored,
    coverage,
    freshness,
    in_order,
    lexical,
    worths,
)
from store.search.reading import Reading, read
from store.search.rows import Rows
from store.search.siting import Siting
from store.search.table import Standing, Table
from store.search.vocabulary import Vocabulary
from store.search.wanted import Wanted

FURTHEST = 50  # how far down a list anybody goes


@dataclass(frozen=True, slots=True)
class Parts:
    """What a search looks into: an index's parts."""

    rows: Rows
    table: Table
    siting: Siting
    vocabulary: Vocabulary
    lexicon: Lexicon
    likeness: Likeness | None = None


class Search:
    """Figures are worked out when they are first asked for. The parts must not change meanwhile."""

    def __init__(
        self, parts: Parts, wanted: Wanted, *, today: date | None = None, reading: Reading | None = None
    ) -> None:
        self.parts = parts
        self.wanted = wanted
        self._today = today
        self.reading = reading or self._read(wanted.topic)

    def elsewhere(self) -> "Search":
        """The same search wherever it be."""
        wanted = replace(self.wanted, places=())
        return Search(self.parts, wanted, today=self._today, reading=self.reading)

    @cached_property
    def scored(self) -> Scored:
        """The figures of every row."""
        count, wanted = self.parts.rows.count, self.wanted
        fits = self.parts.siting.rows(count, wanted.places) if wanted.places else None
        kept = worths(self.parts.rows, wanted, fits) * ~self.ruled_out
        if not self.reading.terms:
            return Scored({}, kept, np.ones(count), np.ones(count), self._unsought(kept), fits)
        standings = _Standings(self.parts.table)
        steps = lexical(self.reading, standings, self.parts.table, count)
        shares, covered = coverage(self.reading, standings, count)
        scores = (
            sum(steps.values(), np.zeros(count))
            * kept
            * (UNCOVERED + (1 - UNCOVERED) * shares)
            * self._freshness
        )
        return Scored(steps, kept, shares, covered, scores, fits)

    @cached_property
    def ranked(self) -> list[Ranked]:
        """The best rows by their words, best first, whether they fit or not."""
        order, scored = self._in_order(self.scored), self.scored
        ids, scores, covered = (
            each[order].tolist() for each in (self.parts.rows.ids, scored.scores, scored.covered)
        )
        return list(map(Ranked, ids, order, scores, covered))

    @cached_property
    def gate(self) -> Gate:
        return gate_of(self.ranked)

    @cached_property
    def fitting(self) -> Flags:
        """Which rows answer the ask; none where even the best do not."""
        if not self.gate.is_open:
            return np.zeros(len(self.scored.scores), dtype=np.bool_)
        scored, gate = self.scored, self.gate
        fits: Flags = (
            (scored.scores > 0)
            & (scored.scores >= gate.score_needed)
            & (scored.covered >= gate.coverage_needed)
        )
        return fits

    def is_full(self, row: int) -> bool:
        """Whether a row has something of everything that was asked, in whatever words."""
        return bool(self.scored.shares[row] >= BY_MEANING - 1e-9)

    @cached_property
    def likeness(self) -> Floats:
        """What being alike to the ask in meaning adds to the scores of those that fit: it lets nobody in."""
        added, rows = np.zeros(self.parts.rows.count), np.flatnonzero(self.fitting)
        if self.parts.likeness and self.reading.terms and len(rows):
            alike = self.parts.likeness.of(as_read(self.wanted.topic, self.reading.readings), rows)
            added[rows] = ALIKE * self.gate.best * self.scored.worths[rows] * alike
        return added

    def answering(self) -> list[Ranked]:
        """The best of the fitting, best first."""
        return self._answering

    @cached_property
    def _answering(self) -> list[Ranked]:
        if not self.likeness.any():
            return [each for each in self.ranked if self.fitting[each.row]]
        scores = np.where(self.fitting, self.scored.scores + self.likeness, 0.0)
        return [self.answered(row) for row in self._in_order(replace(self.scored, scores=scores))]

    def answered(self, row: int) -> Ranked:
        """One row's figures, as it stands in the answer."""
        added = float(self.likeness[row])
        by_words = self.at(row)
        return replace(by_words, score=by_words.score + added, likeness=added)

    def at(self, row: int) -> Ranked:
        """One row's figures by its words."""
        scored = self.scored
        return Ranked(
            int(self.parts.rows.ids[row]), row, float(scored.scores[row]), float(scored.covered[row])
        )

    @cached_property
    def ruled_out(self) -> Flags:
        """Rows that are at heart what the asker does not want, or nowhere but where they do not want it."""
        out = self.parts.siting.only_in(self.parts.rows.count, self.wanted.outside)
        sought = {stem for term in self.reading.terms for stem in term.stems}
        for phrase in self.wanted.without:
            terms = self._read(phrase).terms
            both = np.full(len(out), bool(terms))
            for term in terms:
                has = np.zeros(len(out), dtype=np.bool_)
                for key in (*term.stems, *(key for _, key in term.meanings)):
                    if not sought.issuperset(key.split()):  # what is asked for cannot be what is not wanted
                        has[self.parts.table.at_core(key)] = True
                both &= has
            out |= both
        return out

    def _in_order(self, scored: Scored) -> list[int]:
        today, topic = self._today, self.wanted.topic.lower()
        turn = 0 if today is None else crc32(topic.encode()) + today.toordinal()
        by_distance = not self.reading.terms
        order = in_order(scored, self.parts.rows, most=FURTHEST, turn=turn, by_distance=by_distance)
        rows: list[int] = order.tolist()
        return rows

    @property
    def seeks_something(self) -> bool:
        wanted = self.wanted
        return bool(self.reading.terms or wanted.places or wanted.kinds or wanted.sizes)

    def _unsought(self, kept: Floats) -> Floats:
        """Nothing but a place, a kind or a size was asked for: all whom that fits."""
        wanted = self.wanted
        nearly = bool(wanted.places) and not (wanted.kinds or wanted.sizes)
        return np.where((kept >= 1.0) | nearly, kept * self._freshness, 0.0)

    @property
    def lexical(self) -> Floats:
        """What every row's words are worth, place and the rest apart."""
        return sum(self.scored.steps.values(), np.zeros(self.parts.rows.count))

    def freshness_of(self, row: int) -> float:
        return float(self._freshness[row])

    @cached_property
    def _freshness(self) -> Floats:
        rows = self.parts.rows
        return np.ones(rows.count) if self._today is None else freshness(rows, self._today)

    def _read(self, topic: str) -> Reading:
        literally = self.wanted.literally
        return read(topic, self.parts.vocabulary, self.parts.lexicon, literally=literally)


class _Standings(dict[str, Standing]):
    """Where each phrase of an ask stands, looked up once."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, phrase: str) -> Standing:
        standing = self[phrase] = self._table.standing(phrase)
        return standing
