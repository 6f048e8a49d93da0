"""The judged organisations of one country alone, the size of a real region: its asks are harder, for fewer fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import comparing
from tests.bench.directory import keep, kept, write_entries
from tests.bench.judged_folder import Judged, about
from tests.bench.trials import Region

COUNTRY = "United Kingdom"


def report(judged: Judged, region: Region) -> Iterator[str]:
    with TemporaryDirectory(prefix="whodoes-bench-") as folder:
        there = of_home(judged, region, Path(folder))
        if there is None:
            yield f"All of the organisations are in the {COUNTRY}, or none is: nothing to measure apart."
        else:
            yield from comparing.report(*there)


def of_home(judged: Judged, region: Region, folder: Path) -> tuple[Judged, Region] | None:
    """The country's organisations and the asks somebody there answers, or nobody anywhere."""
    everyone = kept(region.entries)
    entries = [entry for entry in everyone if any(site.country == COUNTRY for site in entry.sites)]
    if len(entries) in {0, len(everyone)}:
        return None
    url = f"sqlite:///{folder}/home.sqlite3"
    write_entries(url, entries)
    asks = about(judged.asks, frozenset(entry.ref for entry in entries))
    title = f"{judged.title}, the {COUNTRY} alone ({len(entries):,} organisations)"
    return replace(judged, title=title, asks=asks), Region(keep(folder / "home.entries", entries), url)
