"""What a message to Slack is made of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says all that the blocks show: for notifications, screen readers, and where blocks are not drawn."""

    text: str
    blocks: list[dict[str, Any]]
