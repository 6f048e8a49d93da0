"""A numpy array that grows at its end, for columns of figures that rows are added to."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

FIRST_ROOM = 64
SPARE = 8  # an eighth more room than needed: each value is moved some nine times in all


class Growing(Generic[Scalar]):
    """`values` is a view of what is there: writable in place, stale after the next `extend` or `replace`."""

    def __init__(self, kind: type[Scalar]) -> None:
        self._kind = kind
        self._room: NDArray[Scalar] = np.zeros(FIRST_ROOM, dtype=kind)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Scalar]:
        return self._room[: self._length]

    def extend(self, more: NDArray[Scalar] | list[int] | list[float] | list[bool]) -> None:
        given = np.asarray(more, dtype=self._kind)
        needed = self._length + len(given)
        if needed > len(self._room):
            room = np.zeros(needed + needed // SPARE, dtype=self._kind)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : needed] = given
        self._length = needed

    def pad(self, length: int) -> None:
        """Have at least this many values, new ones 0."""
        if length > self._length:
            self.extend(np.zeros(length - self._length, dtype=self._kind))

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        """Only the chosen values from now on."""
        self.replace(self.values[chosen])

    def replace(self, values: NDArray[Scalar]) -> None:
        """These values and no others from now on."""
        self._room, self._length = np.ascontiguousarray(values, dtype=self._kind), len(values)
