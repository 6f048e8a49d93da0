"""Decides whether an entry is an answer at all: an honest nothing is better than one common word in common."""

from store.search.ranking import Ranked

# Measured on asks with judged answers: .45 lets one in fifteen asks that nobody can answer through, .5 none,
# and neither keeps back one that somebody can.
ENOUGH = 0.48  # of the ask, weighed by rarity, the best entry must cover, or there is no answer
BESIDE_BEST = 0.1  # an entry with less of the best one's score only shares a word with the ask …
COVERED_BESIDE_BEST = 0.4  # … and so does one that covers so much less of it


def is_answer(ranked: Ranked, best: Ranked) -> bool:
    """Whether an entry answers the ask, seen beside the best one there is."""
    if best.covered < ENOUGH:
        return False
    return ranked.score >= BESIDE_BEST * best.score and ranked.covered >= COVERED_BESIDE_BEST * best.covered
