"""One invented Slack workspace: who is in it, what was said, and a way to wait for it to change."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.records import (
    ALICE,
    BOB,
    BOT_USER,
    GENERAL,
    JSON,
    Ack,
    Call,
    Channel,
    ChannelKind,
    Message,
    Status,
    User,
    View,
)

Found = TypeVar("Found")
TRIGGER_LIFE = timedelta(seconds=3)


class Workspace:
    """Mutable on purpose: it is the double's memory. Every change wakes those in `wait_for`."""

    def __init__(self, clock: Callable[[], datetime], manifest: Manifest | None = None) -> None:
        self.clock = clock
        self.manifest = manifest or Manifest.read()
        self.scopes = set(self.manifest.scopes)  # what was granted; a test may take one away
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.said: list[Message] = []
        self.ephemerals: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.statuses: list[Status] = []
        self.calls: list[Call] = []
        self.acks: list[Ack] = []
        self.pings: list[str] = []
        self.mentions: list[str] = []
        self.mistakes: list[str] = []
        self.refuse_repeats = False  # whether a client_msg_id given twice is refused
        self.client_msg_ids: set[str] = set()
        self.trigger_users: dict[str, str] = {}
        self.trigger_views: dict[str, str] = {}  # the modal a trigger came from
        self.filled: dict[str, JSON] = {}  # what a person has put in, by view id, or by channel and ts
        self.offered: dict[
            tuple[str, str], list[JSON]
        ] = {}  # by the same and action_id: a menu's last options
        self._triggers: dict[str, datetime | None] = {}  # None: spent
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._change = asyncio.Event()
        self._people()

    def _people(self) -> None:
        self.add_user(BOT_USER, "whodoes", is_bot=True)
        self.add_user(ALICE, "alice")
        self.add_user(BOB, "bob")
        self.add_channel(GENERAL, "general", members=(ALICE, BOB, BOT_USER))

    def add_user(self, user_id: str, name: str, *, email: str = "", **about: Any) -> User:
        """`about`: tz, is_bot, deleted, team_id, is_stranger. Adding again changes them."""
        user = User(user_id, name, email or f"{name}@members.example", **about)
        self.users[user_id] = user
        return user

    def add_channel(
        self,
        channel_id: str,
        name: str,
        *,
        kind: ChannelKind = ChannelKind.PUBLIC,
        members: Iterable[str] = (BOT_USER,),
        **about: bool,
    ) -> Channel:
        """`about`: archived, is_ext_shared."""
        channel = Channel(channel_id, name, ChannelKind(kind), frozenset(members), **about)
        self.channels[channel_id] = channel
        return channel

    def unique(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):08d}"

    def next_ts(self) -> str:
        """Seconds and microseconds as Slack writes them; never the same twice, whatever the clock does."""
        micros = int(self.clock().timestamp() * 1_000_000)
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def user(self, user_id: str) -> User:
        if user_id not in self.users:
            raise SlackRefusal("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        if channel_id not in self.channels:
            raise SlackRefusal("channel_not_found")
        return self.channels[channel_id]

    def open_with(self, *users: str) -> tuple[Channel, bool]:
        """The direct message of the bot with these people, and whether it was already open."""
        members = frozenset({*users, BOT_USER})
        kind = ChannelKind.IM if len(users) == 1 else ChannelKind.MPIM
        for channel in self.channels.values():
            if channel.kind is kind and channel.members == members:
                return channel, True
        prefix = "D" if kind is ChannelKind.IM else "G"
        name = "" if kind is ChannelKind.IM else "mpdm-" + "--".join(sorted(users))
        return self.add_channel(self.unique(prefix), name, kind=kind, members=members), False

    def say(self, message: Message) -> Message:
        self.said.append(message)
        self.changed()
        return message

    def find(self, channel: str, ts: str) -> Message:
        for message in self.said:
            if (message.channel, message.ts) == (channel, ts):
                return message
        raise SlackRefusal("message_not_found")

    def thread_root(self, channel: str, ts: str) -> Message:
        """Slack wants the parent's ts: a reply's own ts does not name a thread."""
        for message in self.said:
            if (message.channel, message.ts) == (channel, ts) and message.thread_ts in {None, ts}:
                return message
        raise SlackRefusal("thread_not_found")

    def change(self, old: Message, **fields: Any) -> Message:
        new = replace(old, **fields)
        where = self.ephemerals if old.seen_by else self.said
        for place, message in enumerate(where):
            if (message.channel, message.ts) == (old.channel, old.ts):
                where[place] = new
        self.changed()
        return new

    def remove(self, old: Message) -> None:
        where = self.ephemerals if old.seen_by else self.said
        where[:] = [m for m in where if (m.channel, m.ts) != (old.channel, old.ts)]
        self.changed()

    def new_trigger(self, user: str, *, view: str | None = None) -> str:
        """`view` is the modal it comes from, which the app may then push another one onto."""
        trigger = self.unique("trigger.")
        if view is not None:
            self.trigger_views[trigger] = view
        self._triggers[trigger] = self.clock()
        self.trigger_users[trigger] = user
        return trigger

    def spend_trigger(self, trigger: str) -> None:
        """A trigger opens one view, within three seconds of the click."""
        if trigger not in self._triggers:
            raise SlackRefusal("invalid_trigger_id")
        issued = self._triggers[trigger]
        if issued is None:
            raise SlackRefusal("exchanged_trigger_id")
        self._triggers[trigger] = None
        if self.clock() - issued > TRIGGER_LIFE:
            raise SlackRefusal("expired_trigger_id")

    def changed(self) -> None:
        self._change.set()

    async def wait_for(self, found: Callable[[], Found], timeout: float = 10.0) -> Found:  # noqa: ASYNC109 - the message is the point
        """The first true value of `found()`. Looks after every change here, and now and then at the rest."""
        end = asyncio.get_running_loop().time() + timeout
        while not (value := found()):
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                recent = [f"{call.method} {call.result}" for call in self.calls[-8:]]
                raise TimeoutError(
                    f"not within {timeout:g} s; last calls: {recent}; mistakes: {self.mistakes}"
                )
            self._change.clear()
            try:
                await asyncio.wait_for(self._change.wait(), min(left, 0.05))
            except TimeoutError:
                continue
        return value
