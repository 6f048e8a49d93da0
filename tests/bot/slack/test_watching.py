"""The connection to Slack is watched: silence is noticed, told, mended, and given up where mending does not help."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from slack_bolt.async_app import AsyncApp

from bot.slack.app import Identity, build_app
from bot.slack.calling import SlackCalls
from bot.slack.connection import Socket
from bot.slack.errors import SlackRefused
from bot.slack.health import SILENT_AFTER, SlackHealth
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import StartFace, face_of, right_now
from tests.doubles.slack.server import SlackDouble

ASK = "who does lateral flow tests?"


class MuteSlack:
    """A Slack whose API answers, and whose sockets say no word, or greet and then fall silent."""

    def __init__(self) -> None:
        self.greets: Callable[[int], int] = lambda _number: (
            0
        )  # by the connection's number: how many greetings
        self.socket_status = 0  # instead of a WebSocket
        self.connections = 0
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SlackCalls]:
        application = web.Application()
        application.router.add_post("/api/apps.connections.open", self._open)
        application.router.add_get("/link", self._link)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"127.0.0.1:{runner.addresses[0][1]}"
        calls = SlackCalls(token="xoxb-any", api_url=f"http://{self.url}/api/")
        yield calls
        await calls.close()
        await runner.cleanup()

    async def _open(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"ws://{self.url}/link"})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        self.connections += 1
        if self.socket_status:
            return web.Response(status=self.socket_status)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        greeting = asyncio.create_task(self._greet(socket, self.greets(self.connections)))
        async for frame in socket:
            assert frame.type is WSMsgType.PING
        greeting.cancel()
        return socket

    async def _greet(self, socket: web.WebSocketResponse, times: int) -> None:
        with suppress(ConnectionError):
            for _ in range(times):
                await socket.send_json({"type": "hello"})
                await asyncio.sleep(0.02)


def an_app(calls: SlackCalls) -> AsyncApp:
    desk: Any = None  # nothing is brought to it
    return build_app(calls=calls, desk=desk, identity=Identity("T0", "U0", "B0"), signing_secret="invented")


async def test_connections_that_stay_silent_end_it_in_one_line_where_slack_answers() -> None:
    slack = MuteSlack()
    async with slack.running() as calls:
        it = Socket(an_app(calls), calls, app_token="xapp-any", rebuilds_most=3)
        await it.start()
        with pytest.raises(SlackRefused) as refused:
            await asyncio.wait_for(it.watch(asyncio.Event(), silent_after=0.05), 20)
        await it.close()
    assert slack.connections == 4
    assert "3 new connections to it in a row brought no word" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not refused.value.passing


async def test_a_connection_that_falls_silent_is_built_anew_and_forgiven() -> None:
    """Each of the first ones greets, so that none of them counts against the next."""
    slack = MuteSlack()
    slack.greets = lambda number: 10**6 if number == 5 else 8
    async with slack.running() as calls:
        it, stop = Socket(an_app(calls), calls, app_token="xapp-any", rebuilds_most=2), asyncio.Event()
        await it.start()
        watching = asyncio.create_task(it.watch(stop, silent_after=0.15))
        while slack.connections < 5:
            assert not watching.done()
            await asyncio.sleep(0.01)
        stop.set()
        await watching
        await it.close()
    assert slack.connections == 5


async def test_a_slack_whose_api_is_away_is_no_reason_to_end(slack: SlackDouble) -> None:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    it = Socket(an_app(calls), calls, app_token=slack.tokens.app, rebuilds_most=1)
    await it.start()
    stop = asyncio.Event()
    slack.fail("apps.connections.open", status=503)
    watching = asyncio.create_task(it.watch(stop, rebuild_after=0.1))
    await slack.cut()
    await slack.wait_for(lambda: slack.connections or watching.done())
    assert not watching.done()
    stop.set()
    await watching
    await it.close()
    await calls.close()


async def test_what_slack_brings_is_seen_in_its_health(start: StartFace, slack: SlackDouble) -> None:
    async with start() as face:
        await slack.wait_for(lambda: face.health().seconds_since_frame is not None)
        before = face.health()
        await slack.mention(ASK)
        await slack.wait_for(lambda: slack.posted())
        after = face.health()
    assert before.works
    assert before.last_event_at is None
    assert after.works
    assert after.last_event_at is not None
    assert right_now() - after.last_event_at < timedelta(seconds=60)
    assert not face.health().works


async def test_a_connection_that_is_cut_is_seen(start: StartFace, slack: SlackDouble) -> None:
    async with start() as face:
        await slack.connected()
        await slack.cut()
        await slack.wait_for(lambda: not face.health().connected)
        assert not face.health().works


async def test_over_http_it_is_well_while_it_listens(start: StartFace, slack: SlackDouble) -> None:
    async with start(transport="http") as face:
        before = face.health()
        await slack.mention(ASK)
        after = face.health()
    assert before == SlackHealth("http", connected=True)
    assert after.last_event_at is not None
    assert not face.health().works


async def test_a_slack_that_is_away_is_not_well(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    face = face_of(slack, sqlite_store, live)
    assert face.health() == SlackHealth("socket", connected=False)
    assert face.health().as_json() == {
        "transport": "socket",
        "connected": False,
        "seconds_since_frame": None,
        "last_event_at": None,
    }
    await face.stop(1.0)


@pytest.mark.parametrize(("seconds", "works"), [(None, True), (4.0, True), (SILENT_AFTER, False)])
def test_a_socket_that_is_open_and_silent_does_not_work(seconds: float | None, works: bool) -> None:
    assert SlackHealth("socket", True, seconds).works is works
