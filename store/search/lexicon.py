"""What people say and what organisations write: abbreviations, lay words and synonyms of the life sciences."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from store.search.words import stem, stems_of, words_of

DATA_FILE = Path(__file__).with_name("lexicon.csv")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words `start` to `end` (exclusive) of an ask also mean. `expansions` are (as written, as stems)."""

    start: int
    end: int
    expansions: tuple[tuple[str, str], ...]


class Lexicon:
    """Rows of (said; also said, expansion; expansion). Words are compared by their stems."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._rows = tuple(rows)
        self._meanings: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        self.words: set[str] = set()  # of all patterns, plain
        for said, meant in self._rows:
            expansions = {_key(text): text for text in _listed(meant)}
            for pattern in _listed(said):
                self.words.update(words_of(pattern))
                self._meanings[tuple(stem(word) for word in words_of(pattern))].update(
                    {stems: text for stems, text in expansions.items() if stems != _key(pattern)}
                )
        self._stems = {part for pattern in self._meanings for part in pattern}
        self._longest = max(map(len, self._meanings), default=0)

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
        return tuple(self._meanings.get(tuple(stem(word) for word in words_of(said)), {}).values())

    def meanings(self, stems: Sequence[str]) -> list[Meaning]:
        """The meanings of the ask's words, longest patterns first where they overlap.

        `stems` are of all the ask's words, stop words too: "point of care" is a pattern.
        """
        found: list[Meaning] = []
        start = 0
        while start < len(stems):
            for length in range(min(self._longest, len(stems) - start), 0, -1):
                if expansions := self._meanings.get(tuple(stems[start : start + length])):
                    pairs = tuple((text, key) for key, text in expansions.items())
                    found.append(Meaning(start, start + length, pairs))
                    start += length - 1
                    break
            start += 1
        return found

    def knows(self, stemmed: str) -> bool:
        """Whether this one stem is a pattern."""
        return (stemmed,) in self._meanings

    def says(self, word: str) -> bool:
        """Whether this word stands in a pattern."""
        return stem(word) in self._stems


def _listed(cell: str) -> list[str]:
    return [text for piece in cell.split(";") if (text := piece.strip())]


def _key(text: str) -> str:
    return " ".join(stems_of(text))
