"""A way out is used as fast as it was said to be, and left alone while the other side refuses."""

from datetime import datetime, timedelta
from functools import partial

from store.campaigns.pace import PUT_OFF, give_back, heard, shut, take
from store.outcome import Outcome, Postponed, Sent
from store.store import Store

RELAY = "relay:mx.example:25"
taken = partial(take, name=RELAY, per_second=10.0, burst=5.0)


async def test_over_ten_seconds_no_more_goes_out_than_ten_seconds_allow(store: Store, now: datetime) -> None:
    went = [
        await store.write(taken, most=50, now=now + timedelta(milliseconds=250 * step)) for step in range(41)
    ]
    assert went[0] == 5
    assert 100 <= sum(went) <= 105


async def test_turns_not_used_are_given_back(store: Store, now: datetime) -> None:
    assert await store.write(taken, most=5, now=now) == 5
    await store.write(give_back, RELAY, 3, burst=5.0, now=now)
    assert await store.write(taken, most=5, now=now) == 3


async def test_a_run_of_not_now_shuts_the_way_for_longer_each_time_until_one_is_taken(
    store: Store, now: datetime
) -> None:
    off: list[Outcome] = [Postponed("421 too busy")] * PUT_OFF
    await store.write(heard, RELAY, off, now=now)
    assert await store.write(taken, most=5, now=now + timedelta(seconds=59)) == 0
    assert await store.read(shut, RELAY, now=now) == "421 too busy"
    assert await store.write(taken, most=5, now=now + timedelta(seconds=61)) == 5
    await store.write(heard, RELAY, off, now=now + timedelta(seconds=61))
    assert await store.read(shut, RELAY, now=now + timedelta(seconds=61 + 119)) == "421 too busy"
    await store.write(heard, RELAY, [Sent("250")], now=now + timedelta(seconds=62))
    assert await store.read(shut, RELAY, now=now + timedelta(seconds=62)) == ""


async def test_being_held_back_is_no_refusal(sqlite_store: Store, now: datetime) -> None:
    await sqlite_store.write(heard, RELAY, [Postponed("", tried=False)] * 99, now=now)
    await sqlite_store.write(heard, RELAY, [Sent("250")], now=now)
    assert await sqlite_store.read(shut, RELAY, now=now) == ""
