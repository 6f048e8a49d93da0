"""Peer: the rapidfuzz recipe everybody writes first: WRatio on names, token_set_ratio on whole profiles."""

from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from tests.bench.peers.peer import DEPTH, Document, Scored, content_of, everything_in

LOOKED_AT = 50
LIKE_NAME, NAME_WORTH = 70, 0.5  # from this ratio on a name counts, half as much as the profile


class Fuzzy:
    def fill(self, documents: Sequence[Document]) -> None:
        self._refs = [each.ref for each in documents]
        self._names = [default_process(each.name) for each in documents]
        self._profiles = [default_process(everything_in(each)) for each in documents]

    def search(self, text: str) -> Scored:
        said = " ".join(content_of(text))
        if not said:
            return []
        scores: defaultdict[int, float] = defaultdict(float)
        told = process.extract(said, self._profiles, scorer=fuzz.token_set_ratio, limit=LOOKED_AT)
        named = process.extract(
            said, self._names, scorer=fuzz.WRatio, score_cutoff=LIKE_NAME, limit=LOOKED_AT
        )
        for found, worth in ((told, 1.0), (named, NAME_WORTH)):
            for _, score, at in found:
                scores[at] += worth * score
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:DEPTH]
        return [(self._refs[at], score) for at, score in best]

    def megabytes_outside(self) -> float:
        return 0.0

    def close(self) -> None:
        pass
