"""The Slack double at forms of every kind: what each input holds, and what a client would not let a person put in."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.records import ALICE, BOB, GENERAL, JSON
from tests.doubles.slack.sample_bot import actions, client_of, modal, plain, section, socket_mode
from tests.doubles.slack.server import SlackDouble
from tests.doubles.slack.suggestions import options_of


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


def option(value: str) -> JSON:
    return {"text": plain(value), "value": value}


def asked(kind: str, **element: object) -> JSON:
    inner = {"type": kind, "action_id": kind, **element}
    return {"type": "input", "block_id": kind, "label": plain(kind), "element": inner, "optional": True}


CHOICES = [option("one"), option("two"), option("three")]
BLOCKS = [
    asked("plain_text_input", min_length=3, multiline=True),
    asked("number_input", is_decimal_allowed=True, max_value="10"),
    asked("email_text_input"),
    asked("url_text_input"),
    asked("datepicker", initial_date="2026-11-23"),
    asked("timepicker"),
    asked("users_select"),
    asked("multi_static_select", options=CHOICES, max_selected_items=2),
    asked("checkboxes", options=CHOICES, initial_options=[option("one")]),
    section("Between", block_id="accessory")
    | {"accessory": {"type": "static_select", "action_id": "sector", "options": CHOICES}},
    actions(
        {"type": "datepicker", "action_id": "from"},
        {"type": "datepicker", "action_id": "to"},
    )
    | {"block_id": "span"},
]


@pytest.fixture
async def form(slack: SlackDouble, client: AsyncWebClient) -> AsyncIterator[list[JSON]]:
    """A modal of every kind of input, open; and what is submitted."""
    app = AsyncApp(client=client)
    submitted: list[JSON] = []

    @app.view("asking")
    async def on_view(ack: Any, view: JSON) -> None:
        await ack()
        submitted.append(view["state"]["values"])

    async with socket_mode(app):
        await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=modal(blocks=BLOCKS))
        yield submitted


async def test_each_input_holds_its_own_kind_of_value(slack: SlackDouble, form: list[JSON]) -> None:
    await slack.submit(
        {
            "plain_text_input": "two\nlines",
            "number_input": "2.5",
            "email_text_input": "bob@members.example",
            "url_text_input": "https://firm.example",
            "timepicker": "09:30",
            "users_select": BOB,
            "multi_static_select": ["three", "one"],
            "checkboxes": [],
            "accessory": "two",
            "span": {"from": "2026-12-01"},
        }
    )
    await slack.wait_for(lambda: form)
    held = {
        (block, action): next(value for key, value in state.items() if key != "type")
        for block, inputs in form[0].items()
        for action, state in inputs.items()
    }
    assert held["plain_text_input", "plain_text_input"] == "two\nlines"
    assert held["number_input", "number_input"] == "2.5"
    assert held["datepicker", "datepicker"] == "2026-11-23"
    assert held["users_select", "users_select"] == BOB
    assert held["multi_static_select", "multi_static_select"] == [option("three"), option("one")]
    assert held["checkboxes", "checkboxes"] == []
    assert held["accessory", "sector"] == option("two")
    assert (held["span", "from"], held["span", "to"]) == ("2026-12-01", None)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"plain_text_input": "x"}, "too short"),
        ({"number_input": "11"}, "too large"),
        ({"email_text_input": "bob"}, "no address"),
        ({"url_text_input": "firm"}, "no URL"),
        ({"datepicker": "tomorrow"}, "no date"),
        ({"timepicker": "9.30"}, "no time"),
        ({"multi_static_select": ["one", "two", "three"]}, "more than may be chosen"),
        ({"multi_static_select": "one"}, "takes a list"),
        ({"accessory": "four"}, "no option 'four'"),
        ({"span": "2026-12-01"}, "say which"),
    ],
)
async def test_what_does_not_fit_is_not_put_in(
    slack: SlackDouble, form: list[JSON], values: JSON, why: str
) -> None:
    with pytest.raises(LookupError, match=why):
        slack.fill(values)


async def test_a_field_can_be_emptied_again(slack: SlackDouble, form: list[JSON]) -> None:
    slack.fill({"plain_text_input": "why not", "accessory": "one", "datepicker": None})
    await slack.submit({"plain_text_input": "", "accessory": None})
    await slack.wait_for(lambda: form)
    assert form[0]["plain_text_input"]["plain_text_input"]["value"] is None
    assert form[0]["accessory"]["sector"]["selected_option"] is None
    assert form[0]["datepicker"]["datepicker"]["selected_date"] is None


async def test_a_modal_without_a_submit_button_cannot_be_submitted(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    with pytest.raises(LookupError, match="nothing is published"):
        slack.home()
    shown = {"type": "modal", "title": plain("Yours"), "blocks": [section("x")]}
    await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=shown)
    with pytest.raises(LookupError, match="no submit button"):
        await slack.submit()


async def test_what_is_chosen_in_a_message_comes_with_the_next_click(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    app = AsyncApp(client=client)
    heard: list[JSON] = []

    @app.middleware
    async def keep(body: JSON, ack: Any) -> Any:
        heard.append(body)
        return await ack()

    menu = {"type": "multi_static_select", "action_id": "sectors", "options": CHOICES}
    date = {"type": "datepicker", "action_id": "day"}
    blocks = [section("Sectors?", block_id="b") | {"accessory": menu}, actions(date)]
    await client.chat_postMessage(channel=GENERAL, text="Sectors?", blocks=blocks)
    async with socket_mode(app):
        await slack.block_action("sectors", value=["two"])
        await slack.block_action("day", value="2026-12-01")
    assert heard[0]["actions"][0]["selected_options"] == [option("two")]
    assert heard[1]["actions"][0]["selected_date"] == "2026-12-01"
    assert heard[1]["state"]["values"]["b"]["sectors"]["selected_options"] == [option("two")]


def test_suggested_options_may_stand_in_groups() -> None:
    group = {"label": plain("Numbers"), "options": CHOICES[:2]}
    assert options_of({"option_groups": [group, group | {"options": CHOICES[2:]}]}) == CHOICES
    assert options_of({"options": []}) == []


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"options": CHOICES, "option_groups": []},
        {"options": "one"},
        {"option_groups": [{"label": plain("x" * 76), "options": CHOICES}]},
        {"option_groups": [{"label": plain("x"), "options": []}]},
    ],
)
def test_suggestions_of_the_wrong_shape_are_refused(answer: JSON | None) -> None:
    with pytest.raises(SlackRefusal):
        options_of(answer)
