"""A database of every earlier version comes up to date with what is in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from store.engine import parse_url
from store.models import AskRecord
from store.region_words import add_words, all_rows
from store.schema import alembic_config, current_revision, head_revision
from store.search.live import LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import NOW

FIRST = "0001"
POPULATED = (
    "INSERT INTO organisation (id, ref, name, name_key, aliases, sector, summary, capabilities, tags, website,"
    " membership, listing, created_at, updated_at, revision) VALUES (7, 'R-7', 'Larkspur', 'larkspur', '[]', '',"
    " 'Stents.', '[\"stent coating\"]', '[]', '', '', 'listed', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 3)",
    "UPDATE directory_revision SET number = 3",
    "INSERT INTO ask (id, medium, conversation, text, asked_at, answer_kind, wanted, hits, shown, missed) VALUES"
    " ('t:1', 'terminal', 't', 'stents', '2026-01-02 03:04:05', 'no_match', '{\"topic\": \"stents\"}', '[]', 0, true)",
    "INSERT INTO audit (at, actor, action, subject, details) VALUES ('2026-01-02 03:04:05', 'cli', 'a', '', '{}')",
)


@pytest.fixture(params=["sqlite", "postgres"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bare.sqlite3"
    url: str = request.getfixturevalue("bare_postgres_url")
    return url


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    created = create_engine(parse_url(bare_url))
    yield created
    created.dispose()


def _at(engine: Engine, revision: str) -> None:
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in POPULATED:
            connection.execute(text(statement))


async def test_a_populated_first_version_keeps_what_it_has_and_gains_what_came_since(
    engine: Engine, bare_url: str
) -> None:
    _at(engine, FIRST)
    store = Store.open(bare_url)
    try:
        with engine.connect() as connection:
            assert current_revision(connection) == head_revision()
            assert connection.execute(text("SELECT count(*) FROM audit")).scalar_one() == 1
        assert await store.read(all_rows) == ()
        asked = await store.read(lambda session: session.get_one(AskRecord, "t:1").model_dump())
        assert (asked["missed"], asked["doubtful"], asked["correction"]) == (True, False, None)
        await store.write(add_words, "zorb", ["stents"], actor="cli", now=NOW)
        live = LiveIndex()
        await store.read(live.catch_up)
        assert [hit.ref for hit in live.index.search(Wanted("zorb")).hits] == ["R-7"]
    finally:
        store.close()
