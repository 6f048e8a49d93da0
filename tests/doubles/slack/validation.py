"""Whether Slack would take this message or view; what it would ping is noted, not refused."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.blocks import problems
from tests.doubles.slack.checks import PLAIN, keys, maybe_string, maybe_text, shape, wrong
from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.records import JSON
from tests.doubles.slack.workspace import Workspace

TEXT_MOST = 40_000
UPDATE_TEXT_MOST = 4_000  # chat.update documents a lower limit than chat.postMessage
BLOCK_TEXT_MOST = 13_200  # not documented; met in practice: https://github.com/slackapi/bolt-js/issues/2509
METADATA_MOST = 8_000
VIEW_MOST = 250_000
PING = re.compile(r"<!(?:channel|here|everyone|subteam\^\w+)(?:\|[^>]*)?>")
WORD_PING = re.compile(r"@(?:channel|here|everyone)\b")
MENTION = re.compile(r"<@([UW]\w+)(?:\|[^>]*)?>")
VIEWS = {
    "modal": shape(
        "title blocks",
        "close submit private_metadata callback_id clear_on_close notify_on_close external_id submit_disabled",
    ),
    "home": shape("blocks", "private_metadata callback_id external_id"),
}


def check_message(workspace: Workspace, args: JSON, *, text_most: int = TEXT_MOST) -> None:
    """Raises the refusal Slack would give. `text` is asked for even with blocks: it is what notifications
    and screen readers say, and Slack's own warning about it is easily missed."""
    text, blocks = args.get("text") or "", args.get("blocks")
    if blocks is not None:
        _refuse_blocks(problems(blocks, at="/blocks", least=0))
    if not isinstance(text, str):
        raise SlackRefusal("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if not text.strip() and (blocks or args.get("attachments")):
        workspace.mistakes.append("missing text fallback")
        raise SlackRefusal("invalid_arguments", ["[ERROR] missing text fallback [json-pointer:/text]"])
    if not text.strip():
        raise SlackRefusal("no_text")
    if len(text) > text_most:
        raise SlackRefusal("msg_too_long")
    if sum(len(words) for words, _ in _texts(blocks or [])) > BLOCK_TEXT_MOST:
        raise SlackRefusal("msg_blocks_too_long")
    check_metadata(args.get("metadata"))
    note_pings(workspace, args)


def check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    whole = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not whole or not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_MOST:
        raise SlackRefusal("metadata_too_large")


def check_view(workspace: Workspace, view: Any, *, kind: str) -> JSON:
    """The view, or the refusal. `kind` is modal or home."""
    if not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", ["[ERROR] must be an object [json-pointer:/view]"])
    if view.get("type") != kind:
        found = [wrong(f"unsupported type: {view.get('type')}", "/view/type")]
    else:
        found = [*_view(view, kind), *problems(view.get("blocks"), at="/view/blocks", surface=kind)]
    if found:
        raise SlackRefusal("invalid_arguments", [f"[ERROR] {message}" for message in found])
    if len(json.dumps(view)) > VIEW_MOST:
        raise Misuse("view_too_large")
    note_pings(workspace, {"blocks": view["blocks"]})
    return view


def _view(view: JSON, kind: str) -> Iterator[str]:
    yield from keys(view, VIEWS[kind], "/view")
    for key in ("title", "submit", "close"):
        yield from maybe_text(view, key, "/view", most=24, kinds=(PLAIN,))
    for key, most in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        if view.get(key):
            yield from maybe_string(view, key, "/view", most=most)
    has_input = any(
        block.get("type") == "input" for block in view.get("blocks", []) if isinstance(block, dict)
    )
    if kind == "modal" and has_input and "submit" not in view:
        yield wrong("submit is required when an input block is within blocks", "/view")


def note_pings(workspace: Workspace, args: JSON) -> None:
    """Remember what this would ping: only where Slack reads mrkdwn, for in plain_text `<!channel>` is just text."""
    said = [(args.get("text") or "", True), *_texts(args.get("blocks") or [])]
    said += _texts(args.get("attachments") or [])
    linked = args.get("parse") == "full" or args.get("link_names") in {True, "1", "true"}
    for words, is_mrkdwn in said:
        if is_mrkdwn:
            workspace.pings += PING.findall(words)
            workspace.mentions += MENTION.findall(words)
            workspace.pings += WORD_PING.findall(words) if linked else []


def _texts(value: Any) -> list[tuple[str, bool]]:
    """Every text in there, each with whether Slack reads it as mrkdwn."""
    if isinstance(value, list):
        return [found for item in value for found in _texts(item)]
    if not isinstance(value, dict):
        return []
    found = [
        (inner, value.get("type") not in {PLAIN, "text", "raw_text"})
        for key in ("text", "pretext", "fallback")
        if isinstance(inner := value.get(key), str)
    ]
    if value.get("type") == "broadcast":
        found.append((f"<!{value.get('range')}>", True))
    return found + [text for inner in value.values() for text in _texts(inner)]


def _refuse_blocks(found: list[str]) -> None:
    if found:
        raise SlackRefusal("invalid_blocks", [f"[ERROR] {message}" for message in found])
