"""The small endpoint through which another process makes members speak, sets faults and asks what happened."""

import asyncio
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.records import JSON, Message

if TYPE_CHECKING:
    from tests.doubles.slack.server import SlackDouble

ALLOWED = {
    "event",
    "mention",
    "dm",
    "home_opened",
    "slash_command",
    "block_action",
    "shortcut",
    "view_submission",
    "suggest",
    "modal",
    "home",
    "fill",
    "submit",
    "close",
    "fail",
    "drop",
    "delay",
    "limit_posts",
    "refuse_posts",
    "disconnect",
    "cut",
    "deliver_to",
    "verify_url",
    "connected",
}


class Control:
    """POST /control/NAME with a JSON object of that method's arguments; `"wait": false` does not wait for it.

    `block_action` and `shortcut` take a message as `{"channel": …, "ts": …}`.
    """

    def __init__(self, slack: "SlackDouble") -> None:
        self._slack = slack
        self._running: set[asyncio.Task[Any]] = set()

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in ALLOWED:
            return web.json_response({"error": f"no such control: {name}"}, status=404)
        args: JSON = await request.json() if request.can_read_body else {}
        wait = args.pop("wait", True)
        try:
            result = self._start(name, args)
            if asyncio.iscoroutine(result):
                result = await self._run(asyncio.ensure_future(result), wait=wait)
        except (LookupError, TypeError, SlackRefusal, TimeoutError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": _plain(result)})

    async def state(self, request: web.Request) -> web.Response:
        del request
        slack = self._slack
        return web.json_response(
            {
                "messages": [asdict(message) for message in slack.messages()],
                "ephemerals": [asdict(message) for message in slack.ephemerals],
                "calls": [asdict(call) | {"at": call.at.isoformat()} for call in slack.calls],
                "acks": [asdict(ack) for ack in slack.acks],
                "pings": slack.pings,
                "mistakes": slack.mistakes,
                "connections": slack.connections,
                "connected_ever": slack.socket.connected_ever,
            }
        )

    def _start(self, name: str, args: JSON) -> Any:
        for key in ("within", "message"):
            if isinstance(args.get(key), dict):
                args[key] = self._message(args[key])
        given = args.pop("args", [])
        return getattr(self._slack, name)(*given, **args)

    def _message(self, named: JSON) -> Message:
        return self._slack.workspace.find(named["channel"], named["ts"])

    async def _run(self, task: "asyncio.Task[Any]", *, wait: bool) -> Any:
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await task if wait else None

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _plain(result: Any) -> Any:
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
