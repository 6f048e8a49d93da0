"""`whodoes release`: a person says which database may send."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from store.kinds import Medium
from store.outbox import Draft, enqueue
from store.release import Home, at_home
from store.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


def test_it_is_held_and_let_go_and_what_waited_is_said(store: Store, sqlite_url: str) -> None:
    now, home = datetime.now(UTC), Home.of(sqlite_url)
    draft = Draft("letter:1", Medium.EMAIL, "letter", "ada@member.example", body=b"Hi")
    asyncio.run(store.write(enqueue, draft, now=now))
    told = CliRunner().invoke(app, ["release", "--hold"])
    assert "Nothing leaves this database any more" in told.output
    assert not asyncio.run(store.write(at_home, home, now=now))
    told = CliRunner().invoke(app, ["release"])
    assert "1 message waited in it" in told.output
    assert asyncio.run(store.write(at_home, home, now=now))
    assert "waited" not in CliRunner().invoke(app, ["release"]).output
