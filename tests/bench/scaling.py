"""How the index bears 1,000, 6,000 and 100,000 organisations: time of an ask, time to build, memory; beside their limits."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.judged import quantile
from tests.bench.directory import import_files, keep, kept, write_entries
from tests.bench.engines import KINDS, YARDSTICK
from tests.bench.grids import figure, lined_up
from tests.bench.judged_folder import Judged
from tests.bench.peers.peer import NotMeasured
from tests.bench.region import Region as MadeUp
from tests.bench.region import write_lines
from tests.bench.trials import Region, in_process, tried

SMALL, USUAL, LARGE = 1_000, 6_000, 100_000
ALL_OF_THEM = 0.8  # with this share of USUAL judged, all the judged ones are taken for it
MOST_IMPORTED = 10_000  # more at once no region has, and no file may be as large


@dataclass(frozen=True, slots=True)
class Line:
    """A figure for each size, by size; `limits` likewise."""

    title: str
    digits: int
    limits: Mapping[int, float]


LINES = {
    "p50": Line("ask p50, ms", 1, {USUAL: 4}),
    "p99": Line("ask p99, ms", 1, {USUAL: 20, LARGE: 100}),
    "built": Line("build from entries, s", 2, {USUAL: 2, LARGE: 20}),
    "built_live": Line("build from the database, s", 2, {LARGE: 20}),
    "megabytes": Line("memory more than before, MB", 0, {LARGE: 300}),
    "megabytes_asked": Line("the same after all asks, MB", 0, {}),
    "in_all": Line("the whole process then, MB", 0, {}),
    "peak": Line("its peak while building, MB", 0, {}),
    "found_after": Line("a change is found after, ms", 0, {SMALL: 1000, USUAL: 1000, LARGE: 1000}),
    "imported": Line("import, organisations a second", 0, {}),
    "vectors_p50": Line("with word vectors: ask p50, ms", 1, {}),
    "vectors_p99": Line("with word vectors: ask p99, ms", 1, {}),
    "vectors_built": Line("with word vectors: build from entries, s", 2, {LARGE: 20}),
    "vectors_megabytes": Line("with word vectors: memory more than before, MB", 0, {LARGE: 500}),
    "their_p50": Line(f"{KINDS[YARDSTICK].title} p50, ms", 1, {}),
    "their_p99": Line(f"{KINDS[YARDSTICK].title} p99, ms", 1, {}),
    "their_built": Line(f"{KINDS[YARDSTICK].title} build, s", 2, {}),
    "their_megabytes": Line(f"{KINDS[YARDSTICK].title} memory, MB", 0, {}),
}


def report(judged: Judged, region: Region) -> Iterator[str]:
    yield f"The index at scale, one process each, {len(judged.asks)} asks once each (in brackets the limit; ! where it is passed):"
    entries = kept(region.entries)
    usual = len(entries) if ALL_OF_THEM * USUAL <= len(entries) <= 2 * USUAL else USUAL
    sizes = {SMALL: SMALL, USUAL: usual, LARGE: LARGE}
    figures: dict[int, dict[str, float]] = {}
    for limit, size in sizes.items():
        with tempfile.TemporaryDirectory(prefix="whodoes-bench-") as folder:
            figures[limit] = _measured(judged, region, size, Path(folder))
    headings = ("organisations", *(f"{size:,}" for size in sizes.values()))
    yield from lined_up(headings, (_row(name, line, figures) for name, line in LINES.items()))
    yield "More organisations than are judged are made up: names, sentences and words mixed among kin, a vocabulary that grows"
    yield "as those of real directories do. Memory: current, garbage let go, the gazetteer counted."


def _measured(judged: Judged, region: Region, size: int, folder: Path) -> dict[str, float]:
    """The files and the database are made in another process's memory only as far as this one holds them."""
    entries = tuple(MadeUp(kept(region.entries)).grown(size))
    at = Region(keep(folder / "entries", entries), f"sqlite:///{folder}/whodoes.sqlite3")
    write_entries(at.url, entries)
    imported = _imported(folder, at) if size <= MOST_IMPORTED else None
    del entries
    live = _live(at, judged, vectors=False)
    spent = live.pop("milliseconds")
    ours, theirs = tried("whodoes", at, ()), tried(YARDSTICK, at, judged.asks)
    return {
        **live,
        "p50": quantile(spent, 0.5),
        "p99": quantile(spent, 0.99),
        "built": ours.built,
        "built_live": live["built"],
        **({} if imported is None else {"imported": imported}),
        **_with_vectors(at, judged),
        "their_p50": theirs.p50,
        "their_p99": theirs.p99,
        "their_built": theirs.built,
        "their_megabytes": theirs.megabytes,
    }


def _with_vectors(at: Region, judged: Judged) -> dict[str, float]:
    try:
        ours = tried("vectors", at, judged.asks)
    except NotMeasured:
        return {}  # the comparison says so
    return {
        "vectors_p50": ours.p50,
        "vectors_p99": ours.p99,
        "vectors_built": ours.built,
        "vectors_megabytes": _live(at, judged, vectors=True)["megabytes"],
    }


def _live(at: Region, judged: Judged, *, vectors: bool) -> dict[str, Any]:
    """As a server has it: read from the database, and idle memory given back."""
    order = {"url": at.url, "asks": [ask.text for ask in judged.asks], "vectors": vectors}
    return in_process("tests.bench.one_region", order)


def _imported(folder: Path, region: Region) -> float:
    """Organisations a second, read from a file, planned, located and written."""
    entries = kept(region.entries)
    lines = write_lines(folder / "region.jsonl", entries)
    return len(entries) / import_files(f"sqlite:///{folder}/imported.sqlite3", [lines])


def _row(name: str, line: Line, figures: Mapping[int, Mapping[str, float]]) -> list[str]:
    return [line.title, *(_cell(line, size, figures[size].get(name)) for size in figures)]


def _cell(line: Line, size: int, value: float | None) -> str:
    told, limit = figure(value, line.digits), line.limits.get(size)
    if limit is None or value is None:
        return told
    return f"{told} ({limit:g}{'!' if value > limit else ''})"
