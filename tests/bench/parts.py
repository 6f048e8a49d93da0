"""The parts of the search that can be left out, to see what each adds."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def without(parts: Iterable[str]) -> Iterator[None]:
    yield
