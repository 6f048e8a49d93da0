"""How fast the bot may write: Slack's one message a second in each conversation, when a test asks for it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

METHODS = {"chat.postMessage", "chat.update", "chat.postEphemeral"}


@dataclass(frozen=True, slots=True)
class Written:
    """One post or update that was taken."""

    channel: str  # for a direct message the person's id, however it was named
    method: str
    at: datetime


class Pace:
    """Off until `limit` or `quiet`. https://docs.slack.dev/apis/web-api/rate-limits"""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._apart = timedelta(0)
        self._quiet_until: datetime | None = None
        self._last: dict[str, datetime] = {}
        self.written: list[Written] = []
        self.refused = 0

    def limit(self, per_second: float) -> None:
        """0 lifts the limit."""
        self._apart = timedelta(seconds=1 / per_second) if per_second else timedelta(0)

    def quiet(self, seconds: float) -> None:
        self._quiet_until = self._clock() + timedelta(seconds=seconds)

    def wait(self, method: str, channel: str) -> timedelta | None:
        """How long this call must wait; None when it may go on, which then counts."""
        if method not in METHODS:
            return None
        now = self._clock()
        ready = max(self._quiet_until or now, self._last.get(channel, now - self._apart) + self._apart)
        if ready > now:
            self.refused += 1
            return ready - now
        self._last[channel] = now
        self.written.append(Written(channel, method, now))
        return None

    def retry_after(self, wait: timedelta) -> str:
        """Slack says whole seconds; at a pace faster than Slack's own, fractions, so that tests need not wait (the
        SDK's own retry handler reads whole seconds alone)."""
        seconds = wait.total_seconds()
        brisk = timedelta(0) < self._apart < timedelta(seconds=1)
        return f"{seconds:.3f}" if brisk else str(max(1, math.ceil(seconds)))

    def shortest_gap(self) -> float:
        """Seconds between the two closest writings in one conversation; infinite where none had two."""
        gaps = [
            (later.at - earlier.at).total_seconds()
            for channel in {one.channel for one in self.written}
            for earlier, later in pairwise([one for one in self.written if one.channel == channel])
        ]
        return min(gaps, default=math.inf)
