"""Decides whether there is an answer at all: an honest nothing is better than one common word in common."""

from collections.abc import Sequence

from store.search.ranking import Ranked

# Measured on asks with judged answers. Coverage tells most; a high score, of words that stand close together in
# telling places, makes up for a little of it. At .59 nobody who can answer is kept back, and nobody else let in.
ENOUGH = 0.59
PER_SCORE, MOST_SCORE = 0.006, 20.0
LEADERS = 5  # the first of them is not always the one that covers most
BESIDE_BEST = 0.1  # an entry with less of the best one's score only shares a word with the ask …
COVERED_BESIDE_BEST = 0.4  # … and so does one that covers so much less of it


def fitting(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those of the ranked that answer the ask; none where even the best do not."""
    if not ranked:
        return []
    best = ranked[0].score
    covered = max(each.covered for each in ranked[:LEADERS])
    if covered + PER_SCORE * min(best, MOST_SCORE) < ENOUGH:
        return []
    return [
        each
        for each in ranked
        if each.score >= BESIDE_BEST * best and each.covered >= COVERED_BESIDE_BEST * covered
    ]
