"""What stands in the durable inbox of what Slack sends: each kind cut down to what answering it needs, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias


class Kind(StrEnum):
    """What an inbox row of ours is."""

    SAID = "said"
    EDITED = "edited"
    TAKEN_BACK = "taken back"
    COMMAND = "command"
    CLICK = "click"
    FORM = "form"
    SHORTCUT = "shortcut"


class Surface(StrEnum):
    """Where a button stands, which decides where its presser is told what came of it."""

    MESSAGE = "message"
    HOME = "home"
    MODAL = "modal"


@dataclass(frozen=True, slots=True)
class Said:
    """A mention, or a direct message. `direct`: nobody else reads it."""

    channel: str
    user: str
    text: str
    ts: str
    root: str  # the message that heads its thread: itself, where it is in none
    direct: bool
    team: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A direct message as it reads now; `at` tells one edit of it from the next."""

    channel: str
    user: str
    text: str
    ts: str
    root: str
    at: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A direct message that is there no more."""

    channel: str
    user: str
    ts: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    channel: str
    user: str
    text: str
    trigger: str
    response_url: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Chosen from the menu of somebody's message: `text` is that message, `ts` where it stands."""

    callback: str
    channel: str
    user: str
    text: str
    ts: str
    trigger: str
    response_url: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """A button pressed, or a menu's choice. `ts` is empty where only the clicker sees the message, `response_url` where
    it is no message; `view` is the form it stands in."""

    channel: str
    user: str
    user_name: str
    action: str
    value: str
    ts: str
    response_url: str
    trigger: str = ""
    team: str = ""
    surface: str = Surface.MESSAGE.value
    view: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A modal sent in: text by field, and what it carried."""

    callback: str
    user: str
    fields: Mapping[str, str]
    kept: Mapping[str, Any]
    trigger: str
    team: str = ""


Content: TypeAlias = Said | Edited | TakenBack | Command | Shortcut | Click | Form
CONTENTS: Mapping[Kind, type[Content]] = {
    Kind.SAID: Said,
    Kind.EDITED: Edited,
    Kind.TAKEN_BACK: TakenBack,
    Kind.COMMAND: Command,
    Kind.CLICK: Click,
    Kind.FORM: Form,
    Kind.SHORTCUT: Shortcut,
}


def content_of(kind: str, payload: Mapping[str, Any]) -> Content:
    """A row's content. Raises TypeError or ValueError for one of another version."""
    return CONTENTS[Kind(kind)](**payload)
