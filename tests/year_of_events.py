"""A year of quarterly events and everything people do about them, told beforehand: `python -m tests.year_of_events …` lives it.

The process may be killed at any point and started again: it goes on where it was. What left is in a file of its own, a line
a message, written as a relay would: before the sender knows.
"""

import asyncio
import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.events.attending import respond
from bot.assistant.events.planning import announce, cancel, change, plan
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from scheduler.events import keep_events
from store import outbox
from store.events.inviting import Audience, to_keep
from store.inbox import Arrival, receive
from store.introductions.rules import Rules
from store.kinds import Medium, Rsvp, StaffRole
from store.models import Event
from store.outcome import Sent, Unknown
from store.people import by_id
from store.store import Store
from tests.doubles.carrier import DoubleCarrier, carried
from tests.factories import NOW, add_person

HOUSE = House("Harrowdale", Rules(), Letterbox({Medium.EMAIL: DoubleCarrier(Medium.EMAIL)}))
TEAM = 1  # the person who plans
NEAR = timedelta(days=2, hours=6)  # before an event the clock goes in hours, else in quarter days
FINE, COARSE, SLOW = timedelta(hours=1), timedelta(hours=6), timedelta(days=1)
PLANNED = timedelta(days=40)  # before it starts
THANKED = timedelta(days=4)  # within these after it, whatever the weekend


@dataclass(frozen=True, slots=True)
class Planned:
    """An event of the year: when it is (UTC), how many seats, and whether and to when it moves, or is cancelled."""

    title: str
    starts_at: datetime
    capacity: int | None = None
    moves_to: datetime | None = None
    cancelled: bool = False

    @property
    def changes_at(self) -> datetime:
        return self.starts_at - timedelta(days=20)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does, and when. `answer` None: the team moves or cancels it, or (`what`) plans it."""

    at: datetime
    what: str  # "plan", "change", "answer"
    event: int  # its place in the year
    who: int = TEAM
    answer: Rsvp = Rsvp.NONE


def _utc(wall: str) -> datetime:
    """Of a London wall clock, written with its offset: nothing here may lean on what is tested."""
    return datetime.fromisoformat(wall).astimezone(NOW.tzinfo)


YEAR = (
    Planned("Winter evening", _utc("2027-01-28T17:30+00:00")),
    Planned(
        "Spring evening", _utc("2027-03-25T17:30+00:00"), moves_to=_utc("2027-03-29T17:30+01:00")
    ),  # the clocks go forward on the 28th
    Planned("Summer workshop", _utc("2027-07-22T12:30+01:00"), capacity=12),
    Planned("Flooded evening", _utc("2027-09-09T17:30+01:00"), cancelled=True),
    Planned(
        "Autumn evening", _utc("2027-10-28T17:30+01:00"), moves_to=_utc("2027-11-02T17:30+00:00")
    ),  # and back
    Planned("Leap evening", _utc("2028-02-28T17:30+00:00"), moves_to=_utc("2028-02-29T17:30+00:00")),
)
END = _utc("2028-03-05T12:00+00:00")


def deeds(people: int, seed: int) -> list[Deed]:
    """Everything that happens in the year, in order. People 2 … `people` + 1 answer, some of them more than once."""
    chance = random.Random(seed)
    found = []
    for place, event in enumerate(YEAR):
        announced = event.starts_at - PLANNED
        found.append(Deed(announced, "plan", place))
        if event.moves_to or event.cancelled:
            found.append(Deed(event.changes_at, "change", place))
        span = int((event.starts_at - announced).total_seconds()) - 7200
        for who in range(2, people + 2):
            for _ in range(chance.choice([0, 1, 1, 1, 2])):
                when = announced + timedelta(seconds=chance.randrange(3600, span))
                answer = chance.choice([Rsvp.YES, Rsvp.YES, Rsvp.YES, Rsvp.NO, Rsvp.MAYBE])
                found.append(Deed(when, "answer", place, who, answer))
    return sorted(found, key=lambda deed: (deed.at, deed.event, deed.who))


def ticks() -> Iterator[datetime]:
    starts = [each for event in YEAR for each in (event.starts_at, event.moves_to) if each]
    now = NOW.replace(minute=0)
    while now < END:
        step = FINE if any(now < each + FINE and each - NEAR < now + COARSE for each in starts) else COARSE
        if not any(each - PLANNED - SLOW < now < each + THANKED for each in starts):
            step = SLOW  # nothing is planned: nothing can be due
        now += step
        yield now


def furnish(session: Session, people: int) -> None:
    assert add_person(session, name="Sam Reed", staff_role=StaffRole.STAFF, newsletters=False) == TEAM
    for number in range(2, people + 2):
        add_person(session, name=f"Member {number}", addresses=[f"m{number}@members.example"])


def do(session: Session, deed: Deed, name: str) -> None:
    """Once, whatever is killed: the deed's name and what it does are one transaction."""
    if receive(session, Arrival(Medium.WEB, name, "deed"), now=deed.at) is None:
        return
    act = Act(by_id(session, deed.who), Medium.SLACK, name, HOUSE, deed.at)
    planned = YEAR[deed.event]
    match deed.what:
        case "plan":
            fields: dict[str, Any] = {
                "title": planned.title, "starts_at": planned.starts_at, "capacity": planned.capacity,
                "zone": "Europe/London", "audience": to_keep(Audience(everyone=True)),
            }  # fmt: skip
            told = plan(session, fields, act)
            assert told.about is not None, told.text
            assert announce(session, told.about, act).done
        case "change" if planned.cancelled:
            assert cancel(session, event_id(session, deed.event), "", act).done
        case "change":
            assert change(session, event_id(session, deed.event), {"starts_at": planned.moves_to}, act).done
        case _:
            respond(session, event_id(session, deed.event), deed.answer, act)


