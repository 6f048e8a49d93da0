"""The desk that works through the mails of the inbox, one after another, as they were accepted."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.house import House
from mail.arrived import STRANGERS_AN_HOUR, Post
from mail.conversation import converse
from mail.own_addresses import own_addresses
from mail.reading import AT_ONCE, Read, Readers, ReadingThreads
from mail.render.reply import From
from mail.tokens import TokenAddresses, plus_form
from mail.trust import believe
from store.errors import PASSING, StoreClosed, StoreError
from store.inbox import Received, strike, unfinished
from store.kinds import Medium
from store.search.live import LiveIndex
from store.store import Store

log = logging.getLogger(__name__)

OCTETS_AT_ONCE = 4 << 20  # of the mails that are taken up together; a larger one is by itself
# The writer is busy with the mails of one commit, and one that comes meanwhile waits for its 250. So each has its own
# while few wait; where many do, getting through them is worth more.
TOGETHER, MANY = 4, 8
POLL_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database fails


@dataclass(frozen=True, slots=True)
class _InHand:
    """A mail that is being read, or was; perhaps with others, of which it is number `at`."""

    item: Received
    reading: asyncio.Task[Sequence[Read]]
    at: int


class MailDesk:
    """Answers accepted mails in order, from the durable inbox: what a crash left undone is done at the next start.

    `readers` read them; `reply_form` is the address that replies come back to ("": behind a plus).
    """

    def __init__(
        self,
        *,
        store: Store,
        live: LiveIndex,
        address: str,
        sender_name: str,
        clock: Callable[[], datetime],
        wake_delivery: Callable[[], None],
        house: House | None = None,
        readers: Readers | None = None,
        reply_form: str = "",
        strangers_an_hour: int = STRANGERS_AN_HOUR,
    ) -> None:
        self._store = store
        self._live = live
        self._house = house or House()
        self._sender = From(address, sender_name, self._house.identity)
        self._readers = readers or ReadingThreads(believe)
        self._reply_form = reply_form or plus_form(address)
        self._strangers_an_hour = strangers_an_hour
        self._addresses: TokenAddresses | None = None
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._bell = asyncio.Event()
        self._last, self._more = 0, True  # the newest mail taken up, and whether there were others behind it

    def wake(self) -> None:
        """A mail has come. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first. Raises StoreClosed where the store is gone."""
        beginning = asyncio.create_task(self._readers.begin())
        try:
            await self._run(stop)
        finally:
            beginning.cancel()
            self._readers.close()

    async def _run(self, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                done = await self._work_through(stop)
            except StoreClosed:
                raise
            except StoreError as error:
                failures += 1
                log.warning("mail.store_failed", extra={"reason": str(error), "failures": failures})
                await self._rest(stop, min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))
                continue
            failures = 0
            if not done:
                await self._rest(stop, POLL_SECONDS)

    async def _work_through(self, stop: asyncio.Event) -> int:
        """All that waits, oldest first. Returns how many were finished: those that failed are due after a rest."""
        done = 0
        in_hand: deque[_InHand] = deque()
        stopping = asyncio.create_task(
            stop.wait()
        )  # what is only being read then can be read at the next start
        try:
            while not stop.is_set():
                if len(in_hand) < AT_ONCE and (self._bell.is_set() or self._more or not in_hand):
                    await self._take_up(in_hand)
                if not in_hand:
                    break
                await asyncio.wait({in_hand[0].reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if in_hand[0].reading.done():
                    done += await self._answer(self._next_of(in_hand))
        finally:
            for each in (stopping, *(each.reading for each in in_hand)):
                each.cancel()
            self._last = 0
        return done

    async def _take_up(self, in_hand: deque[_InHand]) -> None:
        """Begin to read what waits: while some are answered, the next are read."""
        self._bell.clear()
        items = await self._store.read(self._waiting, after=self._last)
        now, together = self._clock(), self._readers.together if len(items) >= MANY else 1
        for some in _trips(items, together):
            reading = asyncio.create_task(self._readers.read(some, now=now))
            in_hand.extend(_InHand(item, reading, at) for at, item in enumerate(some))
        self._more = bool(items)
        self._last = items[-1].id if items else self._last

    def _waiting(self, session: Session, *, after: int) -> tuple[Received, ...]:
        """What is to be read at once; the index knows all that was changed before these mails came."""
        self._live.catch_up(session)
        return unfinished(session, Medium.EMAIL, limit=AT_ONCE, after=after, octets=OCTETS_AT_ONCE)

    def _next_of(self, in_hand: deque[_InHand]) -> list[_InHand]:
        """Those to be answered now, in the order they came; the first of them is read."""
        together = TOGETHER if self._store.writes_in_order and len(in_hand) >= MANY else 1
        mails = [in_hand.popleft()]
        while in_hand and len(mails) < together and in_hand[0].reading.done():
            mails.append(in_hand.popleft())
        return mails

    async def _answer(self, mails: Sequence[_InHand]) -> int:
        """Each for itself whatever becomes of the others, in one commit where the store can."""
        post = Post(
            self._live.index,
            self._sender,
            self._house,
            await self._token_addresses(),
            self._strangers_an_hour,
        )
        now = self._clock()
        outcomes = await asyncio.gather(
            *(self._converse(each, post, now) for each in mails),
            return_exceptions=True,
        )
        self._wake_delivery()
        return sum(
            [await self._told(each.item, outcome) for each, outcome in zip(mails, outcomes, strict=True)]
        )

    async def _converse(self, in_hand: _InHand, post: Post, now: datetime) -> str:
        read = (await in_hand.reading)[in_hand.at]
        if read.failure is not None:
            raise read.failure
        return await self._store.write(
            converse, in_hand.item, read.mail, read.trust, post=post, now=now, ready=read.ready
        )

    async def _told(self, item: Received, outcome: str | BaseException) -> bool:
        """What became of it, in the log; a failure that is the mail's own is counted."""
        if isinstance(outcome, str):
            log.info("mail.done", extra={"inbox_id": item.id, "outcome": outcome.partition(":")[0]})
            return True
        if isinstance(outcome, PASSING) or not isinstance(outcome, Exception):
            raise outcome
        log.error("mail.failed", extra={"inbox_id": item.id}, exc_info=outcome)
        state = await self._store.write(strike, item.id, type(outcome).__name__, now=self._clock())
        log.warning("mail.struck", extra={"inbox_id": item.id, "state": state.value})
        return False

    async def _token_addresses(self) -> TokenAddresses:
        if self._addresses is None:
            self._addresses = await own_addresses(self._store, self._reply_form, now=self._clock())
        return self._addresses

    async def _rest(self, stop: asyncio.Event, seconds: float) -> None:
        bells = {asyncio.ensure_future(self._bell.wait()), asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(bells, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for bell in bells:
                bell.cancel()
                with suppress(asyncio.CancelledError):
                    await bell


def _trips(items: Sequence[Received], together: int) -> Iterator[Sequence[Received]]:
    """In their order, so many at a time; one that failed before goes by itself."""
    trip: list[Received] = []
    for item in items:
        if trip and (len(trip) == together or item.attempts or trip[-1].attempts):
            yield trip
            trip = []
        trip.append(item)
    if trip:
        yield trip
