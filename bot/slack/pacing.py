"""How fast we speak: each channel's turn, the workspace's ceiling, and the pauses that Slack asks for.

Slack takes about one post a second in a channel, and some hundreds a minute in a workspace; it bears short bursts, and
answers 429 to what is too much (https://docs.slack.dev/apis/web-api/rate-limits). So what nobody waits for goes one at a
time in a channel, a second apart, in its order, and as fast as a bucket fills in the workspace. An answer to somebody who
waits goes before all that and at once: it is held back only where Slack asked for a pause, or did so shortly before.

Nothing here waits or looks at a clock: callers are told how long to wait, and say what time it is (a loop's). What is
decided is this process's alone; of several on one workspace, Slack's 429 is what they have in common.
"""

from dataclasses import dataclass, field

POST = "chat.postMessage"
PACED = frozenset({POST, "chat.update"})
ALL_CHANNELS = ""

CAREFUL = 60.0  # seconds after a 429 in which answers keep to the pace of that channel too
TOGETHER = 10.0  # seconds within which refusals in two channels are taken for the workspace's
LATE = (
    15.0  # seconds after its turn that a message is waited for: it was withdrawn, or another process has it
)
LANES_MOST = 2000  # channels remembered before the idle ones are forgotten


@dataclass(frozen=True, slots=True)
class Pace:
    """`apart`: seconds between two posts in a channel. The rest is the workspace's: how many a second for long, how many
    at once, and how many of those are kept for answers."""

    apart: float = 1.0
    per_second: float = 5.0
    burst: int = 20
    reserve: int = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One message that wants to go out. `answer`: somebody waits for it."""

    method: str
    channel: str
    message_id: int
    answer: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """`everywhere`: it is no matter of the channel, and another message would have to wait as well."""

    seconds: float
    everywhere: bool = False


@dataclass(slots=True)
class _Lane:
    """One channel. `waiting` holds, by message id, whether it is an answer, and when its turn comes."""

    free_at: float = 0.0
    careful_until: float = 0.0
    in_flight: int = 0
    waiting: dict[int, tuple[bool, float]] = field(default_factory=dict)

    def forget_the_late(self, now: float) -> None:
        self.waiting = {key: (answer, at) for key, (answer, at) in self.waiting.items() if at + LATE > now}

    def ahead_of(self, turn: Turn) -> int:
        mine = (not turn.answer, turn.message_id)
        return sum((not answer, key) < mine for key, (answer, _) in self.waiting.items())

    def idle(self, now: float) -> bool:
        return not self.waiting and not self.in_flight and max(self.free_at, self.careful_until) < now


class Pacing:
    """One workspace's turns. Belongs to one event loop; to be used on it alone."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lanes: dict[str, _Lane] = {}
        self._pauses: dict[tuple[str, str], float] = {}  # by method and channel: until when
        self._refused: dict[str, float] = {}  # by channel: when a post there was last refused
        self._tokens = float(pace.burst)
        self._filled_at = 0.0

    def turn(self, turn: Turn, now: float) -> Wait | None:
        """None: it is your turn; say `done` afterwards. Else how long to wait: your place is kept until then."""
        pause = self._pause(turn, now)
        if turn.method not in PACED:
            return Wait(pause, everywhere=True) if pause > 0 else None
        lane = self._lane(turn.channel, now)
        seconds = self._until_free(lane, turn, pause, now)
        wait = Wait(seconds)
        if seconds <= 0 and (drained := self._until_filled(turn, now)) > 0:
            wait = Wait(drained, everywhere=True)
        if wait.seconds > 0:
            lane.waiting[turn.message_id] = (turn.answer, now + wait.seconds)
            return wait
        lane.waiting.pop(turn.message_id, None)
        lane.in_flight += 1
        lane.free_at = now + self._pace.apart
        self._tokens = max(0.0, self._tokens - 1)
        return None

    def done(self, turn: Turn, now: float) -> None:
        """It was said, or was not: the next may follow in a while, counted from now, when Slack surely has it."""
        if turn.method in PACED:
            lane = self._lane(turn.channel, now)
            lane.in_flight = max(0, lane.in_flight - 1)
            lane.free_at = max(lane.free_at, now + self._pace.apart)

    def leave(self, message_id: int) -> None:
        """It goes out no more, for a later one took its place: nobody waits behind it."""
        for lane in self._lanes.values():
            lane.waiting.pop(message_id, None)

    def refused(self, turn: Turn, seconds: float, now: float) -> None:
        """Slack answered 429. Its limit of posts is each channel's, until a second channel meets it too."""
        place = turn.channel if turn.method == POST else ALL_CHANNELS
        self._hold(turn.method, place, now + seconds)
        if turn.method not in PACED:
            return
        lane = self._lane(turn.channel, now)
        lane.careful_until = now + seconds + CAREFUL
        lane.waiting[turn.message_id] = (turn.answer, now + seconds)  # it comes first, when it comes back
        if turn.method == POST:
            others = {channel for channel, at in self._refused.items() if now - at < TOGETHER}
            if others - {turn.channel}:
                self._hold(POST, ALL_CHANNELS, now + seconds)
            self._refused[turn.channel] = now

    def _hold(self, method: str, channel: str, until: float) -> None:
        key = (method, channel)
        self._pauses[key] = max(until, self._pauses.get(key, 0.0))

    def _pause(self, turn: Turn, now: float) -> float:
        asked = (self._pauses.get((turn.method, place), 0.0) for place in (turn.channel, ALL_CHANNELS))
        return max(asked) - now

    def _until_free(self, lane: _Lane, turn: Turn, pause: float, now: float) -> float:
        if turn.answer and now >= lane.careful_until:
            return pause
        lane.forget_the_late(now)
        seconds = max(0.0, pause, lane.free_at - now) + lane.ahead_of(turn) * self._pace.apart
        return max(seconds, self._pace.apart) if lane.in_flight else seconds

    def _until_filled(self, turn: Turn, now: float) -> float:
        """For answers a bucket that a broadcast has drained is no reason to wait."""
        rate, most = self._pace.per_second, float(self._pace.burst)
        if self._filled_at:
            self._tokens = min(most, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        return 0.0 if turn.answer else (self._pace.reserve + 1 - self._tokens) / rate

    def _lane(self, channel: str, now: float) -> _Lane:
        if channel not in self._lanes and len(self._lanes) >= LANES_MOST:
            self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.idle(now)}
            self._pauses = {key: until for key, until in self._pauses.items() if until > now}
            self._refused = {key: at for key, at in self._refused.items() if now - at < TOGETHER}
        return self._lanes.setdefault(channel, _Lane())
