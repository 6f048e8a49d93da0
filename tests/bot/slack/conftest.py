"""The whole Slack face against the double, over both transports, with a delivery loop beside it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from aiohttp import web

from bot.slack.face import SlackFace
from scheduler.delivery import Delivery
from store.kinds import Medium
from store.outbox import Claimed
from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from store.store import Store
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_golden_region

BOTH_TRANSPORTS = ("socket", "http")


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="session")
def golden_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the golden region in it, made once and copied for each test."""
    file = tmp_path_factory.mktemp("golden") / "whodoes.sqlite3"
    store = Store.open(f"sqlite:///{file}")
    asyncio.run(store.write(add_golden_region))
    store.close()
    return file


@pytest.fixture
def sqlite_url(golden_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(golden_file, tmp_path)}"


@pytest.fixture
def live(gazetteer: Gazetteer) -> LiveIndex:
    return LiveIndex(gazetteer)


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double
        assert not double.pings
        assert not double.mistakes


def right_now() -> datetime:
    return datetime.now(UTC)


class StartFace(Protocol):
    def __call__(self, **changes: Any) -> AbstractAsyncContextManager[SlackFace]: ...


@pytest.fixture
def start(slack: SlackDouble, sqlite_store: Store, live: LiveIndex) -> StartFace:
    """`async with start(transport="http") as face`: connected, and stopped at the end."""

    @asynccontextmanager
    async def started(**changes: Any) -> AsyncIterator[SlackFace]:
        face = face_of(slack, sqlite_store, live, **changes)
        stop = asyncio.Event()
        await face.start()
        runner = None
        if changes.get("transport") == "http":
            runner = await mounted(slack, face)
        running = asyncio.create_task(face.run(stop))
        try:  # a test that fails stops it too, and is not buried under what it left running
            yield face
        finally:
            stop.set()
            await running
            if runner is not None:
                await runner.cleanup()

    return started


def face_of(slack: SlackDouble, store: Store, live: LiveIndex, **changes: Any) -> SlackFace:
    return SlackFace(
        **{
            "store": store,
            "live": live,
            "bot_token": slack.tokens.bot,
            "app_token": slack.tokens.app,
            "signing_secret": slack.tokens.signing_secret,
            "transport": "socket",
            "api_url": slack.api_url,
            "clock": right_now,
            **changes,
        }
    )


async def mounted(slack: SlackDouble, face: SlackFace) -> web.AppRunner:
    """The face's handler in a web server, as the composition root does it."""
    application = web.Application()
    application.router.add_post("/slack/events", face.http_handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


@pytest.fixture(params=BOTH_TRANSPORTS)
async def face(request: pytest.FixtureRequest, start: StartFace) -> AsyncIterator[SlackFace]:
    """The face over each transport in turn."""
    async with start(transport=request.param) as started:
        yield started


@pytest.fixture
async def socket_face(start: StartFace) -> AsyncIterator[SlackFace]:
    """Over Socket Mode alone, for what does not depend on the transport."""
    async with start() as started:
        yield started


@pytest.fixture
def delivering(sqlite_store: Store) -> Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]:
    """The delivery loop with this face's sender, as the service runs it."""

    @asynccontextmanager
    async def running(face: SlackFace) -> AsyncIterator[Delivery]:
        delivery = Delivery(
            store=sqlite_store,
            senders={Medium.SLACK: face.sender},
            owner="test",
            clock=right_now,
            poll_seconds=0.05,
            alone=True,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(delivery.run(stop))
        try:
            yield delivery
        finally:
            stop.set()
            await task

    return running


def a_message(method: str, *, url: str = "", **arguments: Any) -> Claimed:
    """An outbox message as a sender gets it."""
    payload = {"method": method, "arguments": arguments, "url": url}
    return Claimed(1, "test:1", Medium.SLACK, "answer", "C1", "", payload, None, "test", 1, right_now())
