"""A listener for the tests, what it woke and kept, and clients that talk to it."""

import asyncio
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from mail.smtp import MailListener, listen
from store import inbox
from store.inbox import Received
from store.kinds import Medium
from store.store import Store

ADDRESS = "ask@cluster.example"
MEMBER = "ada@firm.example"
MAIL = b"From: ada@firm.example\r\nMessage-ID: <1@firm.example>\r\n\r\nWho does assays?\r\n"


class Port:
    """A listener, what it woke, and what it kept."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.woken = 0
        self._clock = clock
        self._listeners: list[MailListener] = []

    async def open(self, protocol: Literal["smtp", "lmtp"] = "smtp", **fields: Any) -> MailListener:
        asked: dict[str, Any] = {"address": ADDRESS, "max_bytes": 1_000_000, "wake": self._wake} | fields
        listener = await listen(
            store=self.store, host="127.0.0.1", port=0, protocol=protocol, clock=self._clock, **asked
        )
        self._listeners.append(listener)
        return listener

    async def kept(self) -> tuple[Received, ...]:
        return await self.store.read(inbox.unfinished, Medium.EMAIL)

    async def close(self) -> None:
        for listener in self._listeners:
            await listener.close()

    def _wake(self) -> None:
        self.woken += 1


@contextmanager
def a_line(port: int) -> Iterator[Callable[[bytes], bytes]]:
    """Say raw bytes and hear the reply, all its lines; said nothing, hear what comes."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        connection.makefile("rb") as heard,
    ):

        def say(words: bytes) -> bytes:
            if words:
                connection.sendall(words)
            lines = [heard.readline()]
            while lines[-1][3:4] == b"-":
                lines.append(heard.readline())
            return b"".join(lines)

        say(b"")
        yield say


async def send(
    port: int, mail: bytes = MAIL, *, to: list[str] | None = None, sender: str = MEMBER
) -> tuple[int, str]:
    """One mail by a real client: the code and words of the last reply."""

    def post() -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.ehlo("firm.example")
            client.mail(sender)
            for address in to or [ADDRESS]:
                code, words = client.rcpt(address)
                if code != 250:
                    return code, words.decode()
            code, words = client.data(mail)
            return code, words.decode()

    return await asyncio.to_thread(post)


async def say_all(port: int, *words: bytes) -> list[bytes]:
    """Each said in turn on one connection, after an EHLO; the replies."""

    def talk() -> list[bytes]:
        with a_line(port) as say:
            say(b"EHLO firm.example\r\n")
            return [say(each) for each in words]

    return await asyncio.to_thread(talk)


ENVELOPE = (b"MAIL FROM:<ada@firm.example>\r\n", b"RCPT TO:<ask@cluster.example>\r\n", b"DATA\r\n")
