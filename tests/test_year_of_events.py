"""A year of events lived with an injected clock: every reminder once, at its wall-clock time, to exactly the right people."""

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil import tz
from sqlmodel import Session, select

from bot.assistant.letters import LetterKind
from scheduler.events import keep_events
from store.kinds import Medium, OutboxState, Rsvp, Seat
from store.models import Attendance, LetterRecord, OutboxMessage
from store.store import Store
from tests.factories import NOW
from tests.whodoes_process import ROOT
from tests.year_of_events import (
    COARSE,
    FINE,
    HOUSE,
    YEAR,
    Deed,
    Planned,
    deeds,
    deliver,
    do,
    event_id,
    furnish,
    live,
    ticks,
)

LONDON = tz.gettz("Europe/London")  # another library's than the code's
PEOPLE, SEED = 15, 20


def due(event: Planned, name: str) -> datetime:
    """When a reminder is due, by the wall clock: all events here keep out of quiet hours."""
    assert LONDON is not None
    wall = (event.moves_to or event.starts_at).astimezone(LONDON).replace(tzinfo=None)
    earlier = wall - (timedelta(days=14) if name.startswith("14d") else timedelta(days=2))
    if name.startswith("2h"):
        earlier = wall - timedelta(hours=2)
    return earlier.replace(tzinfo=LONDON).astimezone(NOW.tzinfo)


def thanked(event: Planned) -> datetime:
    """When guests are thanked: at ten on the next day but a Saturday or Sunday."""
    assert LONDON is not None
    day = (event.moves_to or event.starts_at).astimezone(LONDON).date() + timedelta(days=1)
    day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    return datetime.combine(day, time(10), LONDON).astimezone(NOW.tzinfo)


def expected(
    place: int, people: int, todo: list[Deed], *, late: timedelta = timedelta()
) -> Counter[tuple[str, int]]:
    """(reminder, person) of one event without a limit of seats, from what people did alone.

    `late`: how long after it was due the clock may have come by: whoever answered in between need not have it.
    """
    event = YEAR[place]
    found: Counter[tuple[str, int]] = Counter()
    if event.cancelled:
        return found
    for who in range(2, people + 2):
        theirs = [each for each in todo if (each.what, each.event, each.who) == ("answer", place, who)]
        if not any(each.at <= due(event, "14d") + late for each in theirs):
            found["14d unanswered", who] += 1
        for name in ("2d going", "2h going"):
            by = due(event, name)
            if seated(theirs, by) and not any(by < each.at <= by + late for each in theirs):
                found[name, who] += 1
        if seated(theirs, thanked(event)):
            found["thanks", who] += 1
    return found


def _may_sit(todo: list[Deed], place: int, who: int) -> bool:
    """Whose last word by then was no has no seat, whatever the waiting list did."""
    by = due(YEAR[place], "2h")
    said = [
        each.answer
        for each in todo
        if (each.what, each.event, each.who) == ("answer", place, who) and each.at <= by
    ]
    return bool(said) and [each for each in said if each is not Rsvp.MAYBE][-1:] != [Rsvp.NO]


def seated(theirs: list[Deed], by: datetime) -> bool:
    """A yes gives a seat, a no takes it, a perhaps leaves it as it is."""
    has = False
    for each in theirs:
        if each.at <= by:
            has = {Rsvp.YES: True, Rsvp.NO: False}.get(each.answer, has)
    return has


def reminded(folder: Path) -> dict[str, list[tuple[str, int, datetime]]]:
    """What left: for each event (by its id in the key) reminder, reader, when."""
    found: dict[str, list[tuple[str, int, datetime]]] = {}
    for line in (folder / "left.jsonl").read_text().splitlines():
        told = json.loads(line)
        if told["kind"] not in {LetterKind.REMINDER.value, LetterKind.THANKS.value}:
            continue
        event, name = about(told["key"])
        [reader] = told["readers"]
        found.setdefault(event, []).append((name, reader, datetime.fromisoformat(told["at"])))
    return found


