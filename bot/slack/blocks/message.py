"""What a message to Slack is made of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says all that the blocks show: for notifications, screen readers, and where blocks are not drawn.

    `plain` are blocks that any Slack takes, where the others are of a newer kind.
    """

    text: str
    blocks: list[dict[str, Any]]
    plain: list[dict[str, Any]] | None = None
