"""The desk that works through the mails of the inbox, one after another, as they were accepted."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.assistant.house import House
from mail.arrived import Post
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

log = logging.getLogger(__name__)

BATCH = 5  # mails in memory at once, and each may be as large as the listener takes
POLL_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database fails


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
    ) -> None:
        self._store = store
        self._live = live
        self._sender = From(address, sender_name)
        self._house = house or House()
        self._judge = judge
        self._reply_form = reply_form or plus_form(address)
        self._addresses: TokenAddresses | None = None
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """A mail has come. To be called on the loop; cheap, safe to repeat."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; the mail in hand is finished first. Raises StoreClosed where the store is gone."""
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
        while items := await self._store.read(unfinished, Medium.EMAIL, limit=BATCH, after=last):
            await self._store.read(self._live.catch_up)
            for item in items:
                if stop.is_set():
                    return done
                done += await self._handle(item)
                last = item.id
        return done

    async def _handle(self, item: Received) -> bool:
        try:
            outcome = await self._answer(item)
        except PASSING:
            raise
        except Exception as error:
            log.exception("mail.failed", extra={"inbox_id": item.id})
            state = await self._store.write(strike, item.id, type(error).__name__, now=self._clock())
            log.warning("mail.struck", extra={"inbox_id": item.id, "state": state.value})
            return False
        log.info("mail.done", extra={"inbox_id": item.id, "outcome": outcome.partition(":")[0]})
        return True

    async def _answer(self, item: Received) -> str:
        mail, trust = await asyncio.to_thread(self._read, item)  # some hostile ones take a while
        post = Post(self._live.index, self._sender, self._house, await self._token_addresses())
        outcome = await self._store.write(converse, item, mail, trust, post=post, now=self._clock())
        self._wake_delivery()
        return outcome

    def _read(self, item: Received) -> tuple[InboundMail | Refusal, Trust]:
        mail = read_mail(item.raw or b"")
        return mail, Trust.UNPROVED if isinstance(mail, Refusal) else self._judge(item, mail)

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
