"""The same ask has the same answer: on either database, in any process, and everywhere as soon as the directory changes."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from sqlmodel import Session

from store.directory import next_revision
from store.importing.applying import import_table
from store.importing.reading import read_table
from store.kinds import Listing
from store.models import Organisation
from store.places.gazetteer import Gazetteer
from store.search.index import Index
from store.search.live import LiveIndex
from store.store import Store
from tests.asking_process import told
from tests.factories import NOW, add_organisation

ROOT = Path(__file__).parents[1]
ASKS = [json.loads(line) for line in (ROOT / "demo/asks.jsonl").read_text(encoding="utf-8").splitlines()]
SOON = 2.0  # seconds until a change is found everywhere


@asynccontextmanager
async def asking_process(url: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.asking_process", url, cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1"}, stdin=PIPE, stdout=PIPE, limit=2**24,
    )  # fmt: skip
    try:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def asked(process: Process, ask: dict[str, str]) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{json.dumps(ask)}\n".encode())
    await process.stdin.drain()
    line = await asyncio.wait_for(process.stdout.readline(), 60)
    return line.decode().rstrip("\n")


async def take_in_the_demo(store: Store) -> None:
    for name in ("directory.csv", "people.csv"):
        table = read_table(ROOT / "demo" / name)
        await store.write(import_table, table, Gazetteer.load(), now=NOW, actor="test")


async def test_both_databases_and_another_process_answer_the_demo_asks_alike(
    sqlite_url: str, postgres_url: str
) -> None:
    sqlite, postgres = Store.open(sqlite_url), Store.open(postgres_url)
    try:
        await take_in_the_demo(sqlite)
        await take_in_the_demo(postgres)
        live, index = LiveIndex(), LiveIndex()
        here = [await told(sqlite, live, ask) for ask in ASKS]
        async with asking_process(postgres_url) as process:
            there = [await asked(process, ask) for ask in ASKS]
        assert here == there
        await sqlite.read(index.catch_up)
        index.index = taken_in_another_order(live.index)
        assert [await told(sqlite, index, ask) for ask in ASKS] == here
    finally:
        sqlite.close()
        postgres.close()


def taken_in_another_order(known: Index) -> Index:
    """The same entries, in three goes, some of them twice and some first as they no longer are."""
    entries = list(known.entries())
    Random(4).shuffle(entries)
    other = Index(Gazetteer.load())
    other.put(entries[100:])
    other.drop([each.id for each in entries[150:]])
    other.put(entries[:120])
    other.put(entries[140:])
    return other


async def test_a_change_by_one_process_is_found_by_another_at_once(database_url: str) -> None:
    ask = {"id": "a", "text": "gluten assays"}
    store = Store.open(database_url)
    try:
        await store.write(add_organisation, name="First Works", capabilities=["lactose assays"])
        async with asking_process(database_url) as process:
            assert "Second Works" not in await asked(process, ask)
            second = await store.write(add_organisation, name="Second Works", capabilities=["gluten assays"])
            await until(process, ask, found=True)
            await store.write(_unlist, second)
            await until(process, ask, found=False)
    finally:
        store.close()


def _unlist(session: Session, organisation_id: int) -> None:
    row = session.get_one(Organisation, organisation_id)
    row.listing, row.revision = Listing.UNLISTED, next_revision(session)


async def until(process: Process, ask: dict[str, str], *, found: bool) -> None:
    deadline = time.monotonic() + SOON
    while ("Second Works" in await asked(process, ask)) is not found:
        assert time.monotonic() < deadline, f"{SOON} seconds after the change"
