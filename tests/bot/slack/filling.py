"""Buttons and forms as a member uses them: what a button carries, and a form filled in as Slack sends it."""

from typing import Any

from bot.slack.modals.forms import Filled, filled
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace


def values_of(surface: dict[str, Any]) -> dict[str, str]:
    """Of a view or message: each button's value by its action."""
    found: dict[str, str] = {}
    for block in surface["blocks"]:
        for each in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if each.get("type") == "button":
                found.setdefault(each["action_id"], each["value"])
    return found


def filled_in(form: dict[str, Any], said: dict[str, str]) -> Filled:
    """The submission of a modal as Slack sends it, checked as Slack does: `said` by field, the rest as it stands."""
    return filled({**form, "state": {"values": state_with(form, said)}})


def state_with(form: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
    check_view(Workspace(real_time), form, kind="modal")
    values: dict[str, Any] = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            element, field = block["element"], block["block_id"]
            chosen = (element.get("initial_option") or {}).get("value")
            before = element.get("initial_value") or chosen or element.get("initial_date")
            values[field] = {element["action_id"]: state_of(element["type"], said.get(field, before))}
    assert said.keys() <= values.keys()
    return values


def state_of(kind: str, value: str | None) -> dict[str, Any]:
    if kind in {"static_select", "external_select"}:
        return {"type": kind, "selected_option": {"value": value} if value else None}
    if kind in {"checkboxes", "multi_static_select"}:
        return {"type": kind, "selected_options": [{"value": each} for each in (value or "").split()]}
    return {"type": kind, ("selected_date" if kind == "datepicker" else "value"): value or None}
