"""Which scope each call and each event needs, as Slack documents it method by method, and whether the app has it."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tests.doubles.slack.conversations import wanted_users
from tests.doubles.slack.errors import MissingScope
from tests.doubles.slack.records import JSON, ChannelKind
from tests.doubles.slack.workspace import Workspace

AnyOf: TypeAlias = tuple[str, ...]
Needs: TypeAlias = Callable[[Workspace, JSON], tuple[AnyOf, ...]]

PREFIX = {
    ChannelKind.PUBLIC: "channels",
    ChannelKind.PRIVATE: "groups",
    ChannelKind.IM: "im",
    ChannelKind.MPIM: "mpim",
}


def just(*scopes: str) -> Needs:
    """Any one of these."""
    return lambda _workspace, _args: (scopes,)


def by_kind(verb: str) -> Needs:
    """The scope for the kind of channel named; any of them where there is no such channel."""

    def needs(workspace: Workspace, args: JSON) -> tuple[AnyOf, ...]:
        channel = workspace.channels.get(str(args.get("channel")))
        kinds = [channel.kind] if channel else list(PREFIX)
        return (tuple(f"{PREFIX[kind]}:{verb}" for kind in kinds),)

    return needs


def posting(workspace: Workspace, args: JSON) -> tuple[AnyOf, ...]:
    """To a person's id a post opens the direct message first."""
    to_person = args.get("channel") in workspace.users
    return (("chat:write",), ("im:write",)) if to_person else (("chat:write",),)


def opening(workspace: Workspace, args: JSON) -> tuple[AnyOf, ...]:
    channel = workspace.channels.get(str(args.get("channel")))
    several = len(wanted_users(args)) > 1 or (channel is not None and channel.kind is ChannelKind.MPIM)
    return (("mpim:write",),) if several else (("im:write",),)


METHODS: Mapping[str, Needs] = {
    "users.info": just("users:read"),
    "users.lookupByEmail": just("users:read.email"),
    "conversations.info": by_kind("read"),
    "conversations.open": opening,
    "conversations.history": by_kind("history"),
    "conversations.replies": by_kind("history"),
    "chat.postMessage": posting,
    "chat.postEphemeral": just("chat:write"),
    "chat.update": just("chat:write"),
    "chat.delete": just("chat:write"),
    "assistant.threads.setStatus": just("assistant:write", "chat:write"),
    "assistant.threads.setSuggestedPrompts": just("assistant:write"),
}
EVENTS: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "member_joined_channel": "channels:read",
}


def accepted(workspace: Workspace, method: str, args: JSON) -> tuple[AnyOf, ...]:
    """What the call needs: one of each group."""
    needs = METHODS.get(method)
    return needs(workspace, args) if needs else ()


def check(workspace: Workspace, method: str, args: JSON) -> None:
    for group in accepted(workspace, method, args):
        if not workspace.scopes & set(group):
            raise MissingScope(",".join(group), ",".join(sorted(workspace.scopes)))


def scope_of_event(event: JSON) -> str | None:
    """What the app must have been granted to be told of this event; None where Slack asks for nothing."""
    if event.get("type") != "message":
        return EVENTS.get(str(event.get("type")))
    kind = event.get("channel_type")
    return f"{PREFIX[ChannelKind(kind)]}:history" if kind else None
