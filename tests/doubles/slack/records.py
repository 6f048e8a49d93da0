"""What the double remembers: people, conversations, messages, calls and acknowledgements."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any]

TEAM = "T0CLUSTER"
APP = "A0WHODOES"
BOT_USER = "U0WHODOES"
BOT = "B0WHODOES"
GENERAL = "C0GENERAL"
ALICE = "U0ALICE"
BOB = "U0BOB"


class ChannelKind(StrEnum):
    PUBLIC = "channel"
    PRIVATE = "group"
    IM = "im"
    MPIM = "mpim"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    tz: str = "Europe/London"
    is_bot: bool = False
    deleted: bool = False
    team_id: str = TEAM  # another one for who comes in by Slack Connect
    is_stranger: bool = False  # of another workspace, in no channel that the app can see


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    members: frozenset[str]
    archived: bool = False
    is_ext_shared: bool = False  # between workspaces, by Slack Connect


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    blocks: list[JSON] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: JSON | None = None
    edited: bool = False
    seen_by: str | None = None  # set on an ephemeral message: the one who sees it

    @property
    def by_bot(self) -> bool:
        return self.user == BOT_USER


@dataclass(frozen=True, slots=True)
class View:
    id: str
    user: str
    hash: str
    body: JSON  # as the app sent it, with the block and action ids Slack fills in
    previous: str | None = None  # the modal it was pushed on


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    args: JSON
    at: datetime
    result: str  # "ok", "dropped" (accepted, connection closed without a word), or the error


@dataclass(frozen=True, slots=True)
class Ack:
    envelope_id: str
    kind: str  # events_api, interactive, slash_commands
    seconds: float  # from the first byte sent to the acknowledgement
    late: bool
    payload: JSON | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one push to the app went. `acked` counts the copies that were acknowledged; `copies` is 0 where there
    was nothing to tell the app."""

    copies: int
    acked: int
    attempts: int
    answers: tuple[JSON | None, ...] = ()
    event_id: str | None = None
    ts: str | None = None  # of the member's message that caused it
    asked: JSON | None = None  # the confirm dialog that the person answered first

    @property
    def ok(self) -> bool:
        return self.acked == self.copies

    @property
    def answer(self) -> JSON | None:
        """What the app sent along with the acknowledgement."""
        return self.answers[0] if self.answers else None

    @property
    def errors(self) -> JSON:
        """What the app found wrong with a submitted form, by block_id."""
        answer = self.answer or {}
        return dict(answer.get("errors", {})) if answer.get("response_action") == "errors" else {}


@dataclass(frozen=True, slots=True)
class Status:
    """One assistant.threads.setStatus."""

    channel: str
    thread_ts: str | None
    status: str


NOTHING_SENT = Delivery(copies=0, acked=0, attempts=0)
