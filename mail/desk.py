"""The desk that works through the mails of the inbox, one after another, as they were accepted."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.house import House
from mail.arrived import STRANGERS_AN_HOUR, Post
from mail.conversation import converse
from mail.inbound import InboundMail, Refusal, read_mail
from mail.own_addresses import own_addresses
from mail.render.reply import From
from mail.tokens import TokenAddresses, plus_form
from mail.trust import Judge, Trust, believe
from store.errors import PASSING, StoreClosed, StoreError
from store.inbox import Received, strike, unfinished
from store.kinds import Medium
from store.search.live import LiveIndex
from store.store import Store

_UNREAD = Refusal("not read")
log = logging.getLogger(__name__)

AT_ONCE = 8  # mails read at once, each in a thread of its own, …
OCTETS_AT_ONCE = 4 << 20  # … while they are small; a larger one is read alone
# The writer is busy with the mails of one commit, and one that comes meanwhile waits for its 250. So each has its own
# while few wait; where many do, getting through them is worth more.
TOGETHER, MANY = 4, AT_ONCE
POLL_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database fails


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail as it was read, or why it could not be."""

    item: Received
    mail: InboundMail | Refusal = _UNREAD
    trust: Trust = Trust.UNPROVED
    failure: Exception | None = None


class MailDesk:
    """Answers accepted mails in order, from the durable inbox: what a crash left undone is done at the next start.

    `judge` tells how far each From is believed; `reply_form` is the address that replies come back to ("": behind a plus).
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
        judge: Judge = believe,
        reply_form: str = "",
        strangers_an_hour: int = STRANGERS_AN_HOUR,
    ) -> None:
        self._store = store
        self._live = live
        self._sender = From(address, sender_name)
        self._house = house or House()
        self._judge = judge
        self._reply_form = reply_form or plus_form(address)
        self._strangers_an_hour = strangers_an_hour
        self._addresses: TokenAddresses | None = None
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._bell = asyncio.Event()
        self._readers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail-read")

    def wake(self) -> None:
        """A mail has come. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first. Raises StoreClosed where the store is gone."""
        try:
            await self._run(stop)
        finally:
            self._readers.shutdown(wait=False)

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
        self._bell.clear()
        done = last = 0
        while items := await self._store.read(self._waiting, after=last):
            mails = await self._read_all(items)
            together = TOGETHER if self._store.writes_in_order and len(mails) >= MANY else 1
            for first in range(0, len(mails), together):
                if stop.is_set():
                    return done
                done += await self._answer(mails[first : first + together])
            last = items[-1].id
        return done

    def _waiting(self, session: Session, *, after: int) -> tuple[Received, ...]:
        """What is to be read at once; the index knows all that was changed before these mails came."""
        self._live.catch_up(session)
        return unfinished(session, Medium.EMAIL, limit=AT_ONCE, after=after, octets=OCTETS_AT_ONCE)

    async def _read_all(self, items: Sequence[Received]) -> list["_Read"]:
        """All at once: a hostile one takes a while, and so does asking the DNS about its sender."""
        loop = asyncio.get_running_loop()
        return await asyncio.gather(
            *(loop.run_in_executor(self._readers, self._read, item) for item in items)
        )

    def _read(self, item: Received) -> "_Read":
        try:
            mail = read_mail(item.raw or b"")
            trust = Trust.UNPROVED if isinstance(mail, Refusal) else self._judge(item, mail)
        except Exception as error:  # noqa: BLE001 - the edge: a fault of one mail is no fault of those beside it
            return _Read(item, failure=error)
        return _Read(item, mail, trust)

    async def _answer(self, mails: Sequence["_Read"]) -> int:
        """A few in the order they came, each for itself whatever becomes of the others, in one commit where the store can."""
        post = Post(
            self._live.index,
            self._sender,
            self._house,
            await self._token_addresses(),
            self._strangers_an_hour,
        )
        now = self._clock()
        outcomes = await asyncio.gather(
            *(self._converse(mail, post, now) for mail in mails), return_exceptions=True
        )
        self._wake_delivery()
        return sum(
            [await self._told(mail.item, outcome) for mail, outcome in zip(mails, outcomes, strict=True)]
        )

    async def _converse(self, read: "_Read", post: Post, now: datetime) -> str:
        if read.failure is not None:
            raise read.failure
        return await self._store.write(converse, read.item, read.mail, read.trust, post=post, now=now)

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
