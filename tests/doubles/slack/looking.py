"""The methods that look people up, and those of the agent surface: auth, users, assistant status."""

from zoneinfo import ZoneInfo

from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.records import (
    BOT,
    BOT_USER,
    JSON,
    TEAM,
    Status,
    User,
)
from tests.doubles.slack.workspace import Workspace


def auth_test(workspace: Workspace, args: JSON) -> JSON:
    del args
    return {
        "url": "https://cluster.slack.example/",
        "team": "Cluster",
        "user": workspace.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, args: JSON) -> JSON:
    return {"user": _user(workspace, workspace.user(str(args.get("user"))))}


def users_lookup_by_email(workspace: Workspace, args: JSON) -> JSON:
    """People of this workspace alone: who comes in by Slack Connect is not found, nor is who has left."""
    wanted = str(args.get("email", "")).lower()
    if not wanted:
        raise Misuse("invalid_arguments", ["[ERROR] missing required field: email"])
    for user in workspace.users.values():
        outside = user.is_stranger or user.team_id != TEAM
        if user.email.lower() == wanted and not user.deleted and not outside:
            return {"user": _user(workspace, user)}
    raise SlackRefusal("users_not_found")


def set_status(workspace: Workspace, args: JSON) -> JSON:
    channel, thread_ts, status = args.get("channel_id"), args.get("thread_ts"), args.get("status")
    if not isinstance(channel, str) or not isinstance(status, str):
        raise SlackRefusal("invalid_arguments", ["[ERROR] missing required field: channel_id or status"])
    workspace.channel(channel)
    if thread_ts:
        workspace.thread_root(channel, thread_ts)
    workspace.statuses.append(Status(channel, thread_ts, status))
    workspace.changed()
    return {}


def set_suggested_prompts(workspace: Workspace, args: JSON) -> JSON:
    prompts = args.get("prompts")
    workspace.channel(str(args.get("channel_id")))
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise SlackRefusal("invalid_arguments", ["[ERROR] must have 1 to 4 items [json-pointer:/prompts]"])
    if any(not (p.get("title") and p.get("message")) for p in prompts):
        raise SlackRefusal("invalid_arguments", ["[ERROR] a prompt needs title and message"])
    return {}


def _user(workspace: Workspace, user: User) -> JSON:
    """The address is told only to an app with users:read.email, and a stranger's to none."""
    profile = {"real_name": user.name.title(), "display_name": user.name, "team": user.team_id}
    if "users:read.email" in workspace.scopes and not user.is_stranger:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.name.title(),
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": _offset(workspace, user.tz),
        "is_bot": user.is_bot,
        "is_email_confirmed": not user.is_bot,
        "is_stranger": user.is_stranger,
        "profile": profile,
    }


def _offset(workspace: Workspace, tz: str) -> int:
    offset = workspace.clock().astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
