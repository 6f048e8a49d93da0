"""A process that sends a broadcast until it is over, or until it is killed: what the crash tests kill.

`python -m tests.campaigns.sending_process JSON` imports everything once; each line on its standard input, JSON too, then
forks a fresh process. It prints `begun PID`, and `ended STATUS` when that is gone.
"""

import asyncio
import json
import logging
import os
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.calling import SlackCalls
from bot.slack.pacing import Pace
from bot.slack.placed import placed_by
from bot.slack.sender import SlackSender
from mail.letters import MailCarrier
from mail.relay_opening import RelayAddress, Timeouts
from scheduler.bulk import BulkMail
from scheduler.campaigns import Campaigns
from scheduler.delivery import Delivery
from store import outbox_by_hand
from store.errors import StoreError
from store.kinds import CampaignState, Medium, OutboxState
from store.leases import HEARTBEAT
from store.models import Campaign
from store.store import Store
from tests.campaigns.failpoints import Doom, WatchedSender, WatchedStore
from tests.campaigns.region import HOUSE, fast_clock
from tests.doubles.slack.web_api import Tokens

TICK = 0.05  # seconds
FAST = Pace(apart=0.01, per_second=200, burst=200, reserve=1)


@dataclass(frozen=True, slots=True)
class Order:
    """`speed`: of the clock, so that leases last seconds. `slack`: the API's address."""

    url: str
    relay: int
    slack: str
    speed: int
    campaign: int
    connections: int
    at_once: int  # mails of one connection

    @property
    def clock(self) -> Callable[[], datetime]:
        return fast_clock(self.speed)


async def send(order: Order, doom: Doom) -> None:
    """As `whodoes serve` does it: until the broadcast is over and nothing waits."""
    store, stop = await opened(order.url), asyncio.Event()
    store.at = doom
    calls = SlackCalls(token=Tokens().bot, api_url=order.slack)
    slack = SlackSender(calls, placed=placed_by(store, order.clock), pace=FAST)
    delivery = Delivery(
        store=store, owner="sender", clock=order.clock, alone=store.dialect == "sqlite",
        senders={Medium.SLACK: WatchedSender(slack, "slack", doom)},
        poll_seconds=0.05, look_up_after=0.0, heartbeat=HEARTBEAT / order.speed,
    )  # fmt: skip
    bulk = bulk_mail(order, store, doom)
    running = [asyncio.create_task(delivery.run(stop)), asyncio.create_task(bulk.run(stop))]
    campaigns = Campaigns(store, HOUSE, clock=order.clock)
    parent = os.getppid()
    while os.getppid() == parent and await still_going(store, order.campaign):
        await tick(campaigns, delivery, bulk)
    stop.set()
    await asyncio.gather(*running)
    await slack.close(1.0)
    await calls.close()
    store.close()


async def opened(url: str) -> WatchedStore:
    """Tried again where the database is away, as whoever starts a server would."""
    while True:
        try:
            store = WatchedStore.open(url)
        except StoreError:
            await asyncio.sleep(TICK)
        else:
            assert isinstance(store, WatchedStore)
            return store


def bulk_mail(order: Order, store: Store, doom: Doom) -> BulkMail:
    carrier = HOUSE.letterbox.carriers[Medium.EMAIL]
    assert isinstance(carrier, MailCarrier)
    relay = RelayAddress("127.0.0.1", order.relay, "none", "", "", "us.example", ssl.create_default_context())
    return BulkMail(
        store=store, house=HOUSE, carrier=carrier, relay=relay, clock=order.clock, alone=store.dialect == "sqlite",
        connections=order.connections, most_at_once=order.at_once, poll_seconds=0.05, timeouts=Timeouts(rest=0.1),
        at=doom,
    )  # fmt: skip


async def tick(campaigns: Campaigns, *to_wake: Delivery | BulkMail) -> None:
    """Where the database is away, the next one does what this one could not."""
    try:
        if await campaigns.run():
            for each in to_wake:
                each.wake()
    except StoreError:
        pass
    await asyncio.sleep(TICK)


async def still_going(store: Store, campaign_id: int) -> bool:
    try:
        state = await store.read(lambda session: session.get_one(Campaign, campaign_id).state)
        counts = await store.read(outbox_by_hand.counts)
    except StoreError:
        return True
    return state is not CampaignState.DONE or bool(counts[OutboxState.QUEUED] + counts[OutboxState.SENDING])


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    order = Order(**json.loads(sys.argv[1]))
    for wish in sys.stdin:
        doom: dict[str, Any] = json.loads(wish)
        child = os.fork()
        if child == 0:
            asyncio.run(send(order, Doom(**doom)))
            os._exit(0)
        print(f"begun {child}", flush=True)  # noqa: T201 - its parent reads it
        _, status = os.waitpid(child, 0)
        print(f"ended {status}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
