"""The chat.* methods: posting, changing and deleting, with the refusals Slack has for each."""

from typing import Any

from tests.doubles.slack.blocks import HOLDS
from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.places import postable
from tests.doubles.slack.records import APP, BOT, BOT_USER, JSON, TEAM, Message
from tests.doubles.slack.validation import UPDATE_TEXT_MOST, check_message, check_metadata
from tests.doubles.slack.workspace import Workspace


def post_message(workspace: Workspace, args: JSON) -> JSON:
    """A client_msg_id given twice posts twice: nothing here may be relied on for idempotency, unless the
    workspace is told to refuse repeats (`refuse_repeats`)."""
    channel = postable(workspace, _needed(args, "channel"))
    thread_ts = _thread(workspace, channel.id, args)
    check_message(workspace, args)
    repeated = args.get("client_msg_id")
    if repeated and workspace.refuse_repeats and repeated in workspace.client_msg_ids:
        raise SlackRefusal("duplicate_client_msg_id")
    if repeated:
        workspace.client_msg_ids.add(repeated)
    message = workspace.say(bot_message(workspace, channel.id, args, thread_ts=thread_ts))
    return {"channel": channel.id, "ts": message.ts, "message": as_slack(message, with_metadata=True)}


def bot_message(workspace: Workspace, channel: str, args: JSON, *, thread_ts: str | None) -> Message:
    return Message(
        channel=channel,
        ts=workspace.next_ts(),
        user=BOT_USER,
        text=args["text"],
        blocks=named_blocks(workspace, args.get("blocks")),
        thread_ts=thread_ts,
        metadata=args.get("metadata"),
    )


def update(workspace: Workspace, args: JSON) -> JSON:
    channel, ts = _needed(args, "channel"), _needed(args, "ts")
    workspace.channel(channel)
    old = workspace.find(channel, ts)
    if not old.by_bot:
        raise SlackRefusal("cant_update_message")
    if "text" in args or "blocks" in args or "attachments" in args:
        check_message(workspace, args, text_most=UPDATE_TEXT_MOST)
    elif "metadata" not in args:
        raise SlackRefusal("no_text")
    check_metadata(args.get("metadata"))
    return {"channel": channel, "ts": ts, **_rewrite(workspace, old, args, whole=False)}


def _rewrite(workspace: Workspace, old: Message, args: JSON, *, whole: bool) -> JSON:
    """What is not given stays, blocks too (only `blocks=[]` takes them away), unless the whole is replaced.
    Seen at https://github.com/slackapi/python-slack-sdk/issues/523."""
    fields: JSON = {"edited": True, "text": args.get("text", old.text)}
    if whole or "blocks" in args:
        fields["blocks"] = named_blocks(workspace, args.get("blocks"))
    if "metadata" in args:
        fields["metadata"] = args["metadata"]
    new = workspace.change(old, **fields)
    return {"text": new.text, "message": as_slack(new, with_metadata=True)}


def rewrite_original(workspace: Workspace, old: Message, args: JSON) -> None:
    """What a click's response_url does with replace_original, to ephemeral messages too."""
    check_message(workspace, args)
    _rewrite(workspace, old, args, whole=True)


def delete(workspace: Workspace, args: JSON) -> JSON:
    channel, ts = _needed(args, "channel"), _needed(args, "ts")
    workspace.channel(channel)
    old = workspace.find(channel, ts)
    if not old.by_bot:
        raise SlackRefusal("cant_delete_message")
    workspace.remove(old)
    return {"channel": channel, "ts": ts}


def post_ephemeral(workspace: Workspace, args: JSON) -> JSON:
    channel = postable(workspace, _needed(args, "channel"))
    user = workspace.user(_needed(args, "user"))
    if user.id not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    thread_ts = _thread(workspace, channel.id, args)
    check_message(workspace, args)
    message = ephemeral(workspace, channel.id, args, user=user.id, thread_ts=thread_ts)
    return {"message_ts": message.ts}


def ephemeral(
    workspace: Workspace, channel: str, args: JSON, *, user: str, thread_ts: str | None = None
) -> Message:
    message = Message(
        channel=channel,
        ts=workspace.next_ts(),
        user=BOT_USER,
        text=args["text"],
        blocks=named_blocks(workspace, args.get("blocks")),
        thread_ts=thread_ts,
        seen_by=user,
    )
    workspace.ephemerals.append(message)
    workspace.changed()
    return message


def get_permalink(workspace: Workspace, args: JSON) -> JSON:
    message = workspace.find(_needed(args, "channel"), _needed(args, "message_ts"))
    link = f"https://cluster.slack.example/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


def named_blocks(workspace: Workspace, blocks: Any) -> list[JSON]:
    """The blocks with the block_ids and action_ids that Slack fills in where the app gave none."""
    named = []
    for block in blocks or []:
        block = {"block_id": workspace.unique("b"), **block}
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                block[key] = _named(workspace, block[key])
        for key in ("elements", "actions"):
            if isinstance(block.get(key), list) and block["type"] in {"actions", "context_actions", "card"}:
                block[key] = [_named(workspace, item) for item in block[key]]
        if (key := HOLDS.get(block["type"], "")) in block:
            block[key] = named_blocks(workspace, block[key])
        named.append(block)
    return named


def _named(workspace: Workspace, element: JSON) -> JSON:
    return element if element.get("type") == "image" else {"action_id": workspace.unique("a"), **element}


def as_slack(message: Message, *, with_metadata: bool = False) -> JSON:
    """The message as Slack's JSON."""
    body: JSON = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
    }
    if message.by_bot:
        body |= {"bot_id": BOT, "app_id": APP}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata and with_metadata:
        body["metadata"] = message.metadata
    return body


def _thread(workspace: Workspace, channel: str, args: JSON) -> str | None:
    thread_ts = args.get("thread_ts")
    if thread_ts is None:
        return None
    return workspace.thread_root(channel, str(thread_ts)).ts


def _needed(args: JSON, name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value:
        raise SlackRefusal("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return value
