"""What people say and what organisations write: abbreviations, lay words and synonyms of the life sciences."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from store.search.words import STOP_WORDS, stem, stems_of, words_of

DATA_FILE = Path(__file__).with_name("lexicon.csv")
_STOP_STEMS = frozenset(map(stem, STOP_WORDS))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words `start` to `end` (exclusive) of an ask also mean. `expansions` are (as written, as stems)."""

    start: int
    end: int
    expansions: tuple[tuple[str, str], ...]


class Lexicon:
    """Rows of (said; also said, expansion; expansion). Words are compared by their stems.

    What a pattern means is worked out when it is first said: most of a thousand rows never are.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._rows = tuple(rows)
        self._meant: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        self._pairs: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
        self.words: set[str] = set()  # of all patterns, plain
        for said, meant in self._rows:
            for words in _patterns(said):
                self.words.update(words)
                self._meant[tuple(map(stem, words))].append(meant)
        self._stems = {part for pattern in self._meant for part in pattern}
        self._longest = max(map(len, self._meant), default=0)

    @staticmethod
    @cache
    def load() -> "Lexicon":
        with DATA_FILE.open(encoding="utf-8", newline="") as lines:
            return Lexicon((row["said"], row["meant"]) for row in csv.DictReader(lines))

    def __len__(self) -> int:
        return len(self._rows)

    def beside(self, rows: Iterable[tuple[str, str]]) -> "Lexicon":
        """These rows too: a pattern that both have means what either says."""
        return Lexicon((*self._rows, *rows))

    def expansions(self, said: str) -> tuple[str, ...]:
        """What exactly this pattern means, as written."""
        return tuple(text for text, _ in self._expansions(tuple(map(stem, words_of(said)))))

    def meanings(self, stems: Sequence[str]) -> list[Meaning]:
        """The meanings of the ask's words, longest patterns first where they overlap.

        `stems` are of all the ask's words, stop words too: "point of care" is a pattern.
        """
        found: list[Meaning] = []
        start = 0
        while start < len(stems):
            for length in range(min(self._longest, len(stems) - start), 0, -1):
                if pairs := self._expansions(tuple(stems[start : start + length])):
                    found.append(Meaning(start, start + length, pairs))
                    start += length - 1
                    break
            start += 1
        return found

    def knows(self, stemmed: str) -> bool:
        """Whether this one stem is a pattern."""
        return (stemmed,) in self._meant

    def says(self, word: str) -> bool:
        """Whether this word stands in a pattern."""
        return stem(word) in self._stems

    def _expansions(self, pattern: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """What a pattern of stems means besides itself: (as written, as stems), each once."""
        if pattern not in self._meant:
            return ()
        if pattern not in self._pairs:
            itself = " ".join(each for each in pattern if each not in _STOP_STEMS)
            keys = {_key(text): text for meant in self._meant[pattern] for text in _listed(meant)}
            self._pairs[pattern] = tuple((text, key) for key, text in keys.items() if key != itself)
        return self._pairs[pattern]


def _patterns(cell: str) -> Iterator[list[str]]:
    """The patterns of a cell as words; an abbreviation also as several of them, CDMOs, which have a stem of their own."""
    for text in _listed(cell):
        # Most are plain words, which need no looking for; this halves the time of loading.
        letters = text.replace(" ", "")
        words = text.lower().split() if letters.isascii() and letters.isalnum() else words_of(text)
        yield words
        if len(words) == 1 and text.isupper() and not text.endswith("S"):
            yield [f"{words[0]}s"]


def _listed(cell: str) -> list[str]:
    return [text for piece in cell.split(";") if (text := piece.strip())]


def _key(text: str) -> str:
    return " ".join(stems_of(text))
