"""A process that sends the outbox until it is empty, or until it is killed: what the crash tests kill.

`python -m tests.scheduler.sending_process URL PORT SPEED alone|shared` imports everything once; each line on its standard input then forks
a fresh process that delivers, `for ever` or `until empty`. It prints `begun PID`, and `ended STATUS` when that is gone.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from mail.sender import RelaySender
from scheduler.delivery import Delivery
from store import outbox_by_hand
from store.kinds import Medium, OutboxState
from store.leases import HEARTBEAT
from store.store import Store

BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)


def fast_clock(speed: int) -> Callable[[], datetime]:
    """A clock every process agrees on, `speed` times as fast as the wall's, so that back-off need not be sat out."""

    def clock() -> datetime:
        return BEGINNING + (datetime.now(UTC) - BEGINNING) * speed

    return clock


async def deliver(url: str, port: int, speed: int, *, alone: bool, for_ever: bool) -> None:
    store, stop = Store.open(url), asyncio.Event()
    sender = RelaySender(
        host="127.0.0.1", port=port, security="none", user="", password="", hostname="us.example"
    )
    delivery = Delivery(
        store=store, senders={Medium.EMAIL: sender}, owner="sender", clock=fast_clock(speed),
        poll_seconds=0.02, alone=alone, look_up_after=0.0, heartbeat=HEARTBEAT / speed,
    )  # fmt: skip
    running = asyncio.create_task(delivery.run(stop))
    while for_ever or await unsettled(store):
        await asyncio.sleep(0.05)
    stop.set()
    await running
    await sender.close()
    store.close()


async def unsettled(store: Store) -> int:
    counts = await store.read(outbox_by_hand.counts)
    return counts[OutboxState.QUEUED] + counts[OutboxState.SENDING]


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    url, port, speed, company = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    for wish in sys.stdin:
        child = os.fork()
        if child == 0:
            for_ever = wish.strip() == "for ever"
            asyncio.run(deliver(url, port, speed, alone=company == "alone", for_ever=for_ever))
            os._exit(0)
        print(f"begun {child}", flush=True)  # noqa: T201 - its parent reads it
        _, status = os.waitpid(child, 0)
        print(f"ended {status}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
