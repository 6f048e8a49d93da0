"""The delivery loop: what is due in the outbox is claimed, sent, and its outcome written down, message by message."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from scheduler.ending import ended_in_time
from store import outbox
from store.errors import StoreClosed, StoreError
from store.kinds import Medium
from store.leases import HEARTBEAT, Leases
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Unknown
from store.store import Store

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds between tries while the database fails
TIMER_LATE = 0.01  # seconds, lest it rings just before
LONGEST_TIMER = 120.0  # seconds; what waits longer is found by the poll


class Sender(Protocol):
    """One medium's way out. Both say honestly how far they got; an exception counts as "may have gone out"."""

    async def send(self, message: Claimed) -> Outcome: ...

    async def look_up(self, message: Claimed) -> Outcome:
        """What became of a message whose sending was interrupted. Unknown where the medium cannot tell."""
        ...


@dataclass(slots=True)
class _Lane:
    """One medium's messages and the workers that send them; a slow medium holds up no other."""

    medium: Medium
    sender: Sender
    bell: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class _Result:
    message: Claimed
    outcome: Outcome


class Delivery:
    """Sends the outbox of the media it has senders for; of others nothing leaves, their messages wait.

    A worker claims one message at a time and begins it at once, so a crash leaves at most `at_once` messages of a
    medium uncertain. `alone` says that no other process sends from this database: what a crash interrupted is then
    dealt with at the start, not when the leases are over.
    """

    def __init__(
        self,
        *,
        store: Store,
        senders: Mapping[Medium, Sender],
        owner: str,
        clock: Callable[[], datetime],
        poll_seconds: float = 5.0,
        alone: bool = False,
        at_once: int = 4,
        look_up_after: float = 1.0,
        stop_within: float = 30.0,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._store = store
        self.owner = f"{owner[:80]}:{secrets.token_hex(4)}"  # a restart under the same name is somebody else
        self._clock = clock
        self._poll = poll_seconds
        self._alone = alone
        self._at_once = at_once
        self._look_up_after = look_up_after
        self._stop_within = stop_within
        self._lanes = {medium: _Lane(medium, sender) for medium, sender in senders.items()}
        self._leases = Leases(store, owner=self.owner, clock=clock, heartbeat=heartbeat)
        self._swept = asyncio.Event()
        self._begun = clock()

    def wake(self) -> None:
        """Something may be due: look now. To be called on the loop; cheap, safe to repeat."""
        for lane in self._lanes.values():
            lane.bell.set()
        self._swept.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; then finish what is being sent, for `stop_within` seconds at most."""
        work = asyncio.create_task(self._work_until(stop))
        try:
            if not await ended_in_time(work, stop, wake=self.wake, within=self._stop_within):
                log.warning("delivery.stopped_in_mid_send", extra={"owner": self.owner})
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            self._leases.close()

    async def _work_until(self, stop: asyncio.Event) -> None:
        if self._alone:
            await self._end_leases(stop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep(stop))
            for lane in self._lanes.values():
                for _ in range(self._at_once):
                    group.create_task(self._work(lane, stop))

    async def _work(self, lane: _Lane, stop: asyncio.Event) -> None:
        """Settle the last message and claim the next in one transaction, send it, and again."""
        result: _Result | None = None
        failures = 0
        while result is not None or not stop.is_set():
            try:
                kept, message, since = await self._store.write(
                    self._turn, lane.medium, result, more=not stop.is_set()
                )
            except StoreError as error:  # nothing was kept, and the outcome is not forgotten: again, later
                failures += 1
                await self._store_failed(error, failures)
                continue
            if result is not None:
                self._leases.let_go(result.message)
                _say(result, kept=kept)
                self._ring_for(lane, result.outcome)
            result, failures = None, 0
            if message is None:
                await self._rest(lane.bell, stop)
                continue
            self._leases.hold(message, since=since)
            if stop.is_set():
                await self._put_back(message)
            else:
                lane.bell.set()  # there may be more than one: let another worker look
                result = _Result(message, await self._attempt(lane.sender, message))

    def _ring_for(self, lane: _Lane, outcome: Outcome) -> None:
        """A sender that spaces its messages names short waits: the poll would come seconds late to each of them."""
        if isinstance(outcome, Postponed) and outcome.wait is not None:
            seconds = outcome.wait.total_seconds()
            if seconds <= LONGEST_TIMER:
                asyncio.get_running_loop().call_later(seconds + TIMER_LATE, lane.bell.set)

    async def _put_back(self, message: Claimed) -> None:
        """However the database stumbles: a worker that breaks here would break off what the others are sending."""
        failures = 0
        while True:
            try:
                await self._store.write(outbox.put_back, message)
            except StoreError as error:
                failures += 1
                await self._store_failed(error, failures)
            else:
                self._leases.let_go(message)
                return

    def _turn(
        self, session: Session, medium: Medium, result: _Result | None, *, more: bool
    ) -> tuple[bool, Claimed | None, datetime]:
        now = self._clock()
        kept = result is not None and outbox.settle(session, result.message, result.outcome, now=now)
        if not more:
            return kept, None, now
        claimed = outbox.claim(session, owner=self.owner, media=(medium,), now=now, limit=1)
        return kept, claimed[0] if claimed else None, now

    async def _attempt(self, sender: Sender, message: Claimed) -> Outcome:
        if not self._leases.surely_ours(message):
            return Postponed("whodoes slept before it could send this.", timedelta())
        outcome = await _told(sender.send(message), message)
        if not isinstance(outcome, Unknown):
            return outcome
        await asyncio.sleep(self._look_up_after)  # the other side may need a moment to show what it took
        found = await _told(sender.look_up(message), message)
        return outcome if isinstance(found, Unknown) else found

    async def _sweep(self, stop: asyncio.Event) -> None:
        """Deal with messages whose worker died: ask the medium, or leave them to a person as uncertain."""
        media = None if self._alone else tuple(self._lanes)
        failures = 0
        while not stop.is_set():
            try:
                left = await self._store.read(outbox.lapsed, now=self._clock(), limit=20, media=media)
                left = tuple(message for message in left if not self._leases.holds(message))
                for message in left:
                    if stop.is_set():
                        return
                    outcome = await self._fate(message)
                    kept = await self._store.write(outbox.settle, message, outcome, now=self._clock())
                    _say(_Result(message, outcome), kept=kept)
                failures = 0
            except StoreError as error:
                failures += 1
                await self._store_failed(error, failures)
                continue
            if not left:
                await self._rest(self._swept, stop)

    async def _fate(self, message: Claimed) -> Outcome:
        lane = self._lanes.get(message.medium)
        if lane is None:
            return Unknown(
                "whodoes stopped while it was sending this, and can no longer ask what became of it."
            )
        return await _told(lane.sender.look_up(message), message)

    async def _end_leases(self, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                ended = await self._store.write(outbox.end_leases, now=self._begun)
            except StoreError as error:
                failures += 1
                await self._store_failed(error, failures)
                continue
            if ended:
                log.warning("delivery.interrupted_found", extra={"messages": ended})
            return

    async def _store_failed(self, error: StoreError, failures: int) -> None:
        if isinstance(error, StoreClosed):
            raise error
        log.warning("delivery.store_failed", extra={"reason": str(error), "failures": failures})
        await asyncio.sleep(min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))

    async def _rest(self, bell: asyncio.Event, stop: asyncio.Event) -> None:
        """Until something may be due: the bell rings, or the poll interval is over."""
        if stop.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), self._poll)
        bell.clear()


def _say(result: _Result, *, kept: bool) -> None:
    message = result.message
    event = f"delivery.{type(result.outcome).__name__.lower()}" if kept else "delivery.claim_lost"
    log.info(event, extra={"outbox_id": message.id, "medium": message.medium, "attempt": message.attempt})


async def _told(saying: Awaitable[Outcome], message: Claimed) -> Outcome:
    try:
        return await saying
    except Exception:
        log.exception(
            "delivery.sender_broke", extra={"outbox_id": message.id, "medium": message.medium.value}
        )
        return Unknown("The sender broke down while it was sending; see the log.")
