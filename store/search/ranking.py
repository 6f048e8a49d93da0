"""Puts rows in order: how well their words fit, how much of the ask they cover, then place, kind and size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from store.kinds import OrganisationKind, SizeBand
from store.search.localities import Floats
from store.search.reading import Reading
from store.search.rows import UNKNOWN, Rows
from store.search.siting import Fits
from store.search.table import Standing, Table
from store.search.wanted import Wanted

UNCOVERED = (
    0.25  # what is left of the score of an entry that covers nothing; the rest grows with what it covers
)
BY_MEANING = 0.9  # what it counts that the lexicon's word is there and not the asker's
OF_WEIGHT = 0.35  # the share of an ask that one of its alternatives has at least
UNKNOWN_SIZE, UNKNOWN_KIND = 0.75, 0.5  # not said in the directory: perhaps; said and another: no
STALE = 0.05  # what a listing that nobody has confirmed for years loses …
FRESH_DAYS, STALE_DAYS = 183, 1096  # … from half a year on, all of it after three
ALIKE = 0.3  # of the best score: what an opening wholly alike in meaning adds to one that fits
EQUAL = 200  # scores in the same two-hundredth of the best one's are equal: those take turns


@dataclass(frozen=True, slots=True)
class Ranked:
    """`covered`: the share of the ask, or of one of its alternatives, that the entry's words cover.

    `likeness`: what of the score is for being alike in meaning.
    """

    id: int
    row: int
    score: float
    covered: float
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """Every row's figures. `scores` are the lexical ones times the worths, cut down to what is covered."""

    steps: Mapping[float, Floats]  # the lexical scores, by what their phrases are worth
    worths: Floats  # of kind, size, place, and of not being ruled out
    shares: Floats  # how much of the whole ask the row's words cover
    covered: Floats  # of the whole or of its best alternative
    scores: Floats
    fits: Fits | None


def lexical(
    reading: Reading, standings: Mapping[str, Standing], table: Table, count: int
) -> dict[float, Floats]:
    """What the rows' words score for the phrases that are worth the same, by that worth."""
    scores: defaultdict[float, Floats] = defaultdict(lambda: np.zeros(count))
    for worth, phrases in reading.sought:
        step = scores[worth]
        for phrase in phrases:
            standing = standings[phrase]
            step[standing.rows] += worth * table.bm25(standing)
    return scores


def coverage(reading: Reading, standings: Mapping[str, Standing], count: int) -> tuple[Floats, Floats]:
    """Which share of the ask, weighed by rarity, each row covers: of all of it, and of its best alternative.

    Meanings count a little less. An alternative that is a small part of the ask ("… and treatments") is none.
    """
    total: defaultdict[int, float] = defaultdict(float)
    covered: defaultdict[int, Floats] = defaultdict(lambda: np.zeros(count))
    for term in reading.terms:
        total[term.alternative] += term.rarity
        worth = np.zeros(count)
        for _, key in term.meanings:
            worth[standings[key].rows] = BY_MEANING * term.rarity
        for each in term.stems:
            worth[standings[each].rows] = term.rarity
        covered[term.alternative] += worth
    everything = sum(total.values())
    if not everything:
        return np.zeros(count), np.zeros(count)
    share: Floats = sum(covered.values(), np.zeros(count)) / everything
    best = share
    for alternative, whole in total.items():
        if whole >= OF_WEIGHT * everything:
            best = np.maximum(best, covered[alternative] / whole)
    return share, best


def worths(rows: Rows, wanted: Wanted, fits: Fits | None) -> Floats:
    """What kind, size and place leave of a row's score; nothing of a row that is gone."""
    kinds = np.array([kind_worth(kind, wanted) for kind in (None, *OrganisationKind)])
    sizes = np.array([size_worth(size, wanted.sizes) for size in (None, *SizeBand)])
    kept: Floats = kinds[rows.kinds] * sizes[rows.sizes] * rows.alive
    return kept if fits is None else kept * fits.worths


def size_worth(size: SizeBand | None, wanted: Iterable[SizeBand]) -> float:
    sizes = tuple(wanted)
    if not sizes or size in sizes:
        return 1.0
    return UNKNOWN_SIZE if size is None else 0.0


def kind_worth(kind: OrganisationKind | None, wanted: Wanted) -> float:
    if kind is not None and kind in wanted.excluded:
        return 0.0
    if not wanted.kinds or kind in wanted.kinds:
        return 1.0
    return UNKNOWN_KIND if kind is None else 0.0


def freshness(rows: Rows, today: date) -> Floats:
    """A little less for what nobody has confirmed for long, or ever."""
    age = np.where(rows.confirmed == UNKNOWN, STALE_DAYS, today.toordinal() - rows.confirmed)
    grown = np.clip((age - FRESH_DAYS) / (STALE_DAYS - FRESH_DAYS), 0.0, 1.0)
    return 1.0 - STALE * grown


def in_order(scored: Scored, rows: Rows, *, most: int, turn: int, by_distance: bool) -> NDArray[np.intp]:
    """The best rows, best first. Equals take turns: who leads them changes with `turn`, and with nothing else."""
    there = np.flatnonzero(scored.scores > 0)
    if not len(there):
        return there
    scores = scored.scores[there]
    steps = np.round(scores / scores.max() * EQUAL).astype(np.int64)
    if len(there) > most:
        kept = steps >= np.partition(steps, -most)[-most]
        there, steps = there[kept], steps[kept]
    miles = np.zeros(len(there))
    if by_distance and scored.fits is not None:
        miles = np.where(np.isfinite(scored.fits.miles[there]), np.round(scored.fits.miles[there]), 0.0)
    order = np.lexsort((rows.ids[there], _turns(rows.ids[there], turn), miles, -steps))
    return there[order][:most]


def _turns(ids: NDArray[np.int64], turn: int) -> NDArray[np.uint64]:
    """A shuffle that each turn fixes: SplitMix64's mixing (Steele, Lea & Flood 2014) of id and turn."""
    if not turn:
        return np.zeros(len(ids), dtype=np.uint64)
    mixed = ids.astype(np.uint64) + np.uint64(turn * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
