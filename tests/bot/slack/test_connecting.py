"""Connecting: wrong tokens are said at once, lost connections come back, nothing private is logged, the manifest is true."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot.slack.app import Identity, build_app
from bot.slack.calling import SlackCalls
from bot.slack.connection import Socket
from bot.slack.errors import SlackRefused
from bot.slack.running import connect, introduce
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import BOTH_TRANSPORTS, StartFace, face_of, mounted
from tests.doubles.slack.records import GENERAL
from tests.doubles.slack.server import SlackDouble

ASK = "who does lateral flow tests?"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bot_token": "xoxb-wrong"}, "does not accept the bot token (invalid_auth)"),
        ({"app_token": "xapp-wrong"}, "does not accept the app-level token (invalid_auth)"),
        ({"app_token": "xoxb-invented-bot"}, "does not accept the app-level token (not_allowed_token_type)"),
    ],
)
async def test_what_slack_does_not_take_is_said_in_one_line_within_ten_seconds(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex, changes: dict[str, Any], words: str
) -> None:
    face = face_of(slack, sqlite_store, live, **changes)
    with pytest.raises(SlackRefused) as refused:
        await asyncio.wait_for(face.start(), 10)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "wrong" not in str(refused.value)


async def test_a_slack_that_says_nothing_is_not_waited_for(slack: SlackDouble, calls: SlackCalls) -> None:
    slack.delay("auth.test", 0.5)
    with pytest.raises(SlackRefused, match="cannot be reached"):
        await introduce(calls, within=0.1)


@pytest.mark.parametrize("transport", BOTH_TRANSPORTS)
async def test_a_slack_that_is_away_at_the_start_is_waited_for(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex, transport: str
) -> None:
    slack.fail("auth.test", status=429)
    face, stop = face_of(slack, sqlite_store, live, transport=transport), asyncio.Event()
    assert "Slack asked to wait" in await face.start()
    runner = await mounted(slack, face) if transport == "http" else None
    slack.fail("apps.connections.open", status=503)
    running = asyncio.create_task(face.run(stop))
    if runner is None:
        await slack.connected()
    else:
        await slack.wait_for(lambda: slack.calls_of("auth.test")[1:])
    await slack.mention(ASK)
    await slack.wait_for(lambda: slack.posted(GENERAL))
    stop.set()
    await running
    if runner is not None:
        await runner.cleanup()


async def test_waiting_for_slack_it_stops_when_told(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    face, stop = face_of(slack, sqlite_store, live, api_url="http://127.0.0.1:9/api/"), asyncio.Event()
    assert "cannot be reached at http://127.0.0.1:9/api/" in await face.start()
    running = asyncio.create_task(face.run(stop))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(running, 20)


async def test_a_token_that_proves_wrong_later_ends_the_waiting(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    slack.fail("auth.test", status=503)
    face = face_of(slack, sqlite_store, live, app_token="xapp-wrong")
    assert await face.start()
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(face.run(asyncio.Event()), 20)
    assert caught.group_contains(SlackRefused, match="app-level token")


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
async def test_a_page_in_slacks_place_is_no_wrong_token(content_type: str) -> None:
    """A network one has to log in to answers everything with its own page."""

    async def portal(_request: web.Request) -> web.Response:
        return web.Response(text="Please log in to this network.", content_type=content_type)

    application = web.Application()
    application.router.add_route("*", "/api/{method}", portal)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    calls = SlackCalls(token="xoxb-any", api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
    with pytest.raises(SlackRefused) as asked:
        await introduce(calls)
    with pytest.raises(SlackRefused) as opened:
        await connect(a_bare_app(calls), calls, app_token="xapp-any")
    assert asked.value.passing
    assert opened.value.passing
    await calls.close()
    await runner.cleanup()


async def test_slack_may_move_the_connection(start: StartFace, slack: SlackDouble) -> None:
    async with start():
        await slack.disconnect()
        await slack.connected()
        await slack.mention(ASK)
        await slack.wait_for(lambda: slack.posted(GENERAL))


class Watched:
    """A socket with its watch, without the rest of the face."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.stop = asyncio.Event()
        self.watching: asyncio.Task[None] | None = None


