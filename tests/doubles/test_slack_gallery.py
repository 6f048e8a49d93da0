"""The Slack double's judgement of blocks: what newer blocks and inputs may hold, hung as a gallery."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.doubles.slack.gallery import hang
from tests.doubles.slack.records import ALICE, JSON
from tests.doubles.slack.sample_bot import actions, button, feedback, modal, mrkdwn, plain, section
from tests.doubles.slack.server import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


def cell(text: str) -> JSON:
    return {"type": "raw_text", "text": text}


def number(value: float) -> JSON:
    return {"type": "raw_number", "value": value}


def rich(text: str) -> JSON:
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inner]}


def card(**rest: Any) -> JSON:
    return {"type": "card", "title": mrkdwn("*Fenwick*"), "body": mrkdwn("Does assays"), **rest}


def table(*rows: list[JSON], **rest: Any) -> JSON:
    return {"type": "table", "rows": list(rows), **rest}


def data_table(*rows: list[JSON], **rest: Any) -> JSON:
    return {"type": "data_table", "caption": "Firms", "rows": list(rows), **rest}


def container(*children: JSON, **rest: Any) -> JSON:
    return {"type": "container", "title": plain("Why these"), "child_blocks": list(children), **rest}


def asked(element: JSON, **rest: Any) -> JSON:
    return {"type": "input", "label": plain("x"), "element": {"action_id": "a", **element}, **rest}


def option(value: str) -> JSON:
    return {"text": plain(value), "value": value}


HEADER = [cell("Firm"), cell("People")]
ROW = [rich("Fenwick"), number(12)]
PICTURE = {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "a map"}
CHOICES = [option("one"), option("two")]

RIGHT: dict[str, list[JSON]] = {
    "a card": [card(actions=[button("a"), button("b")], icon=PICTURE, hero_image=PICTURE)],
    "a carousel": [{"type": "carousel", "elements": [card(actions=[button("a")])] * 10}],
    "a table": [table(HEADER, ROW, column_settings=[{"align": "left"}, {"is_wrapped": True}])],
    "a data table": [data_table(HEADER, *[ROW] * 100, page_size=10, row_header_column_index=0)],
    "a container": [container(section("*Fenwick*"), actions(button("a")), is_collapsible=True)],
    "markdown": [{"type": "markdown", "text": "**bold** | a |"}],
    "feedback": [feedback()],
}
RIGHT_INPUTS: list[JSON] = [
    asked({"type": "plain_text_input", "min_length": 2, "max_length": 300, "initial_value": "why"}),
    asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "initial_value": "1.5"}),
    asked({"type": "datepicker", "initial_date": "2026-11-23"}),
    asked({"type": "radio_buttons", "options": CHOICES, "initial_option": option("two")}),
    asked({"type": "checkboxes", "options": CHOICES, "initial_options": [option("one")]}),
    asked({"type": "external_select", "min_query_length": 0, "initial_option": option("elsewhere")}),
    asked({"type": "multi_static_select", "options": CHOICES, "max_selected_items": 1}),
]


async def test_what_is_right_hangs(slack: SlackDouble) -> None:
    messages = {name: {"text": name, "blocks": blocks} for name, blocks in RIGHT.items()}
    modals = {"asking": modal(blocks=RIGHT_INPUTS)}
    homes = {"yours": {"type": "home", "blocks": [*RIGHT_INPUTS, *RIGHT["a card"], *RIGHT["a carousel"]]}}
    assert await hang(slack, messages=messages, modals=modals, homes=homes) == []
    assert slack.modal(user=ALICE).body["blocks"][0]["block_id"]
    assert not slack.mistakes


@pytest.mark.parametrize(
    ("blocks", "where"),
    [
        ([card(title=mrkdwn("x" * 151))], "/blocks/0/title"),
        ([card(subtitle=mrkdwn("x" * 151))], "/blocks/0/subtitle"),
        ([card(actions=[button(f"a{n}") for n in range(4)])], "/blocks/0/actions"),
        ([card(actions=[{"type": "overflow", "options": CHOICES}])], "/blocks/0/actions/0/type"),
        ([card(icon="https://pictures.example/a.png")], "/blocks/0/icon"),
        ([{"type": "carousel", "elements": []}], "/blocks/0/elements"),
        ([{"type": "carousel", "elements": [card()] * 11}], "/blocks/0/elements"),
        ([{"type": "carousel", "elements": [section("x")]}], "/blocks/0/elements/0/type"),
        (
            [{"type": "carousel", "elements": [card(block_id="b"), card(block_id="b")]}],
            "/elements/1/block_id",
        ),
        ([table(*[HEADER] * 101)], "/blocks/0/rows"),
        ([table([cell("x")] * 21)], "/blocks/0/rows/0"),
        ([table([mrkdwn("x")])], "/blocks/0/rows/0/0/type"),
        ([table([cell("")])], "/blocks/0/rows/0/0/text"),
        ([table(HEADER, column_settings=[{"align": "middle"}])], "/column_settings/0/align"),
        ([table(HEADER), table(HEADER)], "only_one_table_allowed"),
        ([data_table(HEADER)], "/blocks/0/rows"),
        ([data_table(HEADER, *[ROW] * 101)], "/blocks/0/rows"),
        ([data_table(HEADER, [cell("x")])], "same number of cells"),
        ([data_table([rich("Firm"), cell("People")], ROW)], "/blocks/0/rows/0/0"),
        ([data_table(HEADER, ROW, page_size=101)], "/blocks/0/page_size"),
        ([data_table(HEADER, ROW, caption="")], "/blocks/0/caption"),
        ([data_table(HEADER, [cell("x"), number("12")])], "/blocks/0/rows/1/1/value"),  # type: ignore[arg-type]  # on purpose
        ([data_table(HEADER, *[[cell("x" * 200), number(1)]] * 60)], "10001 characters together"),
        ([{"type": "markdown", "text": "x" * 7000}] * 2, "12001 characters together"),
        ([container(*[section("x")] * 11)], "/blocks/0/child_blocks"),
        ([container(section("x"), title=mrkdwn("x"))], "/blocks/0/title/type"),
        ([{"type": "container", "child_blocks": [section("x")]}], "rich_text_title"),
        ([container(container(section("x")))], "/child_blocks/0/type"),
        ([container(section("x" * 3001))], "/child_blocks/0/text/text"),
        ([container(section("x", block_id="b")), section("y", block_id="b")], "/blocks/1/block_id"),
        ([container(section("x"), default_collapsed=True)], "requires is_collapsible"),
        ([container(section("x"), is_collapsible=True, has_header_divider=True)], "has_header_divider"),
        ([container(section("x"), width="huge")], "/blocks/0/width"),
        ([feedback() | {"elements": []}], "/blocks/0/elements"),
    ],
)
async def test_newer_blocks_are_held_to_their_limits(
    slack: SlackDouble, blocks: list[JSON], where: str
) -> None:
    code, *rest = await hang(slack, messages={"a letter": {"text": "x", "blocks": blocks}})
    assert code == "a letter: invalid_blocks"
    assert any(where in line for line in rest), rest


@pytest.mark.parametrize(
    ("element", "where"),
    [
        ({"type": "plain_text_input", "max_length": 3001}, "/element/max_length"),
        ({"type": "plain_text_input", "min_length": 5, "max_length": 4}, "/element/min_length"),
        ({"type": "plain_text_input", "max_length": 2, "initial_value": "why"}, "/element/initial_value"),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": 1}, "/element/min_value"),
        ({"type": "number_input", "is_decimal_allowed": "no"}, "/element/is_decimal_allowed"),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "5", "max_value": "4"},
            "/element",
        ),
        ({"type": "datepicker", "initial_date": "23/11/2026"}, "/element/initial_date"),
        ({"type": "timepicker", "initial_time": "25:00"}, "/element/initial_time"),
        (
            {"type": "radio_buttons", "options": CHOICES, "initial_option": option("three")},
            "among the options",
        ),
        ({"type": "checkboxes", "options": CHOICES, "initial_options": []}, "/element/initial_options"),
        ({"type": "checkboxes", "options": [option(f"n{n}") for n in range(11)]}, "/element/options"),
        ({"type": "static_select", "options": [{"text": mrkdwn("x"), "value": "x"}]}, "/options/0/text/type"),
        ({"type": "static_select", "option_groups": []}, "/element/option_groups"),
        ({"type": "external_select", "min_query_length": "2"}, "/element/min_query_length"),
        ({"type": "external_select", "initial_options": CHOICES}, "initial_options"),
        ({"type": "multi_static_select", "options": CHOICES, "max_selected_items": 0}, "max_selected_items"),
        ("words", "/element"),
    ],
)
async def test_inputs_are_held_to_their_limits(slack: SlackDouble, element: JSON | str, where: str) -> None:
    block = (
        asked(element)
        if isinstance(element, dict)
        else {"type": "input", "label": plain("x"), "element": element}
    )
    code, *rest = await hang(slack, modals={"asking": modal(blocks=[block])})
    assert code == "asking: invalid_arguments"
    assert any(where in line for line in rest), rest


async def test_two_inputs_cannot_both_have_the_focus(slack: SlackDouble) -> None:
    blocks = [asked({"type": "plain_text_input", "focus_on_load": True})] * 2
    lines = await hang(slack, modals={"asking": modal(blocks=blocks)})
    assert any("focus_on_load" in line for line in lines)


@pytest.mark.parametrize(
    "block", [RIGHT[name][0] for name in ("a table", "a container", "markdown", "feedback")]
)
async def test_what_belongs_in_messages_is_refused_elsewhere(slack: SlackDouble, block: JSON) -> None:
    lines = await hang(
        slack, modals={"m": modal(blocks=[block])}, homes={"h": {"type": "home", "blocks": [block]}}
    )
    assert {line.partition(":")[0] for line in lines} == {"m", "h"}


async def test_a_ping_is_a_problem(slack: SlackDouble) -> None:
    messages = {"loud": {"text": "<!channel> come"}, "calm": {"text": "&lt;!channel&gt;"}}
    assert await hang(slack, messages=messages) == ["loud: pings <!channel>"]
    assert not slack.pings
