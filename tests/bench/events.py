"""How long a tick over many events takes, how long it keeps others from writing, and what a calendar feed costs."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import TypeVar

import icalendar
from sqlalchemy import text
from sqlmodel import Session

from bot.assistant.events.calendars import Mailbox, feed
from bot.assistant.events.entries import Happening
from bot.assistant.events.feeds import open_events, own_events
from bot.assistant.events.ticking import due
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.letters import MailCarrier
from mail.render.reply import From
from store.introductions.rules import Rules
from store.kinds import Medium
from store.store import Store
from tests.bench.events_region import attendances, one_that_is_due, seed
from tests.bench.memory import peak

PEOPLE, EVENTS = 1_000, 1_000
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HELD = 50  # milliseconds that a tick may keep others from writing at a stretch
OWN = Mailbox("ask@cluster.example", "whodoes · Harrowdale")
HOUSE = House("Harrowdale", Rules(), Letterbox({Medium.EMAIL: MailCarrier(From(OWN.address, OWN.name))}))
RUNS = 5
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ticked:
    """One tick, in milliseconds: all of it, finding what is due, and the transactions that write."""

    whole: float
    finding: float
    writes: tuple[float, ...]

    @property
    def usual(self) -> float:
        return median(self.writes) if self.writes else 0.0

    @property
    def longest(self) -> float:
        return max(self.writes, default=0.0)


def report() -> Iterator[str]:
    yield from asyncio.run(measured(PEOPLE, EVENTS))


async def measured(people: int, events: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="whodoes-bench-") as folder:
        store = Store.open(f"sqlite:///{folder}/events.sqlite3")
        try:
            await store.write(seed, people, events, now=NOW)
            rows = await store.read(attendances)
            lines = [f"Events on SQLite: {events:,} events × {people:,} people, {rows:,} attendances:"]
            lines += await _ticks(store, people)
            lines += await _feeds(store)
            return [*lines, f"  at most {peak():.0f} MB"]
        finally:
            store.close()


async def _ticks(store: Store, people: int) -> list[str]:
    nothing = min([await ticked(store, NOW) for _ in range(RUNS)], key=lambda each: each.whole)
    bare = min([await _timed(store, _scan) for _ in range(RUNS)])
    await store.write(one_that_is_due, starts_at=NOW + timedelta(days=2), now=NOW - timedelta(days=1))
    full = await ticked(store, NOW)
    written = await store.read(_queued)
    bare_written = await _rewritten(store)
    over = "" if full.longest <= HELD else "!"
    return [
        f"  a tick with nothing due      {nothing.whole:8.1f} ms; reading all events by bare SQL {bare:.1f} ms",
        f"  a tick with a reminder due to {people:,}: {full.whole / 1000:.2f} s, {written:,} letters, "
        f"{full.whole / max(1, written):.2f} ms each; their rows written by bare SQL {bare_written:.0f} ms",
        f"      {len(full.writes)} transactions, half of them within {full.usual:.0f} ms, the longest {full.longest:.0f} ms ({HELD}){over}; finding what is due {full.finding:.1f} ms",
    ]


async def ticked(store: Store, now: datetime) -> Ticked:
    """As the scheduler does it, each transaction timed where it runs."""
    began = time.perf_counter()
    steps = await store.read(due, HOUSE, now)
    finding = time.perf_counter() - began
    writes = []
    for each in steps:
        place: int | None = 0
        while place is not None:
            place, milliseconds = await store.write(_step, each.do, place)
            writes.append(milliseconds)
    return Ticked(1000 * (time.perf_counter() - began), 1000 * finding, tuple(writes))


def _step(session: Session, do: Callable[[Session, int], int | None], place: int) -> tuple[int | None, float]:
    began = time.perf_counter()
    reached = do(session, place)
    session.flush()
    return reached, 1000 * (time.perf_counter() - began)


async def _feeds(store: Store) -> list[str]:
    return [
        await _feed(store, "the public feed", partial(open_events, now=NOW)),
        await _feed(store, "a person's feed", partial(own_events, person_id=1, now=NOW)),
    ]


async def _feed(store: Store, name: str, read: Callable[[Session], tuple[Happening, ...]]) -> str:
    reading = min([await _timed(store, read) for _ in range(RUNS)])
    told = await store.read(read)
    cold, text = _spent(lambda: feed(told, OWN, name=name, now=NOW))
    warm = min(_spent(lambda: feed(told, OWN, name=name, now=NOW))[0] for _ in range(RUNS))
    calendar = icalendar.Calendar.from_ical(text)
    bare = min(_spent(calendar.to_ical)[0] for _ in range(RUNS))
    tag, _ = _spent(lambda: hash(repr(told)))
    return (
        f"  {name}, {len(told):,} events, {len(text) / 1024:.0f} kB: {reading:.0f} ms to read + {cold:.0f} ms to write, {warm:.0f} again "
        f"(the library alone writes the same in {bare:.0f} ms); not changed since: {reading + tag:.0f} ms"
    )


async def _timed(store: Store, read: Callable[[Session], object]) -> float:
    began = time.perf_counter()
    await store.read(read)
    return 1000 * (time.perf_counter() - began)


def _spent(work: Callable[[], R]) -> tuple[float, R]:
    began = time.perf_counter()
    made = work()
    return 1000 * (time.perf_counter() - began), made


def _scan(session: Session) -> int:
    rows = session.execute(
        text("SELECT id, starts_at, ends_at, zone, reminders FROM event WHERE state = 'open'")
    )
    return len(rows.all())


def _queued(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM outbox")).scalar_one())


async def _rewritten(store: Store) -> float:
    """What the same rows cost a database that is only told to copy them."""

    def copied(session: Session) -> float:
        session.execute(text("CREATE TABLE bare AS SELECT * FROM outbox WHERE 0"))
        began = time.perf_counter()
        session.execute(text("INSERT INTO bare SELECT * FROM outbox"))
        spent = 1000 * (time.perf_counter() - began)
        session.execute(text("DROP TABLE bare"))
        return spent

    return await store.write(copied)
