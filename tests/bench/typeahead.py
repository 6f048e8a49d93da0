"""How soon a list of organisations stands there while somebody types a part of a name, at 10,000 of them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from time import perf_counter

from bot.assistant.suggesting import suggest
from bot.cli.judged import quantile
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry
from store.search.index import Index
from tests.bench.directory import kept
from tests.bench.judged_folder import Judged
from tests.bench.region import Region as MadeUp
from tests.bench.trials import Region

ORGANISATIONS, NAMES, LIMIT = 10_000, 200, 300  # milliseconds


def report(_judged: Judged, region: Region) -> Iterator[str]:
    entries = tuple(MadeUp(kept(region.entries)).grown(ORGANISATIONS))
    index = Index(Gazetteer.load())
    index.put(entries)
    spent = sorted(_spent(index, entries))
    p50, p95 = quantile(spent, 0.5), quantile(spent, 0.95)
    over = "!" if p95 > LIMIT else ""
    yield f"Typeahead over {len(entries):,} organisations, {len(spent)} beginnings of names and slips of them:"
    yield f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({LIMIT}){over}"


def _spent(index: Index, entries: Sequence[Entry]) -> Iterator[float]:
    every = max(1, len(entries) // NAMES)
    for entry in islice(entries, 0, None, every):
        for typed in _typed(entry.name):
            start = perf_counter()
            suggest(index, typed, people=True)
            yield 1000 * (perf_counter() - start)


def _typed(name: str) -> tuple[str, ...]:
    """The first letters, more of them, of the last word, and with two letters the wrong way round."""
    return name[:2], name[:5], name.split()[-1][:4], f"{name[1:2]}{name[:1]}{name[2:]}"
