"""Messages that somebody waits for: said at once, and what became of each written down."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.slack.drafts import directly
from bot.slack.sender import SlackSender
from store import outbox
from store.errors import StoreError
from store.leases import Leases
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Refused, Unknown
from store.store import Store

log = logging.getLogger(__name__)

LOOK_UP_AFTER = 1.0  # Slack may need a moment to show what it took


class Saying:
    """Whatever it cannot say, the delivery loop says later."""

    def __init__(
        self, *, store: Store, sender: SlackSender, leases: Leases, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._sender = sender
        self._leases = leases
        self._clock = clock

    async def say(self, messages: tuple[Claimed, ...]) -> None:
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
            await self._store.write(_settled, message, outcome, self._clock())
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


def _settled(session: Session, message: Claimed, outcome: Outcome, now: datetime) -> None:
    """What its reader waits for, and a channel does not take, goes to them directly."""
    outbox.settle(session, message, outcome, now=now)
    instead = directly(message) if isinstance(outcome, Refused) else None
    if instead is not None:
        outbox.enqueue(session, instead, now=now)
