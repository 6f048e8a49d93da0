"""Clients that mean harm, by SMTP and by LMTP: bounded, told the right code, and in nobody else's way."""

import asyncio
import contextlib
import logging
import socket
import sys
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

import pytest

from mail.limits import CONNECTIONS, CONNECTIONS_OF_A_PEER, RECIPIENTS
from mail.smtp import MailListener
from store.store import Store
from tests.mail.open_port import ENVELOPE, MAIL, Port

Protocol = Literal["smtp", "lmtp"]
ENDINGS = [
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r.\n", b"\r\r\n.\r\r\n",
    b"\r\n.\r\r\n", b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\n.\n\r\n", b"\r\n . \r\n", b"\x85.\x85",
]  # fmt: skip


SEVERAL_PEERS = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.2 from the start")


@pytest.fixture(params=["smtp", "lmtp"])
def protocol(request: pytest.FixtureRequest) -> Protocol:
    chosen: Protocol = request.param
    return chosen


@pytest.fixture
async def port(sqlite_store: Store, clock: Callable[[], datetime]) -> AsyncIterator[Port]:
    opened = Port(sqlite_store, clock)
    yield opened
    await opened.close()


class Line:
    """A client of its own, who says what it likes when it likes."""

    def __init__(self, listener: MailListener, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(
            ("127.0.0.1", listener.port), timeout=20, source_address=(source, 0)
        )
        self._heard = self._socket.makefile("rb")

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.close()
        self._socket.close()

    def say(self, words: bytes) -> None:
        self._socket.sendall(words)

    def hear(self) -> bytes:
        """One reply, all its lines; nothing where we were hung up on."""
        try:
            lines = [self._heard.readline()]
            while lines[-1][3:4] == b"-":
                lines.append(self._heard.readline())
        except ConnectionResetError:
            return b""
        return b"".join(lines)

    def ask(self, words: bytes) -> bytes:
        self.say(words)
        return self.hear()


@contextmanager
def greeted(listener: MailListener, protocol: Protocol, source: str = "127.0.0.1") -> Iterator[Line]:
    with Line(listener, source) as line:
        line.hear()
        assert line.ask(hello(protocol)).startswith(b"250")
        yield line


def hello(protocol: Protocol) -> bytes:
    return b"LHLO firm.example\r\n" if protocol == "lmtp" else b"EHLO firm.example\r\n"


async def said(listener: MailListener, protocol: Protocol, *words: bytes) -> list[bytes]:
    def talk() -> list[bytes]:
        with greeted(listener, protocol) as line:
            return [line.ask(each) for each in words]

    return await asyncio.to_thread(talk)


async def post(listener: MailListener, protocol: Protocol, source: str = "127.0.0.1") -> bytes:
    """The reply to a whole mail."""

    def talk() -> bytes:
        with greeted(listener, protocol, source) as line:
            return [line.ask(each) for each in (*ENVELOPE, MAIL + b".\r\n")][-1]

    return await asyncio.to_thread(talk)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_no_mail_is_smuggled_inside_another(port: Port, protocol: Protocol, ending: bytes) -> None:
    listener = await port.open(protocol)
    second = b"".join(ENVELOPE) + b"From: boss@cluster.example\r\n\r\nTwo"
    replies = await said(listener, protocol, *ENVELOPE, b"One" + ending + second + b"\r\n.\r\n", b"NOOP\r\n")
    assert [reply[:3] for reply in replies[3:]] == [b"250", b"250"]
    [item] = await port.kept()
    assert item.raw is not None
    assert item.raw.startswith(b"One")
    assert second.replace(b"\r\n.", b"\r\n") in item.raw


async def test_of_a_thousand_recipients_a_few_are_taken(port: Port, protocol: Protocol) -> None:
    listener = await port.open(protocol)
    rcpts = [b"RCPT TO:<ask+%d@cluster.example>\r\n" % number for number in range(1000)]
    replies = await said(listener, protocol, ENVELOPE[0], *rcpts, b"DATA\r\n", MAIL + b".\r\n")
    assert [reply[:3] for reply in replies[1:1001]] == [b"250"] * RECIPIENTS + [b"452"] * (1000 - RECIPIENTS)
    assert replies[-1].startswith(b"250")
    [item] = await port.kept()
    assert len(item.payload["rcpt_tos"]) == RECIPIENTS


@pytest.mark.parametrize("size", [b"", b" SIZE=40000000", b" SIZE=99999999999999999999"])
async def test_forty_megabytes_are_refused_without_being_held(
    port: Port, protocol: Protocol, size: bytes
) -> None:
    listener = await port.open(protocol, max_bytes=1_000_000)

    def pour() -> bytes:
        with greeted(listener, protocol) as line:
            if (reply := line.ask(b"MAIL FROM:<ada@firm.example>%s\r\n" % size))[:3] != b"250":
                return reply
            line.ask(ENVELOPE[1])
            line.ask(ENVELOPE[2])
            for _ in range(640):
                line.say(b"x" * 65_534 + b"\r\n")
            return line.ask(b".\r\n")

    tracemalloc.start()
    try:
        assert (await asyncio.to_thread(pour)).startswith(b"552 5.3.4 ")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert await port.kept() == ()
    assert (await post(listener, protocol)).startswith(b"250")


def say_all(lines: list[Line], words: bytes) -> None:
    for line in lines:
        line.say(words)


async def test_who_sends_a_byte_at_a_time_keeps_nobody_waiting(port: Port, protocol: Protocol) -> None:
    listener = await port.open(protocol)
    with contextlib.ExitStack() as slow:
        lines = [slow.enter_context(Line(listener)) for _ in range(10)]
        words = hello(protocol) + b"".join(ENVELOPE) + MAIL + b".\r\n"
        for count, octet in enumerate(words):
            await asyncio.to_thread(say_all, lines, bytes([octet]))
            if count % 40 == 0:
                assert (await post(listener, protocol)).startswith(b"250")  # all the while
        replies = await asyncio.to_thread(lambda: [[line.hear() for _ in range(6)] for line in lines])
        assert [each[-1][:3] for each in replies] == [b"250"] * 10
    assert len(await port.kept()) == 1  # the same mail each time


@SEVERAL_PEERS
async def test_sixty_that_only_wait_stop_nobody(
    port: Port, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = await port.open(protocol)
    with contextlib.ExitStack() as idle:
        held = [idle.enter_context(Line(listener)) for _ in range(60)]
        greetings = await asyncio.to_thread(lambda: [line.hear()[:3] for line in held])
        assert sorted(greetings) == [b"220"] * CONNECTIONS_OF_A_PEER + [b"421"] * (60 - CONNECTIONS_OF_A_PEER)
        assert (await post(listener, protocol, "127.0.0.2")).startswith(b"250")  # another peer
        monkeypatch.setattr("mail.limits.IDLE_SECONDS", 0)  # a setting of how long to wait
        assert (await post(listener, protocol)).startswith(b"250")  # the same: one of them makes room
        farewells = await asyncio.to_thread(lambda: held[0].hear())
        assert farewells.startswith(b"421 4.7.0 ")


@SEVERAL_PEERS
async def test_a_house_full_of_those_who_only_wait_lets_in_who_wants_to_write(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = await port.open()
    with contextlib.ExitStack() as idle:
        for number in range(CONNECTIONS):
            line = idle.enter_context(Line(listener, f"127.0.0.{number % 5 + 2}"))
            assert (await asyncio.to_thread(line.hear)).startswith(b"220")
        newcomer = idle.enter_context(Line(listener, "127.0.0.9"))
        assert (await asyncio.to_thread(newcomer.hear)).startswith(b"421 4.7.0 ")
        monkeypatch.setattr("mail.limits.IDLE_SECONDS", 0)  # a setting of how long to wait
        assert (await post(listener, "smtp", "127.0.0.9")).startswith(b"250")


async def test_who_is_in_the_middle_of_a_mail_is_not_turned_out(
    port: Port, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.limits.IDLE_SECONDS", 0)  # a setting of how long to wait
    listener = await port.open(protocol)
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(Line(listener)) for _ in range(CONNECTIONS_OF_A_PEER)]

        def begin() -> None:
            for line in writers:
                line.hear()
                for words in (hello(protocol), *ENVELOPE):
                    line.ask(words)
                line.say(b"half a ")

        await asyncio.to_thread(begin)
        another = stack.enter_context(Line(listener))
        assert (await asyncio.to_thread(another.hear)).startswith(b"421 ")
        ends = await asyncio.to_thread(lambda: [line.ask(b"mail\r\n.\r\n")[:3] for line in writers])
        assert ends == [b"250"] * CONNECTIONS_OF_A_PEER


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500 + b"\r\n", b"GET / HTTP/1.1\r\n", b"\x00\xff\r\n", b"x" * 3000 + b"\r\n"]
)  # fmt: skip
async def test_garbage_by_the_bucket_is_hung_up_on(port: Port, protocol: Protocol, garbage: bytes) -> None:
    listener = await port.open(protocol)

    def pour() -> list[bytes]:
        with Line(listener) as line, contextlib.suppress(OSError):
            for _ in range(2000):
                line.say(garbage)
        with Line(listener) as line:
            line.hear()
            line.say(garbage * 10)
            replies = []
            while reply := line.hear():
                replies.append(reply)
            return replies

    replies = await asyncio.to_thread(pour)
    assert len(replies) <= 6
    assert {reply[:1] for reply in replies} <= {b"5", b"4"}
    assert (await post(listener, protocol)).startswith(b"250")


async def test_no_encryption_is_offered_so_none_can_be_stripped_or_slipped_under(
    port: Port, protocol: Protocol
) -> None:
    """The listener stays on this machine; what is said behind a STARTTLS is said in the open, and no less refused."""
    listener = await port.open(protocol)
    [offers, starttls, mail, auth] = await said(
        listener, protocol, hello(protocol), b"STARTTLS\r\n", ENVELOPE[0], b"AUTH PLAIN AGFkYQBzZXNhbWU=\r\n"
    )
    assert b"STARTTLS" not in offers
    assert b"AUTH" not in offers
    assert (starttls[:3], mail[:3], auth[:1]) == (b"454", b"250", b"5")

    def at_once() -> list[bytes]:
        with greeted(listener, protocol) as line:
            line.say(b"STARTTLS\r\n" + b"".join(ENVELOPE))
            return [line.hear() for _ in range(4)]

    assert [reply[:3] for reply in await asyncio.to_thread(at_once)] == [b"454", b"250", b"250", b"354"]


HOSTILE = [
    b"EHLO \x1b[2J\x07\x00ada@firm.example\r\n", b"MAIL FROM:<ada\x1b]0;x\x07@firm.example>\r\n", b"RCPT TO:<\xff\xfe@cluster.example>\r\n",
    b"VRFY ada@firm.example\r\n", b"EXPN ada@firm.example\r\n", b"\x00\x00\x00\r\n", b"HELP\x85ada@firm.example\r\n",
    "MAIL FROM:<ada@firm.example> SIZE=²\r\n".encode(),
]  # fmt: skip


async def test_the_log_holds_no_control_characters_and_nobodys_address(
    port: Port, protocol: Protocol, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener = await port.open(protocol)
    for words in HOSTILE:
        replies = await said(listener, protocol, words)
        assert replies[0][:1] in {b"2", b"4", b"5"}
    assert (await post(listener, protocol)).startswith(b"250")
    logged = "".join(record.getMessage() for record in caplog.records)
    assert "firm.example" not in logged + caplog.text
    assert not [c for c in logged if not c.isprintable() and c not in "\n\t"]


async def test_nobody_learns_who_has_a_mailbox(port: Port, protocol: Protocol) -> None:
    listener = await port.open(protocol)
    known, unknown, listed = await said(
        listener, protocol, b"VRFY ask@cluster.example\r\n", b"VRFY no@cluster.example\r\n", b"EXPN ask\r\n"
    )
    assert known == unknown
    assert (known[:3], listed[:3]) == (b"252", b"502")
