"""A backup that is put back, or tried elsewhere, sends nothing of what waits in it until a person says so."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

from store.kinds import Medium, OutboxState
from store.outbox import Draft, enqueue
from store.outbox_by_hand import counts
from store.store import Store
from tests import whodoes_process
from tests.doubles.smtp_sink import SmtpSink
from tests.whodoes_process import Server, free_port


async def test_a_restored_backup_sends_nothing_until_it_is_released(sqlite_url: str, tmp_path: Path) -> None:
    async with SmtpSink() as relay:
        await _serve_until_empty(sqlite_url, relay, "first")
        assert len(relay.taken) == 1
        await _queue(sqlite_url, "second")
        (tmp_path / "copy").mkdir()
        for name in ("whodoes.sqlite3", "whodoes.sqlite3.released"):
            shutil.copyfile(tmp_path / name, tmp_path / "copy" / name)
        there = f"sqlite:///{tmp_path}/copy/whodoes.sqlite3"
        copy = _server(there, relay)
        await copy.start()
        assert any("This is a copy of the database" in line for line in copy.said)
        assert await copy.stop() == 0
        assert (await _counts(there))[OutboxState.QUEUED] == 1
        code, said, _ = await whodoes_process.run("release", database_url=there)
        assert (code, "1 message waited in it" in said) == (0, True)
        await _serve_until_empty(there, relay, "third")
        assert [taken.recipient for taken in relay.taken] == ["first@member.example", "third@member.example"]
        assert (await _counts(there))[OutboxState.UNCERTAIN] == 1


async def _serve_until_empty(url: str, relay: SmtpSink, name: str) -> None:
    await _queue(url, name)
    server = _server(url, relay)
    await server.start()
    async with asyncio.timeout(30):
        while (await _counts(url))[OutboxState.QUEUED]:
            await asyncio.sleep(0.1)
    assert await server.stop() == 0


def _server(url: str, relay: SmtpSink) -> Server:
    return Server(
        "--only", "scheduler", database_url=url, relay_host="127.0.0.1", relay_port=str(relay.port),
        relay_security="none", web_port=str(free_port()),
    )  # fmt: skip


async def _queue(url: str, name: str) -> None:
    body = f"From: ask@cluster.example\r\nTo: {name}@member.example\r\nSubject: Hi\r\n\r\nHi\r\n".encode()
    draft = Draft(
        f"letter:{name}",
        Medium.EMAIL,
        "letter",
        f"{name}@member.example",
        sender="ask@cluster.example",
        body=body,
    )
    store = await asyncio.to_thread(Store.open, url)
    await store.write(enqueue, draft, now=datetime.now(UTC))
    await asyncio.to_thread(store.close)


async def _counts(url: str) -> dict[OutboxState, int]:
    store = await asyncio.to_thread(Store.open, url)
    found = await store.read(counts)
    await asyncio.to_thread(store.close)
    return dict(found)
