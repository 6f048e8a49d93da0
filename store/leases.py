"""The messages this process has in hand, and the heartbeat by which they stay its own until it is done with them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from store.errors import StoreError
from store.outbox import LEASE, Claimed, extend
from store.store import Store

log = logging.getLogger(__name__)

HEARTBEAT = 30.0  # seconds; a lease outlives several that are missed
SURELY = (
    LEASE / 2
)  # so long after a heartbeat nobody else, whose clock may go ahead of ours, can have judged it


class Leases:
    """One owner's messages, from claim to settlement. Belongs to one event loop; to be used on it alone."""

    def __init__(
        self, store: Store, *, owner: str, clock: Callable[[], datetime], heartbeat: float = HEARTBEAT
    ) -> None:
        self._store = store
        self._owner = owner
        self._clock = clock
        self._heartbeat = heartbeat
        self._seen: dict[int, datetime] = {}  # when each was last surely ours
        self._timer: asyncio.TimerHandle | None = None
        self._beating: asyncio.Task[None] | None = None

    def hold(self, message: Claimed, *, since: datetime) -> None:
        """Keep it ours from now on; it was claimed at `since`."""
        self._seen[message.id] = since
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._heartbeat, self._beat)

    def let_go(self, message: Claimed) -> None:
        """We are done with it, or have lost it. Safe to repeat."""
        self._seen.pop(message.id, None)
        if not self._seen:
            self.close()

    def holds(self, message: Claimed) -> bool:
        return message.id in self._seen

    def surely_ours(self, message: Claimed) -> bool:
        """False where we slept so long, the machine too perhaps, that another may be about to send it."""
        seen: datetime | None = self._seen.get(message.id)
        return seen is not None and timedelta() <= self._clock() - seen < SURELY

    def close(self) -> None:
        """What is still in hand is given up; its leases run out. Safe to repeat."""
        self._seen.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._heartbeat, self._beat)
        if self._beating is None or self._beating.done():
            self._beating = loop.create_task(self._extend(tuple(self._seen)))

    async def _extend(self, held: tuple[int, ...]) -> None:
        now = self._clock()
        try:
            await self._store.write(extend, held, owner=self._owner, now=now)
        except StoreError as error:
            log.warning("leases.not_extended", extra={"messages": len(held), "reason": str(error)})
            return
        self._seen |= {message_id: now for message_id in held if message_id in self._seen}
