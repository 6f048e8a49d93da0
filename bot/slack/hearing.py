"""What Slack sends, read: a question, a press, a form, or nothing to work through."""

from dataclasses import asdict
from typing import Any

from bot.slack.arrivals import (
    Click,
    Command,
    Content,
    Edited,
    Form,
    Kind,
    Said,
    Shortcut,
    Surface,
    TakenBack,
)
from bot.slack.modals.forms import filled
from store.inbox import Arrival
from store.kinds import Medium

JSON = dict[str, Any]

CHANGES = frozenset({"message_changed", "message_deleted"})
# A message that only joins or was posted by a program is not a question.
SUBTYPES_ANSWERED = frozenset({None, "file_share", "thread_broadcast"})


def arrival_of(body: JSON) -> Arrival | None:
    """None where there is nothing to work through: it is acknowledged, perhaps looked up, and not kept."""
    if body.get("type") == "event_callback":
        return _event(body)
    if "command" in body:
        return _command(body)
    match body.get("type"):
        case "block_actions":
            return _click(body)
        case "view_submission":
            return _form(body)
        case "message_action" | "shortcut":
            return _shortcut(body)
    return None


def _event(body: JSON) -> Arrival | None:
    event = body.get("event") or {}
    if event.get("channel_type") == "im" and event.get("subtype") in CHANGES:
        return _changed(event, str(body.get("event_id") or ""))
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
        team=str(event.get("user_team") or event.get("team") or ""),
    )
    return _arrival(str(body.get("event_id") or f"{said.channel}:{ts}"), Kind.SAID, said)


def _changed(event: JSON, event_id: str) -> Arrival | None:
    """None for what a person did not do: links that unfold, our own answers brought up to date."""
    before = event.get("previous_message") or {}
    after = event.get("message") or {}
    channel, ts = str(event.get("channel") or ""), str(before.get("ts") or "")
    if before.get("bot_id") or not (before.get("user") and channel and ts and event_id):
        return None
    user, team = str(before["user"]), str(before.get("team") or "")
    if event["subtype"] == "message_deleted" or after.get("subtype") == "tombstone":
        return _arrival(event_id, Kind.TAKEN_BACK, TakenBack(channel, user, ts, team))
    text = str(after.get("text") or "")
    if text == before.get("text") or not after.get("edited"):
        return None
    root, at = str(before.get("thread_ts") or ts), str(event.get("event_ts") or event_id)
    return _arrival(event_id, Kind.EDITED, Edited(channel, user, text, ts, root, at, team))


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
        team=str(body.get("team_id") or ""),
    )
    return _arrival(f"command:{command.trigger}", Kind.COMMAND, command)


def _click(body: JSON) -> Arrival | None:
    """None for a link, which has led where it leads, and where nothing could be said or shown to whoever pressed."""
    action = (body.get("actions") or [{}])[0]
    container, view = body.get("container") or {}, body.get("view") or {}
    if action.get("url") or not (body.get("response_url") or view):
        return None
    user = body.get("user") or {}
    chosen = action.get("selected_option") or {}
    click = Click(
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        user=str(user.get("id") or ""),
        user_name=str(user.get("name") or user.get("username") or ""),
        action=str(action.get("action_id") or ""),
        value=str(action.get("value") or chosen.get("value") or ""),
        ts="" if container.get("is_ephemeral") else str(container.get("message_ts") or ""),
        response_url=str(body.get("response_url") or ""),
        trigger=str(body.get("trigger_id") or ""),
        team=_team(body),
        surface=_surface(view),
        view=str(view.get("id") or ""),
    )
    return _arrival(f"click:{_pressed_at(body, action.get('action_ts'), click.user)}", Kind.CLICK, click)


def _surface(view: JSON) -> str:
    if not view:
        return Surface.MESSAGE.value
    return Surface.HOME.value if view.get("type") == "home" else Surface.MODAL.value


def _form(body: JSON) -> Arrival:
    view, user = body.get("view") or {}, str((body.get("user") or {}).get("id") or "")
    sent = filled(view)
    trigger = str(body.get("trigger_id") or f"{view.get('id')}:{view.get('hash')}")
    form = Form(sent.callback, user, dict(sent.fields), dict(sent.kept), trigger, _team(body))
    return _arrival(f"form:{trigger}", Kind.FORM, form)


def _shortcut(body: JSON) -> Arrival:
    message = body.get("message") or {}
    user = str((body.get("user") or {}).get("id") or "")
    shortcut = Shortcut(
        callback=str(body.get("callback_id") or ""),
        channel=str((body.get("channel") or {}).get("id") or ""),
        user=user,
        text=str(message.get("text") or ""),
        ts=str(message.get("ts") or body.get("message_ts") or ""),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        team=_team(body),
    )
    return _arrival(f"shortcut:{_pressed_at(body, body.get('action_ts'), user)}", Kind.SHORTCUT, shortcut)


def _team(body: JSON) -> str:
    """The workspace of whoever did it, which in a shared channel need not be ours."""
    return str((body.get("user") or {}).get("team_id") or (body.get("team") or {}).get("id") or "")


def _pressed_at(body: JSON, at: object, user: str) -> str:
    return str(body.get("trigger_id") or f"{at or ''}:{user}")


def _arrival(event_id: str, kind: Kind, content: Content) -> Arrival:
    return Arrival(Medium.SLACK, event_id, kind.value, asdict(content))
