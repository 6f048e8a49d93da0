"""kill -9 while sending: nothing lost, nothing twice, and whatever cannot be known is shown as uncertain."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from store import outbox, outbox_by_hand
from store.kinds import Medium, OutboxState
from store.models import OutboxMessage
from store.outbox import Draft
from store.store import Store
from tests.scheduler.sending_process import fast_clock

SPEED = 300  # a minute of back-off lasts a fifth of a second
AT_ONCE = 4  # what one crash may leave uncertain at most


@dataclass(slots=True)
class Torment:
    """A database, a relay and one or two senders, each in a process of its own."""

    store: Store
    relay: Process
    senders: tuple[Process, ...]
    record: Path
    random: random.Random
    written: int = 0
    kills: int = 0

    async def write(self, number: int) -> None:
        def enqueue(session: Session) -> None:
            now = fast_clock(SPEED)()
            for n in range(self.written, self.written + number):
                body = f"Message-ID: <{n}@cluster.example>\r\nSubject: Answer\r\n\r\nHello {n}\r\n"
                draft = Draft(
                    f"answer:{n}", Medium.EMAIL, "answer", f"m{n}@member.example", "r@cluster.example",
                    payload={"n": n}, body=body.encode(),
                )  # fmt: skip
                assert outbox.enqueue(session, draft, now=now) is not None

        await self.store.write(enqueue)
        self.written += number

    async def top_up(self) -> None:
        if (await self.store.read(outbox_by_hand.counts))[OutboxState.QUEUED] < 60:
            await self.write(60)

    async def kill_somewhere(self, within: float) -> None:
        """Let it send for a while, and kill it wherever it is."""
        await self.top_up()
        [sender] = self.senders
        pid = await begin(sender, "for ever")
        await asyncio.sleep(self.random.uniform(0, within))
        await self.kill(sender, pid)

    async def kill(self, sender: Process, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert await line_of(sender) == f"ended {int(signal.SIGKILL)}"
        self.kills += 1

    async def finish(self) -> None:
        await begin(self.senders[0], "until empty")
        assert await line_of(self.senders[0], within=100) == "ended 0"

    def arrived(self) -> Counter[str]:
        lines = self.record.read_text().splitlines()
        return Counter(json.loads(line)["id"] for line in lines)

    async def states(self) -> dict[str, OutboxState]:
        def read(session: Session) -> dict[str, OutboxState]:
            rows = session.execute(select(col(OutboxMessage.dedup_key), col(OutboxMessage.state)))
            return {f"<{key.removeprefix('answer:')}@cluster.example>": state for key, state in rows}

        return await self.store.read(read)


async def begin(sender: Process, wish: str) -> int:
    assert sender.stdin is not None
    sender.stdin.write(f"{wish}\n".encode())
    return int((await line_of(sender)).removeprefix("begun "))


async def line_of(process: Process, within: float = 30) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), within)).decode().strip()


@asynccontextmanager
async def tormented(
    url: str, folder: Path, *manner: str, seed: int, senders: int = 1
) -> AsyncIterator[Torment]:
    record = folder / "arrived.jsonl"
    relay = await program("tests.doubles.smtp_sink", "--record", str(record), *manner)
    port = (await line_of(relay)).removeprefix("port ")
    company = "alone" if senders == 1 else "shared"
    sending = [
        await program("tests.scheduler.sending_process", url, port, str(SPEED), company)
        for _ in range(senders)
    ]
    store = await asyncio.to_thread(Store.open, url)
    try:
        yield Torment(store, relay, tuple(sending), record, random.Random(seed))
    finally:
        await asyncio.to_thread(store.close)
        for process in (*sending, relay):
            process.kill()
            await process.communicate()


async def program(module: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE
    )


async def assert_nothing_lost_nothing_twice(torment: Torment, doubts: int) -> tuple[int, int]:
    """The invariants; `doubts` is how many messages the relay itself may have left in doubt. Returns what is uncertain."""
    arrived, states = torment.arrived(), await torment.states()
    assert len(states) == torment.written
    assert {key: times for key, times in arrived.items() if times > 1} == {}, "arrived twice"
    assert set(states.values()) <= {OutboxState.SENT, OutboxState.UNCERTAIN}
    lost = [key for key, state in states.items() if key not in arrived and state is OutboxState.SENT]
    assert lost == [], "said to be sent, never arrived"
    assert set(arrived) <= set(states)
    unsure = [key for key, state in states.items() if state is OutboxState.UNCERTAIN]
    assert len(unsure) <= torment.kills * AT_ONCE + doubts
    return len(unsure), len([key for key in unsure if key in arrived])


def assert_sound(url: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


async def test_a_sender_killed_anywhere_loses_nothing_and_sends_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with tormented(database_url, tmp_path, "--slow", "0.06", "--close-after", "9", seed=7) as torment:
        for _ in range(6):
            await torment.kill_somewhere(within=0.5)
        await torment.finish()
        await assert_nothing_lost_nothing_twice(torment, doubts=0)
    assert_sound(database_url)


@pytest.mark.torture
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [11])
async def test_two_hundred_kills_with_a_relay_that_fails_too(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    manner = ("--slow", "0.03", "--close-after", "17", "--chance", "0.05", "--seed", str(seed))
    async with tormented(database_url, tmp_path, *manner, seed=seed) as torment:
        for _ in range(200):
            await torment.kill_somewhere(within=0.5)
        await torment.finish()
        unsure, of_them_arrived = await assert_nothing_lost_nothing_twice(torment, doubts=torment.written)
        print(  # noqa: T201 - the figures are what a long run is for
            f"{torment.written} messages, {torment.kills} kills, {unsure} uncertain, "
            f"{of_them_arrived} of which had arrived"
        )
    assert_sound(database_url)


@pytest.mark.torture
@pytest.mark.timeout(600)
async def test_two_senders_killed_and_frozen_in_turn_share_one_database(
    postgres_url: str, tmp_path: Path
) -> None:
    """A frozen one wakes after its leases are over and others have judged its messages: it must change nothing."""
    async with tormented(postgres_url, tmp_path, "--slow", "0.03", seed=5, senders=2) as torment:
        await torment.top_up()
        pids = [await begin(sender, "for ever") for sender in torment.senders]
        for turn in range(60):
            await torment.top_up()
            struck = torment.random.randrange(2)
            await asyncio.sleep(torment.random.uniform(0, 0.5))
            if turn % 10 == 5:
                os.kill(pids[struck], signal.SIGSTOP)
                await asyncio.sleep(1.2 * outbox.LEASE.total_seconds() / SPEED)
                os.kill(pids[struck], signal.SIGCONT)
                torment.kills += 1  # what it had in hand is as uncertain as after a kill
                continue
            await torment.kill(torment.senders[struck], pids[struck])
            pids[struck] = await begin(torment.senders[struck], "for ever")
        for sender, pid in zip(torment.senders, pids, strict=True):
            await torment.kill(sender, pid)
        await torment.finish()
        unsure, of_them_arrived = await assert_nothing_lost_nothing_twice(torment, doubts=0)
        print(f"{torment.written} messages, {unsure} uncertain, {of_them_arrived} of which had arrived")  # noqa: T201
