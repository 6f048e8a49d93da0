"""The inbox keeps what was accepted: once, until it is worked through, and no poison item in the way."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from store import inbox
from store.inbox import STRIKES, Arrival
from store.kinds import InboxState, Medium
from store.models import InboxItem
from store.store import Store


def an_arrival(event_id: str = "<1@member.example>", **fields: Any) -> Arrival:
    return Arrival(**{"medium": Medium.EMAIL, "event_id": event_id, "kind": "mail", "raw": b"Hello"} | fields)


async def received(store: Store, now: datetime, event_id: str = "<1@member.example>", **fields: Any) -> int:
    item_id = await store.write(inbox.receive, an_arrival(event_id, **fields), now=now)
    assert item_id is not None
    return item_id


async def test_what_arrives_is_there_whole_until_it_is_worked_through(store: Store, now: datetime) -> None:
    item_id = await received(store, now, payload={"to": "ask@cluster.example"})
    [item] = await store.read(inbox.unfinished, Medium.EMAIL)
    assert (item.id, item.raw, item.payload) == (item_id, b"Hello", {"to": "ask@cluster.example"})
    assert item.received_at == now
    assert await store.read(inbox.unfinished, Medium.SLACK) == ()
    assert await store.write(inbox.finish, item_id, "answered", now=now)
    assert await store.read(inbox.unfinished, Medium.EMAIL) == ()


async def test_the_same_event_arrives_once(store: Store, now: datetime) -> None:
    await received(store, now)
    assert await store.write(inbox.receive, an_arrival(), now=now) is None
    assert await store.write(inbox.receive, an_arrival(medium=Medium.SLACK), now=now) is not None


async def test_the_same_event_arriving_everywhere_at_once_arrives_once(
    store: Store, database_url: str, now: datetime
) -> None:
    other = await asyncio.to_thread(Store.open, database_url)
    try:
        got = await asyncio.gather(
            *(one.write(inbox.receive, an_arrival(), now=now) for one in [store, other] * 10)
        )
    finally:
        await asyncio.to_thread(other.close)
    assert len([item_id for item_id in got if item_id is not None]) == 1


async def test_long_and_odd_event_ids_stay_apart(store: Store, now: datetime) -> None:
    for event_id in ("<" + "x" * 990 + ">", "<" + "x" * 991 + ">", "<a\x00>", "<\udce9>"):
        await received(store, now, event_id)
        assert await store.write(inbox.receive, an_arrival(event_id), now=now) is None


async def test_work_is_finished_by_one_of_two(store: Store, now: datetime) -> None:
    item_id = await received(store, now)
    done = await asyncio.gather(*(store.write(inbox.finish, item_id, "answered", now=now) for _ in range(6)))
    assert sorted(done) == [False] * 5 + [True]


async def test_work_and_its_end_are_one_transaction(store: Store, now: datetime) -> None:
    item_id = await received(store, now)

    def work(session: Session) -> None:
        inbox.finish(session, item_id, "answered", now=now)
        raise ValueError("the answer could not be queued")

    [failed] = await asyncio.gather(store.write(work), return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert len(await store.read(inbox.unfinished, Medium.EMAIL)) == 1


async def test_an_item_that_keeps_failing_is_set_aside_with_its_error(store: Store, now: datetime) -> None:
    item_id = await received(store, now)
    states = [await store.write(inbox.strike, item_id, "boom \x00", now=now) for _ in range(STRIKES)]
    assert states == [InboxState.RECEIVED] * (STRIKES - 1) + [InboxState.SET_ASIDE]
    assert await store.read(inbox.unfinished, Medium.EMAIL) == ()
    [kept] = await store.read(inbox.set_aside)
    assert (kept.id, kept.attempts, kept.raw) == (item_id, STRIKES, b"Hello")
    assert await store.write(inbox.strike, item_id, "again", now=now) is InboxState.SET_ASIDE
    assert await store.write(inbox.strike, 999, "gone", now=now) is InboxState.DONE
    assert not await store.write(inbox.finish, item_id, "answered", now=now)


async def test_strikes_by_several_at_once_are_all_counted(store: Store, now: datetime) -> None:
    item_id = await received(store, now)
    await asyncio.gather(*(store.write(inbox.strike, item_id, "boom", now=now) for _ in range(STRIKES)))
    [kept] = await store.read(inbox.set_aside)
    assert kept.attempts == STRIKES


async def test_unfinished_work_is_read_in_pages_oldest_first(store: Store, now: datetime) -> None:
    ids = [await received(store, now, f"<{n}@member.example>") for n in range(5)]
    first = await store.read(inbox.unfinished, Medium.EMAIL, limit=3)
    rest = await store.read(inbox.unfinished, Medium.EMAIL, limit=3, after=first[-1].id)
    assert [item.id for item in first + rest] == ids


async def test_large_items_are_read_fewer_at_once_but_one_at_least(store: Store, now: datetime) -> None:
    ids = [await received(store, now, f"<{number}@member.example>", raw=b"x" * 400) for number in range(3)]
    for octets, read in ((2000, ids), (1000, ids[:2]), (400, ids[:1]), (1, ids[:1])):
        items = await store.read(inbox.unfinished, Medium.EMAIL, octets=octets)
        assert [item.id for item in items] == read
    assert await store.read(inbox.unfinished, Medium.EMAIL, after=ids[-1], octets=1) == ()


async def test_what_was_worked_through_long_ago_is_let_go_of_but_still_known(
    store: Store, now: datetime
) -> None:
    done = [await received(store, now, f"<{n}@member.example>") for n in range(3)]
    done.append(await received(store, now, "Ev1", medium=Medium.SLACK, raw=None, payload={"text": "hi"}))
    for item_id in done:
        await store.write(inbox.finish, item_id, "answered", now=now)
    waiting = await received(store, now, "<waiting@member.example>")
    later = now + timedelta(seconds=1)
    assert await store.write(inbox.forget_contents, before=now) == 0
    assert await store.write(inbox.forget_contents, before=later, limit=3) == 3
    assert await store.write(inbox.forget_contents, before=later) == 1
    assert await store.write(inbox.forget_contents, before=later) == 0

    def with_content(session: Session) -> list[int | None]:
        return [item.id for item in session.exec(select(InboxItem)) if item.raw or item.payload]

    assert await store.read(with_content) == [waiting]
    assert await store.write(inbox.receive, an_arrival("<0@member.example>"), now=now) is None