def about(key: str) -> tuple[str, str]:
    """Of a letter's key, the event and what it is: "2d going", "thanks"."""
    kind, event, *rest = key.removeprefix("letter:").split(":")
    return event, "thanks" if kind == "event-thanks" else rest[0]


async def check(store: Store, folder: Path, people: int, *, doubts: int = 0) -> None:
    todo = deeds(people, SEED)
    left = reminded(folder)
    uncertain = await store.read(_uncertain)
    assert len(uncertain) <= doubts
    for place, event in enumerate(YEAR):
        number = await store.read(event_id, place)
        mine = left.get(str(number), [])
        have = Counter((name, reader) for name, reader, _ in mine)
        if event.capacity is None:
            missing = expected(place, people, todo, late=COARSE) - have
            assert have - expected(place, people, todo) == Counter(), f"{event.title}: too many"
            assert {f"{number}:{name}:{who}" for name, who in missing} <= uncertain, f"{event.title}: too few"
        else:
            going = await store.read(_going, number, due(event, "2h"))
            assert {who for name, who in have if name == "2h going"} | _of(uncertain, number) >= going
            assert {who for name, who in have if name == "thanks"} | _of(uncertain, number) >= going
            assert max(have.values()) == 1
            reached = {who for name, who in have if name in {"2h going", "thanks"}}
            assert len(reached) <= event.capacity, f"{event.title}: more than there are seats"
            said_no = {who for who in reached if not _may_sit(todo, place, who)}
            assert not said_no, f"{event.title}: reminded after their no"
        for name, reader, when in mine:
            if name == "thanks":
                assert thanked(event) <= when < thanked(event) + COARSE, f"{event.title}, {reader}"
                continue
            assert due(event, name) <= when < due(event, name) + COARSE, f"{event.title}, {name}, {reader}"
            assert not name.startswith("2h") or when < due(event, name) + FINE


def _uncertain(session: Session) -> set[str]:
    """event:reminder:person of what may or may not have left, thanks among it."""
    rows = session.exec(
        select(LetterRecord.key, LetterRecord.person_id)
        .join(OutboxMessage, OutboxMessage.dedup_key == LetterRecord.outbox_key)  # type: ignore[arg-type]
        .where(OutboxMessage.state == OutboxState.UNCERTAIN, OutboxMessage.medium == Medium.EMAIL)
    )
    told = [(about(key), who) for key, who in rows if key.startswith(("event-reminder:", "event-thanks:"))]
    return {f"{event}:{name}:{who}" for (event, name), who in told}


def _of(uncertain: set[str], number: int) -> set[int]:
    return {int(each.rpartition(":")[2]) for each in uncertain if each.startswith(f"{number}:")}


def _going(session: Session, number: int, by: datetime) -> set[int]:
    rows = session.exec(select(Attendance).where(Attendance.event_id == number, Attendance.seat == Seat.HELD))
    return {row.person_id for row in rows if row.person_id and row.seat_since and row.seat_since <= by}


async def lived(url: str, people: int, folder: Path, *, kills: int, seconds: float) -> None:
    """The year in a process of its own, killed so many times at random points, and started again each time."""
    chance = random.Random(kills)
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.year_of_events", url, str(people), str(SEED), str(folder),
            cwd=ROOT, stderr=PIPE,
        )  # fmt: skip
        try:
            _, errors = await asyncio.wait_for(
                process.communicate(), chance.uniform(1.0, seconds) if kills > 0 else 600
            )
            assert process.returncode == 0, errors.decode()
            return
        except TimeoutError:
            kills -= 1
            process.kill()
            await process.wait()


async def test_a_year_of_events_reminds_once_and_on_time(store: Store, tmp_path: Path) -> None:
    await store.write(furnish, PEOPLE)
    await live(store, PEOPLE, SEED, record=tmp_path / "left.jsonl", since=NOW, done=None)
    await check(store, tmp_path, PEOPLE)


