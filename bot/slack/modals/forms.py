"""What every form in Slack is made of, and how what was filled in is read."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks.mrkdwn import plain

JSON = dict[str, Any]

INPUT_MOST = 3000  # characters of a text field
TITLE_MOST = 24
FIELD = "filled"  # the action of every field that needs no name of its own


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent in: text by field ("" where nothing was said), and what the form itself carried."""

    callback: str
    fields: Mapping[str, str]
    kept: Mapping[str, Any]

    def text(self, field: str) -> str:
        return self.fields.get(field, "").strip()

    def number(self, name: str) -> int | None:
        """Of what the form carried."""
        value = self.kept.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def modal(
    title: str,
    callback: str,
    blocks: Sequence[JSON],
    *,
    submit: str = "",
    kept: Mapping[str, Any] | None = None,
) -> JSON:
    """`kept` comes back with what is filled in; at most 3,000 characters."""
    view: JSON = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title[:TITLE_MOST]),
        "close": plain("Cancel" if submit else "Close"),
        "blocks": list(blocks),
        "private_metadata": json.dumps(dict(kept or {}), separators=(",", ":")),
    }
    return view | ({"submit": plain(submit[:TITLE_MOST])} if submit else {})


def filled(view: Mapping[str, Any]) -> Filled:
    """The view of a submission. What no form of this version holds is read as nothing."""
    values = (view.get("state") or {}).get("values") or {}
    fields = {
        str(block): _said(next(iter(actions.values()), {})) for block, actions in values.items() if actions
    }
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    return Filled(str(view.get("callback_id") or ""), fields, kept if isinstance(kept, dict) else {})


def text_field(
    field: str,
    label: str,
    *,
    initial: str = "",
    most: int = 1000,
    lines: bool = True,
    optional: bool = False,
    hint: str = "",
) -> JSON:
    element: JSON = {"type": "plain_text_input", "action_id": FIELD, "multiline": lines, "max_length": most}
    if initial.strip():
        element["initial_value"] = initial[:most]
    return _input(field, label, element, optional=optional, hint=hint)


def number_field(field: str, label: str, *, initial: str = "", hint: str = "") -> JSON:
    element = {"type": "number_input", "action_id": FIELD, "is_decimal_allowed": False, "min_value": "0"}
    return _input(field, label, _beginning(element, "initial_value", initial), optional=True, hint=hint)


def address_field(
    field: str, label: str, *, initial: str = "", optional: bool = False, hint: str = ""
) -> JSON:
    element = _beginning({"type": "email_text_input", "action_id": FIELD}, "initial_value", initial)
    return _input(field, label, element, optional=optional, hint=hint)


def link_field(field: str, label: str, *, initial: str = "", hint: str = "") -> JSON:
    """What stands there already and is no whole link, Slack would not take: that is shown as text."""
    kind = (
        "url_text_input" if not initial or initial.startswith(("http://", "https://")) else "plain_text_input"
    )
    element = _beginning({"type": kind, "action_id": FIELD}, "initial_value", initial)
    return _input(field, label, element, optional=True, hint=hint)


def date_field(field: str, label: str, *, initial: str = "", optional: bool = True, hint: str = "") -> JSON:
    element = _beginning({"type": "datepicker", "action_id": FIELD}, "initial_date", initial)
    return _input(field, label, element, optional=optional, hint=hint)


def time_field(
    field: str, label: str, *, zone: str, initial: str = "", optional: bool = True, hint: str = ""
) -> JSON:
    """A wall clock ("17:30"); Slack names the `zone` beside it."""
    element = {"type": "timepicker", "action_id": FIELD, "timezone": zone}
    return _input(field, label, _beginning(element, "initial_time", initial), optional=optional, hint=hint)


def choice_field(
    field: str, label: str, choices: Sequence[tuple[str, str]], *, initial: str = "", optional: bool = False
) -> JSON:
    """One of these (value, label); a hundred at most."""
    options = [option(value, shown) for value, shown in choices[:100]]
    element: JSON = {"type": "static_select", "action_id": FIELD, "options": options}
    chosen = [each for each in options if each["value"] == initial]
    return _input(
        field, label, element | ({"initial_option": chosen[0]} if chosen else {}), optional=optional
    )


def tick_field(
    field: str, label: str, value: str, shown: str, *, initial: bool = False, hint: str = ""
) -> JSON:
    box = option(value, shown)
    element: JSON = {"type": "checkboxes", "action_id": FIELD, "options": [box]}
    return _input(
        field, label, element | ({"initial_options": [box]} if initial else {}), optional=True, hint=hint
    )


def several_field(
    field: str,
    label: str,
    choices: Sequence[tuple[str, str]],
    *,
    initial: Collection[str] = (),
    hint: str = "",
) -> JSON:
    """Any of these (value, label), or none; a hundred at most."""
    options = [option(value, shown) for value, shown in choices[:100]]
    element: JSON = {"type": "multi_static_select", "action_id": FIELD, "options": options}
    chosen = [each for each in options if each["value"] in initial]
    if chosen:
        element["initial_options"] = chosen
    return _input(field, label, element, optional=True, hint=hint)


def typeahead_field(field: str, label: str, action: str, *, asks: str) -> JSON:
    """Its choices are looked up while somebody types."""
    element = {
        "type": "external_select",
        "action_id": action,
        "min_query_length": 2,
        "placeholder": plain(asks),
    }
    return _input(field, label, element)


def option(value: str, shown: str) -> JSON:
    text = " ".join(shown.split()) or "…"
    return {"text": plain(text if len(text) <= 75 else f"{text[:74]}…"), "value": value[:150]}


def _input(field: str, label: str, element: JSON, *, optional: bool = False, hint: str = "") -> JSON:
    block = {"type": "input", "block_id": field, "label": plain(label), "element": element}
    return block | ({"optional": True} if optional else {}) | ({"hint": plain(hint)} if hint else {})


def _beginning(element: JSON, name: str, initial: str) -> JSON:
    return element | ({name: initial} if initial else {})


def _said(state: Mapping[str, Any]) -> str:
    chosen = state.get("selected_option") or {}
    several = state.get("selected_options") or []
    if several:
        return "\n".join(str(each.get("value") or "") for each in several)
    picked = state.get("selected_date") or state.get("selected_time")
    return str(state.get("value") or picked or chosen.get("value") or "")
