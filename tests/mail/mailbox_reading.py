"""A mailbox reader at work for the tests, what it kept and what it said."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from mail.imap import MailboxReader
from mail.imap_session import Account
from mail.mailboxes import Mailboxes
from store import inbox
from store.inbox import Received
from store.kinds import Medium
from store.store import Store

ADDRESS = "ask@cluster.example"


def a_mail(number: int, *, more: bytes = b"") -> bytes:
    return (
        b"Return-Path: <ada@firm.example>\r\nDelivered-To: ask@cluster.example\r\nFrom: Ada <ada@firm.example>\r\n"
        b"To: ask@cluster.example\r\nMessage-ID: <%d@firm.example>\r\n\r\nWho does assays?\r\n"
        % number
        + more
    )


class Reading:
    """A reader at work, and what it kept and said."""

    def __init__(self, store: Store, reader: MailboxReader, said: list[str]) -> None:
        self.store = store
        self.said = said
        self.stop = asyncio.Event()
        self.running = asyncio.create_task(reader.run(self.stop))

    async def kept(self) -> tuple[Received, ...]:
        return await self.store.read(inbox.unfinished, Medium.EMAIL)

    async def until_kept(self, count: int) -> tuple[Received, ...]:
        await until(lambda: self._has(count), self.said)
        return await self.kept()

    async def _has(self, count: int) -> bool:
        return len(await self.kept()) >= count

    async def end(self) -> None:
        self.stop.set()
        await self.running


async def until(true: Callable[[], Awaitable[object]], about: object = "") -> None:
    try:
        async with asyncio.timeout(30):
            while not await true():
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"it never came about: {about}")


async def until_so(true: Callable[[], object], about: object = "") -> None:
    async def really() -> object:
        return true()

    await until(really, about)


@asynccontextmanager
async def reading(
    store: Store,
    account: Account,
    clock: Callable[[], datetime],
    *,
    tls: ssl.SSLContext | None = None,
    max_bytes: int = 100_000,
) -> AsyncIterator[Reading]:
    said: list[str] = []
    reader = MailboxReader(
        store=store, account=account, ours=Mailboxes(ADDRESS), max_bytes=max_bytes,
        wake=lambda: said.append("woken"), announce=said.append, clock=clock, tls=tls,
    )  # fmt: skip
    at_work = Reading(store, reader, said)
    try:
        yield at_work
    finally:
        await at_work.end()
