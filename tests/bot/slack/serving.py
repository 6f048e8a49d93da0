"""The Slack face and the delivery loop as a process of its own, for tests that kill it: `… DATABASE API_URL TRANSPORT`."""

import asyncio
import os
import signal
import sys

from bot.slack.face import SlackFace
from scheduler.delivery import Delivery
from store.kinds import Medium
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import right_now
from tests.doubles.slack.web_api import Tokens


async def serve(database: str, api_url: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = Store.open(database)
    tokens = Tokens()
    face = SlackFace(
        store=store,
        live=LiveIndex(),
        bot_token=tokens.bot,
        app_token=tokens.app,
        signing_secret=tokens.signing_secret,
        transport="socket",
        api_url=api_url,
        clock=right_now,
    )
    delivery = Delivery(
        store=store,
        senders={Medium.SLACK: face.sender},
        owner=f"test:{os.getpid()}",
        clock=right_now,
        poll_seconds=0.1,
        alone=True,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.run(stop))
        await face.start()
        group.create_task(face.run(stop))
        print("serving", flush=True)  # noqa: T201 - whoever started us reads it
    store.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
