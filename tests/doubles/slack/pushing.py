"""What both transports have in common: a push, how it went, and how patient Slack is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tests.doubles.slack.records import JSON


class Kind(StrEnum):
    EVENT = "events_api"
    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, slots=True)
class Push:
    kind: Kind
    payload: JSON
    copy: int = 0  # which of several identical ones; Socket Mode spreads them over the connections


@dataclass(frozen=True, slots=True)
class Pushed:
    acked: bool
    attempts: int
    answer: JSON | None = None


@dataclass(slots=True)
class Patience:
    """Slack's: 3 s for an acknowledgement, three more tries for an event, none for a click."""

    ack_seconds: float = 3.0
    retries: int = 3
    pause_seconds: float = 0.5  # before an HTTP try is repeated; Slack's own are at once, 1 and 5 minutes
    connect_seconds: float = 60.0  # how long a Socket Mode push waits for anybody to be connected

    def tries(self, kind: Kind) -> int:
        return 1 + (self.retries if kind is Kind.EVENT else 0)


class Transport(Protocol):
    async def push(self, push: Push) -> Pushed: ...
