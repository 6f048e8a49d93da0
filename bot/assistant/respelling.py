"""Finds the words of an earlier topic that a corrected word was meant for, and puts it in their place."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from store.search.index import Index
from store.search.words import STOP_WORDS, WORD, bare, one_spelling, plain, stem

ALIKE = 0.7  # of the letters: "gene therapy" for "cell therapy", not "stents" for "tests"
ALIKE_UNKNOWN = 0.6  # where nobody uses the earlier word, it is the one that was misspelt
SHORTEST = 3  # letters of a word that can be like another


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a topic, side by side. `same`: they are those that were looked for, not only like them."""

    topic: str
    start: int
    end: int
    same: bool

    @property
    def said(self) -> str:
        return self.topic[self.start : self.end]

    def replaced(self, by: str) -> str:
        return _tidy(f"{self.topic[: self.start]} {by} {self.topic[self.end :]}")

    @property
    def removed(self) -> str:
        return self.replaced("")


def like(words: str, topic: str, index: Index) -> Stretch | None:
    """The stretch of the topic most like these words, joined or split differently too; None where none is."""
    sought = [bare(word) for word in WORD.findall(plain(words))]
    spots = [(spot.start(), spot.end(), bare(plain(spot[0]))) for spot in WORD.finditer(topic)]
    best: tuple[float, Stretch] | None = None
    for length in range(max(1, len(sought) - 1), len(sought) + 2):
        for at in range(len(spots) - length + 1):
            window = spots[at : at + length]
            if {window[0][2], window[-1][2]} & STOP_WORDS:
                continue
            there = [word for _, _, word in window]
            alike = _alike(sought, there)
            enough = ALIKE if all(index.knows(word) for word in there) else ALIKE_UNKNOWN
            if alike >= enough and (best is None or alike > best[0]):
                best = (alike, Stretch(topic, window[0][0], window[-1][1], same=alike >= 1.0))
    return best[1] if best else None


def is_like(one: str, other: str) -> bool:
    """Whether two names or words differ by a slip at most."""
    return _alike(plain(one).split(), plain(other).split()) >= ALIKE


def _alike(some: list[str], others: list[str]) -> float:
    if [stem(word) for word in some] == [stem(word) for word in others]:
        return 1.0
    one, other = ("".join(one_spelling(word) for word in words) for words in (some, others))
    if min(len(one), len(other)) < SHORTEST:
        return 0.0
    return min(0.99, OSA.normalized_similarity(one, other))


_DANGLING = frozenset(
    {"in", "near", "at", "from", "around", "and", "or", "of", "for", "with", "the", "a", "by"}
)


def _tidy(topic: str) -> str:
    """Without what hangs in the air where words were taken out."""
    words = topic.split()
    while words and plain(words[-1]) in _DANGLING:
        del words[-1]
    while words and plain(words[0]) in _DANGLING:
        del words[0]
    return " ".join(words).strip(" ,;")
