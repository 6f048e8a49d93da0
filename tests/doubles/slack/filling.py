"""What Slack's client sees to before it sends a form: known fields, nothing missing, and values that fit."""

from collections.abc import Iterator

from tests.doubles.slack.inputs import DATE, NUMBER, TEXT_MOST, TIME
from tests.doubles.slack.records import JSON, View
from tests.doubles.slack.state import HELD, holding, put, state_of
from tests.doubles.slack.workspace import Workspace


def fill(workspace: Workspace, view: View, values: JSON) -> None:
    """Put these values in, by block_id; where a block holds several things, by action_id within. LookupError for
    a block that is not there, an option not offered, or a value the client would not take."""
    blocks = {block["block_id"]: block for block in view.body["blocks"] if holding(block)}
    filled = workspace.filled.setdefault(view.id, {})
    for block_id, value in values.items():
        if block_id not in blocks:
            raise LookupError(f"no input in a block {block_id!r}; there are: {sorted(blocks)}")
        for element, given in _given(blocks[block_id], value):
            if wrong := " and ".join(_unfit(element, given)):
                raise LookupError(f"Slack's client would not take {given!r} in {block_id!r}: it {wrong}")
            options = workspace.offered.get((view.id, element["action_id"]), [])
            put_in = put(element, None if given == "" else given, options=options)
            filled.setdefault(block_id, {})[element["action_id"]] = put_in


def missing(workspace: Workspace, view: View) -> list[str]:
    """The block_ids of inputs that must be filled in and are not."""
    values = state_of(view.body["blocks"], workspace.filled.get(view.id, {}))
    needed = [b for b in view.body["blocks"] if b["type"] == "input" and not b.get("optional")]
    empty: tuple[object, ...] = (None, "", [])
    return [
        block["block_id"]
        for block in needed
        for state in values.get(block["block_id"], {}).values()
        if state[HELD[state["type"]][0]] in empty
    ]


def _given(block: JSON, value: object) -> Iterator[tuple[JSON, object]]:
    elements = {element["action_id"]: element for element in holding(block)}
    if not isinstance(value, dict):
        if len(elements) > 1:
            raise LookupError(f"{block['block_id']!r} holds several things; say which: {sorted(elements)}")
        value = dict.fromkeys(elements, value)
    for action_id, given in value.items():
        if action_id not in elements:
            raise LookupError(
                f"nothing {action_id!r} in {block['block_id']!r}; there are: {sorted(elements)}"
            )
        yield elements[action_id], given


def _unfit(element: JSON, given: object) -> Iterator[str]:
    if given in (None, "", []):
        return
    match element["type"]:
        case "plain_text_input":
            yield from _text(element, str(given))
        case "number_input":
            yield from _number(element, str(given))
        case "datepicker" if not DATE.fullmatch(str(given)):
            yield "is no date"
        case "timepicker" if not TIME.fullmatch(str(given)):
            yield "is no time"
        case "email_text_input" if "@" not in str(given):
            yield "is no address"
        case "url_text_input" if "://" not in str(given):
            yield "is no URL"
        case "checkboxes" | "multi_static_select" | "multi_external_select" if isinstance(given, list):
            if len(given) > element.get("max_selected_items", len(given)):
                yield "is more than may be chosen"


def _text(element: JSON, given: str) -> Iterator[str]:
    if len(given) > element.get("max_length", TEXT_MOST):
        yield "is too long"
    if len(given) < element.get("min_length", 0):
        yield "is too short"
    if "\n" in given and not element.get("multiline"):
        yield "has several lines"


def _number(element: JSON, given: str) -> Iterator[str]:
    if not NUMBER.fullmatch(given):
        yield "is no number"
        return
    if "." in given and not element["is_decimal_allowed"]:
        yield "is no whole number"
    if float(given) < float(element.get("min_value", given)):
        yield "is too small"
    if float(given) > float(element.get("max_value", given)):
        yield "is too large"
