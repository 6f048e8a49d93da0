"""The open port: 250 only for what is on the disk, a plain no for what is not wanted, and nobody can break it."""

import asyncio
import contextlib
import logging
import smtplib
import socket
import sqlite3
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from mail.limits import CONNECTIONS_OF_A_PEER, Turnstile
from mail.smtp import listen
from store.store import Store
from tests.mail.open_port import ADDRESS, ENVELOPE, MAIL, MEMBER, Port, a_line, say_all, send


@pytest.fixture
async def port(sqlite_store: Store, clock: Callable[[], datetime]) -> AsyncIterator[Port]:
    opened = Port(sqlite_store, clock)
    yield opened
    await opened.close()


async def test_a_mail_is_on_the_disk_before_it_is_accepted(
    store: Store, clock: Callable[[], datetime], now: datetime
) -> None:
    port = Port(store, clock)
    listener = await port.open()
    assert (await send(listener.port))[0] == 250
    [item] = await port.kept()
    assert (item.kind, item.raw, item.received_at) == ("mail", MAIL, now)
    assert item.payload == {"mail_from": MEMBER, "rcpt_tos": [ADDRESS], "peer": "127.0.0.1"}
    assert port.woken == 1
    await port.close()


async def test_a_second_copy_is_accepted_and_kept_once_whatever_way_it_came(port: Port) -> None:
    listener = await port.open()
    again = (
        b"Return-Path: <ada@firm.example>\r\nReceived: from relay.example\r\n\tby mx.example; Monday\r\n"
        + MAIL
    )
    for copy in (MAIL, MAIL, again, again.replace(b"Monday", b"Tuesday").replace(b"Received", b"RECEIVED")):
        assert (await send(listener.port, copy))[0] == 250
    assert len(await port.kept()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"mail": MAIL.replace(b"<1@", b"<2@")},
        {"mail": MAIL + b"More.\r\n"},
        {"mail": MAIL.replace(b"\r\n\r\n", b"\r\n\r\nReceived: is a word of the body here\r\n")},
        {"sender": "bea@firm.example"},
        {"to": ["ask+1@cluster.example"]},
    ],
)
async def test_another_mail_is_another(port: Port, change: dict[str, Any]) -> None:
    listener = await port.open()
    await send(listener.port)
    assert (await send(listener.port, **change))[0] == 250
    assert len(await port.kept()) == 2


async def test_a_mail_that_is_all_header_takes_no_memory_to_speak_of(port: Port) -> None:
    """Telling it from others took a hundred times its size, for the trace fields are left out by a pattern."""
    listener = await port.open(max_bytes=3_000_000)
    mail = b"Received: by a.example\r\n" + b" a\r\n" * 700_000 + b"From: ada@firm.example\r\n\r\nHello\r\n"
    tracemalloc.start()
    try:
        assert (await send(listener.port, mail))[0] == 250
        assert tracemalloc.get_traced_memory()[1] < 20 * len(mail)
    finally:
        tracemalloc.stop()


async def test_the_order_of_recipients_makes_no_second_mail(port: Port) -> None:
    listener = await port.open()
    to = [ADDRESS, "ask+1@cluster.example"]
    await send(listener.port, to=to)
    await send(listener.port, to=to[::-1])
    assert len(await port.kept()) == 1


@pytest.mark.parametrize(
    "address",
    ["ASK@Cluster.Example", "ask+r7k@cluster.example", "postmaster@cluster.example", "Postmaster", "abuse@cluster.example", '"ask"@cluster.example'],
)  # fmt: skip
async def test_our_address_in_its_forms_is_ours(port: Port, address: str) -> None:
    listener = await port.open()
    mail = b"RCPT TO:<%s>\r\n" % address.encode()
    assert (await say_all(listener.port, ENVELOPE[0], mail))[-1].startswith(b"250 ")


