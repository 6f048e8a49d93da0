"""Decides whether there is an answer at all: an honest nothing is better than one common word in common."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.search.ranking import Ranked

# Measured on asks with judged answers. Coverage tells most; a high score, of words that stand close together in
# telling places, makes up for a little of it. Asks without an answer reach .58 at most, where one of two words is
# met ("tattoo studio"); fewer than one in a hundred of the others stay under .62.
ENOUGH = 0.62
PER_SCORE, MOST_SCORE = 0.006, 20.0
LEADERS = 5  # the first of them is not always the one that covers most
BESIDE_BEST = 0.1  # an entry with less of the best one's score only shares a word with the ask …
COVERED_BESIDE_BEST = 0.4  # … and so does one that covers so much less of it


@dataclass(frozen=True, slots=True)
class Gate:
    """What a list of ranked entries must pass: as a whole (`reach`), and each beside the best of them."""

    best: float = 0.0  # the highest score
    covered: float = 0.0  # the most of the ask that one of the leaders covers

    @property
    def reach(self) -> float:
        return self.covered + PER_SCORE * min(self.best, MOST_SCORE)

    @property
    def is_open(self) -> bool:
        return self.reach >= ENOUGH

    @property
    def score_needed(self) -> float:
        return BESIDE_BEST * self.best

    @property
    def coverage_needed(self) -> float:
        return COVERED_BESIDE_BEST * self.covered


def gate_of(ranked: Sequence[Ranked]) -> Gate:
    if not ranked:
        return Gate()
    return Gate(ranked[0].score, max(each.covered for each in ranked[:LEADERS]))
