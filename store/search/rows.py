"""The index's rows: which entry each holds, what it is sifted by, and the entry itself, packed."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from store.kinds import OrganisationKind, SizeBand
from store.search.entry import Entry
from store.search.growing import Growing
from store.search.packing import pack, unpack

UNKNOWN = 0  # the code of a kind, a size or a date that the directory does not say
_KINDS = {kind: code for code, kind in enumerate(OrganisationKind, start=1)}
_SIZES = {size: code for code, size in enumerate(SizeBand, start=1)}


def kind_codes(kinds: Iterable[OrganisationKind]) -> list[int]:
    return [_KINDS[kind] for kind in kinds]


def size_codes(sizes: Iterable[SizeBand]) -> list[int]:
    return [_SIZES[size] for size in sizes]


class Rows:
    """An entry that is put again gets a new row at the end; its old one is gone."""

    def __init__(self) -> None:
        self._row_of: dict[int, int] = {}
        self._packed = (
            bytearray()
        )  # all entries, one after another: a hundred thousand objects would cost more
        self._ends: Growing[np.int64] = Growing(np.int64)
        self._ids: Growing[np.int64] = Growing(np.int64)
        self._alive: Growing[np.bool_] = Growing(np.bool_)
        self._kinds: Growing[np.int8] = Growing(np.int8)
        self._sizes: Growing[np.int8] = Growing(np.int8)
        self._confirmed: Growing[np.int32] = Growing(np.int32)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._row_of)

    @property
    def count(self) -> int:
        """How many rows there are, those that are gone included."""
        return len(self._ids)

    @property
    def ids(self) -> NDArray[np.int64]:
        return self._ids.values

    @property
    def alive(self) -> NDArray[np.bool_]:
        return self._alive.values

    @property
    def kinds(self) -> NDArray[np.int8]:
        return self._kinds.values

    @property
    def sizes(self) -> NDArray[np.int8]:
        return self._sizes.values

    @property
    def confirmed(self) -> NDArray[np.int32]:
        """Days since the year 1; UNKNOWN where nobody confirmed."""
        return self._confirmed.values

    def add(self, entries: Sequence[Entry]) -> None:
        """Add entries whose ids are not there."""
        self._row_of.update((entry.id, self.count + at) for at, entry in enumerate(entries))
        packed = [pack(entry) for entry in entries]
        self._ends.extend((len(self._packed) + np.cumsum([len(each) for each in packed])).astype(np.int64))
        self._packed += b"".join(packed)
        self._ids.extend([entry.id for entry in entries])
        self._alive.extend([True] * len(entries))
        self._kinds.extend([_KINDS[entry.kind] if entry.kind else UNKNOWN for entry in entries])
        self._sizes.extend([_SIZES[entry.size] if entry.size else UNKNOWN for entry in entries])
        self._confirmed.extend([_day(entry.confirmed_on) for entry in entries])

    def drop(self, ids: Iterable[int]) -> list[int]:
        """Leave entries out from now on; the rows they had."""
        rows = [self._row_of.pop(each) for each in ids]
        self._alive.values[np.array(rows, dtype=np.intp)] = False
        return rows

    def row(self, entry_id: int) -> int | None:
        return self._row_of.get(entry_id)

    def entry(self, row: int) -> Entry:
        return unpack(self._bytes(row))

    def _bytes(self, row: int) -> bytes:
        return bytes(self._packed[self._ends.values[row - 1] if row else 0 : self._ends.values[row]])

    def compact(self) -> NDArray[np.int64]:
        """Forget the rows that are gone; the new numbers of the old rows, -1 for those."""
        alive = self.alive
        renumbered = np.where(alive, np.cumsum(alive) - 1, -1)
        packed = [self._bytes(int(row)) for row in np.flatnonzero(alive)]
        self._packed = bytearray().join(packed)
        self._ends.replace(np.cumsum([len(each) for each in packed], dtype=np.int64))
        self._ids.keep(alive)
        self._kinds.keep(alive)
        self._sizes.keep(alive)
        self._confirmed.keep(alive)
        self._alive.replace(np.ones(len(self._ids), dtype=np.bool_))
        self._row_of = {int(entry_id): row for row, entry_id in enumerate(self._ids.values)}
        return renumbered


def _day(confirmed_on: date | None) -> int:
    return UNKNOWN if confirmed_on is None else confirmed_on.toordinal()
