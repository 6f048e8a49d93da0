"""One transaction a call, nothing lost, nothing half done, on both databases."""

import asyncio
import socket
import sqlite3
import traceback
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from store.directory import current_revision, next_revision
from store.engine import PATIENCE
from store.errors import NewerSchema, StoreBusy, StoreClosed, StoreError, StoreReadOnly, StoreUnreachable
from store.models import AuditEntry
from store.store import Store

WORRY = "a worry of ours"


def note(session: Session, action: str, now: datetime) -> int:
    entry = AuditEntry(at=now, actor="test", action=action)
    session.add(entry)
    session.flush()
    assert entry.id is not None
    return entry.id


def actions(session: Session) -> list[str]:
    return sorted(session.exec(select(AuditEntry.action)).all())


async def test_what_was_written_is_read(store: Store, now: datetime) -> None:
    await store.write(note, "met", now)
    assert await store.read(actions) == ["met"]


async def test_times_come_back_aware_and_in_utc(store: Store, now: datetime) -> None:
    await store.write(note, "met", now)
    at = await store.read(lambda session: session.exec(select(AuditEntry.at)).one())
    assert at == now
    assert at.utcoffset() is not None


async def test_a_failing_write_leaves_nothing_and_spares_its_neighbours(store: Store, now: datetime) -> None:
    def half(session: Session) -> None:
        note(session, "half", now)
        raise ValueError("stop here")

    results = await asyncio.gather(
        *(store.write(note, f"good {n}", now) for n in range(20)),
        store.write(half),
        *(store.write(note, f"later {n}", now) for n in range(20)),
        return_exceptions=True,
    )
    assert [type(result) for result in results if isinstance(result, BaseException)] == [ValueError]
    kept = await store.read(actions)
    assert len(kept) == 40
    assert "half" not in kept


async def test_a_database_error_is_told_plainly_and_spares_its_neighbours(
    store: Store, now: datetime
) -> None:
    def twice(session: Session) -> None:
        session.add(AuditEntry(id=7, at=now, actor="a", action="b"))
        session.flush()
        session.execute(
            text("INSERT INTO audit (id, at, actor, action, subject, details) SELECT * FROM audit")
        )

    results = await asyncio.gather(store.write(twice), store.write(note, "kept", now), return_exceptions=True)
    assert isinstance(results[0], StoreError)
    assert await store.read(actions) == ["kept"]


async def test_numbers_taken_at_once_are_all_different(store: Store) -> None:
    numbers = await asyncio.gather(*(store.write(next_revision) for _ in range(50)))
    assert sorted(numbers) == list(range(1, 51))
    assert await store.read(current_revision) == 50


async def test_a_reader_cannot_write(sqlite_store: Store, now: datetime) -> None:
    with pytest.raises(StoreReadOnly):
        await sqlite_store.read(note, "sly", now)


async def test_a_cancelled_write_does_not_stop_the_writer(store: Store, now: datetime) -> None:
    task = asyncio.ensure_future(store.write(note, "maybe", now))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.write(note, "sure", now)
    assert "sure" in await store.read(actions)


async def test_a_closed_store_says_so_and_close_is_safe_to_repeat(store: Store, now: datetime) -> None:
    await store.write(note, "before", now)
    store.close()
    store.close()
    with pytest.raises(StoreClosed):
        await store.write(note, "after", now)
    with pytest.raises(StoreClosed):
        await store.read(actions)


async def test_close_finishes_what_was_begun(database_url: str, now: datetime) -> None:
    store = Store.open(database_url)
    writes = [asyncio.ensure_future(store.write(note, f"n{n}", now)) for n in range(30)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    await asyncio.gather(*writes)
    again = Store.open(database_url)
    assert len(await again.read(actions)) == 30
    again.close()


async def test_what_was_committed_is_there_after_opening_again(database_url: str, now: datetime) -> None:
    first = Store.open(database_url)
    await first.write(note, "kept", now)
    first.close()
    second = Store.open(database_url)
    assert await second.read(actions) == ["kept"]
    second.close()


def test_a_database_from_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    store = Store.open(database_url)
    asyncio.run(
        store.write(lambda s: s.execute(text("UPDATE alembic_version SET version_num = '9999'")) and None)
    )
    store.close()
    with pytest.raises(NewerSchema, match="newer version of whodoes"):
        Store.open(database_url)


async def test_a_locked_database_is_said_to_be_busy(
    sqlite_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    store = Store.open(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await store.write(note, "later", now)
    other.execute("ROLLBACK")
    await store.write(note, "now", now)
    assert await store.read(actions) == ["now"]
    other.close()
    store.close()


async def test_a_full_disk_loses_nothing_and_is_named(sqlite_store: Store, now: datetime) -> None:
    """max_page_count is SQLite's own way to meet SQLITE_FULL without filling a real disk."""
    await sqlite_store.write(note, "before", now)

    def fill(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count=1"))
        session.add(AuditEntry(at=now, actor="x" * 100_000, action="too much"))
        session.flush()

    with pytest.raises(StoreError, match="disk is full"):
        await sqlite_store.write(fill)
    await sqlite_store.write(lambda s: s.execute(text("PRAGMA max_page_count=1000000")) and None)
    await sqlite_store.write(note, "after", now)
    assert await sqlite_store.read(actions) == ["after", "before"]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://a/b",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2",
    ],
)
def test_a_url_that_cannot_work_is_refused_in_plain_words(url: str) -> None:
    with pytest.raises(StoreUnreachable):
        Store.open(url)


async def test_an_error_tells_its_causes_without_what_members_wrote(store: Store) -> None:
    """It is logged with its traceback, and the statement's values would stand in it."""

    def insert(session: Session) -> None:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": WORRY})

    for way in (store.write, store.read):
        with pytest.raises(StoreError) as caught:
            await way(insert)
        told = "".join(traceback.format_exception(caught.value))
        assert "INSERT INTO nowhere" in told
        assert WORRY not in told


@pytest.mark.parametrize("name", ["a#1", "100%25", "a b", "é"])
async def test_readers_read_the_file_that_is_written_whatever_its_name(
    tmp_path: Path, now: datetime, name: str
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/{name}.sqlite3")
    await store.write(note, "here", now)
    assert await store.read(actions) == ["here"]
    store.close()


async def test_a_row_that_another_holds_is_not_waited_for_for_ever(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    store = Store.open(postgres_url)
    try:
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
            other.execute("SELECT * FROM directory_revision FOR UPDATE")
            with pytest.raises(StoreBusy):
                await asyncio.wait_for(store.write(next_revision), 20)
        assert await store.write(next_revision) == 1
    finally:
        store.close()


async def test_a_connection_that_broke_is_no_fault_of_the_change(postgres_url: str) -> None:
    store = Store.open(postgres_url)

    def hang_up(session: Session) -> None:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    try:
        with pytest.raises(StoreUnreachable):
            await store.write(hang_up)
        assert await store.write(next_revision) == 1
    finally:
        store.close()


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PATIENCE, "connect_timeout", 2)  # libpq's least
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(StoreUnreachable):
        Store.open(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite3"
    file.write_text("this is a shopping list, and a long one " * 100)
    with pytest.raises(StoreUnreachable, match="cannot be used"):
        Store.open(f"sqlite:///{file}")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be created"):
        Store.open(f"sqlite:///{tmp_path}/file/deeper/whodoes.sqlite3")
