"""The methods that look things up or open conversations: auth, users, conversations, assistant status."""

from tests.doubles.slack.chat import as_slack
from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.records import (
    BOT,
    BOT_USER,
    JSON,
    TEAM,
    Channel,
    ChannelKind,
    Message,
    Status,
    User,
)
from tests.doubles.slack.workspace import Workspace

GROUP_MOST = 8
PAGE = 100


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
    return {"user": _user(workspace.user(str(args.get("user"))))}


def users_lookup_by_email(workspace: Workspace, args: JSON) -> JSON:
    wanted = str(args.get("email", "")).lower()
    for user in workspace.users.values():
        if user.email.lower() == wanted and not user.deleted:
            return {"user": _user(user)}
    raise SlackRefusal("users_not_found")


def conversations_info(workspace: Workspace, args: JSON) -> JSON:
    return {"channel": _channel(workspace.channel(str(args.get("channel"))))}


def conversations_open(workspace: Workspace, args: JSON) -> JSON:
    """One user: the direct message; two to eight: the group message of exactly these people, made once."""
    if args.get("channel"):
        return {"channel": {"id": workspace.channel(args["channel"]).id}, "already_open": True, "no_op": True}
    users = [user.strip() for user in str(args.get("users") or "").split(",") if user.strip()]
    if not users:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > GROUP_MOST:
        raise SlackRefusal("too_many_users")
    if any(workspace.user(user).deleted for user in users):
        raise SlackRefusal("user_disabled")
    if any(workspace.user(user).is_bot for user in users):
        raise SlackRefusal("cannot_dm_bot")
    channel, was_open = workspace.open_with(*users)
    whole = _channel(channel) if args.get("return_im") in {True, "1", "true"} else {"id": channel.id}
    workspace.changed()
    return {"channel": whole, "already_open": was_open, "no_op": was_open}


def conversations_history(workspace: Workspace, args: JSON) -> JSON:
    """Newest first, without the replies in threads."""
    channel = _readable(workspace, args)
    top = [m for m in workspace.said if m.channel == channel.id and m.thread_ts in {None, m.ts}]
    return _page(workspace, list(reversed(_between(top, args))), args)


def conversations_replies(workspace: Workspace, args: JSON) -> JSON:
    """The parent, then its replies, oldest first."""
    channel = _readable(workspace, args)
    root = workspace.thread_root(channel.id, str(args.get("ts")))
    replies = [m for m in workspace.said if m.channel == channel.id and m.thread_ts == root.ts and m != root]
    return _page(workspace, [root, *_between(replies, args)], args)


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


def _readable(workspace: Workspace, args: JSON) -> Channel:
    channel = workspace.channel(str(args.get("channel")))
    if BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _between(messages: list[Message], args: JSON) -> list[Message]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "99999999999")
    inclusive = args.get("inclusive") in {True, "1", "true"}
    return [
        m
        for m in messages
        if float(oldest) < float(m.ts) < float(latest) or (inclusive and m.ts in {oldest, latest})
    ]


def _page(workspace: Workspace, messages: list[Message], args: JSON) -> JSON:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or PAGE)
    more = start + limit < len(messages)
    with_metadata = args.get("include_all_metadata") in {True, "1", "true"}
    shown = [_with_replies(workspace, m, with_metadata) for m in messages[start : start + limit]]
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _with_replies(workspace: Workspace, message: Message, with_metadata: bool) -> JSON:
    body = as_slack(message, with_metadata=with_metadata)
    replies = [m for m in workspace.said if m.channel == message.channel and m.thread_ts == message.ts]
    if replies:
        body |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    return body


def _user(user: User) -> JSON:
    profile = {"email": user.email, "real_name": user.name.title(), "display_name": user.name}
    return {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.name.title(),
        "tz": user.tz,
        "is_bot": user.is_bot,
        "profile": profile,
    }


def _channel(channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": channel.kind is ChannelKind.IM,
        "is_mpim": channel.kind is ChannelKind.MPIM,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
    }
