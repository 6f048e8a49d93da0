"""What is measured on: organisations, and asks about them that people have judged."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cli.judged import JudgedAsk, JudgedRefused, read_judged

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
FOLDER = "JUDGED"  # the environment's name for a folder of one's own


@dataclass(frozen=True, slots=True)
class Judged:
    """`files` are imported in this order; a judgment's organisation is their “ref”."""

    title: str
    files: tuple[Path, ...]
    asks: tuple[JudgedAsk, ...]


def judged_of(folder: str | None = None) -> Judged:
    """The folder named here or in the environment, else the demo's asks. Raises JudgedRefused."""
    named = folder or os.environ.get(FOLDER)
    return _of_folder(Path(named)) if named else _of_demo()


def about(asks: tuple[JudgedAsk, ...], refs: frozenset[str]) -> tuple[JudgedAsk, ...]:
    """The asks as they are judged where only these organisations exist; who can't be answered there is left out."""
    return tuple(_about(asks, refs))


def _about(asks: tuple[JudgedAsk, ...], refs: frozenset[str]) -> Iterator[JudgedAsk]:
    for ask in asks:
        relevant: Mapping[str, int] = {ref: grade for ref, grade in ask.relevant.items() if ref in refs}
        if ask.nobody or relevant:
            yield replace(ask, relevant=relevant)


def _of_folder(folder: Path) -> Judged:
    organisations = folder / "orgs.jsonl"
    if not organisations.is_file():
        raise JudgedRefused(f"{folder} holds no orgs.jsonl.")
    asks = tuple(ask for queries in sorted(folder.glob("queries*.jsonl")) for ask in _read(queries))
    if not asks:
        raise JudgedRefused(f"{folder} holds no queries*.jsonl.")
    return Judged(str(folder), (organisations,), asks)


def _read(queries: Path) -> tuple[JudgedAsk, ...]:
    """A file of asks with the judgments named like it, or the only ones there are."""
    namesake = queries.with_name(queries.name.replace("queries", "qrels", 1))
    there = sorted(queries.parent.glob("qrels*.jsonl"))
    if not namesake.is_file() and len(there) != 1:
        raise JudgedRefused(f"{queries.parent} holds no {namesake.name}.")
    return read_judged(queries, namesake if namesake.is_file() else there[0])


def _of_demo() -> Judged:
    files = (DEMO / "directory.csv", DEMO / "people.csv")
    return Judged("the demo", files, read_judged(DEMO / "asks.jsonl", DEMO / "judgments.jsonl"))
