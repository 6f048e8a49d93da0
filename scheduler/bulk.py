"""Campaigns by mail: the ledger's due rows go to the relay over a few pipelined connections, and what it says is written down.

A worker has one connection and a few rows at a time. In one transaction it settles those it sent, takes the next ones and
marks them as being sent; only then does the first byte of them leave. So a crash leaves uncertain what was in its hands,
and no more: as many rows as leave within a fifth of a second.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.assistant.house import House
from mail.bulk.connection import BulkConnection, nothing
from mail.bulk.dkim import Signer
from mail.bulk.writing import Writing
from mail.campaigns import campaign_mail
from mail.letters import MailCarrier
from mail.relay_opening import RelayAddress, RelayNotReady, Timeouts
from scheduler.bulk_turn import Turn, Turns, Way
from scheduler.bulk_worker import HEARTBEAT, Worker
from scheduler.ending import ended_in_time
from store.campaigns import ledger
from store.errors import StoreClosed, StoreError
from store.store import Store

log = logging.getLogger(__name__)

R = TypeVar("R")
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds between tries while the database fails


class BulkMail:
    """Sends what campaigns have for mail readers. `alone`: no other process sends from this database.

    `at` hears each step, in whatever thread gets there: "claimed" (in the transaction), "marked" (after it), "data_sent",
    "replied", "settled".
    """

    def __init__(
        self,
        *,
        store: Store,
        house: House,
        carrier: MailCarrier,
        relay: RelayAddress,
        clock: Callable[[], datetime],
        owner: str = "bulk",
        alone: bool = False,
        connections: int = 4,
        per_second: float = 0.0,
        signer: Signer | None = None,
        return_address: Callable[[int], str] | None = None,
        timeouts: Timeouts | None = None,
        poll_seconds: float = 5.0,
        stop_within: float = 30.0,
        most_at_once: int = 200,
        heartbeat: float = HEARTBEAT,
        at: Callable[[str], None] = nothing,
    ) -> None:
        self._store = store
        self._clock = clock
        self.owner = f"{owner[:80]}:{secrets.token_hex(4)}"  # a restart under the same name is somebody else
        self._alone = alone
        self._timeouts = timeouts or Timeouts()
        self._poll = poll_seconds
        self._stop_within = stop_within
        self._at = at
        self._begun = clock()
        self._turns = Turns(
            self.owner,
            Way(f"relay:{relay.host}:{relay.port}", per_second),
            clock,
            lambda session, campaign_id, now: campaign_mail(session, campaign_id, carrier, house, now=now),
            at,
        )
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="bulk")
        writing = Writing(signer, return_address, clock=clock)
        self._workers = [
            Worker(
                store, writing, partial(BulkConnection, relay, self._timeouts, at=at), self._threads,
                most=most_at_once, clock=clock, heartbeat=heartbeat,
            )
            for _ in range(connections)
        ]  # fmt: skip
        self._line = asyncio.Lock()  # who finds nothing to do waits in it: one looks, the others stand behind
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Something may be due: look now. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; then end with the mails on the wire, and put back those that were not begun."""
        work = asyncio.create_task(self._work_until(stop))
        try:
            if not await ended_in_time(work, stop, wake=self.wake, within=self._stop_within):
                log.warning("bulk.stopped_in_mid_send", extra={"owner": self.owner})
                for worker in self._workers:
                    worker.connection.abort()  # what was on the wire is written down as uncertain
                await asyncio.wait({work}, timeout=self._stop_within)
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            self._threads.shutdown(wait=False)

    async def _work_until(self, stop: asyncio.Event) -> None:
        if self._alone:
            await self._patiently(self._end_leases)
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(self._work(worker, stop))

    async def _end_leases(self) -> None:
        if ended := await self._store.write(ledger.end_leases, self._begun):
            log.warning("bulk.interrupted_found", extra={"recipients": ended})

    async def _work(self, worker: Worker, stop: asyncio.Event) -> None:
        while worker.results or not stop.is_set():
            try:
                await self._step(worker, stop)
            except StoreError:
                raise
            except Exception:
                log.exception("bulk.step_failed")  # and nobody else's part of whodoes is ended by it
                await asyncio.sleep(self._timeouts.rest)
        await worker.leave()

    async def _step(self, worker: Worker, stop: asyncio.Event) -> None:
        turn = await self._next(worker, stop)
        if turn is None:
            return
        self._at("marked")
        try:
            await worker.send(turn, stop)
        except RelayNotReady as error:
            await self._turn(worker, 0)
            await self._relay_away(error, stop)

    async def _next(self, worker: Worker, stop: asyncio.Event) -> Turn | None:
        """Settles what the worker sent. Rows that are marked; None when it is time to stop."""
        at_once = worker.connection.usable and not self._line.locked() and not stop.is_set()
        if at_once or worker.results:
            turn = await self._turn(worker, worker.size if at_once else 0)
            if turn.claimed:
                return turn
        async with self._line:
            while not stop.is_set():
                found = await self._look(worker, stop)
                if found is not None:
                    self._bell.set()
                    return found
        return None

    async def _look(self, worker: Worker, stop: asyncio.Event) -> Turn | None:
        """Rows, or None after a rest."""
        if not worker.connection.usable:
            if not await self._patiently(partial(self._store.read, ledger.anything_due, now=self._clock())):
                await self._rest(stop)
                return None
            try:
                await worker.open()
            except RelayNotReady as error:
                await self._relay_away(error, stop)
                return None
        turn = await self._turn(worker, worker.size)
        if turn.claimed:
            return turn
        if turn.wait is None:
            await worker.leave()
            await self._rest(stop)
        else:
            await _wait(stop, turn.wait)
        return None

    async def _turn(self, worker: Worker, most: int) -> Turn:
        """However the database stumbles: what the relay said is not forgotten."""
        turn = await self._patiently(partial(self._store.write, self._turns.take, worker.results, most))
        if worker.results:
            worker.results = []
            self._at("settled")
        return turn

    async def _patiently(self, work: Callable[[], Awaitable[R]]) -> R:
        failures = 0
        while True:
            try:
                return await work()
            except StoreClosed:
                raise
            except StoreError as error:
                failures += 1
                log.warning("bulk.store_failed", extra={"reason": str(error), "failures": failures})
                await asyncio.sleep(min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))

    async def _relay_away(self, error: RelayNotReady, stop: asyncio.Event) -> None:
        """Left alone a while: a hundred mails that wait are no reason to knock a hundred times."""
        log.warning("relay.not_ready", extra={"way": self._turns.way.name, "reason": str(error)})
        await _wait(stop, self._timeouts.rest)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Until something may be due: the bell rings, or the poll interval is over."""
        if stop.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), self._poll)
        self._bell.clear()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
