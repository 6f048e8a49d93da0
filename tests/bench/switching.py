"""Does without parts for a while, by putting something idle in their place. In a benchmark's own process only."""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from store.search.words import stem
from tests.bench.parts import PARTS, Swap
from tests.bench.peers.peer import NotMeasured


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """Raises NotMeasured where a part is not found: it may have been renamed, and then its entry must be."""
    with ExitStack() as stack:
        for name in names:
            for swap in PARTS[name].swaps:
                stack.enter_context(_swapped(swap))
        stem.cache_clear()  # modules reckon with stems when they are imported
        yield


@contextmanager
def _swapped(swap: Swap) -> Iterator[None]:
    owner, name = _place(swap.target)
    kept = vars(owner)[name]
    setattr(owner, name, swap.instead)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def _place(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    *outer, name = path.split(".")
    try:
        owner: Any = importlib.import_module(module)
        for each in outer:
            owner = getattr(owner, each)
    except (ImportError, AttributeError):
        raise NotMeasured(f"there is no {target}") from None
    if name not in vars(owner):
        raise NotMeasured(f"there is no {target}")
    return owner, name
