"""Lengths and letters of many numbered texts, so that what cannot be alike is passed over without being compared.

An edit changes a text's length by at most one and its set of letters by at most two (a letter goes, another comes);
an insertion or deletion alone changes each by at most one. So a few comparisons of whole columns leave one text in
fifty for the exact distance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.search.growing import Growing

LETTERS = 31  # letters that share their last five bits count as one: that only ever lets more through


class Shapes:
    """Texts are numbered as they come, from 0."""

    def __init__(self) -> None:
        self._lengths: Growing[np.int32] = Growing(np.int32)
        self._letters: Growing[np.uint32] = Growing(np.uint32)

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def lengths(self) -> NDArray[np.int32]:
        return self._lengths.values

    def add(self, texts: Sequence[str]) -> None:
        lengths = np.array([len(text) for text in texts], dtype=np.int32)
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        bits = np.left_shift(np.uint32(1), codes & LETTERS, dtype=np.uint32)
        letters = np.zeros(len(texts), dtype=np.uint32)
        if len(bits):
            some = lengths > 0
            firsts = np.cumsum(lengths) - lengths
            letters[some] = np.bitwise_or.reduceat(bits, firsts[some])
        self._lengths.extend(lengths)
        self._letters.extend(letters)

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        self._lengths.keep(chosen)
        self._letters.keep(chosen)

    def within(self, text: str, edits: int) -> NDArray[np.bool_]:
        """Which texts may be within so many edits (insertion, deletion, substitution, transposition) of this one."""
        near: NDArray[np.bool_] = np.abs(self.lengths - len(text)) <= edits
        return near & (self._differing(text) <= 2 * edits)

    def alike(self, text: str, ratio: float) -> NDArray[np.bool_]:
        """Which texts may have at least this ratio (0..100) to this one: 100 * (1 - insertions and deletions / both lengths)."""
        most = (1 - ratio / 100) * (self.lengths + len(text)) + 1e-9
        near: NDArray[np.bool_] = np.abs(self.lengths - len(text)) <= most
        return near & (self._differing(text) <= most)

    def _differing(self, text: str) -> NDArray[np.uint8]:
        """How many letters each text has that this one lacks, or the other way round."""
        asked = Shapes()
        asked.add([text])
        counts: NDArray[np.uint8] = np.bitwise_count(self._letters.values ^ asked._letters.values[0])
        return counts
