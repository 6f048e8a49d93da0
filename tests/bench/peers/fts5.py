"""Peer: SQLite's FTS5 with Porter's stemmer and BM25, any word of the ask."""

import sqlite3
from collections.abc import Sequence

from tests.bench.peers.peer import DEPTH, NAME, PEOPLE, PLACE, PROFILE, Document, Scored, content_of

_CREATE = (
    "CREATE VIRTUAL TABLE documents USING fts5(ref UNINDEXED, name, profile, people, place,"
    " tokenize='porter unicode61')"
)
_SEARCH = (
    f"SELECT ref, -bm25(documents, 0, {NAME}, {PROFILE}, {PEOPLE}, {PLACE}) AS score"  # noqa: S608 - our own weights
    " FROM documents WHERE documents MATCH ? ORDER BY score DESC LIMIT ?"
)


class Fts5:
    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(_CREATE)

    def fill(self, documents: Sequence[Document]) -> None:
        rows = ((each.ref, each.name, each.profile, each.people, each.place) for each in documents)
        self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.commit()

    def search(self, text: str) -> Scored:
        match = " OR ".join(f'"{word}"' for word in content_of(text))
        return self._connection.execute(_SEARCH, (match, DEPTH)).fetchall() if match else []

    def megabytes_outside(self) -> float:
        return 0.0

    def close(self) -> None:
        self._connection.close()