def event_id(session: Session, place: int) -> int:
    found = session.exec(select(Event.id).where(Event.title == YEAR[place].title)).one()
    assert found is not None
    return found


async def live(
    store: Store, people: int, seed: int, *, record: Path, since: datetime, done: Path | None
) -> None:
    """From `since` to the end. After every tick the time goes into `done`, where the next one begins."""
    todo = deeds(people, seed)
    before = since - COARSE
    for now in ticks():
        if now <= since:
            continue
        for number, deed in enumerate(todo):
            if before < deed.at <= now:
                await store.write(do, deed, f"deed:{number}")
        await keep_events(store, HOUSE, now=now)
        await deliver(store, now, record)
        if done is not None:
            _note(done, now)
        before = now


def _note(done: Path, now: datetime) -> None:
    written = done.with_suffix(".new")
    written.write_text(now.isoformat())
    os.replace(written, done)  # a kill leaves the one or the other, never half of it


async def deliver(store: Store, now: datetime, record: Path, *, owner: str = "year") -> None:
    while taken := await store.write(_claim, now, owner):
        for message in taken:
            letter = carried(message, at=now)
            line = {
                "key": letter.key,
                "readers": letter.readers,
                "at": now.isoformat(),
                "kind": letter.letter.kind.value,
            }
            handle = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, f"{json.dumps(line)}\n".encode())
            os.close(handle)
            await store.write(outbox.settle, message, Sent("ok"), now=now)


def _claim(session: Session, now: datetime, owner: str) -> tuple[outbox.Claimed, ...]:
    return outbox.claim(session, owner=owner, media=[Medium.EMAIL], now=now)


def in_doubt(session: Session, now: datetime) -> None:
    """What a kill interrupted may or may not have left: as the delivery does, it is left to a person."""
    outbox.end_leases(session, now=now)
    give_up(session, now)


def _noted(done: Path) -> datetime:
    return datetime.fromisoformat(done.read_text()) if done.exists() else NOW


async def go_on(url: str, people: int, seed: int, folder: Path) -> None:
    store = Store.open(url)
    done = folder / "time"
    since = _noted(done)
    try:
        await store.write(in_doubt, since + 2 * SLOW)  # what was interrupted was taken at the tick after that
        await live(store, people, seed, record=folder / "left.jsonl", since=since, done=done)
    finally:
        store.close()


async def beside(url: str, owner: str, folder: Path) -> None:
    """One of several schedulers on a database: told each time on its standard input, it does what is due and says so."""
    store = Store.open(url)
    print("ready", flush=True)  # noqa: T201 - whoever started it reads it
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            now = datetime.fromisoformat(line.strip())
            await store.write(give_up, now)
            await keep_events(store, HOUSE, now=now)
            await deliver(store, now, folder / "left.jsonl", owner=owner)
            print("done", flush=True)  # noqa: T201
    finally:
        store.close()


def give_up(session: Session, now: datetime) -> None:
    """What another took and never settled, once its lease is over."""
    for message in outbox.lapsed(session, now=now):
        outbox.settle(session, message, Unknown("interrupted"), now=now)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, "beside", owner, folder]:
            asyncio.run(beside(url, owner, Path(folder)))
        case [url, people, seed, folder]:
            asyncio.run(go_on(url, int(people), int(seed), Path(folder)))
