"""A worker of the bulk sender: one connection to the relay, the rows in its hands, and what became of them."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from mail.bulk.batch import Batch
from mail.bulk.connection import BulkConnection
from mail.bulk.writing import Writing
from scheduler.bulk_turn import Turn
from store.campaigns import ledger
from store.campaigns.ledger import LEASE, Result
from store.errors import StoreError
from store.outcome import Postponed, Sent
from store.store import Store

log = logging.getLogger(__name__)

FIRST_AT_ONCE = 4
A_WHILE = 0.2  # seconds in which a worker's rows are to leave
HEARTBEAT = 30.0  # seconds between two extensions of their lease
SURELY = (
    LEASE / 2
)  # so long after one nobody else, whose clock may go ahead of ours, can have judged the rows
LONGEST = 20 * 60.0  # seconds with the same rows, whatever the relay is doing
NOT_BEGUN = Postponed("", timedelta(), tried=False)


class Worker:
    """`results`: what is to be settled. `size`: how many rows it takes; it rises and falls with the relay's pace."""

    def __init__(
        self,
        store: Store,
        writing: Writing,
        connect: Callable[[], BulkConnection],
        threads: ThreadPoolExecutor,
        *,
        most: int,
        clock: Callable[[], datetime],
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._store = store
        self._writing = writing
        self._connect = connect
        self._threads = threads
        self._most = most
        self._clock = clock
        self._heartbeat = heartbeat
        self._seen = clock()
        self.connection = connect()
        self.size = min(FIRST_AT_ONCE, most)
        self.results: list[Result] = []

    async def open(self) -> None:
        """Raises RelayNotReady."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.connection.open)

    async def leave(self) -> None:
        """Say goodbye to the relay, where we speak with it."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.connection.quit)

    async def send(self, turn: Turn, stop: asyncio.Event) -> None:
        """Leaves what became of each row in `results`, also where it raises RelayNotReady: what was not begun is put back."""
        loop = asyncio.get_running_loop()
        self._seen = turn.since

        def go_on() -> bool:
            return not stop.is_set() and timedelta() <= self._clock() - self._seen < SURELY

        batch = Batch(len(turn.claimed), self._writing.maker(turn.claimed, turn.mails), go_on)
        begun = loop.time()
        sending = loop.run_in_executor(self._threads, self.connection.deliver, batch)
        try:
            await self._keep(turn, sending, begun)
            await sending
        finally:
            outcomes = [outcome or NOT_BEGUN for outcome in batch.outcomes]
            self.results = list(zip(turn.claimed, outcomes, strict=True))
            self._adapt(loop.time() - begun)

    async def _keep(self, turn: Turn, sending: "asyncio.Future[None]", begun: float) -> None:
        """The rows stay ours while the relay takes its time; one that takes all the time there is is left."""
        while not (await asyncio.wait({sending}, timeout=self._heartbeat))[0]:
            now = self._clock()
            try:
                await self._store.write(ledger.extend, turn.claimed, now=now)
                self._seen = now
            except StoreError as error:
                log.warning(
                    "bulk.not_extended", extra={"recipients": len(turn.claimed), "reason": str(error)}
                )
            if asyncio.get_running_loop().time() - begun > LONGEST:
                self.connection.abort()
                await asyncio.wait({sending})
                self.connection = self._connect()
                return

    def _adapt(self, took: float) -> None:
        """As many as leave in a while; few where something is amiss, so that a pause comes in time."""
        if all(isinstance(outcome, Sent) for _, outcome in self.results):
            fitting = int(len(self.results) * A_WHILE / max(took, 1e-6))
            self.size = max(1, min(fitting, 2 * self.size, self._most))
        else:
            self.size = min(FIRST_AT_ONCE, self._most)
