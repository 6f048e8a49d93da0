"""Strict checks of what a person fills in: text, numbers, dates, and what is chosen before they begin."""

import re
from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.checks import integer, items, objects, string, wrong
from tests.doubles.slack.records import JSON

TEXT_MOST = 3000
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
WRITTEN = {"initial_date": DATE, "initial_time": TIME}


def filling(value: JSON, at: str) -> Iterator[str]:
    """Everything wrong with the limits and first values of one element."""
    match value["type"]:
        case "plain_text_input":
            yield from _text(value, at)
        case "number_input":
            yield from _number(value, at)
        case "email_text_input" | "url_text_input" if "initial_value" in value:
            yield from string(value["initial_value"], f"{at}/initial_value", most=TEXT_MOST)
    for key, pattern in WRITTEN.items():
        if key in value and not pattern.fullmatch(str(value[key])):
            yield wrong("must be written as documented", f"{at}/{key}")
    yield from integer(value, "min_query_length", at, least=0, most=TEXT_MOST)
    yield from integer(value, "max_selected_items", at, least=1, most=100)
    yield from _first_choices(value, at)


def offered(value: JSON) -> list[JSON]:
    """The options of a menu, in groups or not."""
    groups = [value, *(group for _, group in objects(value.get("option_groups")))]
    return [option for group in groups for _, option in objects(group.get("options"))]


def _text(value: JSON, at: str) -> Iterator[str]:
    yield from integer(value, "min_length", at, least=0, most=TEXT_MOST)
    yield from integer(value, "max_length", at, least=1, most=TEXT_MOST)
    least, most = value.get("min_length", 0), value.get("max_length", TEXT_MOST)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield wrong("min_length must not be more than max_length", f"{at}/min_length")
    elif "initial_value" in value:
        most = most if isinstance(most, int) else TEXT_MOST
        yield from string(value["initial_value"], f"{at}/initial_value", most=most, least=0)


def _number(value: JSON, at: str) -> Iterator[str]:
    if not isinstance(value.get("is_decimal_allowed"), bool):
        yield wrong("must be a boolean", f"{at}/is_decimal_allowed")
    given = {key: value[key] for key in ("min_value", "initial_value", "max_value") if key in value}
    for key, number in given.items():
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            yield wrong("must be a number in a string", f"{at}/{key}")
            return
    numbers = [float(number) for number in given.values()]
    if numbers != sorted(numbers):
        yield wrong("must be min_value, initial_value, max_value in this order", at)


def _first_choices(value: JSON, at: str) -> Iterator[str]:
    """What is chosen at first must be one of the options, to the letter; of an external menu nobody knows."""
    if "initial_options" in value:
        yield from items(value["initial_options"], f"{at}/initial_options", most=100)
    first: list[Any] = [option for _, option in objects(value.get("initial_options"))]
    first += [value["initial_option"]] if "initial_option" in value else []
    if value["type"] in {"external_select", "multi_external_select"}:
        return
    if any(option not in offered(value) for option in first):
        yield wrong("what is chosen at first must be among the options", at)
