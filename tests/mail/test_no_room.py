"""A disk that is full, a database that is locked or may only be read: 451, never 250, and the mail is taken later."""

import asyncio
import logging
import os
import shutil
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from mail.smtp import MailListener
from store.store import Store
from tests.mail.open_port import ADDRESS, MAIL, Port

Protocol = Literal["smtp", "lmtp"]
LARGE = MAIL + b"x" * 100_000 + b"\r\n"
BUSY = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["smtp", "lmtp"])
def protocol(request: pytest.FixtureRequest) -> Protocol:
    chosen: Protocol = request.param
    return chosen


@asynccontextmanager
async def listening(
    url: str, clock: Callable[[], datetime], protocol: Protocol
) -> AsyncIterator[tuple[Port, MailListener]]:
    store = await asyncio.to_thread(Store.open, url)
    port = Port(store, clock)
    try:
        yield port, await port.open(protocol)
    finally:
        await port.close()
        await asyncio.to_thread(store.close)


async def post(listener: MailListener, protocol: Protocol, mail: bytes = MAIL) -> list[tuple[int, str]]:
    """The reply for each recipient: by SMTP one for both."""

    def talk() -> list[tuple[int, str]]:
        kind = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
        with kind("127.0.0.1", listener.port, timeout=30) as client:
            client.ehlo("mx.example")
            client.mail("ada@firm.example")
            for recipient in (ADDRESS, "ask+1@cluster.example"):
                assert client.rcpt(recipient)[0] == 250
            replies = [client.data(mail)]
            if protocol == "lmtp":
                replies.append(client.getreply())
            return [(code, words.decode()) for code, words in replies]

    return await asyncio.to_thread(talk)


async def assert_not_now(listener: MailListener, protocol: Protocol, mail: bytes = MAIL) -> None:
    replies = await post(listener, protocol, mail)
    assert replies == [(451, "4.3.0 The mail was not kept: please try again later")] * len(replies)


async def assert_taken(port: Port, listener: MailListener, protocol: Protocol, mail: bytes = MAIL) -> None:
    replies = await post(listener, protocol, mail)
    assert [code for code, _ in replies] == [250] * len(replies)
    assert [item.raw for item in await port.kept()] == [mail]


def assert_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    for private in ("firm.example", "assays", "ask@", "Traceback"):
        assert private not in caplog.text


@contextmanager
def a_small_disk(folder: Path) -> Iterator[Path]:
    """A few megabytes of memory as a file system of its own; skipped where we may not mount."""
    folder.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_disk_that_is_really_full(
    sqlite_url: str, clock: Callable[[], datetime], protocol: Protocol, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    with a_small_disk(tmp_path / "disk") as disk:
        shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), disk / "whodoes.sqlite3")
        async with listening(f"sqlite:///{disk}/whodoes.sqlite3", clock, protocol) as (port, listener):
            await asyncio.to_thread(fill, disk / "ballast")
            await assert_not_now(listener, protocol, LARGE)
            assert await port.kept() == ()
            (disk / "ballast").unlink()
            await assert_taken(port, listener, protocol, LARGE)
        with sqlite3.connect(disk / "whodoes.sqlite3") as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        file.close()
    assert_nothing_private(caplog)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as ballast:
        for size in (65_536, 1024):
            try:
                while ballast.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


async def test_a_database_that_another_process_holds(
    sqlite_url: str, clock: Callable[[], datetime], protocol: Protocol,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    path = sqlite_url.removeprefix("sqlite:///")
    async with listening(sqlite_url, clock, protocol) as (port, listener):
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BUSY, path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"held\n"
        await assert_not_now(listener, protocol)
        holder.kill()
        await holder.communicate()
        await assert_taken(port, listener, protocol)
    assert_nothing_private(caplog)


async def test_a_database_that_may_only_be_read(
    sqlite_url: str, clock: Callable[[], datetime], protocol: Protocol, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(sqlite_url, clock, protocol) as (port, listener):
        await port.store.write(lambda session: session.execute(text("PRAGMA query_only=1")) and None)
        await assert_not_now(listener, protocol)
    async with listening(sqlite_url, clock, protocol) as (port, listener):  # its rights were mended
        await assert_taken(port, listener, protocol)
    assert_nothing_private(caplog)


async def test_a_postgres_that_turned_away(
    postgres_url: str, clock: Callable[[], datetime], protocol: Protocol, caplog: pytest.LogCaptureFixture
) -> None:
    """Its tables renamed by hand: any failure of the database is one the sender is told to wait out."""
    async with listening(postgres_url, clock, protocol) as (port, listener):
        await port.store.write(
            lambda session: session.execute(text("ALTER TABLE inbox RENAME TO away")) and None
        )
        await assert_not_now(listener, protocol)
        await port.store.write(
            lambda session: session.execute(text("ALTER TABLE away RENAME TO inbox")) and None
        )
        await assert_taken(port, listener, protocol)
    assert_nothing_private(caplog)
