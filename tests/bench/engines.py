"""The engines that are compared, as data: where each is made, and what it is filled with."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.bench.directory import kept
from tests.bench.peers.peer import Engine, NotMeasured, documents_of


class Given(StrEnum):
    DOCUMENTS = "documents"  # four fields of text
    ENTRIES = "entries"  # what the index is given
    DATABASE = "database"  # its address


@dataclass(frozen=True, slots=True)
class Kind:
    """`most_asks`: an engine so slow that it is asked a sample only."""

    title: str
    module: str
    attribute: str
    given: Given = Given.DOCUMENTS
    options: Mapping[str, Any] = field(default_factory=dict)
    most_asks: int | None = None


KINDS = {
    "rapidfuzz": Kind("rapidfuzz, names and profiles", "fuzzy", "Fuzzy"),
    "fts5": Kind("SQLite FTS5 (porter, bm25)", "fts5", "Fts5"),
    "postgres": Kind("PostgreSQL text + names", "postgres", "Postgres"),
    "trigrams": Kind("PostgreSQL pg_trgm", "postgres", "Postgres", options={"trigrams": True}, most_asks=60),
    "tantivy": Kind("tantivy (stems)", "tantivy_index", "Tantivy"),
    "tantivy-near": Kind("tantivy (stems, near words)", "tantivy_index", "Tantivy", options={"near": True}),
    "minisearch": Kind("MiniSearch (near words)", "minisearch", "MiniSearch"),
    "bare": Kind("whodoes, no lexicon", "whodoes", "Whodoes", Given.ENTRIES, {"lexicon": False}),
    "whodoes": Kind("whodoes", "whodoes", "Whodoes", Given.ENTRIES),
    "vectors": Kind("whodoes, word vectors", "whodoes", "Whodoes", Given.ENTRIES, {"vectors": True}),
    "recorded": Kind("whodoes, whole, recorded", "whodoes", "Recorded", Given.DATABASE),
}
OURS = ("bare", "whodoes", "vectors", "recorded")
YARDSTICK = "fts5"


def made(name: str) -> Engine:
    """An engine with nothing in it. Raises NotMeasured where this machine lacks a part of it."""
    kind = KINDS[name]
    try:
        module = importlib.import_module(f"tests.bench.peers.{kind.module}")
        engine: Engine = getattr(module, kind.attribute)(**kind.options)
    except (ImportError, OSError) as error:
        raise NotMeasured(str(error)) from None
    return engine


def given_to(name: str, *, entries: Path, url: str) -> Sequence[Any] | str:
    match KINDS[name].given:
        case Given.DOCUMENTS:
            return documents_of(kept(entries))
        case Given.ENTRIES:
            return kept(entries)
        case Given.DATABASE:
            return url
