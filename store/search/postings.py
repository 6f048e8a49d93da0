"""Where each stem stands in the directory's texts, so that words and phrases are found without reading them.

All texts lie one after another on one line of positions. `tags` says for each position which row and column it is
in; a stem's postings are its positions, rising. A phrase is where its words' positions follow one another. Postings
come in two sorted parts, as in log-structured stores: most lie in a settled part, and what came since in a recent
one that is small enough to be sorted again at every change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.search.growing import Growing

Positions = NDArray[np.uint32]

COLUMN_BITS = 4
COLUMN_MASK = (1 << COLUMN_BITS) - 1
MARGIN = 16  # positions before the first text: a phrase's words may be looked for before its rarest one
RECENT = 1 << 17  # positions that the recent part may always hold …
RECENT_SHARE = 4  # … and the share of the settled part that it may grow to
BLOCK = 1 << 20  # postings merged at a time
_NONE: Positions = np.zeros(0, dtype=np.uint32)


@dataclass(slots=True)
class _Part:
    """Postings sorted by stem, then position: `stems[i]` stands at `positions[i]`."""

    stems: NDArray[np.int32]
    positions: Positions

    def of(self, stem: int) -> Positions:
        # Of the stems' own type: for any other one the whole row of them would be copied first.
        first, last = self.stems.searchsorted(np.array((stem, stem + 1), dtype=np.int32))
        return self.positions[first:last]


class Postings:
    """Rows are added in rising order and never changed; a row that is gone is left out by whoever asks."""

    def __init__(self, *, recent: int = RECENT) -> None:
        self._most_recent = recent
        self._tags: Growing[np.uint32] = Growing(np.uint32)
        self._tags.extend([0] * MARGIN)
        self._bounds = np.zeros(1, dtype=np.int64)  # of each stem's postings in the settled part
        self._settled = _NONE
        self._recent = _Part(np.zeros(0, dtype=np.int32), _NONE)

    def __len__(self) -> int:
        """How many words there are, those of rows that are gone included."""
        return len(self._settled) + len(self._recent.positions)

    def add(self, stems: NDArray[np.int32], tags: NDArray[np.uint32]) -> None:
        """Put words at the end of the line: each one's stem (0 between texts) and its row and column."""
        first = len(self._tags)
        self._tags.extend(tags)
        there = np.flatnonzero(stems)
        positions = np.concatenate((self._recent.positions, (there + first).astype(np.uint32)))
        every = np.concatenate((self._recent.stems, stems[there]))
        order = np.argsort(every, kind="stable")
        self._recent = _Part(every[order], positions[order])
        if len(positions) > max(self._most_recent, len(self._settled) // RECENT_SHARE):
            self._settle()

    def tags(self, positions: Positions) -> NDArray[np.uint32]:
        """Row and column of positions: the row shifted left by COLUMN_BITS, and the column."""
        return self._tags.values[positions]

    def phrase(self, stems: Sequence[int]) -> Positions:
        """Where these stems stand one after another, the first one's positions rising."""
        each = [self._of(stem) for stem in stems]
        rarest = min(range(len(each)), key=lambda at: len(each[at]))
        if len(each) == 1 or not len(each[rarest]):
            return each[rarest]
        starts = each[rarest] - np.uint32(rarest)
        for step, positions in enumerate(each):
            if step != rarest and len(starts):
                starts = starts[_holds(positions, starts + np.uint32(step))]
        return starts

    def compact(self, rows: NDArray[np.int64]) -> None:
        """Forget the rows that are gone. `rows` are the new numbers of the old ones, -1 for those."""
        self._settle()
        tags = self._tags.values
        renumbered = rows[tags >> COLUMN_BITS]
        renumbered[:MARGIN] = 0
        kept = renumbered >= 0
        moved = (np.cumsum(kept) - 1).astype(np.uint32)
        staying = kept[self._settled]
        counted = np.concatenate(([0], np.cumsum(staying)))
        self._bounds = counted[self._bounds]
        self._settled = moved[self._settled[staying]]
        columns = tags[kept] & COLUMN_MASK
        self._tags.replace((renumbered[kept].astype(np.uint32) << COLUMN_BITS) | columns)

    def _of(self, stem: int) -> Positions:
        recent = self._recent.of(stem)
        if stem + 1 >= len(self._bounds):
            return recent
        settled = self._settled[self._bounds[stem] : self._bounds[stem + 1]]
        return np.concatenate((settled, recent)) if len(recent) else settled

    def _settle(self) -> None:
        """Take the recent part into the settled one; both are sorted, so that nothing needs sorting."""
        recent = self._recent
        if not len(recent.positions):
            return
        stems = max(len(self._bounds) - 1, int(recent.stems[-1]) + 1)
        before = np.concatenate(
            (np.diff(self._bounds), np.zeros(stems + 1 - len(self._bounds), dtype=np.int64))
        )
        more = np.bincount(recent.stems, minlength=stems)
        bounds = np.concatenate(([0], np.cumsum(before + more)))
        merged = np.empty(bounds[-1], dtype=np.uint32)
        for first, last in _blocks(bounds):
            into = merged[bounds[first] : bounds[last]]
            firsts = bounds[first:last] - bounds[first]
            old, new = before[first:last], more[first:last]
            into[_spread(firsts, old)] = self._settled[_block(self._bounds, first, last)]
            at = np.searchsorted(recent.stems, (first, last))
            into[_spread(firsts + old, new)] = recent.positions[at[0] : at[1]]
        self._bounds, self._settled = bounds, merged
        self._recent = _Part(np.zeros(0, dtype=np.int32), _NONE)


def _blocks(bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of stems that have about BLOCK postings, so that what is worked out on the way stays small."""
    first, stems = 0, len(bounds) - 1
    while first < stems:
        last = min(max(int(np.searchsorted(bounds, bounds[first] + BLOCK)), first + 1), stems)
        yield first, last
        first = last


def _block(bounds: NDArray[np.int64], first: int, last: int) -> slice:
    """Where the postings of a run of stems lie, of which only the first may have any there."""
    end = len(bounds) - 1
    return slice(bounds[min(first, end)], bounds[min(last, end)])


def _spread(firsts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each first on, so many of them, one after another: (3, 7), (2, 1) is 3, 4, 7."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(firsts - ends + lengths, lengths)


def _holds(positions: Positions, wanted: Positions) -> NDArray[np.bool_]:
    """Which of the wanted positions are among these."""
    at = np.searchsorted(positions, wanted)
    at[at == len(positions)] = 0
    there: NDArray[np.bool_] = positions[at] == wanted
    return there
