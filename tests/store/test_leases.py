"""What a process has in hand stays its own while it lives, and no longer."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from store import outbox
from store.kinds import Medium
from store.leases import Leases
from store.models import OutboxMessage
from store.outbox import LEASE, Claimed, Draft
from store.outcome import Unknown
from store.store import Store


class Time:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(now: datetime) -> Time:
    return Time(now)


async def in_hand(store: Store, now: datetime, *, owner: str = "w", key: str = "a") -> Claimed:
    draft = Draft(key, Medium.EMAIL, "answer", "ada@firm.example", body=b"Hello")
    claimed = await store.write(outbox.enqueue_claimed, draft, owner=owner, now=now)
    assert claimed is not None
    return claimed


def lease_of(session: Session) -> datetime | None:
    return session.exec(select(OutboxMessage.lease_until)).one()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


async def test_a_heartbeat_keeps_it_ours(store: Store, time: Time) -> None:
    began = time.now
    message = await in_hand(store, began)
    leases = Leases(store, owner="w", clock=time, heartbeat=0.01)
    leases.hold(message, since=began)
    time.now = began + timedelta(minutes=2)
    assert not leases.surely_ours(message)
    await until(lambda: leases.surely_ours(message))
    assert await store.read(lease_of) == time.now + LEASE
    leases.let_go(message)
    assert not leases.holds(message)


async def test_what_was_let_go_runs_out(store: Store, time: Time) -> None:
    began = time.now
    first, second = await in_hand(store, began), await in_hand(store, began, key="b")
    leases = Leases(store, owner="w", clock=time, heartbeat=0.01)
    for message in (first, second):
        leases.hold(message, since=began)
    leases.let_go(first)
    time.now = began + timedelta(minutes=2)
    await until(lambda: leases.surely_ours(second))
    leases.close()
    [left] = await store.read(outbox.lapsed, now=began + LEASE + timedelta(seconds=1))
    assert left.id == first.id


async def test_a_lost_message_is_not_taken_back(store: Store, time: Time) -> None:
    message = await in_hand(store, time.now)
    await store.write(outbox.settle, message, Unknown("judged by another"), now=time.now)
    other = await in_hand(store, time.now, owner="another", key="b")
    assert await store.write(outbox.extend, (message.id, other.id), owner="w", now=time.now) == 0


async def test_a_database_that_is_away_is_asked_again(
    sqlite_store: Store, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    message = await in_hand(sqlite_store, time.now)
    leases = Leases(sqlite_store, owner="w", clock=time, heartbeat=0.01)
    leases.hold(message, since=time.now)
    await asyncio.to_thread(sqlite_store.close)
    await until(lambda: caplog.messages.count("leases.not_extended") >= 2)
    leases.close()
