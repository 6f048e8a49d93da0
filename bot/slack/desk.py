"""What came in from Slack is kept, worked through and answered here, whichever way it came."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.slack.arrivals import arrival_of
from bot.slack.sender import SlackSender
from bot.slack.work import give_up, handle
from store import inbox, outbox
from store.errors import PASSING, StoreError
from store.inbox import STRIKES, Received
from store.kinds import Medium
from store.leases import HEARTBEAT, Leases
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Unknown
from store.search.live import LiveIndex
from store.store import Store

log = logging.getLogger(__name__)

LOOK_UP_AFTER = 1.0  # Slack may need a moment to show what it took
AT_ONCE = (
    16  # after an outage a great deal may wait: more calls at once only make Slack slow, and us give up on it
)
SWEEP_SECONDS = 15.0  # how often what was left over is looked for


class SlackDesk:
    """`keep` before the acknowledgement, `take` after it; `sweep` takes up what was left over."""

    def __init__(
        self,
        *,
        store: Store,
        live: LiveIndex,
        sender: SlackSender,
        owner: str,
        clock: Callable[[], datetime],
        sweep_seconds: float = SWEEP_SECONDS,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._store = store
        self._live = live
        self._sender = sender
        self._owner = owner
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._leases = Leases(store, owner=owner, clock=clock, heartbeat=heartbeat)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._finishing = False

    async def keep(self, body: dict[str, object]) -> tuple[Received | None, bool]:
        """Record what is to be answered. The second is True for what was here before. Raises StoreError: not kept."""
        arrival = arrival_of(body)
        if arrival is None:
            return None, False
        now = self._clock()
        item_id = await self._store.write(inbox.receive, arrival, now=now)
        if item_id is None:
            return None, True
        log.info("slack.received", extra={"inbox_id": item_id, "kind": arrival.kind})
        return (
            Received(item_id, arrival.medium, arrival.event_id, arrival.kind, arrival.payload, None, 0, now),
            False,
        )

    def take(self, received: Received) -> None:
        """Work it through in a task of its own, which `finish` waits for."""
        if received.id in self._in_hand or self._finishing:
            return  # what comes while we stop is in the inbox, and is taken up at the next start
        task = asyncio.create_task(self._in_turn(received), name=f"slack-{received.id}")
        self._in_hand[received.id] = task
        task.add_done_callback(lambda _: self._in_hand.pop(received.id, None))

    async def sweep(self) -> None:
        """Take up everything that was accepted and is not worked through; what is in hand already stays there."""
        after = 0
        while left := await self._store.read(inbox.unfinished, Medium.SLACK, after=after):
            for received in left:
                self.take(received)
            after = left[-1].id

    async def keep_sweeping(self, stop: asyncio.Event) -> None:
        """Until told to stop: what the database could not take is tried again."""
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), self._sweep_seconds)
            except TimeoutError:
                try:
                    await self.sweep()
                except StoreError as error:
                    log.warning("slack.sweep_failed", extra={"reason": str(error)})

    async def finish(self, deadline: float) -> None:
        """Wait for what is in hand. What is left then is in the inbox, and is taken up at the next start."""
        self._finishing = True
        tasks = set(self._in_hand.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=deadline)
        for task in late:
            task.cancel()
        if late:
            log.warning("slack.stopped_in_mid_work", extra={"items": len(late)})
            await asyncio.wait(late)

    async def _in_turn(self, received: Received) -> None:
        waits = self._room.locked()
        async with self._room:
            if not (waits and self._finishing):
                await self._work_through(received)

    async def _work_through(self, received: Received) -> None:
        for _ in range(STRIKES):
            try:
                await self._store.read(self._live.catch_up)
                messages = await self._store.write(
                    handle, received, index=self._live.index, owner=self._owner, now=self._clock()
                )
            except PASSING as error:  # nothing of it was kept: the sweep takes it up again
                log.warning("slack.store_failed", extra={"inbox_id": received.id, "reason": str(error)})
                return
            except Exception as error:
                log.exception("slack.work_failed", extra={"inbox_id": received.id, "kind": received.kind})
                apology = await self._struck(received, error)
                if apology is None:
                    continue
                messages = apology
            await self._deliver_all(messages)
            return

    async def _struck(self, received: Received, error: Exception) -> tuple[Claimed, ...] | None:
        """None while it is worth another try; else what there is to say to whoever waits."""
        try:
            set_aside, messages = await self._store.write(
                give_up, received, error=type(error).__name__, owner=self._owner, now=self._clock()
            )
        except StoreError:
            return ()
        return messages if set_aside else None

    async def _deliver_all(self, messages: tuple[Claimed, ...]) -> None:
        for message in messages:
            self._leases.hold(message, since=message.created_at)
        try:
            for message in messages:
                await self._deliver(message)
                self._leases.let_go(message)
        finally:
            for message in messages:
                self._leases.let_go(message)

    async def _deliver(self, message: Claimed) -> None:
        """Say it, and write down what became of it. Should that fail, its lease runs out and it is looked up."""
        outcome = await self._said(message)
        log.info("slack.said", extra={"outbox_id": message.id, "outcome": type(outcome).__name__.lower()})
        try:
            await self._store.write(outbox.settle, message, outcome, now=self._clock())
        except StoreError as error:
            log.warning("slack.unsettled", extra={"outbox_id": message.id, "reason": str(error)})

    async def _said(self, message: Claimed) -> Outcome:
        if not self._leases.surely_ours(message):
            return Postponed("whodoes slept before it could say this.", timedelta())
        try:
            outcome = await self._sender.send(message)
            if not isinstance(outcome, Unknown):
                return outcome
            await asyncio.sleep(LOOK_UP_AFTER)
            return await self._sender.look_up(message)
        except Exception:
            log.exception("slack.sender_broke", extra={"outbox_id": message.id})
            return Unknown("The sender broke down while it was sending; see the log.")
