"""The state of a form: what stands in each of its inputs, as Slack sends it with every click and submission."""

from tests.doubles.slack.inputs import offered
from tests.doubles.slack.records import JSON

# Where an element's value stands in state.values, and where the app may have put a first one.
HELD = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
LISTS = {"selected_options", "selected_users"}


def state_of(blocks: list[JSON], filled: JSON) -> JSON:
    """By block_id and action_id; `filled` has the same shape and wins over what stood there at first."""
    values: JSON = {}
    for block in blocks:
        for element in holding(block):
            first = first_value(element)
            put = filled.get(block["block_id"], {}).get(element["action_id"])
            same = put is not None and put["type"] == element["type"]
            values.setdefault(block["block_id"], {})[element["action_id"]] = put if same else first
    return values


def holding(block: JSON) -> list[JSON]:
    """The block's elements that hold a value; buttons and overflow menus hold none."""
    found = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    found += block["elements"] if block["type"] == "actions" else []
    return [element for element in found if element["type"] in HELD]


def first_value(element: JSON) -> JSON:
    key, initial = HELD[element["type"]]
    return {"type": element["type"], key: element.get(initial, [] if key in LISTS else None)}


def put(element: JSON, value: object, *, options: list[JSON]) -> JSON:
    """The element's state once this value is in it: words, a date, a user id, or the value of an option (a list
    of them where several may be chosen). `options` are those an external menu has shown."""
    key, initial = HELD[element["type"]]
    if key not in {"selected_option", "selected_options"}:
        return {"type": element["type"], key: value}
    first = element.get(initial) or []
    known = [*offered(element), *options, *(first if isinstance(first, list) else [first])]
    if key == "selected_option":
        return {"type": element["type"], key: None if value is None else chosen(known, value)}
    if not isinstance(value, list | tuple):
        raise LookupError(f"{element['action_id']!r} takes a list of option values, not {value!r}")
    return {"type": element["type"], key: [chosen(known, one) for one in value]}


def chosen(options: list[JSON], value: object) -> JSON:
    """The option of this value; the first one where no value is asked for."""
    for option in options:
        if value in {None, option["value"]}:
            return option
    raise LookupError(f"no option {value!r}: {[option['value'] for option in options]}")
