"""Every word form that the directory's texts have used, numbered, with the number of its stem."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from store.search.growing import Growing
from store.search.words import STOP_WORDS, WORD, bare, plain, stem

NO_STEM = -1  # of a stop word, which is counted as used but is not sought
GAP = 0  # the form that stands between two texts, so that no phrase reaches over


class Used(NamedTuple):
    """How many of some entries use each form, and each stem."""

    forms: NDArray[np.int32]
    stems: NDArray[np.int32]


class Forms:
    """Numbers are given out once and stay."""

    def __init__(self) -> None:
        self.words = [""]  # by number, plain
        self._numbers = _Numbers(self._take)
        self._numbers[""] = GAP
        self._stems: dict[str, int] = {"": 0}
        self._stem_of = Growing(np.int32)
        self._stem_of.extend([0])

    @property
    def stem_of(self) -> NDArray[np.int32]:
        """A stem's number by a form's; NO_STEM for stop words."""
        return self._stem_of.values

    @property
    def stems(self) -> int:
        """How many stems there are, the gap's included."""
        return len(self._stems)

    def of(self, text: str) -> list[int]:
        """The forms of a text in order, stop words too."""
        return list(map(self._numbers.__getitem__, WORD.findall(plain(text))))

    def form(self, word: str) -> int | None:
        """The number of a plain word, if any text ever used it."""
        return self._numbers.get(word)

    def stem(self, stemmed: str) -> int | None:
        return self._stems.get(stemmed)

    def stem_of_word(self, word: str) -> int | None:
        """The number of a plain word's stem, if any text ever used a form of it."""
        return self._stems.get(stem(word))

    def _take(self, token: str) -> int:
        return self.number(bare(token))

    def number(self, word: str) -> int:
        """The number of a plain word, known or new."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
            stemmed = NO_STEM if word in STOP_WORDS else self._stems.setdefault(stem(word), len(self._stems))
            self._stem_of.extend([stemmed])
        return number


class _Numbers(dict[str, int]):
    """Numbers by what stands in a text, possessives and all."""

    def __init__(self, take: Callable[[str], int]) -> None:
        super().__init__()
        self._take = take

    def __missing__(self, token: str) -> int:
        number = self[token] = self._take(token)
        return number
