"""The two ways Slack reaches us: its Socket Mode, which we keep connected, and signed requests to a URL of ours."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.slack.app import Identity
from bot.slack.calling import SlackCalls, platform_log
from bot.slack.errors import SlackRefused
from bot.slack.verdicts import judged, said
from store.outcome import Refused

log = logging.getLogger(__name__)

CONNECT_SECONDS = 8.0
PING_SECONDS = 5.0  # a dead link is noticed after four of them
REBUILD_AFTER = 30.0  # what the library has not mended by itself by then is built anew
LOOK_EVERY = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between tries while Slack is away

HttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
UNREACHED = (aiohttp.ClientError, OSError, TimeoutError)


async def introduce(calls: SlackCalls, *, within: float = CONNECT_SECONDS) -> Identity:
    """Who the bot token makes us. Raises SlackRefused with one line."""
    try:
        answer = await asyncio.wait_for(calls.call("auth.test", {}), within)
    except SlackApiError as error:
        raise _refusal(
            error,
            "Slack does not accept the bot token ({}). "
            "Copy it again from OAuth & Permissions into WHODOES_SLACK_BOT_TOKEN.",
        ) from None
    except UNREACHED as error:
        raise _unreachable(calls, error) from None
    return Identity(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))


async def connect(app: AsyncApp, calls: SlackCalls, *, app_token: str) -> AsyncSocketModeHandler:
    """A connected Socket Mode handler. Raises SlackRefused, with one line, within CONNECT_SECONDS."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            url = await _socket_url(calls, app_token)
            return await _connected(app, app_token, url)
    except SlackApiError as error:
        raise _refusal(
            error,
            "Slack does not accept the app-level token ({}). Check WHODOES_SLACK_APP_TOKEN, "
            "that it has connections:write, and that Socket Mode is switched on.",
        ) from None
    except UNREACHED as error:
        raise _unreachable(calls, error) from None


async def _socket_url(calls: SlackCalls, app_token: str) -> str:
    """Asked for here, since the library would ask for ever however wrong the token is."""
    answer = await calls.open_socket(app_token)
    return str(answer["url"])


async def _connected(app: AsyncApp, app_token: str, url: str) -> AsyncSocketModeHandler:
    handler = AsyncSocketModeHandler(app, app_token, logger=platform_log, ping_interval=PING_SECONDS)
    handler.client.wss_uri = url
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves its handlers untyped
    except BaseException:
        await close(handler)
        raise
    return handler


async def close(handler: AsyncSocketModeHandler) -> None:
    """Let go of the connection. A handler is never used again: a new one takes its place."""
    client = handler.client
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    with contextlib.suppress(aiohttp.ClientError, OSError):
        await handler.close_async()  # type: ignore[no-untyped-call] # as above
    await client.aiohttp_client_session.close()  # where closing failed before it came to that
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


async def keep_trying(begin: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Until it succeeds or we are told to stop. Raises SlackRefused where waiting will not help."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            await begin()
        except SlackRefused as refusal:
            if not refusal.passing:
                raise
            log.warning("slack.unreachable", extra={"reason": str(refusal)})
        else:
            return
        await _stopped(stop, pause)
        pause = min(pause * 2, LONGEST_PAUSE)


class Socket:
    """One Socket Mode connection, watched."""

    def __init__(self, app: AsyncApp, calls: SlackCalls, *, app_token: str) -> None:
        self._app = app
        self._calls = calls
        self._app_token = app_token
        self._handler: AsyncSocketModeHandler | None = None

    async def start(self) -> None:
        self._handler = await connect(self._app, self._calls, app_token=self._app_token)
        log.info("slack.connected")

    async def watch(self, stop: asyncio.Event, *, rebuild_after: float = REBUILD_AFTER) -> None:
        """Until told to stop. Raises SlackRefused once Slack takes us no more."""
        loop = asyncio.get_running_loop()
        seen = loop.time()
        while not await _stopped(stop, min(LOOK_EVERY, rebuild_after)):
            if self._handler is not None and await self._handler.client.is_connected():
                seen = loop.time()
            elif loop.time() - seen >= rebuild_after:
                await self._rebuild(stop)
                seen = loop.time()

    async def _rebuild(self, stop: asyncio.Event) -> None:
        log.warning("slack.rebuilding_connection")
        await self.close()
        await keep_trying(self.start, stop)

    async def close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            await close(handler)


def http_handler(app: AsyncApp) -> HttpHandler:
    """For POST /slack/events; Bolt checks each request's signature and age."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    return handle


def _refusal(error: SlackApiError, words: str) -> SlackRefused:
    """A wrong token stays wrong; a fault of Slack's own, or too many calls, passes."""
    status, code, headers = said(error)
    verdict = judged(status, code, headers, repeatable=True)
    if isinstance(verdict, Refused):
        return SlackRefused(words.format(code or status))
    return SlackRefused(f"Slack does not answer as it should. {verdict.reply}", passing=True)


def _unreachable(calls: SlackCalls, error: Exception) -> SlackRefused:
    reason = f"Slack cannot be reached at {calls.api_url} ({type(error).__name__})."
    return SlackRefused(reason, passing=True)


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
