"""Slack's side of Socket Mode: tickets, hello, envelopes, acknowledgements, redelivery and disconnects."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from aiohttp import WSMsgType, web

from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.pushing import Kind, Patience, Push, Pushed
from tests.doubles.slack.records import APP, JSON, Ack
from tests.doubles.slack.workspace import Workspace

CONNECTIONS_MOST = 10


@dataclass(slots=True)
class Waiting:
    """One envelope that was sent and not acknowledged yet."""

    kind: Kind
    socket: web.WebSocketResponse
    sent: float
    answer: "asyncio.Future[JSON | None]"


class SocketMode:
    """The WebSocket at /link, and the transport that pushes over it."""

    def __init__(self, workspace: Workspace, patience: Patience) -> None:
        self._workspace = workspace
        self._patience = patience
        self._tickets: set[str] = set()
        self._transports: WeakKeyDictionary[web.WebSocketResponse, asyncio.Transport | None] = (
            WeakKeyDictionary()
        )
        self._waiting: dict[str, Waiting] = {}
        self._arrived = asyncio.Event()
        self._turn = 0
        self.enabled = True
        self.connections: list[web.WebSocketResponse] = []
        self.strays: list[JSON] = []  # frames that acknowledge nothing we sent
        self.connected_ever = 0

    def issue_ticket(self) -> str:
        """The secret part of one wss URL."""
        if not self.enabled:
            raise SlackRefusal("socket_mode_not_enabled")
        if len(self.connections) >= CONNECTIONS_MOST:
            raise SlackRefusal("too_many_websockets")
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403, text="unknown ticket")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._transports[socket] = request.transport
        self.connections.append(socket)
        self.connected_ever += 1
        await socket.send_json(self._hello())
        self._arrived.set()
        self._workspace.changed()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
        finally:
            self._gone(socket)
        return socket

    async def push(self, push: Push) -> Pushed:
        """Sends until acknowledged or out of tries; a connection that breaks meanwhile costs a try, not the event."""
        tries = self._patience.tries(push.kind)
        reason = "timeout"
        for attempt in range(tries):
            socket = await self._somebody(push.copy)
            if socket is None:
                return Pushed(False, attempt)
            try:
                answer = await self._once(push, socket, attempt=attempt, reason=reason)
            except (TimeoutError, ConnectionError) as error:
                reason = "timeout" if isinstance(error, TimeoutError) else "connection_failed"
                continue
            return Pushed(True, attempt + 1, answer)
        return Pushed(False, tries)

    async def disconnect(self, *, reason: str = "refresh_requested") -> None:
        """Tell every connection to go. `link_disabled` (Socket Mode switched off) closes them and refuses new ones."""
        if reason == "link_disabled":
            self.enabled = False
        for socket in list(self.connections):
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}}
            )
            self._retire(socket)
            if reason == "link_disabled":
                await socket.close()

    async def cut(self) -> None:
        """Every connection breaks without a goodbye."""
        for socket in list(self.connections):
            self._retire(socket)
            transport = self._transports[socket]
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        for socket in list(self.connections):
            await socket.close()

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "applink", "approximate_connection_time": 18060},
        }

    async def _somebody(self, copy: int) -> web.WebSocketResponse | None:
        """The connection whose turn it is. Waits for one; None when nobody comes."""
        while not self.connections:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), self._patience.connect_seconds)
            except TimeoutError:
                return None
        if copy == 0:
            self._turn += 1
        return self.connections[(self._turn + copy) % len(self.connections)]

    async def _once(
        self, push: Push, socket: web.WebSocketResponse, *, attempt: int, reason: str
    ) -> JSON | None:
        envelope: JSON = {
            "envelope_id": str(uuid.uuid4()),
            "type": push.kind.value,
            "accepts_response_payload": push.kind is not Kind.EVENT,
            "payload": push.payload,
        }
        if push.kind is Kind.EVENT:
            envelope |= {"retry_attempt": attempt, "retry_reason": reason if attempt else ""}
        answer: asyncio.Future[JSON | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = Waiting(push.kind, socket, time.monotonic(), answer)
        await socket.send_json(envelope)
        return await asyncio.wait_for(answer, self._patience.ack_seconds)

    def _heard(self, frame: JSON) -> None:
        waiting = self._waiting.pop(frame.get("envelope_id", ""), None)
        if waiting is None:
            self.strays.append(frame)
            return
        late = waiting.answer.done()
        seconds = time.monotonic() - waiting.sent
        ack = Ack(frame["envelope_id"], waiting.kind.value, seconds, late, frame.get("payload"))
        self._workspace.acks.append(ack)
        if not late:
            waiting.answer.set_result(frame.get("payload"))
        self._workspace.changed()

    def _retire(self, socket: web.WebSocketResponse) -> None:
        """It gets nothing new, and its acknowledgements still count."""
        if socket in self.connections:
            self.connections.remove(socket)
        self._workspace.changed()

    def _gone(self, socket: web.WebSocketResponse) -> None:
        self._retire(socket)
        for waiting in self._waiting.values():
            if waiting.socket is socket and not waiting.answer.done():
                waiting.answer.set_exception(ConnectionResetError("the app's connection is gone"))
