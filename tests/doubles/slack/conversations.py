"""The conversations.* methods: opening direct and group messages as Slack allows them, and reading what was said."""

from tests.doubles.slack.chat import as_slack
from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.places import check_people
from tests.doubles.slack.records import BOT_USER, JSON, TEAM, Channel, ChannelKind, Message
from tests.doubles.slack.workspace import Workspace

GROUP_MOST = 8  # people; the bot comes on top
PAGE = 100
TRUE = {True, "1", "true"}


def conversations_info(workspace: Workspace, args: JSON) -> JSON:
    return {"channel": _channel(workspace.channel(str(args.get("channel"))))}


def conversations_open(workspace: Workspace, args: JSON) -> JSON:
    """One person: the direct message; two to eight: the group message of exactly these people, made once.
    https://docs.slack.dev/reference/methods/conversations.open"""
    if args.get("channel"):
        return _resumed(workspace, str(args["channel"]), args)
    if not args.get("users"):
        raise Misuse("users_list_not_supplied")
    given = wanted_users(args)
    people = [user for user in given if user != BOT_USER]
    if given and not people:
        raise Misuse("cannot_dm_bot")
    if not people:
        raise Misuse("not_enough_users")
    if len(people) > GROUP_MOST:
        raise Misuse("too_many_users")
    check_people(workspace, people)
    channel, was_open = workspace.open_with(*people)
    workspace.changed()
    return _opened(channel, was_open, args)


def wanted_users(args: JSON) -> list[str]:
    """The users named, each once, in their order: Slack takes a list or one string with commas."""
    given = args.get("users") or ()
    listed = given.split(",") if isinstance(given, str) else [str(user) for user in given]
    return list(dict.fromkeys(user.strip() for user in listed if user.strip()))


def _resumed(workspace: Workspace, channel_id: str, args: JSON) -> JSON:
    channel = workspace.channel(channel_id)
    if channel.kind not in {ChannelKind.IM, ChannelKind.MPIM}:
        raise Misuse("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        raise Misuse("channel_not_found")
    return _opened(channel, True, args)


def _opened(channel: Channel, was_open: bool, args: JSON) -> JSON:
    whole = _channel(channel) if args.get("return_im") in TRUE else {"id": channel.id}
    return {"channel": whole} | ({"already_open": True, "no_op": True} if was_open else {})


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


def _readable(workspace: Workspace, args: JSON) -> Channel:
    channel = workspace.channel(str(args.get("channel")))
    if BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _between(messages: list[Message], args: JSON) -> list[Message]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "99999999999")
    inclusive = args.get("inclusive") in TRUE
    return [
        m
        for m in messages
        if float(oldest) < float(m.ts) < float(latest) or (inclusive and m.ts in {oldest, latest})
    ]


def _page(workspace: Workspace, messages: list[Message], args: JSON) -> JSON:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or PAGE)
    more = start + limit < len(messages)
    with_metadata = args.get("include_all_metadata") in TRUE
    shown = [_with_replies(workspace, m, with_metadata) for m in messages[start : start + limit]]
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _with_replies(workspace: Workspace, message: Message, with_metadata: bool) -> JSON:
    body = as_slack(message, with_metadata=with_metadata)
    replies = [m for m in workspace.said if m.channel == message.channel and m.thread_ts == message.ts]
    if replies:
        body |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    return body


def _channel(channel: Channel) -> JSON:
    body: JSON = {
        "id": channel.id,
        "name": channel.name,
        "context_team_id": TEAM,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": channel.kind is ChannelKind.IM,
        "is_mpim": channel.kind is ChannelKind.MPIM,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
    }
    if channel.kind is ChannelKind.IM:
        body["user"] = next((user for user in sorted(channel.members) if user != BOT_USER), BOT_USER)
    return body
