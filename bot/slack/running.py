"""The two ways Slack reaches us: its Socket Mode, and signed requests to a URL of ours."""

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
from bot.slack.health import Heard
from bot.slack.verdicts import judged, said
from store.outcome import Refused

log = logging.getLogger(__name__)

CONNECT_SECONDS = 8.0
PING_SECONDS = 5.0  # a dead link is noticed after four of them
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


async def connect(
    app: AsyncApp, calls: SlackCalls, *, app_token: str, heard: Heard | None = None
) -> AsyncSocketModeHandler:
    """A connected Socket Mode handler. Raises SlackRefused, with one line, within CONNECT_SECONDS."""
    url = ""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            url = await _socket_url(calls, app_token)
            return await _connected(app, app_token, url, heard or Heard())
    except SlackApiError as error:
        raise _refusal(
            error,
            "Slack does not accept the app-level token ({}). Check WHODOES_SLACK_APP_TOKEN, "
            "that it has connections:write, and that Socket Mode is switched on.",
        ) from None
    except UNREACHED as error:
        raise _unreachable(calls, error, answers=bool(url)) from None


async def _socket_url(calls: SlackCalls, app_token: str) -> str:
    """Asked for here, since the library would ask for ever however wrong the token is."""
    answer = await calls.open_socket(app_token)
    return str(answer["url"])


async def _connected(app: AsyncApp, app_token: str, url: str, heard: Heard) -> AsyncSocketModeHandler:
    handler = AsyncSocketModeHandler(app, app_token, logger=platform_log, ping_interval=PING_SECONDS)
    handler.client.wss_uri = url
    heard.listen_to(handler, asyncio.get_running_loop().time)
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
        await stopped(stop, pause)
        pause = min(pause * 2, LONGEST_PAUSE)


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


def _unreachable(calls: SlackCalls, error: Exception, *, answers: bool = False) -> SlackRefused:
    what = "Slack answers, but its socket cannot be reached" if answers else "Slack cannot be reached"
    reason = f"{what} at {calls.api_url} ({type(error).__name__})."
    return SlackRefused(reason, passing=True, answers=answers)


async def stopped(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
