"""What became of one attempt to send a message: the four things a sender may truthfully say."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it. `reply` is its word (a queue id, a Slack ts)."""

    reply: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Surely not sent; worth another try, after `wait` where the other side named one.

    `tried` is False where it was held back, by us or because the other side asked for patience: no sign that it fails.
    """

    reply: str
    wait: timedelta | None = None
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not sent, and trying again will not help."""

    reply: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have gone out (RFC 1047: the reply to the final dot never came)."""

    reply: str


Outcome: TypeAlias = Sent | Postponed | Refused | Unknown
