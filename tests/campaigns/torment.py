"""A broadcast whose senders are killed and frozen while a relay and a Slack, each a process of its own, keep the count."""

import asyncio
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.errors import StoreError
from store.kinds import RecipientState
from store.models import CampaignRecipient, Person
from store.store import Store
from tests.campaigns import checker, region

POSTS_AT_ONCE = 4
KILLED, DONE = f"ended {int(signal.SIGKILL)}", "ended 0"
LOOKS = 50
PATIENCE = 300  # seconds for a broadcast to come to its end

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Setting:
    """How many there are, and how the relay behaves. `speed`: of the senders' clock."""

    readers: int = 1000
    in_slack: int = 40
    channels: int = 3
    faults: float = 0.3
    slow: float = 0.03
    speed: int = 60
    senders: int = 1
    connections: int = 2
    at_once: int = 2  # mails a connection
    seed: int = 7

    @property
    def in_flight(self) -> int:
        """Mails that one sender has in hand at most."""
        return self.connections * self.at_once


@dataclass(frozen=True, slots=True)
class Running:
    pid: int
    point: str  # where it ends itself, if anywhere


@dataclass(slots=True)
class Torment:
    url: str
    setting: Setting
    folder: Path
    store: Store
    campaign: int
    author: int
    senders: tuple[Process, ...]
    chance: random.Random
    running: dict[int, "Running"] = field(default_factory=dict)  # by sender
    opted_out: set[str] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)  # by where it was
    resumed: int = 0
    over: bool = False  # everybody has it

    async def do(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """In the database; again where it was away just then, or its connections were cut."""
        for _ in range(LOOKS):
            with suppress(StoreError):
                return await self.store.write(fn, *args, **kwargs)
            await asyncio.sleep(0.1)
        return await self.store.write(fn, *args, **kwargs)

    @property
    def relay(self) -> Path:
        return self.folder / "relay.jsonl"

    async def begin(self, sender: int = 0, *, point: str = "", nth: int = 1) -> None:
        """Where there is a point, it ends itself there."""
        process = self.senders[sender]
        assert process.stdin is not None
        process.stdin.write(json.dumps({"point": point, "nth": nth}).encode() + b"\n")
        pid = int((await line_of(process)).removeprefix("begun "))
        self.running[sender] = Running(pid, point)

    async def kill(self, sender: int = 0) -> None:
        """Wherever it is; it may have ended itself before, or be through with everything."""
        running, where = self.running.pop(sender), "anywhere"
        try:
            os.kill(running.pid, signal.SIGKILL)
        except ProcessLookupError:
            where = running.point
        how = await line_of(self.senders[sender])
        assert how in {KILLED, DONE}, how
        if how == KILLED:
            self.kills[where] += 1
        else:
            self.over = True

    async def kill_anywhere(self, sender: int = 0, *, most: int = 6) -> None:
        """After a few mails more, or none, and then in the middle of whatever it does."""
        await self.grown_by(self.chance.randint(0, most))
        await asyncio.sleep(self.chance.uniform(0, 0.03))  # where it is killed is left to chance
        await self.kill(sender)

    async def die_at(self, point: str, *, nth: int = 1, most: int = 8) -> None:
        """Ends itself there; where it has not come by after so many mails more, it is killed where it is."""
        await self.begin(point=point, nth=nth)
        await self.grown_by(most, unless=self.running[0].pid, within=4)
        await self.kill()

    async def freeze(self, sender: int, seconds: float) -> None:
        """Until others have taken what it has; it then wakes, and must change nothing."""
        with suppress(ProcessLookupError):
            os.kill(self.running[sender].pid, signal.SIGSTOP)
            await asyncio.sleep(seconds)
            os.kill(self.running[sender].pid, signal.SIGCONT)
            self.kills["frozen"] += 1  # what it had in hand is as uncertain as after a kill

    async def grown_by(self, mails: int, *, unless: int = 0, within: float = 1) -> None:
        """When the relay has so many more, if ever; or that process is gone."""
        wanted = self.taken() + mails
        for _ in range(int(within / 0.01)):
            if self.taken() >= wanted or (unless and not is_there(unless)):
                return
            await asyncio.sleep(0.01)

    def taken(self) -> int:
        return self.relay.read_bytes().count(b"\n") if self.relay.exists() else 0

    async def portion(self, kills: int) -> int:
        """How many mails there may be from one kill to the next, if it is to last for so many more."""
        rows = await self.do(checker.rows_of, self.campaign)
        left = sum(row.state not in checker.ENDS for row in rows)
        return max(0, 2 * (left // max(1, kills) - self.setting.in_flight + 1))

    async def let_some_unsubscribe(self, most: int = 1) -> None:
        """Now and then, of those nobody has claimed yet: they must get nothing any more."""
        if self.chance.random() < 0.7:
            return
        self.opted_out |= await self.do(_unsubscribe, self.campaign, self.chance, most)

    async def look_after(self) -> None:
        """What staff do: a broadcast that paused after a run of bad luck goes on."""
        now = region.fast_clock(self.setting.speed)()
        self.resumed += await self.do(region.go_on, self.campaign, self.author, now=now)

    async def finish(self) -> None:
        """Let go on what runs, or one, until all is done."""
        if not self.running:
            await self.begin()
        waiting = [
            asyncio.ensure_future(line_of(self.senders[each], within=PATIENCE)) for each in self.running
        ]
        while not all(each.done() for each in waiting):
            await self.look_after()
            await asyncio.wait(waiting, timeout=0.3)
        assert [each.result() for each in waiting] == [DONE] * len(waiting)
        self.running.clear()

    async def assert_all_is_well(self) -> str:
        """The figures, in a line."""
        rows = await self.do(checker.rows_of, self.campaign)
        assert not any(row.state is RecipientState.FAILED for row in rows), "nobody turned them down"
        came = checker.arrived(self.relay, self.folder / "slack.jsonl", self.campaign)
        told = await self.do(checker.listed, self.campaign)
        checker.assert_nobody_lost_nobody_twice(rows, came, told=told)
        assert (
            len(rows) == self.setting.readers + self.setting.channels + 1
        )  # and the author, who wants no news
        states = {row.key: row.state for row in rows}
        still_sent = {key for key in self.opted_out if states[key] is not RecipientState.SUPPRESSED}
        assert still_sent == set(), "they had unsubscribed before their turn"
        at_once = self.setting.in_flight + POSTS_AT_ONCE
        assert len(told) <= self.kills.total() * at_once + came.untold
        checker.assert_sound(self.url)
        of_them = sum(came.times(row) for row in rows if row.state is RecipientState.UNCERTAIN)
        counts = Counter(row.state.value for row in rows)
        return (
            f"{self.kills.total()} kills {dict(self.kills)}; {dict(counts)}; {of_them} of the uncertain had arrived; "
            f"{came.untold} broken off by the relay without a word; {len(self.opted_out)} unsubscribed while it ran; "
            f"{came.posts.total()} Slack posts; resumed {self.resumed} times"
        )


def _unsubscribe(session: Session, campaign_id: int, chance: random.Random, most: int) -> set[str]:
    rows = session.exec(
        select(CampaignRecipient.key, CampaignRecipient.person_id)
        .where(
            CampaignRecipient.campaign_id == campaign_id,
            CampaignRecipient.state == RecipientState.QUEUED,
            col(CampaignRecipient.lease_until).is_(None),
            col(CampaignRecipient.person_id).is_not(None),
        )
        .with_for_update(skip_locked=True)
    ).all()
    chosen = dict(chance.sample(sorted(rows), min(most, len(rows))))
    session.execute(
        sa.update(Person).where(col(Person.id).in_(list(chosen.values()))).values(newsletters=False)
    )
    return set(chosen)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def line_of(process: Process, within: float = 30) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), within)).decode().strip()