async def watched(slack: SlackDouble, app: AsyncApp, calls: SlackCalls) -> Watched:
    it = Watched(Socket(app, calls, app_token=slack.tokens.app))
    await it.socket.start()
    it.watching = asyncio.create_task(it.socket.watch(it.stop, rebuild_after=0.3))
    return it


@pytest.fixture
async def calls(slack: SlackDouble) -> Any:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    yield calls
    await calls.close()


async def test_a_connection_that_breaks_is_built_anew(
    start: StartFace, slack: SlackDouble, calls: SlackCalls
) -> None:
    it = await watched(slack, a_bare_app(calls), calls)
    await slack.cut()
    await slack.connected()
    assert slack.socket.connected_ever >= 2
    it.stop.set()
    assert it.watching is not None
    await it.watching
    await it.socket.close()


async def test_a_slack_that_is_away_is_waited_for(slack: SlackDouble, calls: SlackCalls) -> None:
    it = await watched(slack, a_bare_app(calls), calls)
    slack.fail("apps.connections.open", times=2, status=503)
    await slack.cut()
    await slack.connected()
    it.stop.set()
    assert it.watching is not None
    await it.watching
    await it.socket.close()


async def test_a_token_that_is_withdrawn_ends_the_watch(slack: SlackDouble, calls: SlackCalls) -> None:
    it = await watched(slack, a_bare_app(calls), calls)
    slack.tokens.app = "xapp-another"
    await slack.cut()
    assert it.watching is not None
    with pytest.raises(SlackRefused, match="app-level token"):
        await asyncio.wait_for(it.watching, 10)


def a_bare_app(calls: SlackCalls) -> AsyncApp:
    desk: Any = None  # nothing is brought to it
    return build_app(calls=calls, desk=desk, identity=Identity("T0", "U0", "B0"), signing_secret="invented")


async def test_who_we_are_is_asked_once(slack: SlackDouble, start: StartFace) -> None:
    async with start():
        await slack.mention(ASK)
        await slack.mention(ASK)
        await slack.wait_for(lambda: len(slack.posted()) == 2)
    assert len(slack.calls_of("auth.test")) == 1


async def test_a_bad_signature_is_turned_away_and_its_body_not_logged(
    start: StartFace, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with start(transport="http", signing_secret="another"):
        delivery = await slack.mention("a secret of ours")
    assert not delivery.ok
    assert "a secret of ours" not in caplog.text
    assert not slack.posted()


async def test_neither_words_nor_tokens_are_logged(
    start: StartFace, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="bot")
    async with start():
        await slack.mention("who does a secret of ours?")
        await slack.wait_for(lambda: slack.posted())
    ours = [
        record for record in caplog.records if not record.name.startswith(("asyncio", "aiohttp", "tests"))
    ]
    said = " ".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "secret of ours" not in said
    assert slack.tokens.bot not in said
    assert slack.tokens.app not in said


async def test_the_request_url_is_verified(start: StartFace, slack: SlackDouble) -> None:
    async with start(transport="http"):
        assert await slack.verify_url()


async def test_before_the_start_slack_is_asked_to_come_again(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    face = face_of(slack, sqlite_store, live, transport="http")
    from_nowhere: Any = None
    assert (await face.http_handler(from_nowhere)).status == 503


async def test_an_app_can_be_built_without_asking_slack(slack: SlackDouble, calls: SlackCalls) -> None:
    identity = await introduce(calls)
    assert identity == Identity("T0CLUSTER", "U0WHODOES", "B0WHODOES")
    desk: Any = None
    build_app(calls=calls, desk=desk, identity=identity, signing_secret="invented")
    assert [call.method for call in slack.calls] == ["auth.test"]
