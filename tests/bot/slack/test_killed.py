"""Killed at whatever moment, the bot answers once after it is started again: real processes, a real SIGKILL."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import Session, select

from store.kinds import InboxState, OutboxState
from store.models import InboxItem, OutboxMessage
from store.store import Store
from tests.doubles.slack.records import JSON
from tests.doubles.slack.remote import ROOT, RemoteSlack

PATIENCE = 20.0  # seconds a test waits for what surely comes


class Bot:
    """`tests.bot.slack.serving`, started and killed."""

    def __init__(self, database: str, slack: RemoteSlack) -> None:
        self._command = [sys.executable, "-m", "tests.bot.slack.serving", database, slack.api_url]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert await asyncio.wait_for(self._process.stdout.readline(), PATIENCE) == b"serving\n"

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()

    async def stop(self) -> int | None:
        assert self._process is not None
        self._process.terminate()
        await asyncio.wait_for(self._process.communicate(), PATIENCE)
        return self._process.returncode


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = await asyncio.to_thread(Store.open, url)
    yield store
    await asyncio.to_thread(store.close)


def answers(state: JSON) -> list[JSON]:
    return [message for message in state["messages"] if message["user"] == "U0WHODOES"]


def open_ends(session: Session) -> list[str]:
    """What is still to be done: rows that are neither finished nor sent."""
    inbox = session.exec(select(InboxItem).where(InboxItem.state != InboxState.DONE))
    outbox = session.exec(select(OutboxMessage).where(OutboxMessage.state != OutboxState.SENT))
    return [*(f"inbox {row.state}" for row in inbox), *(f"outbox {row.state}" for row in outbox)]


@pytest.mark.parametrize(
    "moment",
    [
        "at once",
        pytest.param("while Slack takes it", marks=pytest.mark.torture),
        pytest.param("told to wait", marks=pytest.mark.torture),
        pytest.param("after the answer", marks=pytest.mark.torture),
    ],
)
async def test_killed_it_answers_once_after_a_restart(sqlite_url: str, tmp_path: Path, moment: str) -> None:
    async with RemoteSlack(state=tmp_path / "calls.jsonl") as slack:
        bot = Bot(sqlite_url, slack)
        await bot.start()
        if moment == "while Slack takes it":
            await slack.do("delay", args=["chat.postMessage", 0.3])
        if moment == "told to wait":
            await slack.do("fail", args=["chat.postMessage"], status=429, retry_after=1)
        await slack.do("mention", text="who does lateral flow tests?")
        if moment == "after the answer":
            await slack.until(answers)
        await bot.kill()
        await bot.start()
        await slack.until(answers)
        assert await bot.stop() == 0
        assert len(answers(await slack.state())) == 1
    async with opened(sqlite_url) as store:
        assert await store.read(open_ends) == []


async def test_told_to_stop_in_mid_answer_it_answers_first(sqlite_url: str, tmp_path: Path) -> None:
    async with RemoteSlack(state=tmp_path / "calls.jsonl") as slack:
        bot = Bot(sqlite_url, slack)
        await bot.start()
        await slack.do("delay", args=["chat.postMessage", 0.7])
        await slack.do("mention", text="who does lateral flow tests?")
        assert await bot.stop() == 0
        assert len(answers(await slack.state())) == 1
    async with opened(sqlite_url) as store:
        assert await store.read(open_ends) == []
