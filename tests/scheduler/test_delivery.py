"""The delivery loop: everything due goes out once, whatever breaks around it."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from mail.sender import RelaySender
from scheduler import delivery as delivery_module
from scheduler.delivery import Delivery, Sender
from store import outbox, outbox_by_hand
from store.errors import StoreClosed
from store.kinds import Medium
from store.models import OutboxMessage
from store.outbox import Claimed, Draft
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from store.store import Store
from tests.doubles.smtp_sink import Manner, SmtpSink


@pytest.fixture
def any_store(database_url: str) -> Iterator[Store]:
    """Where the database may matter, the test runs on both; what is the loop's own doing is tried on SQLite."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


class Says:
    """A medium that says what it is told to, and remembers what it was given."""

    def __init__(self, send: Any = None, look_up: Outcome | Exception | None = None) -> None:
        self.say = send or Sent("taken")
        self.find = look_up or Unknown("no trace")
        self.sent: list[str] = []
        self.looked_up: list[str] = []

    async def send(self, message: Claimed) -> Outcome:
        self.sent.append(message.dedup_key)
        if callable(self.say):
            told: Outcome | Awaitable[Outcome] = self.say(message)
            return await told if isinstance(told, Awaitable) else told
        return _say(self.say)

    async def look_up(self, message: Claimed) -> Outcome:
        self.looked_up.append(message.dedup_key)
        return _say(self.find)


def _say(word: Outcome | Exception) -> Outcome:
    if isinstance(word, Exception):
        raise word
    return word


class Time:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def delivering(
    store: Store, senders: dict[Medium, Sender], clock: Callable[[], datetime], **options: Any
) -> AsyncIterator[Delivery]:
    settings: dict[str, Any] = {"poll_seconds": 0.02, "owner": "w", "look_up_after": 0.0, "stop_within": 5.0}
    delivery = Delivery(store=store, senders=senders, clock=clock, **settings | options)
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    try:
        yield delivery
    finally:
        stop.set()
        await running


async def queue(store: Store, now: datetime, *keys: str, medium: Medium = Medium.EMAIL) -> None:
    for key in keys:
        draft = Draft(
            key, medium, "answer", "ada@member.example", "r@cluster.example", {"text": "x"}, b"Hi\r\n"
        )
        await store.write(outbox.enqueue, draft, now=now)


async def reached(store: Store, **wanted: int) -> None:
    """Wait until the outbox holds exactly this many messages in each state (all others: none)."""
    async with asyncio.timeout(15):
        while True:
            counts = await store.read(outbox_by_hand.counts)
            if {state.value: number for state, number in counts.items() if number} == wanted:
                return
            await asyncio.sleep(0.01)


async def test_what_is_due_goes_out_once(any_store: Store) -> None:
    now = datetime.now(UTC)
    keys = [f"answer:{n}" for n in range(40)]
    await queue(any_store, now, *keys)
    mail = Says()
    async with delivering(any_store, {Medium.EMAIL: mail}, lambda: datetime.now(UTC)):
        await reached(any_store, sent=40)
    assert sorted(mail.sent) == sorted(keys)


async def test_a_message_queued_later_goes_out_when_the_loop_is_woken(store: Store, now: datetime) -> None:
    mail = Says()
    async with delivering(store, {Medium.EMAIL: mail}, lambda: now, poll_seconds=600) as delivery:
        await queue(store, now, "first")
        delivery.wake()
        await reached(store, sent=1)
        await queue(store, now, "second", "third")
        delivery.wake()
        await reached(store, sent=3)


async def test_without_a_sender_nothing_leaves_and_nothing_is_lost(store: Store, now: datetime) -> None:
    await queue(store, now, "mail:1", "mail:2")
    await queue(store, now, "slack:1", medium=Medium.SLACK)
    slack = Says()
    async with delivering(store, {Medium.SLACK: slack}, lambda: now):
        await reached(store, queued=2, sent=1)
    assert slack.sent == ["slack:1"]
    async with delivering(store, {}, lambda: now) as nobody:
        nobody.wake()
    await reached(store, queued=2, sent=1)


