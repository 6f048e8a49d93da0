"""The clock and its table of jobs."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.assistant.house import House
from scheduler.schedule import Clock, Job, regular_jobs
from store import inbox, outbox
from store.inbox import Arrival
from store.kinds import Medium
from store.outbox import Draft
from store.outcome import Sent
from store.store import Store

NOW_AND_THEN = timedelta(seconds=0.02)


class Counter:
    def __init__(self, fails: int = 0) -> None:
        self.runs = 0
        self.fails = fails
        self.enough = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        if self.runs >= 3:
            self.enough.set()
        if self.runs <= self.fails:
            raise ValueError("broken job")


async def test_a_job_runs_again_and_again_until_the_clock_stops() -> None:
    job = Counter()
    clock = Clock([Job("count", every=NOW_AND_THEN, run=job)])
    clock.start()
    await asyncio.wait_for(job.enough.wait(), 10)
    await clock.stop()
    runs = job.runs
    await asyncio.sleep(0.1)
    assert job.runs == runs
    await clock.stop()


async def test_a_job_that_fails_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    job = Counter(fails=2)
    clock = Clock([Job("shaky", every=NOW_AND_THEN, run=job)])
    clock.start()
    await asyncio.wait_for(job.enough.wait(), 10)
    await clock.stop()
    [first, *_] = [record for record in caplog.records if record.message == "schedule.job_failed"]
    assert vars(first)["job"] == "shaky"
    assert first.exc_info is not None


async def test_a_job_never_runs_beside_itself_and_holds_up_no_other() -> None:
    gate, beside = asyncio.Event(), Counter()
    running = 0

    async def slow() -> None:
        nonlocal running
        running += 1
        assert running == 1
        await gate.wait()
        running -= 1

    clock = Clock([Job("slow", every=NOW_AND_THEN, run=slow), Job("beside", every=NOW_AND_THEN, run=beside)])
    clock.start()
    await asyncio.wait_for(beside.enough.wait(), 10)
    assert running == 1
    stopping = asyncio.create_task(clock.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert running == 0, "what runs is finished before the clock stops"


async def test_stopping_waits_no_longer_than_it_is_told() -> None:
    begun = asyncio.Event()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    clock = Clock([Job("endless", every=NOW_AND_THEN, run=endless)])
    clock.start()
    await asyncio.wait_for(begun.wait(), 10)
    await asyncio.wait_for(clock.stop(within=0.01), 10)


async def test_the_first_run_may_come_sooner() -> None:
    job = Counter(fails=0)
    clock = Clock([Job("early", every=timedelta(hours=6), run=job, first_after=timedelta(0))])
    clock.start()
    async with asyncio.timeout(10):
        while job.runs == 0:
            await asyncio.sleep(0.01)
    await clock.stop()
    assert job.runs == 1


async def test_the_regular_jobs_wake_the_sender_and_forget_old_contents(store: Store, now: datetime) -> None:
    then = now - timedelta(days=31)
    item = await store.write(inbox.receive, Arrival(Medium.EMAIL, "<1>", "mail", raw=b"Hi"), now=then)
    assert item is not None
    await store.write(inbox.finish, item, "answered", now=then)
    draft = Draft("answer:1", Medium.EMAIL, "answer", "ada@member.example", body=b"Hi")
    sent = await store.write(outbox.enqueue_claimed, draft, owner="w", now=then)
    assert sent is not None
    await store.write(outbox.settle, sent, Sent("250"), now=then)
    woken: list[bool] = []

    table = {
        job.name: job
        for job in regular_jobs(
            store=store, house=House(), wake=lambda: woken.append(True), clock=lambda: now
        )
    }
    assert set(table) == {
        "tick",
        "housekeeping",
        "introductions",
        "events",
        "undelivered",
        "campaigns",
        "newsletter",
    }
    for _ in range(2):
        await table["tick"].run()
        await table["housekeeping"].run()
    assert woken == [True, True]
    before = now - timedelta(days=30)
    assert await store.write(inbox.forget_contents, before=before) == 0
    assert await store.write(outbox.forget_contents, before=before) == 0
