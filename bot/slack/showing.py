"""What one of our messages shows now, kept beside it in the outbox, so that a click can change a part of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, select

from bot.assistant.wording import Reply
from store.models import OutboxMessage


class Place(StrEnum):
    """Where it stands, which decides how one goes on from it."""

    CHANNEL = "channel"  # a thread there: the bot hears only what mentions it
    DIRECT = "direct"
    COMMAND = "command"  # only the asker sees it


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply, and what has happened to it since. `said` is the verdict on it, `shared` by whom and what was asked.

    `posted`: it came by chat.postMessage, so that chat.update changes it; else only a click's response URL does.
    """

    reply: Reply
    place: Place
    posted: bool
    said: str = ""
    shared: str = ""
    may_share: bool = False


SHOWN = TypeAdapter(Shown)


def dump(shown: Shown) -> dict[str, Any]:
    dumped: dict[str, Any] = SHOWN.dump_python(shown, mode="json")
    return dumped


def shown_at(session: Session, key: str) -> Shown | None:
    """What the outbox message of this key shows; None where that was let go of."""
    payload = session.exec(select(OutboxMessage.payload).where(OutboxMessage.dedup_key == key)).first()
    try:
        return SHOWN.validate_python((payload or {}).get("shown"))
    except ValidationError:  # let go of, or written by a version that showed other things
        return None


def went_out(session: Session, key: str) -> bool:
    """Whether a message was ever decided under this key."""
    found = session.exec(select(OutboxMessage.id).where(OutboxMessage.dedup_key == key)).first()
    return found is not None
