"""The full-text table: folded, stemmed text in SQLite's FTS5, in memory, ranked by BM25."""

import sqlite3
from collections.abc import Iterable, Sequence

from store.search.entry import Entry
from store.search.words import sentences, stems_of

COLUMNS = ("name", "lead", "rest", "place", "people", "capabilities", "tags", "wishes")
# What an organisation says first of itself, and what it lists as its capabilities, is its core business.
WEIGHTS = {
    "name": 3.0,
    "lead": 1.6,
    "rest": 1.0,
    "place": 1.0,
    "people": 2.0,
    "capabilities": 2.2,
    "tags": 1.6,
    "wishes": 0.3,
}


class Table:
    """Not safe for several threads at once: the index guards it."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        columns = ", ".join(COLUMNS)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE entries USING fts5({columns}, tokenize='unicode61 remove_diacritics 0')"
        )
        weights = ", ".join(str(WEIGHTS[column]) for column in COLUMNS)
        self._ranked = (
            f"SELECT rowid, -bm25(entries, {weights}) AS score FROM entries"  # noqa: S608 - our own constants
            " WHERE entries MATCH ? ORDER BY score DESC, rowid LIMIT ?"
        )
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._insert = f"INSERT INTO entries(rowid, {columns}) VALUES ({marks})"  # noqa: S608 - our own constants

    def put(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Insert rows whose ids are not in the table."""
        self._connection.execute("BEGIN")
        self._connection.executemany(self._insert, ((rowid, *fields) for rowid, fields in rows))
        self._connection.execute("COMMIT")

    def drop(self, ids: Iterable[int]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany("DELETE FROM entries WHERE rowid = ?", ((each,) for each in ids))
        self._connection.execute("COMMIT")

    def ranked(self, phrases: Iterable[str], *, limit: int) -> dict[int, float]:
        """The best entries with any of these phrases (stems joined by spaces), and how good they are."""
        match = " OR ".join(f'"{phrase}"' for phrase in phrases)
        if not match:
            return {}
        return dict(self._connection.execute(self._ranked, (match, limit)).fetchall())

    def close(self) -> None:
        self._connection.close()


def fields_of(entry: Entry) -> tuple[str, ...]:
    """The stemmed text of an entry, by column."""
    said = sentences(entry.summary)
    columns = {
        "name": " ".join((entry.name, *entry.aliases)),
        "lead": said[0] if said else "",
        "rest": " ".join(said[1:]),
        "place": " ".join(f"{site.town} {site.county} {site.region}" for site in entry.sites),
        "people": " ".join(
            " ".join((person.name, person.role, *person.expertise)) for person in entry.people
        ),
        "capabilities": " ; ".join(entry.capabilities),
        "tags": " ; ".join((*entry.tags, entry.sector)),
        "wishes": " ; ".join(entry.offers),
    }
    return tuple(" ".join(stems_of(columns[column])) for column in COLUMNS)
