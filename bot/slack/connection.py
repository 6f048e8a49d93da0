"""Socket Mode kept up: one connection, watched, and built anew where the library does not mend it by itself."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack.calling import SlackCalls
from bot.slack.errors import SlackRefused
from bot.slack.health import SILENT_AFTER, Heard, Since, is_open
from bot.slack.running import close, connect, keep_trying, stopped

log = logging.getLogger(__name__)

REBUILD_AFTER = 30.0  # seconds without a connection that the library has to come by one
REBUILDS_MOST = 8  # over some three minutes
LOOK_EVERY = 2.0
WEDGED = (
    "Slack answers, but {} new connections to it in a row brought no word. "
    "whodoes stops here, for its supervisor to start it afresh."
)


class Socket:
    """One Socket Mode connection, watched.

    What the library does not mend by itself is built anew, for as long as Slack is away: the rest of whodoes works on.
    Only where Slack's API answers and yet `rebuilds_most` new connections in a row bring no word, the fault may be in this
    process, and it is given up, to be started afresh. A start is never given up so: should the fault be elsewhere (a
    network that lets no WebSocket through), whodoes ends once, and then waits.
    """

    def __init__(
        self, app: AsyncApp, calls: SlackCalls, *, app_token: str, rebuilds_most: int = REBUILDS_MOST
    ) -> None:
        self._app = app
        self._calls = calls
        self._app_token = app_token
        self._rebuilds_most = rebuilds_most
        self._rebuilds = 0  # in a row, without a word from Slack after any of them
        self._begun = 0.0
        self._handler: AsyncSocketModeHandler | None = None
        self._heard = Heard()

    async def start(self) -> None:
        self._begun = _now()
        self._handler = await connect(self._app, self._calls, app_token=self._app_token, heard=self._heard)
        log.info("slack.connected")

    def since(self) -> Since:
        """How it is at this moment."""
        now = _now()
        if self._handler is not None:
            self._heard.look_at(self._handler, now)
        return Since(
            connected=self._handler is not None and is_open(self._handler),
            frame=now - self._heard.frame if self._heard.frame else None,
            event=now - self._heard.event if self._heard.event else None,
        )

    async def watch(
        self, stop: asyncio.Event, *, rebuild_after: float = REBUILD_AFTER, silent_after: float = SILENT_AFTER
    ) -> None:
        """Until told to stop. Raises SlackRefused once Slack takes us no more, or we do not get through to it."""
        well = _now()
        while not await stopped(stop, min(LOOK_EVERY, rebuild_after, silent_after)):
            if self._heard.word > self._begun:
                self._rebuilds = 0
            if await self._connected():
                well = _now()
            if _now() - well >= rebuild_after or self._silent_for() >= silent_after:
                await self._rebuild(stop)
                well = _now()

    async def _connected(self) -> bool:
        handler = self._handler
        return handler is not None and is_open(handler) and bool(await handler.client.is_connected())

    def _silent_for(self) -> float:
        if self._handler is not None:
            self._heard.look_at(self._handler, _now())
        return _now() - max(self._begun, self._heard.frame)

    async def _rebuild(self, stop: asyncio.Event) -> None:
        log.warning("slack.rebuilding_connection", extra={"silent_for": round(self._silent_for(), 1)})
        await self.close()
        await keep_trying(self._start_again, stop)

    async def _start_again(self) -> None:
        if self._rebuilds >= self._rebuilds_most:
            raise SlackRefused(WEDGED.format(self._rebuilds))
        self._rebuilds += 1
        try:
            await self.start()
        except SlackRefused as refusal:
            if not refusal.answers:
                self._rebuilds = 0  # Slack itself is away, and that is no fault of ours
            raise

    async def close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            await close(handler)


def _now() -> float:
    return asyncio.get_running_loop().time()
