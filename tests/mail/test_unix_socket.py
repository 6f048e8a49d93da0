"""Mail handed in over a Unix socket: for its group, one reply for each recipient, and no trouble after a crash."""

import asyncio
import errno
import smtplib
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from mail.smtp import MailListener, listen
from store import inbox
from store.kinds import Medium
from store.store import Store

MAIL = b"From: ada@firm.example\r\nMessage-ID: <1@firm.example>\r\n\r\nWho does assays?\r\n"


@asynccontextmanager
async def open_at(
    path: Path, store: Store, clock: Callable[[], datetime], protocol: Literal["smtp", "lmtp"] = "lmtp"
) -> AsyncIterator[MailListener]:
    listener = await listen(
        store=store, host=str(path), port=0, protocol=protocol, address="ask@cluster.example",
        max_bytes=1_000_000, wake=lambda: None, clock=clock,
    )  # fmt: skip
    try:
        yield listener
    finally:
        await listener.close()


def hand_in(path: Path, *recipients: str) -> list[tuple[int, bytes]]:
    """By LMTP; the reply for each recipient after the mail."""
    with smtplib.LMTP(str(path), timeout=20) as client:
        client.ehlo("mx.example")
        client.mail("ada@firm.example")
        for recipient in recipients:
            assert client.rcpt(recipient)[0] == 250
        first = client.data(MAIL)
        return [first, *(client.getreply() for _ in recipients[1:])]


async def test_mail_comes_in_over_a_unix_socket_with_a_reply_for_each_recipient(
    store: Store, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    path = tmp_path / "lmtp.sock"
    async with open_at(path, store, clock):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        replies = await asyncio.to_thread(
            hand_in, path, "ask@cluster.example", "ask+1@cluster.example", "ask+2@cluster.example"
        )
        assert [code for code, _ in replies] == [250, 250, 250]
    assert not path.exists()
    [item] = await store.read(inbox.unfinished, Medium.EMAIL)
    assert (item.raw, len(item.payload["rcpt_tos"]), item.payload["peer"]) == (MAIL, 3, "")


async def test_a_socket_that_a_crash_left_behind_is_replaced(
    sqlite_store: Store, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    path = tmp_path / "lmtp.sock"
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(path))
    async with open_at(path, sqlite_store, clock):
        assert [code for code, _ in await asyncio.to_thread(hand_in, path, "ask@cluster.example")] == [250]


async def test_the_socket_of_a_server_that_lives_is_left_to_it(
    sqlite_store: Store, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    path = tmp_path / "lmtp.sock"
    async with open_at(path, sqlite_store, clock):
        with pytest.raises(OSError, match="Another server") as refused:
            async with open_at(path, sqlite_store, clock):
                pass
        assert refused.value.errno == errno.EADDRINUSE
        assert [code for code, _ in await asyncio.to_thread(hand_in, path, "ask@cluster.example")] == [250]


async def test_a_file_of_somebody_else_is_not_removed(
    sqlite_store: Store, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    path = tmp_path / "lmtp.sock"
    path.write_text("precious")
    with pytest.raises(OSError, match="a file where the socket should be"):
        async with open_at(path, sqlite_store, clock):
            pass
    assert path.read_text() == "precious"


async def test_a_folder_that_is_not_there_is_an_error(
    sqlite_store: Store, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        async with open_at(tmp_path / "no" / "lmtp.sock", sqlite_store, clock):
            pass
