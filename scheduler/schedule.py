"""When things happen: the table of jobs, and the clock that runs them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.assistant.house import House
from scheduler.campaigns import Campaigns
from scheduler.events import keep_events
from scheduler.housekeeping import tidy
from scheduler.introductions import move_on
from scheduler.newsletter import publish
from scheduler.undelivered import tell_staff
from store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again. It holds no state: it finds out what is due, and may run late or twice."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    first_after: timedelta | None = None  # None: after one interval


def regular_jobs(
    *, store: Store, house: House, wake: Callable[[], None], clock: Callable[[], datetime]
) -> tuple[Job, ...]:
    """What happens without anybody asking."""

    under_way = Campaigns(store, house, clock=clock)

    async def tick() -> None:
        wake()

    async def campaigns() -> None:
        if await under_way.run():
            wake()

    async def housekeeping() -> None:
        await tidy(store, now=clock())

    async def introductions() -> None:
        if await move_on(store, house, now=clock()):
            wake()

    async def events() -> None:
        if await keep_events(store, house, now=clock()):
            wake()

    async def undelivered() -> None:
        if await tell_staff(store, house, now=clock()):
            wake()

    async def newsletter() -> None:
        await publish(store, now=clock())

    return (
        Job("newsletter", every=timedelta(minutes=1), run=newsletter, first_after=timedelta(seconds=20)),
        Job("undelivered", every=timedelta(minutes=5), run=undelivered, first_after=timedelta(minutes=2)),
        Job("campaigns", every=timedelta(seconds=5), run=campaigns, first_after=timedelta(seconds=3)),
        Job("events", every=timedelta(seconds=15), run=events, first_after=timedelta(seconds=6)),
        Job(
            "introductions", every=timedelta(seconds=15), run=introductions, first_after=timedelta(seconds=5)
        ),
        Job("tick", every=timedelta(seconds=10), run=tick),
        Job("housekeeping", every=timedelta(hours=6), run=housekeeping, first_after=timedelta(minutes=1)),
    )


class Clock:
    """Runs jobs at their intervals on the running loop. What is due is in the database; this only says "now"."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = tuple(jobs)
        self._scheduler: AsyncIOScheduler | None = None
        self._running: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin. To be called on the loop, once."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for job in self._jobs:
            begin = {} if job.first_after is None else {"next_run_time": datetime.now(UTC) + job.first_after}
            scheduler.add_job(
                self._run, "interval", args=[job], id=job.name, name=job.name,
                seconds=job.every.total_seconds(), coalesce=True, max_instances=1, misfire_grace_time=None,
                **begin,
            )  # fmt: skip
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self, within: float = 10.0) -> None:
        """Start nothing more, and wait for what runs, `within` seconds at most. Safe to repeat."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return
        scheduler.pause()
        if self._running:
            await asyncio.wait(set(self._running), timeout=within)
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # it shuts down in the loop's next turn

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - narrows the type: a coroutine runs in a task
        self._running.add(task)
        try:
            await job.run()
        except Exception:
            log.exception(
                "schedule.job_failed", extra={"job": job.name}
            )  # and it runs again at its next time
        finally:
            self._running.discard(task)
