"""A strict local Slack on 127.0.0.1: what the tests' apps talk to instead of slack.com."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from tests.doubles.slack.control import Control
from tests.doubles.slack.faults import Fault, Faults
from tests.doubles.slack.forms import Forms
from tests.doubles.slack.http_push import HttpPush
from tests.doubles.slack.journal import Journal
from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.pace import Pace
from tests.doubles.slack.pushing import Kind, Patience, Push
from tests.doubles.slack.records import Ack, Call, Message, Status
from tests.doubles.slack.respond import ResponseUrls
from tests.doubles.slack.socket_mode import SocketMode
from tests.doubles.slack.web_api import Tokens, WebApi
from tests.doubles.slack.workspace import Found, Workspace

HOST = "127.0.0.1"


def real_time() -> datetime:
    return datetime.now(UTC)


class SlackDouble(Forms):
    """`async with SlackDouble() as slack:` and point the app's client at `slack.api_url`."""

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], datetime] = real_time,
        patience: Patience | None = None,
        state: Path | None = None,
        manifest: Manifest | None = None,
    ) -> None:
        workspace = Workspace(clock, manifest)
        self.tokens = Tokens()
        self.patience = patience or Patience()
        self.faults = Faults()
        self.pace = Pace(lambda: workspace.clock())
        self.journal = Journal(state)
        self.socket = SocketMode(workspace, self.patience)
        urls = ResponseUrls(workspace, journal=self.journal, base=lambda: self.url)
        super().__init__(workspace, urls, self.socket)
        self._control = Control(self)
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._routes(), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._control.close()
        await self.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.journal.close()

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        api = WebApi(
            self.workspace,
            self.faults,
            self.tokens,
            journal=self.journal,
            pace=self.pace,
            open_socket=lambda: f"ws://{HOST}:{self._port}/link?ticket={self.socket.issue_ticket()}",
        )
        app.router.add_route("*", "/api/{method}", api.handle)
        app.router.add_get("/link", self.socket.handle)
        app.router.add_post("/respond/{key}", self.urls.handle)
        app.router.add_get("/control/state", self._control.state)
        app.router.add_post("/control/{name}", self._control.handle)
        return app

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The base_url for AsyncWebClient."""
        return f"{self.url}/api/"

    # --- what happened ---

    def messages(self, channel: str | None = None, *, thread_ts: str | None = None) -> list[Message]:
        """Members' and the bot's, oldest first, as they read now. A user id means the direct message with them."""
        if channel in self.workspace.users:
            channel = self.workspace.open_with(channel)[0].id
        return [
            m
            for m in self.workspace.said
            if channel in {None, m.channel} and (thread_ts is None or thread_ts in {m.ts, m.thread_ts})
        ]

    def posted(self, channel: str | None = None, *, thread_ts: str | None = None) -> list[Message]:
        """The bot's alone."""
        return [message for message in self.messages(channel, thread_ts=thread_ts) if message.by_bot]

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def ephemerals(self) -> list[Message]:
        return self.workspace.ephemerals

    @property
    def calls(self) -> list[Call]:
        return self.workspace.calls

    @property
    def acks(self) -> list[Ack]:
        return self.workspace.acks

    @property
    def pings(self) -> list[str]:
        return self.workspace.pings

    @property
    def mentions(self) -> list[str]:
        return self.workspace.mentions

    @property
    def mistakes(self) -> list[str]:
        return self.workspace.mistakes

    @property
    def statuses(self) -> list[Status]:
        return self.workspace.statuses

    @property
    def scopes(self) -> set[str]:
        """What the app was granted: those of its manifest, until a test takes one away."""
        return self.workspace.scopes

    @property
    def connections(self) -> int:
        return len(self.socket.connections)

    async def wait_for(self, found: Callable[[], Found], timeout: float = 10.0) -> Found:  # noqa: ASYNC109 - see Workspace
        return await self.workspace.wait_for(found, timeout)

    async def connected(self, count: int = 1) -> None:
        """Until so many Socket Mode connections are there."""
        await self.wait_for(lambda: self.connections >= count)

    # --- what shall go wrong ---

    def fail(
        self,
        method: str,
        *,
        times: int = 1,
        status: int = 200,
        retry_after: float = 1,
        error: str | None = None,
        channel: str | None = None,
    ) -> None:
        """The next calls answer 429 with Retry-After, another status, or a Slack error."""
        fault = Fault(method, times, status=status, retry_after=retry_after, error=error, channel=channel)
        self.faults.add(fault)

    def drop(self, method: str, *, times: int = 1, accepted: bool = True, channel: str | None = None) -> None:
        """The next calls get no reply: the connection closes after (or before) the thing was done."""
        self.faults.add(Fault(method, times, drop="after" if accepted else "before", channel=channel))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        self.faults.add(Fault(method, times, delay=seconds))

    def limit_posts(self, per_second: float = 1) -> None:
        """From now on posts and updates that come faster in one conversation get 429; 0 lifts it. `pace.written`
        is what was taken, `pace.shortest_gap()` how close it came, `pace.refused` how often it was too fast."""
        self.pace.limit(per_second)

    def refuse_posts(self, seconds: float) -> None:
        """429 for so long to all posts and updates, wherever they go."""
        self.pace.quiet(seconds)

    def said_twice(self) -> list[Message]:
        """What the bot has said more than once: the same metadata where there is any, else the same words in the
        same place."""
        first: dict[str, Message] = {}
        known = [(repr(m.metadata or (m.channel, m.thread_ts, m.text, m.blocks)), m) for m in self.posted()]
        return [message for key, message in known if first.setdefault(key, message) is not message]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        await self.socket.disconnect(reason=reason)

    async def cut(self) -> None:
        await self.socket.cut()

    # --- HTTP instead of Socket Mode ---

    def deliver_to(self, url: str, *, signing_secret: str | None = None) -> None:
        """From now on events, clicks and commands are posted to this URL, signed."""
        secret = signing_secret if signing_secret is not None else self.tokens.signing_secret
        self.transport = HttpPush(self.workspace, self.patience, url=url, signing_secret=secret)

    async def verify_url(self) -> bool:
        """The challenge Slack sends when the request URL is entered."""
        if not isinstance(self.transport, HttpPush):
            raise TypeError("deliver_to(url) first")
        body = {"type": "url_verification", "token": "invented", "challenge": "c-invented"}
        status, answer = await self.transport.post(Push(Kind.EVENT, body), headers={})
        return status == 200 and "c-invented" in (answer or {}).values()
