"""Strict checks of Block Kit blocks, as Slack makes them before it takes a message or a view.

Blocks this double cannot check (file, video, container, plan …) are refused rather than waved through.
"""

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.checks import (
    PLAIN,
    Shape,
    items,
    keys,
    maybe_string,
    maybe_text,
    objects,
    shape,
    string,
    text,
    wrong,
)
from tests.doubles.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    CONTEXT_ACTIONS,
    INPUTS,
    element,
    picture,
    unique_action_ids,
)
from tests.doubles.slack.records import JSON

MESSAGE_MOST = 50
VIEW_MOST = 100

BLOCKS: dict[str, Shape] = {
    "section": shape("", "block_id text fields accessory expand"),
    "divider": shape("", "block_id"),
    "image": shape("alt_text", "block_id image_url slack_file title"),
    "actions": shape("elements", "block_id"),
    "context": shape("elements", "block_id"),
    "context_actions": shape("elements", "block_id"),
    "input": shape("label element", "block_id hint optional dispatch_action"),
    "header": shape("text", "block_id"),
    "markdown": shape("text", "block_id"),
    "rich_text": shape("elements", "block_id"),
    "table": shape("rows", "block_id column_settings"),
    "card": shape("", "block_id hero_image icon title subtitle body actions"),
    "carousel": shape("elements", "block_id"),
}
MESSAGES_ONLY = {"markdown", "table", "context_actions", "card", "carousel"}


def problems(blocks: Any, *, at: str, in_message: bool, least: int = 1) -> list[str]:
    """Everything wrong with these blocks."""
    found = list(items(blocks, at, most=MESSAGE_MOST if in_message else VIEW_MOST, least=least))
    seen: set[str] = set()
    for place, block in objects(blocks):
        here = f"{at}/{place}"
        found += _block(block, here, in_message=in_message)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            found.append(wrong(f"block_id `{block_id}` already exists", f"{here}/block_id"))
        elif isinstance(block_id, str):
            seen.add(block_id)
    return found


def _block(block: JSON, at: str, *, in_message: bool) -> Iterator[str]:
    kind = block.get("type")
    if kind not in BLOCKS or (kind in MESSAGES_ONLY and not in_message):
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from keys(block, BLOCKS[kind], at)
    yield from maybe_string(block, "block_id", at, most=255)
    yield from _inside(block, at)


def _inside(block: JSON, at: str) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield from _section(block, at)
        case "header":
            yield from text(block.get("text"), f"{at}/text", most=150, kinds=(PLAIN,))
        case "markdown":
            yield from string(block.get("text"), f"{at}/text", most=12_000)
        case "image":
            yield from picture(block, at)
            yield from maybe_text(block, "title", at, most=2000, kinds=(PLAIN,))
        case "actions":
            yield from _elements(block, at, most=25, allowed=set(ACTIONS))
        case "context_actions":
            yield from _elements(block, at, most=5, allowed=CONTEXT_ACTIONS)
        case "context":
            yield from _context(block, at)
        case "input":
            yield from _input(block, at)
        case "table":
            yield from _table(block, at)
        case "card":
            yield from _card(block, at)
        case "carousel":
            yield from items(block.get("elements"), f"{at}/elements", most=10)
            for place, card in objects(block.get("elements")):
                yield from _card(card, f"{at}/elements/{place}")


def _section(block: JSON, at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield wrong("must define either `text` or `fields`", at)
    yield from maybe_text(block, "text", at, most=3000)
    if "fields" in block:
        yield from items(block["fields"], f"{at}/fields", most=10)
    for place, field in objects(block.get("fields")):
        yield from text(field, f"{at}/fields/{place}", most=2000)
    if "accessory" in block:
        if isinstance(block["accessory"], dict):
            yield from element(block["accessory"], f"{at}/accessory", set(ACCESSORIES))
        else:
            yield wrong("must be an object", f"{at}/accessory")


def _elements(block: JSON, at: str, *, most: int, allowed: set[str], key: str = "elements") -> Iterator[str]:
    yield from items(block.get(key), f"{at}/{key}", most=most)
    yield from unique_action_ids(block.get(key), f"{at}/{key}")
    for place, value in objects(block.get(key)):
        yield from element(value, f"{at}/{key}/{place}", allowed)


def _context(block: JSON, at: str) -> Iterator[str]:
    yield from items(block.get("elements"), f"{at}/elements", most=10)
    for place, value in objects(block.get("elements")):
        here = f"{at}/elements/{place}"
        if value.get("type") == "image":
            yield from element(value, here, {"image"})
        else:
            yield from text(value, here, most=3000)


def _input(block: JSON, at: str) -> Iterator[str]:
    yield from maybe_text(block, "label", at, most=2000, kinds=(PLAIN,))
    yield from maybe_text(block, "hint", at, most=2000, kinds=(PLAIN,))
    if isinstance(block.get("element"), dict):
        yield from element(block["element"], f"{at}/element", set(INPUTS))


def _table(block: JSON, at: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        yield wrong("must have 1 to 100 rows", f"{at}/rows")
        return
    for place, row in enumerate(rows):
        yield from items(row, f"{at}/rows/{place}", most=20)


def _card(card: JSON, at: str) -> Iterator[str]:
    yield from keys(card, BLOCKS["card"], at)
    if not card.keys() & {"hero_image", "title", "body", "actions"}:
        yield wrong("must define at least one of hero_image, title, actions, body", at)
    yield from maybe_text(card, "title", at, most=150)
    yield from maybe_text(card, "subtitle", at, most=150)
    yield from maybe_text(card, "body", at, most=200)
    if "actions" in card:
        yield from _elements(card, at, most=5, allowed={"button"}, key="actions")