async def program(module: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.campaigns.{module}", *arguments, stdin=PIPE, stdout=PIPE
    )


@asynccontextmanager
async def tormented(url: str, folder: Path, setting: Setting) -> AsyncIterator[Torment]:
    relay = await program(
        "recording_relay_process", str(folder / "relay.jsonl"), "--faults", str(setting.faults),
        "--slow", str(setting.slow), "--seed", str(setting.seed),
    )  # fmt: skip
    slack = await program(
        "slack_process",
        str(folder / "slack.jsonl"),
        str(setting.in_slack),
        str(setting.channels),
        str(setting.speed),
    )
    others = [relay, slack]
    store = await asyncio.to_thread(Store.open, url)
    try:
        now = region.fast_clock(setting.speed)()
        author = await store.write(region.furnish, setting.readers, setting.in_slack, now=now)
        campaign = await store.write(region.broadcast, author, setting.channels, now=now)
        order = {
            "url": url, "relay": int((await line_of(relay)).removeprefix("port ")), "slack": await line_of(slack),
            "speed": setting.speed, "campaign": campaign, "connections": setting.connections, "at_once": setting.at_once,
        }  # fmt: skip
        sending = [await program("sending_process", json.dumps(order)) for _ in range(setting.senders)]
        others += sending
        torment = Torment(
            url, setting, folder, store, campaign, author, tuple(sending), random.Random(setting.seed)
        )
        try:
            yield torment
        finally:
            for running in torment.running.values():
                with suppress(ProcessLookupError):
                    os.kill(running.pid, signal.SIGKILL)
    finally:
        await asyncio.to_thread(store.close)
        for process in others:
            process.kill()
            await process.communicate()
