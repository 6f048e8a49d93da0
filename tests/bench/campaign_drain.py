"""Our own sender with a broadcast, in a process of its own: how fast it drains, what memory it takes, and who waits meanwhile.

`python -m tests.bench.campaign_drain`, with `{"url": …, "port": …}` and, where wanted, `"core"`, `"signed"`, `"per_second"`,
`"asks"` (organisations that the directory has; an ask follows the other while it drains) and `"seconds"` (no longer than so).
"""

import asyncio
import json
import ssl
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlmodel import Session, func, select

from bot.assistant.answering import answer
from bot.assistant.messages import Ask
from bot.cli.judged import quantile
from bot.promptness import answer_promptly
from mail.bulk.dkim import Signer
from mail.letters import MailCarrier
from mail.relay_opening import RelayAddress
from scheduler.bulk import BulkMail
from scheduler.campaigns import Campaigns
from store.campaigns.report import summaries
from store.kinds import Medium, RecipientState
from store.models import CampaignRecipient
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.bench.campaign_region import HOUSE
from tests.bench.mail_sink import pin
from tests.bench.memory import held

LOOK, PAUSE, IDLE = 0.25, 0.05, 3.0  # seconds between looks, between asks, and of asking when all is sent
FIRST = 0.1  # the share of a broadcast in which memory may still grow
QUESTIONS = (
    "who makes lateral flow tests?",
    "viral vectors near Macclesfield",
    "Tamarisk Gene Works",
    "help",
)


@dataclass(slots=True)
class Felt:
    """While it drains: (share done, MB), and the milliseconds that asks waited."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        later = [megabytes for share, megabytes in self.memory if share >= FIRST] or [held()]
        waits = self.waits or [0.0]
        return {
            "memory_least": min(later), "memory_most": max(later), "ask_p50": quantile(waits, 0.5),
            "ask_p99": quantile(waits, 0.99), "ask_most": max(waits), "asks": len(self.waits),
        }  # fmt: skip


async def drained(order: dict[str, Any]) -> dict[str, float]:
    store, stop, felt = Store.open(order["url"]), asyncio.Event(), Felt()
    live = LiveIndex()
    await store.read(live.catch_up)
    answer_promptly()
    bulk = sender(store, order)
    campaigns = Campaigns(store, HOUSE, clock=_now)
    before, computed = await store.read(counted), time.process_time()
    began, began_at = time.perf_counter(), _now()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(bulk.run(stop))
        if order.get("asks"):
            group.create_task(ask_on(store, live, felt, stop))
        left = order.get("seconds") or 3600
        after = before
        while after["open"] and time.perf_counter() - began < left:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(running), LOOK)
            after = await store.read(counted)
            felt.memory.append((1 - after["open"] / before["open"], held()))
        stop.set()
    spent = (await store.read(last_settled) - began_at).total_seconds()
    computed = time.process_time() - computed
    await campaigns.run()
    idle = await asked_idly(store, live) if order.get("asks") else 0.0
    store.close()
    sent = after["sent"] - before["sent"]
    return {
        "rate": sent / spent, "sent": sent, "open": after["open"], "cpu": 1e6 * computed / max(1, sent),
        **felt.told(), "idle_p99": idle,
    }  # fmt: skip


async def asked_idly(store: Store, live: LiveIndex) -> float:
    """The same when nothing is to be sent: what the machine itself makes of an ask."""
    felt, stop = Felt(), asyncio.Event()
    asking = asyncio.create_task(ask_on(store, live, felt, stop))
    await asyncio.sleep(IDLE)
    stop.set()
    await asking
    return felt.told()["ask_p99"]


def sender(store: Store, order: dict[str, Any]) -> BulkMail:
    carrier = HOUSE.letterbox.carriers[Medium.EMAIL]
    assert isinstance(carrier, MailCarrier)
    context = ssl.create_default_context()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return BulkMail(
        store=store, house=HOUSE, carrier=carrier, clock=_now, alone=True, per_second=order.get("per_second", 0.0),
        relay=RelayAddress("127.0.0.1", order["port"], "none", "", "", "bench.example", context),
        signer=Signer("cluster.example", "news", key) if order.get("signed") else None,
        **order.get("settings", {}),
    )  # fmt: skip


async def ask_on(store: Store, live: LiveIndex, felt: Felt, stop: asyncio.Event) -> None:
    """As the faces do it: one transaction, with what the index knows."""
    number = 0
    while not stop.is_set():
        await asyncio.sleep(PAUSE)
        number, began = number + 1, time.perf_counter()
        own = f"slack:C1:{number}"
        ask = Ask(own, Stranger(), QUESTIONS[number % len(QUESTIONS)], medium=Medium.SLACK, conversation=own)
        await store.write(answer, ask, index=live.index, now=_now())
        felt.waits.append(1000 * (time.perf_counter() - began))


def counted(session: Session) -> dict[str, int]:
    counts = summaries(session)[0].counts
    waiting = counts[RecipientState.QUEUED] + counts[RecipientState.SENDING]
    return {"open": waiting, "sent": counts[RecipientState.SENT]}


def last_settled(session: Session) -> datetime:
    found = session.exec(select(func.max(CampaignRecipient.settled_at))).one()
    return found or _now()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    pin(0, given.get("core"))
    sys.stdout.write(json.dumps(asyncio.run(drained(given))))
