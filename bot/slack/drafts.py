"""Messages for the outbox, in the form that the sender of this package knows."""

from dataclasses import replace
from typing import Any

from bot.slack.blocks.message import Message
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.showing import Shown, dump
from store.kinds import Medium
from store.outbox import Claimed, Draft

JSON = dict[str, Any]

POST, UPDATE, DELETE, RESPOND = "chat.postMessage", "chat.update", "chat.delete", "respond"


def changing(draft: Draft, *, of: str, number: int | None = None) -> Draft:
    """A change of what went out under the key `of`, wherever that stands; the `number` of changes that rise."""
    numbered = {} if number is None else {"number": number}
    return replace(draft, payload={**draft.payload, "of": of, **numbered})


def directly(message: Claimed) -> Draft | None:
    """The same by a direct message: for what was for one reader's eyes, where a channel takes nothing from us."""
    arguments = message.payload.get("arguments") or {}
    for_one = arguments.get("response_type") == "ephemeral" and not arguments.get("replace_original")
    if message.payload.get("method") != RESPOND or not for_one:
        return None
    kept = {name: arguments[name] for name in ("text", "blocks") if name in arguments}
    key = f"{message.dedup_key}:direct"
    payload = {"method": POST, "users": [message.recipient], "arguments": kept}
    return Draft(key, Medium.SLACK, "answer", message.recipient, payload=payload)


def with_plain(draft: Draft, message: Message) -> Draft:
    """With the blocks to fall back on, for the sender."""
    if message.plain is None:
        return draft
    return replace(draft, payload={**draft.payload, "plain": message.plain})


def body_of(message: Message) -> JSON:
    return {"text": message.text, **({"blocks": message.blocks} if message.blocks else {})}


def post(message: Message, *, key: str, channel: str, root: str, shown: Shown | None = None) -> Draft:
    arguments = {
        "channel": channel,
        "thread_ts": root,
        **body_of(message),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return with_plain(draft_of(POST, arguments, key=key, recipient=channel, shown=shown), message)


def to_person(message: Message, *, key: str, user: str, shown: Shown | None = None) -> Draft:
    """In their direct conversation with us, which the sender opens first."""
    arguments = {**body_of(message), "unfurl_links": False, "unfurl_media": False}
    draft = draft_of(POST, arguments, key=key, recipient=user, shown=shown)
    return with_plain(replace(draft, payload={**draft.payload, "users": [user]}), message)


def whisper(text: str, *, key: str, url: str, user: str) -> Draft:
    """A line that only the clicker sees."""
    arguments = {"response_type": "ephemeral", "replace_original": False, "text": escaped(text)}
    return respond(arguments, key=key, url=url, user=user)


def respond(arguments: JSON, *, key: str, url: str, user: str, shown: Shown | None = None) -> Draft:
    draft = draft_of(RESPOND, arguments, key=key, recipient=user, shown=shown)
    return replace(draft, payload={**draft.payload, "url": url})


def draft_of(method: str, arguments: JSON, *, key: str, recipient: str, shown: Shown | None) -> Draft:
    kept = {} if shown is None else {"shown": dump(shown)}
    kind = "answer" if method == POST or key.startswith("answer:") else "update"
    payload = {"method": method, "arguments": arguments, **kept}
    return Draft(key, Medium.SLACK, kind, recipient, payload=payload)
