"""How long an ask takes, an import, a start; how much memory the index needs."""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.cli.asking import Terminal
from store.search.live import LiveIndex
from store.store import Store
from tests.bench.region import write_region

ASKS = (
    "who does viral vector manufacturing near Macclesfield?",
    "lateral flow test developers in Cheshire",
    "protien purifcation",
    "any CROs that know wound care?",
    "small medtech companies within 20 miles of Liverpool",
    "who can sterilise devices with ethylene oxide",
    "IVD regulatory consultants",
    "someone to mould small plastic parts in a clean room",
    "clinical trials unit in Manchester",
    "antibody discovery, not universities",
    "thanks!",
    "who does falconry displays",
)
ROUNDS = 20


def report() -> Iterator[str]:
    for size in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            yield from _measure(Path(folder), size)


def _measure(folder: Path, size: int) -> Iterator[str]:
    region, url = folder / "region.csv", f"sqlite:///{folder}/whodoes.sqlite3"
    write_region(region, size)
    seconds = _import(region, url)
    yield f"import        {size:>6,} organisations: {size / seconds:8,.0f} rows/s, the program's start included"
    start, before, after, spent = asyncio.run(_ask(url))
    spent.sort()
    yield f"start         {size:>6,} organisations: {start:8.2f} s to an index ready to be asked"
    yield f"memory        {size:>6,} organisations: {after - before:8.0f} MB more than before the index, {after:.0f} MB in all"
    yield (
        f"ask           {size:>6,} organisations: {_quantile(spent, 0.5):8.1f} ms p50, {_quantile(spent, 0.99):.1f} ms p99"
        f" (limit 20 ms p50), understood, searched and recorded"
    )


def _import(region: Path, url: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "import", str(region)],
        env={"PATH": "", "WHODOES_DATABASE_URL": url},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


async def _ask(url: str) -> tuple[float, float, float, list[float]]:
    store = Store.open(url)
    try:
        before, began = _memory(), time.perf_counter()
        live = LiveIndex()
        await store.read(live.catch_up)
        ready, after = time.perf_counter() - began, _memory()
        terminal, spent = Terminal(store, live), []
        for _ in range(ROUNDS):
            for text in ASKS:
                asked = time.perf_counter()
                await terminal.ask(text, alone=True)
                spent.append((time.perf_counter() - asked) * 1000)
        return ready, before, after, spent
    finally:
        store.close()


def _memory() -> float:
    """Peak resident memory so far, MB (Linux counts ru_maxrss in kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, round(share * (len(values) - 1)))]
