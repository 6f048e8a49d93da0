"""What Slack sends an app, complete to the fields Bolt and its listeners read."""

import html

from tests.doubles.slack import chat, views
from tests.doubles.slack.records import APP, BOT_USER, JSON, TEAM, Channel, Message, User, View
from tests.doubles.slack.state import chosen, state_of
from tests.doubles.slack.surfaces import every_block
from tests.doubles.slack.workspace import Workspace

TEAM_BLOCK: JSON = {"id": TEAM, "domain": "cluster"}


def typed(text: str) -> str:
    """A member's words as Slack hands them on: & < > escaped."""
    return html.escape(text, quote=False)


def event_callback(event: JSON, *, event_id: str, at: int) -> JSON:
    return {
        "token": "invented",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def message_event(message: Message, channel: Channel, *, kind: str, client_msg_id: str) -> JSON:
    """An app_mention, or the message event of a direct message."""
    event: JSON = {
        "type": kind,
        "user": message.user,
        "ts": message.ts,
        "event_ts": message.ts,
        "client_msg_id": client_msg_id,
        "text": message.text,
        "team": TEAM,
        "channel": message.channel,
    }
    if kind == "message":
        event["channel_type"] = channel.kind.value
    if message.thread_ts:
        event |= {"thread_ts": message.thread_ts, "parent_user_id": BOT_USER}
    return event


def command(user: User, channel: Channel, *, command: str, text: str, trigger: str, url: str) -> JSON:
    return {
        "token": "invented",
        "team_id": TEAM,
        "team_domain": "cluster",
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def interaction(kind: str, user: User, trigger: str) -> JSON:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": APP,
        "token": "invented",
        "trigger_id": trigger,
        "team": TEAM_BLOCK,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(workspace: Workspace, message: Message, *, url: str) -> JSON:
    """The part of a click's payload that says which message it was on; an ephemeral one is not shown again."""
    channel = workspace.channel(message.channel)
    container: JSON = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.seen_by is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    filled = workspace.filled.get(f"{message.channel}/{message.ts}", {})
    part: JSON = {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": state_of(list(every_block(message.blocks)), filled)},
        "response_url": url,
    }
    if message.seen_by is None:
        part["message"] = chat.as_slack(message)
    return part


def on_view(workspace: Workspace, view: View) -> JSON:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": views.as_slack(workspace, view),
    }


def action(element: JSON, *, block_id: str, at: str, held: JSON | None, value: object) -> JSON:
    """The element as it was used: a button pressed, a menu's option chosen (`held` is then its new state), one of
    the two feedback buttons."""
    kind = element["type"]
    done: JSON = {"type": kind, "action_id": element["action_id"], "block_id": block_id, "action_ts": at}
    if held is not None:
        return done | held
    if kind == "feedback_buttons":
        return done | _feedback(element, value)
    if kind == "overflow":
        return done | {"selected_option": chosen(element["options"], value)}
    for key in ("text", "value", "url", "style"):
        if key in element:
            done[key] = element[key]
    return done


def _feedback(element: JSON, value: object) -> JSON:
    sides = [element["positive_button"], element["negative_button"]]
    side = next((side for side in sides if value in {None, side["value"]}), None)
    if side is None:
        raise LookupError(f"no feedback button says {value!r}: {[side['value'] for side in sides]}")
    return {"text": side["text"], "value": side["value"]}
