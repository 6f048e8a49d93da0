"""Reads mails and works out their answers in processes beside this one: the loop and the writer keep their interpreter to themselves.

Such a process only looks at the database. What it made is thrown away where the desk, in its turn, finds things changed.
"""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import wait

from sqlmodel import Session

from mail.arrived import Arrived, Post
from mail.conversation import ready_for
from mail.inbound import Refusal, read_mail
from mail.reading import Read, Readers
from mail.render.reply import From
from mail.tokens import TokenAddresses
from mail.trust import Judge, Trust
from store.errors import StoreError
from store.inbox import Received
from store.search.live import LiveIndex
from store.search.vectors import installed_vectors
from store.store import Snapshots

TOGETHER = 8  # mails a trip, where many wait: a trip costs as much as a third of a mail
COLLECTED_AT = 20_000  # objects made since the last look for garbage in cycles, of which a mail leaves little
MOST_STARTS = 3  # that failed one after another; then the work stays in this process
# A fork server copies a process that has one thread and no locks in hand; where there is none, each starts afresh.
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
log = logging.getLogger(__name__)


class ReadingFailed(Exception):
    """A mail that could not be read over there: what was raised and where, without the mail's words."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a reading process needs to know. `judge`: one that asks nobody."""

    url: str
    judge: Judge
    sender: From
    addresses: TokenAddresses
    vectors: bool = False


class ReadingProcesses:
    """Mails wait until they are up. `beside` reads where they cannot be started."""

    def __init__(self, errand: Errand, *, processes: int, beside: Readers) -> None:
        self._errand = errand
        self._processes = processes
        self._beside = beside
        self._pool: ProcessPoolExecutor | None = None
        self._starting: asyncio.Task[None] | None = None
        self._failed_starts = 0
        self._alone = asyncio.Lock()

    @property
    def together(self) -> int:
        return TOGETHER if self._pool is not None else self._beside.together

    async def begin(self) -> None:
        """Safe to repeat, and to leave."""
        if self._starting is None and self._pool is None and self._failed_starts < MOST_STARTS:
            self._starting = asyncio.create_task(self._up())
        if self._starting is not None:
            await asyncio.shield(self._starting)

    async def read(self, items: Sequence[Received], *, now: datetime) -> Sequence[Read]:
        if len(items) == 1 and items[0].attempts:  # it may be what broke one
            return [await self._read_alone(items[0], now)]
        await self.begin()
        pool = self._pool
        if pool is None:
            return await self._beside.read(items, now=now)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _read, items, now)
        except RuntimeError:  # a broken pool, or one that was shut down since
            self._broken(pool)
        return [await self._read_alone(item, now) for item in items]

    def close(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._beside.close()

    async def _up(self) -> None:
        pool = self._new_pool(self._processes)
        loop = asyncio.get_running_loop()
        try:
            await asyncio.gather(*(loop.run_in_executor(pool, _there) for _ in range(self._processes)))
            self._pool, self._failed_starts = pool, 0
        except Exception:
            self._failed_starts += 1
            log.exception("mail.readers_not_started", extra={"times": self._failed_starts})
        finally:
            if self._pool is not pool:
                pool.shutdown(wait=False, cancel_futures=True)
            self._starting = None

    def _broken(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
            log.error("mail.readers_broke")
            pool.shutdown(wait=False, cancel_futures=True)

    async def _read_alone(self, item: Received, now: datetime) -> Read:
        """One of those in reading broke it, and must not take this process along: each has one to itself."""
        async with self._alone:
            pool = self._new_pool(1)
            try:
                (read,) = await asyncio.get_running_loop().run_in_executor(pool, _read, (item,), now)
                return read
            except BrokenProcessPool as broken:
                return Read(failure=broken)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self, processes: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context(_START)
        context.set_forkserver_preload([__name__])  # read in once, and shared by all that are forked
        return ProcessPoolExecutor(processes, context, _begin, (self._errand,))


class _Room:
    """All that one process reads with."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.live = LiveIndex(vectors=installed_vectors() if errand.vectors else None)
        self.snapshots = Snapshots(errand.url)
        self.catch_up()

    def catch_up(self) -> None:
        """What was worked out with an older index is thrown away, so failing to is nobody's fault."""
        with suppress(StoreError):
            self.snapshots.read(self.live.catch_up)

    def read(self, items: Sequence[Received], now: datetime) -> list[Read]:
        mails = [_read_one(item, self.errand.judge) for item in items]
        try:
            return self.snapshots.read(self._with_answers, items, mails, now)
        except Exception:  # noqa: BLE001 - the desk answers all the same, and fails where it is the mail's own fault
            return mails

    def _with_answers(
        self, session: Session, items: Sequence[Received], mails: Sequence[Read], now: datetime
    ) -> list[Read]:
        self.live.catch_up(session)
        post = Post(self.live.index, self.errand.sender, addresses=self.errand.addresses)
        return [
            read
            if isinstance(read.mail, Refusal)
            else replace(read, ready=ready_for(session, Arrived(item, read.mail, read.trust, post, now)))
            for item, read in zip(items, mails, strict=True)
        ]


_rooms: list[_Room] = []  # the one of this process


def _begin(errand: Errand) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the desk ends this one
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _rooms.append(_Room(errand))
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AT, 20, 50)


def _end_with_parent() -> None:
    """A killed parent tells nobody, and its pool would wait for work for ever."""
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(0)


def _there() -> None:
    """Done when a process is up."""


def _read(items: Sequence[Received], now: datetime) -> list[Read]:
    return _rooms[0].read(items, now)


def _read_one(item: Received, judge: Judge) -> Read:
    try:
        mail = read_mail(item.raw or b"")
        return Read(mail, Trust.UNPROVED if isinstance(mail, Refusal) else judge(item, mail))
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, it must be able to travel
        where = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
        return Read(failure=ReadingFailed(f"{type(error).__name__}\n{where}"))
