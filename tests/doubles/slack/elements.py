"""Strict checks of block elements: buttons, menus, inputs, images, and their confirm dialogs and options."""

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.checks import (
    EITHER,
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
    url,
    wrong,
)
from tests.doubles.slack.inputs import filling
from tests.doubles.slack.records import JSON

SELECT = "action_id placeholder confirm focus_on_load"
INPUT = "action_id placeholder initial_value focus_on_load dispatch_action_config"

ELEMENTS: dict[str, Shape] = {
    "button": shape("text", "action_id value url style confirm accessibility_label agent_prompt"),
    "feedback_buttons": shape("positive_button negative_button", "action_id"),
    "icon_button": shape("icon text", "action_id value confirm accessibility_label visible_to_user_ids"),
    "overflow": shape("options", "action_id confirm"),
    "static_select": shape("", f"{SELECT} options option_groups initial_option"),
    "multi_static_select": shape("", f"{SELECT} options option_groups initial_options max_selected_items"),
    "external_select": shape("", f"{SELECT} initial_option min_query_length"),
    "multi_external_select": shape("", f"{SELECT} initial_options min_query_length max_selected_items"),
    "users_select": shape("", f"{SELECT} initial_user"),
    "conversations_select": shape(
        "", f"{SELECT} initial_conversation default_to_current_conversation response_url_enabled filter"
    ),
    "channels_select": shape("", f"{SELECT} initial_channel response_url_enabled"),
    "datepicker": shape("", f"{SELECT} initial_date"),
    "timepicker": shape("", f"{SELECT} initial_time timezone"),
    "checkboxes": shape("options", "action_id initial_options confirm focus_on_load"),
    "radio_buttons": shape("options", "action_id initial_option confirm focus_on_load"),
    "plain_text_input": shape("", f"{INPUT} multiline min_length max_length"),
    "email_text_input": shape("", INPUT),
    "url_text_input": shape("", INPUT),
    "number_input": shape("is_decimal_allowed", f"{INPUT} min_value max_value"),
    "multi_users_select": shape("", f"{SELECT} initial_users max_selected_items"),
    "datetimepicker": shape("", "action_id initial_date_time confirm focus_on_load"),
    "image": shape("alt_text", "image_url slack_file"),
}
INPUTS_ONLY = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}
ACTIONS = ELEMENTS.keys() - INPUTS_ONLY - CONTEXT_ACTIONS - {"image"}
ACCESSORIES = ACTIONS | {"image"}
INPUTS = (ACTIONS | INPUTS_ONLY) - {"button", "overflow"}
OPTIONS_MOST = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
MRKDWN_OPTIONS = {"checkboxes", "radio_buttons"}  # the others show plain_text alone


def element(value: JSON, at: str, allowed: set[str]) -> Iterator[str]:
    kind = value.get("type")
    if kind not in allowed or kind not in ELEMENTS:
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from keys(value, ELEMENTS[kind], at)
    yield from maybe_string(value, "action_id", at, most=255)
    yield from maybe_text(value, "placeholder", at, most=150, kinds=(PLAIN,))
    if "confirm" in value:
        yield from confirm(value["confirm"], f"{at}/confirm")
    if kind in {"button", "icon_button"}:
        yield from _button(value, at)
    if kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            yield from _feedback(value.get(side), f"{at}/{side}")
    if kind == "image":
        yield from picture(value, at)
    yield from _choices(value, at)
    yield from filling(value, at)


def row_of_elements(
    block: JSON, at: str, *, most: int, allowed: set[str], key: str = "elements"
) -> Iterator[str]:
    """A block's list of elements, their action_ids different."""
    yield from items(block.get(key), f"{at}/{key}", most=most)
    yield from unique_action_ids(block.get(key), f"{at}/{key}")
    for place, value in objects(block.get(key)):
        yield from element(value, f"{at}/{key}/{place}", allowed)


def unique_action_ids(elements: Any, at: str) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in objects(elements):
        action_id = item.get("action_id")
        if isinstance(action_id, str) and action_id in seen:
            yield wrong(f"action_id `{action_id}` already exists", f"{at}/{place}/action_id")
        elif isinstance(action_id, str):
            seen.add(action_id)


def picture(value: JSON, at: str) -> Iterator[str]:
    yield from url(value, "image_url", at)
    yield from string(value.get("alt_text"), f"{at}/alt_text", most=2000)
    if ("image_url" in value) == ("slack_file" in value):
        yield wrong("must define either `image_url` or `slack_file`", at)


def confirm(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    yield from keys(value, shape("title text confirm deny", "style"), at)
    yield from maybe_text(value, "title", at, most=100, kinds=(PLAIN,))
    yield from maybe_text(value, "text", at, most=300)
    yield from maybe_text(value, "confirm", at, most=30, kinds=(PLAIN,))
    yield from maybe_text(value, "deny", at, most=30, kinds=(PLAIN,))
    yield from _style(value, at)


def options(value: Any, at: str, *, most: int = 100, kind: str = "") -> Iterator[str]:
    """`kind` is that of the element they are for."""
    kinds = EITHER if kind in MRKDWN_OPTIONS else (PLAIN,)
    yield from items(value, at, most=most)
    for place, option in objects(value):
        here = f"{at}/{place}"
        optional = "description url" if kind == "overflow" else "description"
        yield from keys(option, shape("text value", optional), here)
        yield from maybe_text(option, "text", here, most=75, kinds=kinds)
        yield from maybe_string(option, "value", here, most=150)
        yield from maybe_text(option, "description", here, most=75, kinds=kinds)
        yield from url(option, "url", here)


def _choices(value: JSON, at: str) -> Iterator[str]:
    if "options" in value:
        most = OPTIONS_MOST.get(value["type"], 100)
        yield from options(value["options"], f"{at}/options", most=most, kind=value["type"])
    if "option_groups" in value:
        yield from items(value["option_groups"], f"{at}/option_groups", most=100)
    for place, group in objects(value.get("option_groups")):
        here = f"{at}/option_groups/{place}"
        yield from keys(group, shape("label options"), here)
        yield from maybe_text(group, "label", here, most=75, kinds=(PLAIN,))
        yield from options(group.get("options"), f"{here}/options")
    if value["type"] in {"static_select", "multi_static_select"} and (
        ("options" in value) == ("option_groups" in value)
    ):
        yield wrong("must define either `options` or `option_groups`", at)


def _button(value: JSON, at: str) -> Iterator[str]:
    yield from text(value.get("text"), f"{at}/text", most=75, kinds=(PLAIN,))
    yield from maybe_string(value, "value", at, most=2000)
    yield from maybe_string(value, "accessibility_label", at, most=75)
    yield from url(value, "url", at)
    yield from _style(value, at)


def _feedback(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield wrong("must be an object", at)
        return
    yield from keys(value, shape("text value", "accessibility_label"), at)
    yield from maybe_text(value, "text", at, most=75, kinds=(PLAIN,))
    yield from maybe_string(value, "value", at, most=2000)
    yield from maybe_string(value, "accessibility_label", at, most=75)


def _style(value: JSON, at: str) -> Iterator[str]:
    if value.get("style", "primary") not in {"primary", "danger"}:
        yield wrong("must be one of: primary, danger", f"{at}/style")