async def test_a_slow_medium_holds_up_no_other(store: Store, now: datetime) -> None:
    gate = asyncio.Event()

    async def stuck(_: Claimed) -> Outcome:
        await gate.wait()
        return Sent("at last")

    await queue(store, now, *(f"mail:{n}" for n in range(6)))
    await queue(store, now, *(f"slack:{n}" for n in range(6)), medium=Medium.SLACK)
    async with delivering(store, {Medium.EMAIL: Says(stuck), Medium.SLACK: Says()}, lambda: now):
        await reached(store, sending=4, queued=2, sent=6)
        gate.set()
        await reached(store, sent=12)


async def test_each_outcome_is_written_down(
    any_store: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    words: dict[str, Outcome] = {
        "a": Sent("250"), "b": Refused("550 no"), "c": Postponed("451 later"), "d": Unknown("gone")
    }  # fmt: skip
    await queue(any_store, now, *words)
    async with delivering(any_store, {Medium.EMAIL: Says(lambda m: words[m.dedup_key])}, lambda: now):
        await reached(any_store, sent=1, failed=1, queued=1, uncertain=1)
    assert (await any_store.read(outbox_by_hand.uncertain))[0].reply == "gone"
    assert (await any_store.read(outbox_by_hand.failed))[0].reply == "550 no"
    events = {record.message for record in caplog.records}
    assert {"delivery.sent", "delivery.refused", "delivery.postponed", "delivery.unknown"} <= events
    assert "ada@member" not in caplog.text


async def test_a_postponed_message_goes_out_when_its_time_comes(store: Store, now: datetime) -> None:
    answers = iter([Postponed("451 later"), Sent("250")])
    time = Time(now)
    await queue(store, now, "a")
    async with delivering(store, {Medium.EMAIL: Says(lambda _: next(answers))}, time):
        async with asyncio.timeout(10):
            while not (await store.read(outbox_by_hand.waiting))[0].reply:
                await asyncio.sleep(0.01)
        time.now = now + timedelta(minutes=2)
        await reached(store, sent=1)


async def test_a_short_wait_that_the_other_side_names_is_not_lengthened_by_the_poll(store: Store) -> None:
    answers = iter([Postponed("429", timedelta(seconds=0.05)), Postponed("429", timedelta(days=1))])
    mail = Says(lambda message: Sent("taken") if message.attempt > 1 else next(answers))
    await queue(store, datetime.now(UTC), "soon", "tomorrow")
    async with delivering(store, {Medium.EMAIL: mail}, lambda: datetime.now(UTC), poll_seconds=600):
        await reached(store, sent=1, queued=1)


async def test_a_doubtful_send_is_looked_up_before_it_is_called_uncertain(
    store: Store, now: datetime
) -> None:
    await queue(store, now, "found", medium=Medium.SLACK)
    slack = Says(Unknown("timed out"), look_up=Sent("1700.1"))
    async with delivering(store, {Medium.SLACK: slack}, lambda: now):
        await reached(store, sent=1)
    assert slack.looked_up == ["found"]
    assert slack.sent == ["found"]


async def test_a_sender_that_breaks_may_have_sent(
    store: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    await queue(store, now, "a", "b")
    broken = Says(RuntimeError("bug"), look_up=RuntimeError("bug too"))
    async with delivering(store, {Medium.EMAIL: broken}, lambda: now):
        await reached(store, uncertain=2)
    assert "delivery.sender_broke" in caplog.text
    assert sorted(broken.sent) == ["a", "b"]


async def interrupted(store: Store, now: datetime, key: str, medium: Medium = Medium.EMAIL) -> None:
    """A message a dead process had claimed."""
    await queue(store, now, key, medium=medium)
    assert await store.write(outbox.claim, owner="dead", media=(medium,), now=now)


async def test_the_only_process_deals_with_a_crash_at_once(any_store: Store, now: datetime) -> None:
    await interrupted(any_store, now - timedelta(seconds=1), "mail:1")
    await interrupted(any_store, now - timedelta(seconds=1), "slack:1", Medium.SLACK)
    await interrupted(any_store, now - timedelta(seconds=1), "web:1", Medium.WEB)
    senders: dict[Medium, Sender] = {Medium.EMAIL: Says(), Medium.SLACK: Says(look_up=Sent("1700.1"))}
    async with delivering(any_store, senders, lambda: now, alone=True):
        await reached(any_store, uncertain=2, sent=1)
    replies = {seen.medium: seen.reply for seen in await any_store.read(outbox_by_hand.uncertain)}
    assert replies[Medium.EMAIL] == "no trace"
    assert "can no longer ask" in replies[Medium.WEB]


async def test_what_was_surely_not_sent_goes_out_after_a_crash(store: Store, now: datetime) -> None:
    await interrupted(store, now - timedelta(seconds=1), "slack:1", Medium.SLACK)
    slack = Says(look_up=Postponed("not there", wait=timedelta(0)))
    async with delivering(store, {Medium.SLACK: slack}, lambda: now, alone=True):
        await reached(store, sent=1)
    assert slack.sent == ["slack:1"]


async def test_among_several_processes_a_lease_is_waited_for(any_store: Store, now: datetime) -> None:
    time = Time(now)
    await interrupted(any_store, now, "mail:1")
    await interrupted(any_store, now, "slack:1", Medium.SLACK)
    mail = Says()
    async with delivering(any_store, {Medium.EMAIL: mail}, time):
        await queue(any_store, now, "mail:2")
        await reached(any_store, sending=2, sent=1)
        time.now = now + outbox.LEASE + timedelta(seconds=1)
        await reached(any_store, sending=1, sent=1, uncertain=1)
    assert mail.sent == ["mail:2"], (
        "what was interrupted is not sent again; another medium's is not ours to judge"
    )


async def test_a_send_that_outlives_its_lease_changes_nothing_any_more(
    store: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    time, gate = Time(now), asyncio.Event()

    async def slow(_: Claimed) -> Outcome:
        await gate.wait()
        return Postponed("451")

    await queue(store, now, "a")
    async with delivering(store, {Medium.EMAIL: Says(slow)}, time):
        await reached(store, sending=1)
        time.now = now + outbox.LEASE + timedelta(seconds=1)
        async with delivering(store, {Medium.EMAIL: Says()}, time):  # another process, which thinks us dead
            await reached(store, uncertain=1)
        gate.set()
    await reached(store, uncertain=1)
    assert "delivery.claim_lost" in caplog.text


async def test_a_process_that_lives_judges_nothing_that_it_has_in_hand_itself(
    store: Store, now: datetime
) -> None:
    """The clock may jump, or the database be away for longer than a lease."""
    time, gate = Time(now), asyncio.Event()

    async def slow(_: Claimed) -> Outcome:
        await gate.wait()
        return Sent("250")

    await queue(store, now, "a")
    async with delivering(store, {Medium.EMAIL: Says(slow)}, time) as delivery:
        await reached(store, sending=1)
        time.now = now + outbox.LEASE + timedelta(seconds=1)
        delivery.wake()
        await queue(store, now, "slack", medium=Medium.SLACK)  # whatever the sweep does, it has done by then
        async with delivering(store, {Medium.SLACK: Says()}, time):
            await reached(store, sending=1, sent=1)
        gate.set()
        await reached(store, sent=2)


async def test_an_attempt_longer_than_a_lease_stays_its_workers_own(any_store: Store, now: datetime) -> None:
    time, gate = Time(now), asyncio.Event()

    async def slow(_: Claimed) -> Outcome:
        await gate.wait()
        return Sent("250")

    await queue(any_store, now, "a")
    async with delivering(any_store, {Medium.EMAIL: Says(slow)}, time, heartbeat=0.01):
        await reached(any_store, sending=1)
        async with delivering(any_store, {Medium.EMAIL: Says()}, time, owner="another") as other:
            for minutes in (2, 4, 6):
                time.now = now + timedelta(minutes=minutes)
                await extended(any_store, time.now)
                other.wake()
            gate.set()
            await reached(any_store, sent=1)


async def extended(store: Store, now: datetime) -> None:
    def until(session: Session) -> datetime | None:
        return session.exec(select(OutboxMessage.lease_until)).one()

    async with asyncio.timeout(10):
        while await store.read(until) != now + outbox.LEASE:
            await asyncio.sleep(0.005)


async def test_what_was_claimed_before_a_long_sleep_is_not_sent_beside_another(
    store: Store, now: datetime
) -> None:
    """Asleep between claim and first byte: another process may be sending it by now."""
    slept, loop_thread = timedelta(seconds=100), threading.current_thread()

    def clock() -> datetime:
        return (
            now + slept if threading.current_thread() is loop_thread else now
        )  # claims run in the store's thread

    def attempts(session: Session) -> int:
        return session.exec(select(OutboxMessage.attempt)).one()

    mail = Says()
    await queue(store, now, "a")
    async with delivering(store, {Medium.EMAIL: mail}, clock):
        async with asyncio.timeout(10):
            while await store.read(attempts) < 3:
                await asyncio.sleep(0.005)
        assert mail.sent == []
        slept = timedelta()
        await reached(store, sent=1)
    assert mail.sent == ["a"]


async def test_stopping_finishes_what_is_being_sent_and_begins_nothing(store: Store, now: datetime) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(_: Claimed) -> Outcome:
        begun.set()
        await gate.wait()
        return Sent("250")

    await queue(store, now, *(f"a:{n}" for n in range(5)))
    delivery = Delivery(
        store=store, senders={Medium.EMAIL: Says(slow)}, owner="w", clock=lambda: now, at_once=1
    )
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    await begun.wait()
    stop.set()
    await asyncio.sleep(0)
    gate.set()
    await running
    await reached(store, sent=1, queued=4)


async def test_stopping_waits_no_longer_than_its_deadline(
    store: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless(_: Claimed) -> Outcome:
        await asyncio.Event().wait()
        return Sent("never")

    await queue(store, now, "a")
    async with delivering(store, {Medium.EMAIL: Says(endless)}, lambda: now, stop_within=0.05):
        await reached(store, sending=1)
    assert "delivery.stopped_in_mid_send" in caplog.text
    await reached(store, sending=1)
    async with delivering(store, {Medium.EMAIL: Says()}, lambda: now + timedelta(seconds=1), alone=True):
        await reached(store, uncertain=1)


async def test_what_was_claimed_in_the_moment_of_stopping_is_put_back(store: Store, now: datetime) -> None:
    stop = asyncio.Event()
    mail = Says()
    delivery = Delivery(store=store, senders={Medium.EMAIL: mail}, owner="w", clock=lambda: now, at_once=1)
    await queue(store, now, "a")
    running = asyncio.create_task(delivery.run(stop))
    for _ in range(3):  # far enough for the claim to be on its way, not to have come back
        await asyncio.sleep(0)
    stop.set()
    await running
    await reached(store, queued=1)
    assert mail.sent == []


async def test_a_message_that_cannot_be_put_back_yet_breaks_off_nobody_elses_sending(
    store: Store,
    sqlite_url: str,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery_module, "FIRST_PAUSE", 0.01)
    begun, gate, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def slow(_: Claimed) -> Outcome:
        begun.set()
        await gate.wait()
        return Sent("250")

    def clock() -> datetime:
        if begun.is_set():  # the second claim is under way, in the store's thread: now we are told to stop
            loop.call_soon_threadsafe(stop.set)
        return now

    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN new.state = 'queued' "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    await queue(store, now, "first")
    delivery = Delivery(
        store=store, senders={Medium.EMAIL: Says(slow)}, owner="w", clock=clock, at_once=2, poll_seconds=600
    )
    running = asyncio.create_task(delivery.run(stop))
    await begun.wait()
    await queue(store, now, "second")
    delivery.wake()
    async with asyncio.timeout(20):
        while "delivery.store_failed" not in caplog.text:
            await asyncio.sleep(0.01)
    other.execute("DROP TRIGGER full")
    other.close()
    gate.set()
    await running
    await reached(store, sent=1, queued=1)


@pytest.mark.parametrize(
    "broken", ["new.state = 'sent'", "new.state = 'uncertain'", "new.lease_until < old.lease_until"]
)
async def test_a_database_that_fails_for_a_while_loses_no_outcome(
    sqlite_store: Store,
    sqlite_url: str,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    monkeypatch.setattr(delivery_module, "FIRST_PAUSE", 0.01)
    await interrupted(sqlite_store, now - timedelta(seconds=1), "interrupted")
    await queue(sqlite_store, now, "a")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute(
        f"CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN {broken} "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    mail = Says()
    async with delivering(sqlite_store, {Medium.EMAIL: mail}, lambda: now, alone=True):
        async with asyncio.timeout(10):
            while "delivery.store_failed" not in caplog.text:
                await asyncio.sleep(0.01)
        other.execute("DROP TRIGGER full")
        await reached(sqlite_store, sent=1, uncertain=1)
    other.close()
    assert mail.sent == ["a"]


async def test_a_closed_store_ends_the_loop(sqlite_store: Store, now: datetime) -> None:
    delivery = Delivery(
        store=sqlite_store, senders={Medium.EMAIL: Says()}, owner="w", clock=lambda: now, poll_seconds=0.01
    )
    running = asyncio.create_task(delivery.run(asyncio.Event()))
    await asyncio.sleep(0)
    await asyncio.to_thread(sqlite_store.close)
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(running, 10)
    assert caught.group_contains(StoreClosed)


async def test_two_processes_share_the_work(any_store: Store, database_url: str, now: datetime) -> None:
    keys = [f"answer:{n}" for n in range(60)]
    await queue(any_store, now, *keys)
    mail, other = Says(), await asyncio.to_thread(Store.open, database_url)
    try:
        async with (
            delivering(any_store, {Medium.EMAIL: mail}, lambda: now),
            delivering(other, {Medium.EMAIL: mail}, lambda: now),
        ):
            await reached(any_store, sent=60)
    finally:
        await asyncio.to_thread(other.close)
    assert sorted(mail.sent) == sorted(keys)


async def test_mail_goes_through_the_relay(store: Store, now: datetime) -> None:
    async with SmtpSink(Manner(drop_after=7)) as sink:
        sender = RelaySender(
            host="127.0.0.1", port=sink.port, security="none", user="", password="", hostname="us.example"
        )
        for n in range(30):
            draft = Draft(
                f"answer:{n}", Medium.EMAIL, "answer", f"member{n}@member.example", "r@cluster.example",
                body=b"Subject: x\r\n\r\nHello\r\n",
            )  # fmt: skip
            await store.write(outbox.enqueue, draft, now=now)
        async with delivering(store, {Medium.EMAIL: sender}, lambda: now):
            await reached(store, sent=30)
        await sender.close()
    assert len({taken.recipient for taken in sink.taken}) == len(sink.taken) == 30


def test_a_restart_under_the_same_name_is_somebody_else(sqlite_store: Store, now: datetime) -> None:
    def owner() -> str:
        return Delivery(store=sqlite_store, senders={}, owner="host:1", clock=lambda: now).owner

    assert owner() != owner()
