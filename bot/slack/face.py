"""The Slack face, whole: what the composition root starts, mounts, runs and stops."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from aiohttp import web

from bot.assistant.house import House
from bot.slack.app import build_app
from bot.slack.calling import SlackCalls
from bot.slack.connection import Socket
from bot.slack.desk import SWEEP_SECONDS, SlackDesk
from bot.slack.errors import SlackRefused
from bot.slack.health import SlackHealth
from bot.slack.pacing import Pace
from bot.slack.placed import placed_by
from bot.slack.running import HttpHandler, http_handler, introduce, keep_trying
from bot.slack.sender import SlackSender
from store.search.live import LiveIndex
from store.store import Store

STOP_SECONDS = 20.0


class SlackFace:
    """To be made on the loop. `start`, then `run` until the event is set; `run` stops what `start` began."""

    def __init__(
        self,
        *,
        store: Store,
        live: LiveIndex,
        bot_token: str,
        app_token: str,
        signing_secret: str,
        transport: Literal["socket", "http"],
        api_url: str,
        clock: Callable[[], datetime],
        house: House | None = None,
        cards: bool = False,
        stop_within: float = STOP_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
        pace: Pace | None = None,
    ) -> None:
        self._calls = SlackCalls(token=bot_token, api_url=api_url)
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._transport: Literal["socket", "http"] = transport
        self._clock = clock
        self._last_request: datetime | None = None
        self._stop_within = stop_within
        self._socket: Socket | None = None
        self._http: HttpHandler | None = None
        self.sender = SlackSender(self._calls, placed=placed_by(store, clock), pace=pace)
        self._desk = SlackDesk(
            store=store,
            live=live,
            sender=self.sender,
            calls=self._calls,
            house=house,
            cards=cards,
            connection=lambda: "connected" if self.health().works else "not connected",
            owner=f"slack:{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}",
            clock=clock,
            sweep_seconds=sweep_seconds,
        )

    async def start(self) -> str:
        """Take up what was left, then listen. Why not, where Slack is away just now: `run` goes on trying.

        Raises SlackRefused, within seconds, where Slack does not take us and waiting will not help.
        """
        try:
            await self._listen()
        except SlackRefused as refusal:
            if refusal.passing:
                return str(refusal)
            await self.stop(self._stop_within)
            raise
        except BaseException:
            await self.stop(self._stop_within)
            raise
        return ""

    async def _listen(self) -> None:
        identity = await introduce(self._calls)
        self._desk.belong_to(identity.team)
        app = build_app(
            calls=self._calls, desk=self._desk, identity=identity, signing_secret=self._signing_secret
        )
        await self._desk.sweep()
        if self._transport == "http":
            self._http = http_handler(app)
            return
        connection = Socket(app, self._calls, app_token=self._app_token)
        await connection.start()
        self._socket = connection

    async def http_handler(self, request: web.Request) -> web.StreamResponse:
        """For POST /slack/events. Not ready, or no more: Slack brings it again."""
        if self._http is None:
            return web.Response(status=503)
        response = await self._http(request)
        if response.status == 200:  # signed by Slack, and taken
            self._last_request = self._clock()
        return response

    def health(self) -> SlackHealth:
        """How the connection is at this moment; to be asked on the loop."""
        if self._transport == "http":
            return SlackHealth("http", self._http is not None, last_event_at=self._last_request)
        if self._socket is None:
            return SlackHealth("socket", connected=False)
        since = self._socket.since()
        event = None if since.event is None else self._clock() - timedelta(seconds=since.event)
        return SlackHealth("socket", since.connected, since.frame, event)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; then finish what is in hand. Raises SlackRefused once Slack takes us no more."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._desk.keep_sweeping(stop))
                group.create_task(self._keep_listening(stop))
        finally:
            await self.stop(self._stop_within)

    async def _keep_listening(self, stop: asyncio.Event) -> None:
        if self._socket is None and self._http is None:
            await keep_trying(self._listen, stop)
        if self._socket is not None:
            await self._socket.watch(stop)

    async def stop(self, deadline: float) -> None:
        """Take nothing new in, finish what is in hand for `deadline` seconds at most, hang up. Safe to repeat."""
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        self._http = None
        if self._socket is not None:
            await self._socket.close()
        await self._desk.finish(max(0.0, end - loop.time()))
        await self.sender.close(max(0.0, end - loop.time()))
        await self._calls.close()
