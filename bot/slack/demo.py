"""Slack without Slack: a question asked as if in a direct message, its answer left in the outbox to be looked at."""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.assistant.house import House
from bot.slack.doing import Here
from bot.slack.hearing import arrival_of
from bot.slack.work import handle
from store import inbox
from store.inbox import Received
from store.search.index import Index
from store.search.live import LiveIndex
from store.store import Store

CHANNEL, USER = "D0DEMO", "U0DEMO"


async def ask_in_slack(text: str, *, store: Store, live: LiveIndex, clock: Callable[[], datetime]) -> None:
    await store.read(live.catch_up)
    await store.write(_ask, text, index=live.index, now=clock())


def _ask(session: Session, text: str, *, index: Index, now: datetime) -> None:
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": CHANNEL,
        "user": USER,
        "text": text,
        "ts": f"{now.timestamp():.6f}",
    }
    arrival = arrival_of({"type": "event_callback", "event_id": f"Ev{uuid.uuid4().hex}", "event": event})
    if arrival is None or (item_id := inbox.receive(session, arrival, now=now)) is None:
        return
    received = Received(
        item_id, arrival.medium, arrival.event_id, arrival.kind, arrival.payload, None, 0, now
    )
    handle(session, received, here=Here(index, House(), "demo", now))
