"""Strict checks of Block Kit blocks, as Slack makes them before it takes a message or a view.

Blocks this double cannot check (file, video, plan …) are refused rather than waved through.
"""

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.cards import CARD, alert, card, carousel, container
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
    row_of_elements,
)
from tests.doubles.slack.records import JSON
from tests.doubles.slack.tables import CHARACTERS_MOST, characters, data_table, table

MESSAGE, MODAL, HOME = "message", "modal", "home"
MESSAGE_MOST = 50
VIEW_MOST = 100
MARKDOWN_MOST = 12_000
HOLDS = {"carousel": "elements", "container": "child_blocks"}  # blocks within blocks

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
    "data_table": shape("rows caption", "block_id page_size row_header_column_index"),
    "card": CARD,
    "carousel": shape("elements", "block_id"),
    "container": shape(
        "child_blocks",
        "block_id title rich_text_title subtitle width icon is_collapsible default_collapsed has_header_divider",
    ),
    "alert": shape("text", "block_id level"),
}
# Those not named here may stand anywhere: https://docs.slack.dev/blocks.json
SURFACES: dict[str, set[str]] = {
    "alert": {MODAL},
    "carousel": {MESSAGE, HOME},
    "container": {MESSAGE},
    "context_actions": {MESSAGE},
    "data_table": {MESSAGE},
    "markdown": {MESSAGE},
    "table": {MESSAGE},
}


def problems(blocks: Any, *, at: str, surface: str = MESSAGE, least: int = 1) -> list[str]:
    """Everything wrong with these blocks, on a message, modal or Home."""
    found = list(items(blocks, at, most=MESSAGE_MOST if surface == MESSAGE else VIEW_MOST, least=least))
    for place, block in objects(blocks):
        found += _block(block, f"{at}/{place}", surface=surface)
    found += _same_ids(blocks, at)
    found += _together(blocks, at)
    return found


def _same_ids(blocks: Any, at: str) -> Iterator[str]:
    """A block_id stands once, blocks within blocks counted in."""
    seen: set[str] = set()
    for here, block in _all(blocks, at):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            yield wrong(f"block_id `{block_id}` already exists", f"{here}/block_id")
        elif isinstance(block_id, str):
            seen.add(block_id)


def _all(blocks: Any, at: str) -> Iterator[tuple[str, JSON]]:
    for place, block in objects(blocks):
        yield f"{at}/{place}", block
        if (key := HOLDS.get(str(block.get("type")))) is not None:
            yield from _all(block.get(key), f"{at}/{place}/{key}")


def _together(blocks: Any, at: str) -> Iterator[str]:
    """What all blocks of one message or view together may be."""
    listed = [block for _, block in objects(blocks)]
    if [block.get("type") for block in listed].count("table") > 1:
        yield wrong("only_one_table_allowed", at)
    if characters(blocks) > CHARACTERS_MOST:
        yield wrong(f"tables must be less than {CHARACTERS_MOST + 1} characters together", at)
    marked = [str(block.get("text")) for block in listed if block.get("type") == "markdown"]
    if sum(map(len, marked)) > MARKDOWN_MOST:
        yield wrong(f"markdown must be less than {MARKDOWN_MOST + 1} characters together", at)
    focused = [e for _, b in _all(blocks, at) for e in inner_elements(b) if e.get("focus_on_load")]
    if len(focused) > 1:
        yield wrong("only one element may have focus_on_load", at)


def inner_elements(block: JSON) -> Iterator[JSON]:
    """The elements of one block, those of blocks within it left out."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield block[key]
    for key in ("elements", "actions"):
        yield from (element for _, element in objects(block.get(key)))


def _block(block: JSON, at: str, *, surface: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in BLOCKS or surface not in SURFACES.get(kind, {surface}):
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
            yield from string(block.get("text"), f"{at}/text", most=MARKDOWN_MOST)
        case "image":
            yield from picture(block, at)
            yield from maybe_text(block, "title", at, most=2000, kinds=(PLAIN,))
        case "actions":
            yield from row_of_elements(block, at, most=25, allowed=set(ACTIONS))
        case "context_actions":
            yield from row_of_elements(block, at, most=5, allowed=CONTEXT_ACTIONS)
        case "context":
            yield from _context(block, at)
        case "input":
            yield from _input(block, at)
        case "table":
            yield from table(block, at)
        case "data_table":
            yield from data_table(block, at)
        case "card":
            yield from card(block, at)
        case "carousel":
            yield from carousel(block, at)
        case "container":
            yield from container(block, at, child=_child)
        case "alert":
            yield from alert(block, at)


def _child(block: JSON, at: str) -> Iterator[str]:
    yield from _block(block, at, surface=MESSAGE)


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
    elif "element" in block:
        yield wrong("must be an object", f"{at}/element")
