"""Strict checks of the blocks that hold others: card, carousel, container; and of alerts, which stand alone."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from tests.doubles.slack.checks import (
    PLAIN,
    items,
    keys,
    maybe_string,
    maybe_text,
    objects,
    one_of,
    shape,
    text,
    wrong,
)
from tests.doubles.slack.elements import element, row_of_elements
from tests.doubles.slack.records import JSON

CARD = shape("", "block_id hero_image icon title subtitle body actions")
ACTIONS_MOST = 3
CARDS_MOST = 10
CHILDREN_MOST = 10
CHILDREN = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"}
ALERT_MOST = 200
LEVELS = {"default", "info", "warning", "error", "success"}
WIDTHS = {"narrow", "standard", "wide", "full"}

CheckBlock: TypeAlias = Callable[[JSON, str], Iterator[str]]


def card(block: JSON, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/card-block"""
    yield from keys(block, CARD, at)
    if not block.keys() & {"hero_image", "title", "body", "actions"}:
        yield wrong("must define at least one of hero_image, title, actions, body", at)
    yield from maybe_text(block, "title", at, most=150)
    yield from maybe_text(block, "subtitle", at, most=150)
    yield from maybe_text(block, "body", at, most=200)
    yield from _pictures(block, at, "hero_image", "icon")
    if "actions" in block:
        yield from row_of_elements(block, at, most=ACTIONS_MOST, allowed={"button"}, key="actions")


def carousel(block: JSON, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/carousel-block"""
    yield from items(block.get("elements"), f"{at}/elements", most=CARDS_MOST)
    for place, inner in objects(block.get("elements")):
        here = f"{at}/elements/{place}"
        if inner.get("type") != "card":
            yield wrong(f"unsupported type: {inner.get('type')}", f"{here}/type")
        else:
            yield from maybe_string(inner, "block_id", here, most=255)
            yield from card(inner, here)


def container(block: JSON, at: str, *, child: CheckBlock) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/container-block; `child` checks one block inside."""
    yield from items(block.get("child_blocks"), f"{at}/child_blocks", most=CHILDREN_MOST)
    for place, inner in objects(block.get("child_blocks")):
        here = f"{at}/child_blocks/{place}"
        if inner.get("type") not in CHILDREN:
            yield wrong(f"unsupported type: {inner.get('type')}", f"{here}/type")
        else:
            yield from child(inner, here)
    if not block.keys() & {"title", "rich_text_title"}:
        yield wrong("must define either `title` or `rich_text_title`", at)
    yield from maybe_text(block, "title", at, most=150, kinds=(PLAIN,))
    yield from maybe_text(block, "subtitle", at, most=150)
    yield from _pictures(block, at, "icon")
    yield from one_of(block, "width", at, WIDTHS)
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield wrong("default_collapsed requires is_collapsible", at)
    if block.get("has_header_divider") and block.get("is_collapsible"):
        yield wrong("has_header_divider cannot be set when is_collapsible is true", at)


def alert(block: JSON, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/alert-block"""
    yield from text(block.get("text"), f"{at}/text", most=ALERT_MOST)
    yield from one_of(block, "level", at, LEVELS)


def _pictures(block: JSON, at: str, *names: str) -> Iterator[str]:
    for key in names:
        if isinstance(block.get(key), dict):
            yield from element(block[key], f"{at}/{key}", {"image"})
        elif key in block:
            yield wrong("must be an object", f"{at}/{key}")