@pytest.mark.parametrize(
    "address",
    [
        b"<bea@elsewhere.example>", b"<other@cluster.example>", b"<asking@cluster.example>", b"<ask@>", b"<@cluster.example>",
        b"<abuse>", b"<ask@cluster.example.evil.example>", b"<a\x00sk@cluster.example>", b"<\xe9\xff@cluster.example>",
        b"<\xed\xb0\x80@cluster.example>", b"<<>>", b"<(>", b"<\"@>", b"",
        b"<@a,@b:ask@elsewhere.example>", b"<ask@[127.0.0.1]>", b"<ask%elsewhere.example@elsewhere.example>", b"<\r@x>",
    ],
)  # fmt: skip
async def test_anybody_else_is_refused_for_good_however_strange(
    port: Port, address: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await port.open()
    replies = await say_all(listener.port, ENVELOPE[0], b"RCPT TO:%s\r\n" % address, *ENVELOPE[1:])
    assert replies[1][:1] == b"5"
    assert replies[-1].startswith(b"354")
    assert not caplog.records


async def test_a_mail_to_too_many_is_taken_for_the_first_few(port: Port) -> None:
    listener = await port.open()
    rcpts = [b"RCPT TO:<ask+%d@cluster.example>\r\n" % n for n in range(5)]
    replies = await say_all(listener.port, ENVELOPE[0], *rcpts, b"DATA\r\n", MAIL + b".\r\n")
    assert [reply[:3] for reply in replies] == [b"250"] * 5 + [b"452", b"354", b"250"]
    [item] = await port.kept()
    assert len(item.payload["rcpt_tos"]) == 4


async def test_a_mail_too_large_is_refused_whether_or_not_it_says_so_first(port: Port) -> None:
    listener = await port.open()
    [greeting, said] = await say_all(
        listener.port, b"EHLO again\r\n", b"MAIL FROM:<a@b.example> SIZE=40000000\r\n"
    )
    assert b"SIZE 1000000" in greeting
    assert said.startswith(b"552 5.3.4 ")
    code, words = await send(
        listener.port, b"All work and no play makes a long mail\r\n" * 1_000_000
    )  # 40 MB
    assert (code, words[:5]) == (552, "5.3.4")
    assert await port.kept() == ()
    assert (await send(listener.port))[0] == 250


@pytest.mark.parametrize("over", [0, 1])
async def test_the_limit_is_exact(port: Port, over: int) -> None:
    listener = await port.open(max_bytes=len(MAIL) - over)
    assert (await send(listener.port))[0] == (552 if over else 250)


async def test_after_a_mail_too_large_the_same_connection_goes_on(port: Port) -> None:
    listener = await port.open(max_bytes=2000)
    replies = await say_all(
        listener.port,
        *ENVELOPE,
        b"x\r\n" * 300_000 + b".\r\n",
        *ENVELOPE,
        b".\r\n",
        *ENVELOPE,
        MAIL + b".\r\n",
    )
    assert [reply[:3] for reply in replies[3::4]] == [b"552", b"250", b"250"]
    assert [item.raw for item in await port.kept()] == [b"", MAIL]


async def test_bytes_are_kept_as_they_came(store: Store, clock: Callable[[], datetime]) -> None:
    port = Port(store, clock)
    listener = await port.open()
    rubbish = bytes(range(256)) * 20 + b"\r\n" + b"x" * 200_000 + b"\r\n"
    replies = await say_all(listener.port, *ENVELOPE, rubbish + b"..\r\n.dot\r\n...\r\n\r\n.\r\n")
    assert replies[-1].startswith(b"250")
    [item] = await port.kept()
    assert item.raw == rubbish + b".\r\ndot\r\n..\r\n\r\n"
    await port.close()


@pytest.mark.parametrize(
    "sender", [b"<\xe9@firm.example>", b"<a\x00b@firm.example>", b"<\xed\xb0\x80@x.example>", b"<>", b"<\xc3\xa9@firm.example>"]
)  # fmt: skip
async def test_a_strange_sender_harms_nobody(
    store: Store, clock: Callable[[], datetime], sender: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    port = Port(store, clock)
    listener = await port.open()
    replies = await say_all(
        listener.port,
        b"EHLO \x1b[31m\x00\x07\xff\r\n",
        b"MAIL FROM:%s SMTPUTF8\r\n" % sender,
        *ENVELOPE[1:],
        MAIL + b".\r\n",
    )
    if replies[1].startswith(b"250"):
        assert replies[-1].startswith(b"250")
        [item] = await port.kept()
        assert item.payload["mail_from"] != "<>"
    assert not caplog.records
    await port.close()


async def test_the_end_of_a_mail_may_come_in_pieces_and_commands_ahead_of_their_time(port: Port) -> None:
    listener = await port.open()

    def talk() -> list[bytes]:
        with a_line(listener.port) as say:
            say(b"EHLO firm.example\r\n")
            first = say(b"".join(ENVELOPE) + MAIL + b".\r\nMAIL FROM:<bea@firm.example>\r\nRCPT TO:<ask@clu")
            rest = [say(b"") for _ in range(4)]
            return [first, *rest, say(b"ster.example>\r\n")]

    replies = await asyncio.to_thread(talk)
    assert [reply[:3] for reply in replies] == [b"250", b"250", b"354", b"250", b"250", b"250"]


@pytest.mark.parametrize("pieces", [1, 2, 3, 5])
async def test_a_mail_that_trickles_in_is_whole(port: Port, pieces: int) -> None:
    listener = await port.open()
    data = b"Subject: slow\r\n\r\n.." + b"end\r\n.\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"EHLO firm.example\r\n" + b"".join(ENVELOPE))
    while not (await reader.readline()).startswith(b"354"):
        pass
    for start in range(0, len(data), pieces):
        writer.write(data[start : start + pieces])
        await writer.drain()
        await asyncio.sleep(0)
    assert (await reader.readline()).startswith(b"250")
    [item] = await port.kept()
    assert item.raw == b"Subject: slow\r\n\r\n.end\r\n"
    writer.close()
    await writer.wait_closed()


async def test_commands_out_of_turn_are_told_so(port: Port) -> None:
    listener = await port.open()

    def talk() -> list[bytes]:
        with a_line(listener.port) as say:
            return [
                say(words)
                for words in (b"DATA\r\n", b"EHLO a\r\n", b"DATA\r\n", *ENVELOPE[:2], b"DATA now\r\n")
            ]

    assert [reply[:3] for reply in await asyncio.to_thread(talk)] == [
        b"503",
        b"250",
        b"503",
        b"250",
        b"250",
        b"501",
    ]


async def test_commands_without_end_are_cut_off(port: Port) -> None:
    listener = await port.open()
    replies = await say_all(listener.port, *[b"NOOP\r\n"] * 21)
    assert replies[-1].startswith(b"421 ")


async def test_rubbish_is_answered_and_the_connection_goes_on(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await port.open()
    rubbish = (b"x" * 70_000, b"\xff", b"V\x1b[0m", b"RCPT", b"AUTH PLAIN AAAA", b"STARTTLS", b"EXPN a")
    replies = await say_all(
        listener.port, *(words + b"\r\n" for words in rubbish), b"VRFY <\xff<\r\n", b"NOOP\r\n"
    )
    assert [reply[:1] for reply in replies] == [b"5"] * 5 + [b"4", b"5", b"2", b"2"]
    assert not caplog.records


async def test_a_command_that_trips_the_library_gets_a_plain_no_and_is_logged_without_words(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await port.open()
    [reply] = await say_all(listener.port, "MAIL FROM:<ada@firm.example> SIZE=²\r\n".encode())
    assert reply.startswith(b"451 4.3.0 ")
    assert_nothing_private(caplog)


async def test_one_peer_holds_only_so_many_connections(port: Port) -> None:
    listener = await port.open()
    held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(CONNECTIONS_OF_A_PEER)]
    for reader, _ in held:
        assert (await reader.readline()).startswith(b"220")
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    assert (await reader.read()).startswith(b"421 4.7.0 ")
    writer.close()
    for _, leaving in held:
        leaving.close()
        await leaving.wait_closed()
    async with asyncio.timeout(20):
        while (await send_or_nothing(listener.port)) != 250:
            await asyncio.sleep(0.01)


async def send_or_nothing(port: int) -> int:
    try:
        return (await send(port))[0]
    except (smtplib.SMTPException, OSError):
        return 0


async def test_more_mail_at_once_than_memory_should_hold_is_taken_later(port: Port) -> None:
    listener = await port.open(max_bytes=100_000)
    greetings = (b"EHLO a", b"MAIL FROM:<a@b.example>", f"RCPT TO:<{ADDRESS}>".encode(), b"DATA")

    def talk() -> list[bytes]:
        with contextlib.ExitStack() as opened, a_line(listener.port) as another:
            lines = []
            for _ in range(9):  # nine that are almost of the largest size, of eight that may be
                line = opened.enter_context(
                    socket.create_connection(("127.0.0.1", listener.port), timeout=20)
                )
                heard = opened.enter_context(line.makefile("rb"))
                heard.readline()
                for words in greetings:
                    line.sendall(words + b"\r\n")
                    while heard.readline()[3:4] == b"-":
                        pass
                lines.append((line, heard))
            for number, (line, _) in enumerate(lines):
                line.sendall(b"%d" % number + b"x" * 95_000 + b"\r\n")
            for _ in range(5):  # all of it has been read when these were answered after it
                another(b"NOOP\r\n")
            for line, _ in lines:
                line.sendall(b".\r\n")
            return [heard.readline() for _, heard in lines]

    replies = await asyncio.to_thread(talk)
    assert sorted(reply[:3] for reply in replies) == [b"250"] * 8 + [b"452"]
    assert (await send(listener.port))[0] == 250
    assert len(await port.kept()) == 9


def test_only_so_many_come_in_altogether() -> None:
    turnstile = Turnstile(most=3, of_a_peer=2)
    assert [turnstile.admit(peer) for peer in "aaabc"] == [True, True, False, True, False]
    turnstile.leave("a")
    assert turnstile.admit("c")


async def test_a_busy_database_means_later_and_the_mail_is_taken_then(
    sqlite_url: str, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    store = Store.open(sqlite_url)
    port = Port(store, clock)
    listener = await port.open()
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    code, words = await send(listener.port)
    assert (code, words[:5]) == (451, "4.3.0")
    other.execute("ROLLBACK")
    other.close()
    assert (await send(listener.port))[0] == 250
    assert len(await port.kept()) == port.woken == 1
    assert_nothing_private(caplog)
    await port.close()
    store.close()


async def test_a_full_disk_means_later(port: Port, caplog: pytest.LogCaptureFixture) -> None:
    """max_page_count is SQLite's own way to meet SQLITE_FULL without filling a real disk."""
    listener = await port.open()
    await port.store.write(lambda s: s.execute(text("PRAGMA max_page_count=1")) and None)
    code, words = await send(listener.port, MAIL + b"x" * 900_000)
    assert (code, words[:5]) == (451, "4.3.0")
    await port.store.write(lambda s: s.execute(text("PRAGMA max_page_count=1000000")) and None)
    assert (await send(listener.port, MAIL + b"x" * 900_000))[0] == 250
    assert len(await port.kept()) == 1
    assert_nothing_private(caplog)


async def test_what_nobody_thought_of_means_later_and_is_logged_without_words(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError(MAIL.decode())

    listener = await port.open(wake=broken)
    code, words = await send(listener.port)
    assert (code, words) == (451, "4.3.0 The mail was not kept: please try again later")
    assert "ValueError" in caplog.text
    assert "test_smtp.py" in caplog.text
    assert_nothing_private(caplog)


def assert_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    for private in ("firm.example", "assays", "ask@"):
        assert private not in caplog.text


async def test_by_lmtp_each_recipient_has_its_reply(port: Port) -> None:
    listener = await port.open("lmtp", max_bytes=5000)

    def talk() -> list[bytes]:
        with a_line(listener.port) as say:
            rcpts = [b"RCPT TO:<ask+%d@cluster.example>\r\n" % n for n in range(3)]
            for words in (b"LHLO mx.example\r\n", ENVELOPE[0], *rcpts, b"DATA\r\n"):
                say(words)
            kept = [say(MAIL + b".\r\n"), say(b""), say(b"")]
            for words in (ENVELOPE[0], *rcpts, b"DATA\r\n"):
                say(words)
            large = [say(MAIL * 100 + b".\r\n"), say(b""), say(b"")]
            return [*kept, *large, say(b"NOOP\r\n")]

    replies = await asyncio.to_thread(talk)
    assert [reply[:3] for reply in replies] == [b"250"] * 3 + [b"552"] * 3 + [b"250"]
    [item] = await port.kept()
    assert len(item.payload["rcpt_tos"]) == 3


async def test_lmtp_by_a_real_client(port: Port) -> None:
    listener = await port.open("lmtp")

    def post() -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", listener.port, timeout=20) as client:
            return client.sendmail(MEMBER, [ADDRESS], MAIL)

    assert await asyncio.to_thread(post) == {}


async def test_closing_says_goodbye_and_leaves_no_socket(port: Port) -> None:
    listener = await port.open()
    idle = await asyncio.open_connection("127.0.0.1", listener.port)
    in_data = await asyncio.open_connection("127.0.0.1", listener.port)
    in_data[1].write(b"EHLO a\r\n" + b"".join(ENVELOPE) + b"half a m")
    while not (await in_data[0].readline()).startswith(b"354"):
        pass
    await listener.close()
    await listener.close()
    assert (await idle[0].read()).endswith(b"421 4.3.2 Closing down: please try again later\r\n")
    assert (await in_data[0].read()).startswith(b"421 4.3.2")
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", listener.port)
    for _, writer in (idle, in_data):
        writer.close()
        await writer.wait_closed()
    assert await port.kept() == ()


class Holding:
    """The one writer of the store kept waiting, so that a mail is in hand for certain."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._loop = asyncio.get_running_loop()
        self._held, self._in_hand, self._release = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._now = now
        self._work = asyncio.ensure_future(store.write(self._hold))

    def _hold(self, _session: object) -> None:
        self._loop.call_soon_threadsafe(self._held.set)
        asyncio.run_coroutine_threadsafe(self._release.wait(), self._loop).result(20)

    def clock(self) -> datetime:
        """Asked for the moment a mail is handed to the store."""
        self._in_hand.set()
        return self._now

    async def hand_over(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await self._held.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"EHLO a\r\n" + b"".join(ENVELOPE) + MAIL + b".\r\n")
        await self._in_hand.wait()
        return reader, writer

    async def release(self) -> None:
        self._release.set()
        await self._work


async def test_closing_lets_the_mail_in_hand_be_kept(sqlite_store: Store, now: datetime) -> None:
    holding = Holding(sqlite_store, now)
    port = Port(sqlite_store, holding.clock)
    listener = await port.open()
    reader, writer = await holding.hand_over(listener.port)
    closing = asyncio.ensure_future(listener.close())
    await asyncio.sleep(0)  # it has begun
    await asyncio.gather(closing, holding.release())
    replies = (await reader.read()).split(b"\r\n")
    assert [reply[:4] for reply in replies[-4:]] == [b"354 ", b"250 ", b"421 ", b""]
    writer.close()
    await writer.wait_closed()
    assert len(await port.kept()) == 1


async def test_closing_does_not_wait_for_ever(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mail.limits.CLOSE_SECONDS", 0.05
    )  # a setting of how long to wait, not a part of ours
    holding = Holding(sqlite_store, now)
    port = Port(sqlite_store, holding.clock)
    listener = await port.open()
    reader, writer = await holding.hand_over(listener.port)
    await listener.close()
    with contextlib.suppress(ConnectionResetError):
        assert b"250 2.6.0" not in await reader.read()
    await holding.release()
    writer.close()
    with contextlib.suppress(ConnectionResetError):
        await writer.wait_closed()
    async with asyncio.timeout(20):
        while not port.woken:  # for what may have been kept all the same
            await asyncio.sleep(0.01)


async def test_a_client_that_hangs_up_harms_nobody(port: Port, caplog: pytest.LogCaptureFixture) -> None:
    listener = await port.open()
    for words in (
        b"",
        b"EHLO a\r\nMAI",
        b"EHLO a\r\n" + b"".join(ENVELOPE) + b"half",
        b"EHLO a\r\n" + b"".join(ENVELOPE) + MAIL + b".\r\n",
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(words)
        await writer.drain()
        writer.transport.abort()
    assert (await send(listener.port, MAIL + b"After.\r\n"))[0] == 250
    assert not caplog.records


async def test_a_port_that_is_taken_is_an_error(port: Port, clock: Callable[[], datetime]) -> None:
    listener = await port.open()
    with pytest.raises(OSError, match="in use"):
        await listen(
            store=port.store, host="127.0.0.1", port=listener.port, protocol="smtp",
            address=ADDRESS, max_bytes=1000, wake=lambda: None, clock=clock,
        )  # fmt: skip
