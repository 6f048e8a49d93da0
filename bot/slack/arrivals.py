"""What Slack sends, cut down to what answering it needs: this, and no more, goes into the durable inbox."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bot.slack.buttons import PAGES, SHARE, VERDICTS
from store.inbox import Arrival
from store.kinds import Medium

JSON = dict[str, Any]

# A message that only changes, joins or was posted by a program is not a question.
SUBTYPES_ANSWERED = frozenset({None, "file_share", "thread_broadcast"})


class Kind(StrEnum):
    """What an inbox row of ours is."""

    SAID = "said"
    COMMAND = "command"
    PAGE = "page"
    FEEDBACK = "feedback"
    SHARE = "share"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Said:
    """A mention, or a direct message. `direct`: nobody else reads it."""

    channel: str
    user: str
    text: str
    ts: str
    root: str  # the message that heads its thread: itself, where it is in none
    direct: bool


@dataclass(frozen=True, slots=True)
class Command:
    channel: str
    user: str
    text: str
    trigger: str
    response_url: str


@dataclass(frozen=True, slots=True)
class Click:
    """A button on one of our messages. `ts` is empty where only the clicker sees the message."""

    channel: str
    user: str
    user_name: str
    action: str
    value: str
    ts: str
    response_url: str


def arrival_of(body: JSON) -> Arrival | None:
    """None where there is nothing to answer: it is acknowledged and not kept."""
    if body.get("type") == "event_callback":
        return _event(body)
    if "command" in body:
        return _command(body)
    if body.get("type") in {"block_actions", "message_action"}:
        return _interaction(body)
    return None


def _event(body: JSON) -> Arrival | None:
    event = body.get("event") or {}
    if not _is_question(event):
        return None
    ts = str(event["ts"])
    said = Said(
        channel=str(event["channel"]),
        user=str(event["user"]),
        text=str(event.get("text") or ""),
        ts=ts,
        root=str(event.get("thread_ts") or ts),
        direct=event.get("channel_type") == "im" or str(event["channel"]).startswith("D"),
    )
    return _arrival(str(body.get("event_id") or f"{said.channel}:{ts}"), Kind.SAID, said)


def _is_question(event: JSON) -> bool:
    """Said by a person, and to us. Other bots are never answered: two of them would go on for ever."""
    if event.get("bot_id") or event.get("bot_profile") or event.get("hidden"):
        return False
    if not (event.get("user") and event.get("channel") and event.get("ts")):
        return False
    if event.get("type") == "app_mention":
        return event.get("subtype") in SUBTYPES_ANSWERED
    return (
        event.get("type") == "message"
        and event.get("channel_type") == "im"
        and event.get("subtype") in SUBTYPES_ANSWERED
    )


def _command(body: JSON) -> Arrival:
    command = Command(
        channel=str(body.get("channel_id") or ""),
        user=str(body.get("user_id") or ""),
        text=str(body.get("text") or ""),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )
    return _arrival(f"command:{command.trigger}", Kind.COMMAND, command)


def _interaction(body: JSON) -> Arrival | None:
    """A button pressed, or a message shortcut (we have none: one from an earlier version explains itself)."""
    action = (body.get("actions") or [{}])[0]
    user, container = body.get("user") or {}, body.get("container") or {}
    url = str(body.get("response_url") or "")
    if action.get("url") or not url:  # a link has led where it leads; without a way back nothing can be said
        return None
    click = Click(
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        user=str(user.get("id") or ""),
        user_name=str(user.get("name") or user.get("username") or ""),
        action=str(action.get("action_id") or body.get("callback_id") or ""),
        value=str(action.get("value") or ""),
        ts="" if container.get("is_ephemeral") else str(container.get("message_ts") or ""),
        response_url=url,
    )
    at = action.get("action_ts") or body.get("action_ts") or ""
    trigger = body.get("trigger_id") or f"{at}:{click.user}"
    return _arrival(f"click:{trigger}", _kind_of(click.action), click)


def _kind_of(action: str) -> Kind:
    if action in PAGES:
        return Kind.PAGE
    if action in VERDICTS:
        return Kind.FEEDBACK
    return Kind.SHARE if action == SHARE else Kind.STALE


def _arrival(event_id: str, kind: Kind, content: Said | Command | Click) -> Arrival:
    return Arrival(Medium.SLACK, event_id, kind.value, asdict(content))
