"""Decides whether an entry is an answer at all: an honest nothing is better than one common word in common."""

from store.search.ranking import Ranked
from store.search.reading import Reading
from store.search.wanted import Wanted

ENOUGH = 0.48  # of the ask's rarity must be covered by an entry for it to be an answer
BESIDE_BEST = 0.1  # an entry with less of the best one's score only shares a word with the ask


def is_answer(ranked: Ranked, reading: Reading, wanted: Wanted, *, best: Ranked) -> bool:
    if not reading.terms:
        return True
    return best.covered >= ENOUGH and ranked.score >= BESIDE_BEST * best.score