async def test_kills_lose_no_reminder_and_double_none(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    await sqlite_store.write(furnish, PEOPLE)
    await lived(sqlite_url, PEOPLE, tmp_path, kills=5, seconds=4.0)
    await check(sqlite_store, tmp_path, PEOPLE, doubts=5)


async def test_two_schedulers_on_one_database_remind_once(postgres_url: str, tmp_path: Path) -> None:
    """At every tick both look at once, and both send."""
    stores = [Store.open(postgres_url), Store.open(postgres_url)]
    try:
        await stores[0].write(furnish, PEOPLE)
        todo, before = list(enumerate(deeds(PEOPLE, SEED))), NOW - COARSE
        for now in ticks():
            for number, deed in todo:
                if before < deed.at <= now:
                    await stores[0].write(do, deed, f"deed:{number}")
            await asyncio.gather(*(keep_events(each, HOUSE, now=now) for each in stores))
            await asyncio.gather(
                *(
                    deliver(each, now, tmp_path / "left.jsonl", owner=str(number))
                    for number, each in enumerate(stores)
                )
            )
            before = now
        await check(stores[0], tmp_path, PEOPLE)
    finally:
        for each in stores:
            each.close()


def busy() -> list[int]:
    """The ticks at which reminders or thanks are due, by their place."""
    slots = [due(event, name) for event in YEAR for name in ("14d", "2d", "2h")] + [*map(thanked, YEAR)]
    return [at for at, now in enumerate(ticks()) if any(each <= now < each + FINE for each in slots)]


class Beside:
    """A scheduler in a process of its own, which may be killed in the midst of a tick and is started again."""

    def __init__(self, url: str, name: str, folder: Path) -> None:
        self._arguments = (sys.executable, "-m", "tests.year_of_events", url, "beside", name, str(folder))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        await self._says("ready")

    async def tick(self, now: datetime, *, killed_after: float | None = None) -> None:
        """`killed_after`: so many seconds, whatever it is at; another lives and the tick is told to it again."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{now.isoformat()}\n".encode())
        await self._process.stdin.drain()
        if killed_after is None:
            await self._says("done")
            return
        await asyncio.sleep(killed_after)
        await self.end()
        await self.start()
        await self.tick(now)

    async def end(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def _says(self, word: str) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            assert (await self._process.stdout.readline()).decode().strip() == word


async def test_two_scheduler_processes_that_are_killed_remind_once(postgres_url: str, tmp_path: Path) -> None:
    """Each tick is told to both at once; now and then one of them is killed in its midst."""
    chance, kills = random.Random(SEED), 12
    store = Store.open(postgres_url)
    both = [Beside(postgres_url, name, tmp_path) for name in ("one", "two")]
    try:
        await store.write(furnish, PEOPLE)
        await asyncio.gather(*(each.start() for each in both))
        todo, before = list(enumerate(deeds(PEOPLE, SEED))), NOW - COARSE
        struck = set(chance.sample(busy(), kills))
        for at, now in enumerate(ticks()):
            for number, deed in todo:
                if before < deed.at <= now:
                    await store.write(do, deed, f"deed:{number}")
            after = chance.uniform(0.005, 0.08) if at in struck else None
            chance.shuffle(both)
            await asyncio.gather(both[0].tick(now, killed_after=after), both[1].tick(now))
            before = now
        await check(store, tmp_path, PEOPLE, doubts=kills * 20)
    finally:
        await asyncio.gather(*(each.end() for each in both))
        store.close()


@pytest.mark.torture
async def test_a_thousand_people_and_many_kills(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    await sqlite_store.write(furnish, 1000)
    await lived(sqlite_url, 1000, tmp_path, kills=40, seconds=12.0)
    await check(sqlite_store, tmp_path, 1000, doubts=40)
