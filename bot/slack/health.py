"""How the connection to Slack is: for whoever watches over whodoes, and for staff in the Home tab."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient

SILENT_AFTER = 60.0  # seconds; a healthy connection brings an answer to our ping every five


@dataclass(frozen=True, slots=True)
class SlackHealth:
    """`seconds_since_frame`: since anything came over the socket, be it an answer to a ping; None before anything did,
    and over HTTP. `last_event_at`: when Slack last brought something to do; None where it has not since the start."""

    transport: Literal["socket", "http"]
    connected: bool
    seconds_since_frame: float | None = None
    last_event_at: datetime | None = None

    @property
    def works(self) -> bool:
        silent = self.transport == "socket" and (self.seconds_since_frame or 0.0) >= SILENT_AFTER
        return self.connected and not silent

    def as_json(self) -> dict[str, Any]:
        since, event = self.seconds_since_frame, self.last_event_at
        return {
            "transport": self.transport,
            "connected": self.connected,
            "seconds_since_frame": None if since is None else round(since, 1),
            "last_event_at": None if event is None else event.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True)
class Since:
    """A socket at one moment, and the seconds since something came over it: None for never."""

    connected: bool
    frame: float | None
    event: float | None


class Heard:
    """When Slack was last heard, in a loop's time: 0.0 for never. Outlives the handlers it listens to."""

    def __init__(self) -> None:
        self.word = 0.0  # a text frame: an event, or the greeting of a new connection
        self.pong = 0.0
        self.event = 0.0
        self._stamp: float | None = None

    @property
    def frame(self) -> float:
        return max(self.word, self.pong)

    def listen_to(self, handler: AsyncSocketModeHandler, now: Callable[[], float]) -> None:
        """From its first frame on."""
        client: SocketModeClient = handler.client
        self._stamp = None

        async def on_frame(_frame: Any) -> None:
            self.word = now()

        async def on_message(_client: Any, message: dict[str, Any], _raw: str | None) -> None:
            if "envelope_id" in message:
                self.event = now()

        client.on_message_listeners.append(on_frame)
        client.message_listeners.append(on_message)

    def look_at(self, handler: AsyncSocketModeHandler, now: float) -> None:
        """The library tells nobody of the answers to its pings; it notes the last one."""
        stamp = handler.client.last_ping_pong_time
        if stamp is not None and stamp != self._stamp:
            self._stamp, self.pong = stamp, now


def is_open(handler: AsyncSocketModeHandler) -> bool:
    """As the library sees it at this moment (its own `is_connected` adds that pings are answered), and what comes in
    is worked through: a task that broke down would take everything, and pass nothing on."""
    client: SocketModeClient = handler.client
    session, reads = client.current_session, not client.message_processor.done()
    return reads and not (client.closed or client.stale or session is None or session.closed)
