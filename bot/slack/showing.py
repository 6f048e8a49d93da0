"""What one of our messages shows now, kept beside it in the outbox, so that a click can change a part of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, or_, select

from bot.assistant.wording import Reply
from store.models import OutboxMessage


class Place(StrEnum):
    """Where it stands, which decides how one goes on from it."""

    CHANNEL = "channel"  # a thread there: the bot hears only what mentions it
    DIRECT = "direct"
    COMMAND = "command"  # only the asker sees it


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply, and what has happened to it since. `said` is the verdict on it, `shared` by whom and what was asked."""

    reply: Reply
    place: Place
    said: str = ""
    shared: str = ""
    may_share: bool = False


SHOWN = TypeAdapter(Shown)


def dump(shown: Shown) -> dict[str, Any]:
    dumped: dict[str, Any] = SHOWN.dump_python(shown, mode="json")
    return dumped


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there now, and the method by which it first came."""

    shown: Shown
    method: str


def update_key(on: str, event_id: str) -> str:
    return f"update:{on}:{event_id}"


def standing(session: Session, on: str) -> Standing | None:
    """The latest state of the message that first went out under the key `on`; None where it was let go of."""
    prefix = update_key(on, "")
    rows = session.exec(
        select(OutboxMessage)
        .where(
            or_(
                col(OutboxMessage.dedup_key) == on,
                col(OutboxMessage.dedup_key).between(prefix, prefix + "~"),
            )
        )
        .order_by(col(OutboxMessage.id))
    ).all()
    if not rows or rows[0].dedup_key != on:
        return None
    try:
        shown = SHOWN.validate_python(rows[-1].payload.get("shown"))
    except ValidationError:  # let go of, or written by a version that showed other things
        return None
    return Standing(shown, str(rows[0].payload.get("method")))


def went_out(session: Session, key: str) -> bool:
    """Whether a message was ever decided under this key."""
    found = session.exec(select(OutboxMessage.id).where(OutboxMessage.dedup_key == key)).first()
    return found is not None
