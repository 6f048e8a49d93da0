"""Where the bot may write: channels it is in, and people Slack lets it write to."""

import re
from collections.abc import Sequence

from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.records import BOT_USER, TEAM, Channel, ChannelKind
from tests.doubles.slack.workspace import Workspace

SEVERAL = re.compile(r"[UW]\w+(?:\s*,\s*[UW]\w+)+")


def postable(workspace: Workspace, channel_id: str) -> Channel:
    """Where a post to this id lands: a channel the bot is in, or the direct message with that person."""
    if channel_id in workspace.users:
        check_people(workspace, [channel_id])
        return workspace.open_with(channel_id)[0]
    if SEVERAL.fullmatch(channel_id):
        raise Misuse(
            "channel_not_found", ["[ERROR] several people are no channel: open a conversation first"]
        )
    channel = workspace.channel(channel_id)
    if channel.archived:
        raise SlackRefusal("is_archived")
    if BOT_USER not in channel.members:
        raise _not_there(channel)
    if channel.kind is ChannelKind.IM:
        check_people(workspace, [user for user in channel.members if user != BOT_USER])
    return channel


def _not_there(channel: Channel) -> SlackRefusal:
    """People invite the bot to channels, or do not; in a direct or group message of others it has no business."""
    if channel.kind is ChannelKind.PUBLIC:
        return SlackRefusal("not_in_channel")
    theirs = channel.kind in {ChannelKind.IM, ChannelKind.MPIM}
    return Misuse("channel_not_found") if theirs else SlackRefusal("channel_not_found")


def check_people(workspace: Workspace, users: Sequence[str]) -> None:
    """The refusal Slack has for writing to these people, if any."""
    people = [workspace.user(user) for user in users]
    if any(person.is_bot for person in people):
        raise Misuse("cannot_dm_bot")
    if any(person.deleted for person in people):
        raise SlackRefusal("user_disabled")
    outside = any(person.is_stranger or person.team_id != TEAM for person in people)
    if outside and not _share_a_channel(workspace, users):
        raise SlackRefusal("invalid_user_combination")


def _share_a_channel(workspace: Workspace, users: Sequence[str]) -> bool:
    """All of them in one channel between workspaces; one person alone, in one with the bot."""
    together = {*users} if len(users) > 1 else {*users, BOT_USER}
    return any(
        channel.is_ext_shared and not channel.archived and together <= channel.members
        for channel in workspace.channels.values()
        if channel.kind in {ChannelKind.PUBLIC, ChannelKind.PRIVATE}
    )
