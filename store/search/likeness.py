"""How alike in meaning a text is to what rows say of themselves first: a small word vector for each row.

Whole numbers throughout, so that the same content gives the same figures to the last bit, whatever its history.
"""

import re
from collections.abc import Iterable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from store.search.found import Reason, ReasonKind
from store.search.growing import Growing
from store.search.localities import Floats
from store.search.table import COLUMNS
from store.search.vectors import Vectors, WordVectors

STEPS = 127  # a vector's figures are kept as so many parts of 1, which fills a byte …
FINER = 4096  # … and an ask's as so many
FARTHEST = 8.0  # deviations from the usual likeness that count as wholly alike
_OPENING = tuple(COLUMNS.index(column) for column in ("lead", "opening"))
_CAPABILITIES = COLUMNS.index("capabilities")


class Likeness:
    """Not safe for several threads at once: the index guards it."""

    def __init__(self, vectors: WordVectors) -> None:
        self._vectors = vectors
        self._figures: Growing[np.int8] = Growing(np.int8)  # of all rows, one after another
        # Of the rows that are there: how many, the sums of their figures and of the products of each two. From these
        # the mean and deviation of any text's likeness to them all follow, without a look at each.
        self._count = 0
        self._sums = np.zeros(vectors.width, dtype=np.int64)
        self._products = np.zeros((vectors.width, vectors.width), dtype=np.int64)

    def add(self, texts: Iterable[Sequence[str]]) -> None:
        """Add rows, each with a text for each of the table's columns."""
        figures = _whole(self._vectors.of([_opening(each) for each in texts]), STEPS).astype(np.int8)
        self._figures.extend(figures.ravel())
        self._count_in(figures, times=1)

    def drop(self, rows: Sequence[int]) -> None:
        """Leave rows out from now on, with nothing left of them."""
        gone = np.array(rows, dtype=np.intp)
        self._count_in(self._rows[gone], times=-1)
        self._rows[gone] = 0

    def compact(self, rows: NDArray[np.int64]) -> None:
        """Forget dropped rows for good; `rows` are the new numbers of all, -1 for those."""
        self._figures.replace(self._rows[rows >= 0].ravel())

    def of(self, text: str, rows: NDArray[np.intp]) -> Floats:
        """How much more alike each of the rows is to a text than all rows are on average: 0, no more, to 1."""
        asked = _whole(self._vectors.of([text])[0], FINER)
        total, squares = int(asked @ self._sums), int(asked @ self._products @ asked)
        spread = self._count * squares - total**2
        if spread <= 0:
            return np.zeros(len(rows))
        products = np.einsum("ij,j->i", self._rows[rows], asked.astype(np.int32)).astype(np.float64)
        deviations = (products * self._count - total) / sqrt(spread)
        alike: Floats = np.clip(deviations, 0.0, FARTHEST) / FARTHEST
        return alike

    @property
    def _rows(self) -> NDArray[np.int8]:
        return self._figures.values.reshape(-1, self._vectors.width)

    def _count_in(self, figures: NDArray[np.int8], *, times: int) -> None:
        exact = figures.astype(
            np.float64
        )  # holds whole numbers as large as these, and is quicker to multiply
        self._count += times * len(figures)
        self._sums += times * exact.sum(axis=0).astype(np.int64)
        self._products += times * (exact.T @ exact).astype(np.int64)


def as_read(topic: str, readings: Iterable[Reason]) -> str:
    """A topic with its slips mended, as the index reads it."""
    for each in readings:
        if each.kind is ReasonKind.SPELLING:
            said = re.compile(rf"(?<!\w){re.escape(each.said)}(?!\w)", re.IGNORECASE)
            topic = each.matched.join(said.split(topic))
    return topic


def _opening(texts: Sequence[str]) -> str:
    """What an organisation says first, or what it lists where it says nothing."""
    said = " ".join(texts[column] for column in _OPENING if texts[column])
    return said or texts[_CAPABILITIES]


def _whole(vectors: Vectors, steps: int) -> NDArray[np.int64]:
    return np.rint(vectors.astype(np.float64) * steps).astype(np.int64)
