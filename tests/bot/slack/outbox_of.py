"""What the tests of Slack's way out queue, and what they wait for."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from store.kinds import Medium, OutboxState
from store.models import OutboxMessage
from store.outbox import Draft, enqueue
from store.store import Store
from tests.bot.slack.conftest import right_now

PATIENCE = 20.0  # seconds a test waits for what surely comes


def to_people(key: str, *users: str, text: str = "hello", kind: str = "letter") -> Draft:
    payload = {"method": "chat.postMessage", "users": list(users), "arguments": {"text": text}}
    return Draft(key, Medium.SLACK, kind, ",".join(users), payload=payload)


def in_channel(key: str, channel: str, *, text: str = "hello", kind: str = "letter") -> Draft:
    payload = {"method": "chat.postMessage", "arguments": {"channel": channel, "text": text}}
    return Draft(key, Medium.SLACK, kind, channel, payload=payload)


def change(of: str, number: int, text: str) -> Draft:
    payload = {"method": "chat.update", "of": of, "number": number, "arguments": {"text": text}}
    return Draft(f"{of}:r{number}", Medium.SLACK, "revision", "", payload=payload)


async def queue(store: Store, *drafts: Draft, wait: timedelta = timedelta()) -> None:
    def all_of_them(session: Session) -> None:
        for draft in drafts:
            enqueue(session, draft, now=right_now(), due=right_now() + wait)

    await store.write(all_of_them)


def rows(session: Session) -> Mapping[str, OutboxMessage]:
    found = session.exec(select(OutboxMessage)).all()
    session.expunge_all()
    return {row.dedup_key: row for row in found}


async def settled(store: Store) -> Mapping[str, OutboxMessage]:
    """By dedup key, once nothing is under way any more."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        found = await store.read(rows)
        under_way = [key for key, row in found.items() if row.state in _UNDER_WAY]
        if found and not under_way:
            return found
        assert asyncio.get_running_loop().time() < end, under_way
        await asyncio.sleep(0.02)


_UNDER_WAY = {OutboxState.QUEUED, OutboxState.SENDING}


def states(found: Mapping[str, OutboxMessage]) -> dict[str, Any]:
    return {key: row.state for key, row in found.items()}
