"""The Slack double as a person at their client: Home, modals, typing ahead, shortcuts; over both transports."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.errors import NotDelivered, SlackRefusal
from tests.doubles.slack.pushing import Patience
from tests.doubles.slack.records import ALICE, BOB, GENERAL, JSON
from tests.doubles.slack.sample_bot import (
    actions,
    button,
    client_of,
    error_of,
    manifest_with,
    modal,
    mrkdwn,
    plain,
    socket_mode,
)
from tests.doubles.slack.sample_forms import Introducer, asking, by_http, option
from tests.doubles.slack.server import SlackDouble

SHORTCUTS = (("global", "find"), ("message", "ask_about"))


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    patience = Patience(ack_seconds=2, connect_seconds=5)
    async with SlackDouble(patience=patience, manifest=manifest_with(*SHORTCUTS)) as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


@pytest.fixture(params=["socket", "http"])
async def bot(
    request: pytest.FixtureRequest, slack: SlackDouble, client: AsyncWebClient
) -> AsyncIterator[Introducer]:
    introducer = Introducer(slack, client)
    over: AbstractAsyncContextManager[None] = (
        socket_mode(introducer.app) if request.param == "socket" else by_http(slack, introducer.app)
    )
    async with over:
        yield introducer


@pytest.fixture
async def socket_bot(slack: SlackDouble, client: AsyncWebClient) -> AsyncIterator[Introducer]:
    """For what does not depend on the transport."""
    introducer = Introducer(slack, client)
    async with socket_mode(introducer.app):
        yield introducer


async def opened(slack: SlackDouble) -> None:
    await slack.home_opened()
    await slack.wait_for(lambda: slack.workspace.homes)
    await slack.block_action("ask")
    await slack.wait_for(lambda: slack.workspace.views)


async def test_from_home_to_a_submitted_form(slack: SlackDouble, bot: Introducer) -> None:
    await opened(slack)
    assert await slack.suggest("firm", "f") == []
    assert [found["value"] for found in await slack.suggest("firm", "fen")] == ["fenwick"]
    done = await slack.submit({"whom": "fenwick", "reason": "assays", "days": "3"})
    assert done.ok
    home, click, typing, submission = bot.heard
    assert home["event"]["tab"] == "home"
    assert (click["container"]["type"], "response_url" in click) == ("view", False)
    assert (typing["type"], typing["value"], "trigger_id" in typing) == ("block_suggestion", "fen", False)
    values = submission["view"]["state"]["values"]
    assert values["whom"]["firm"]["selected_option"] == option("Fenwick Assays")
    assert values["reason"]["why"]["value"] == "assays"
    assert values["kind"]["kind"]["selected_option"]["value"] == "other"
    assert values["days"]["days"]["value"] == "3"
    with pytest.raises(LookupError, match="no open modal"):
        slack.modal()
    assert not slack.mistakes


async def test_a_form_the_client_would_not_send_is_not_sent(
    slack: SlackDouble, socket_bot: Introducer
) -> None:
    await opened(slack)
    await slack.suggest("firm", "fen")
    before = len(socket_bot.heard)
    refusals: list[tuple[JSON, str]] = [
        ({"nothing": "x"}, "no input in a block 'nothing'"),
        ({"whom": "oriel"}, "no option 'oriel'"),
        ({"whom": "fenwick"}, "nothing in .'reason'"),
        ({"reason": "x" * 21}, "too long"),
        ({"reason": "one\ntwo"}, "several lines"),
        ({"days": "0"}, "too small"),
        ({"days": "1.5"}, "no whole number"),
        ({"days": "soon"}, "no number"),
        ({"kind": {"other": "x"}}, "nothing 'other' in 'kind'"),
    ]
    for values, why in refusals:
        with pytest.raises(LookupError, match=why):
            await slack.submit(values)
    assert len(socket_bot.heard) == before


async def test_what_is_chosen_stays_and_is_sent_with_every_click(
    slack: SlackDouble, socket_bot: Introducer, client: AsyncWebClient
) -> None:
    await opened(slack)
    assert (
        await slack.block_action("kind", value="assay")
    ).copies == 0  # an input block tells nothing by itself
    slack.fill({"reason": "because"})
    view = slack.modal()
    await client.views_update(view_id=view.id, hash=view.hash, view=asking(title=plain("Again")))
    await slack.block_action("more")
    state = socket_bot.heard[-1]["view"]["state"]["values"]
    assert state["kind"]["kind"]["selected_option"]["value"] == "assay"
    assert state["reason"]["why"]["value"] == "because"


async def test_modals_stack_three_high(
    slack: SlackDouble, socket_bot: Introducer, client: AsyncWebClient
) -> None:
    await opened(slack)
    root = slack.modal()
    await slack.block_action("more", within=root)
    await slack.wait_for(lambda: len(slack.workspace.views) == 2)
    await slack.block_action("more", within=slack.modal())
    await slack.wait_for(lambda: len(slack.workspace.views) == 3)
    click = socket_bot.heard[-1]["view"]
    assert (click["root_view_id"], click["previous_view_id"]) == (root.id, root.id)
    trigger = slack.workspace.new_trigger(ALICE, view=slack.modal().id)
    with pytest.raises(SlackApiError) as raised:
        await client.views_push(trigger_id=trigger, view=modal())
    assert error_of(raised) == "push_limit_reached"
    with pytest.raises(SlackApiError) as raised:
        await client.views_push(trigger_id=slack.workspace.new_trigger(ALICE), view=modal())
    assert error_of(raised) == "not_found"
    await slack.close()
    assert len(slack.workspace.views) == 2
    closed = await slack.close(whole_stack=True)
    assert (closed.ok, slack.workspace.views) == (True, {})


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({"response_action": "errors", "errors": {"reason": "Say more."}}, ["asking"]),
        ({"response_action": "update", "view": modal(callback_id="thanks")}, ["thanks"]),
        ({"response_action": "push", "view": modal(callback_id="sure")}, ["asking", "sure"]),
        ({"response_action": "clear"}, []),
        ({}, []),
    ],
)
async def test_what_the_app_answers_happens_to_the_modal(
    slack: SlackDouble, bot: Introducer, answer: JSON, left: list[str]
) -> None:
    await opened(slack)
    await slack.suggest("firm", "oriel")
    bot.answer = answer
    done = await slack.submit({"whom": "oriel", "reason": "signs"})
    assert done.errors == answer.get("errors", {})
    assert [view.body["callback_id"] for view in slack.workspace.views.values()] == left


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "?"}},
        {"response_action": "errors", "errors": {"reason": ""}},
        {"response_action": "update", "view": modal(title=plain("x" * 25))},
        {"response_action": "vanish"},
    ],
)
async def test_an_answer_slack_cannot_follow_is_a_mistake(
    slack: SlackDouble, socket_bot: Introducer, answer: JSON
) -> None:
    await opened(slack)
    socket_bot.answer = answer
    with pytest.raises(SlackRefusal):
        await slack.view_submission("asking")
    assert slack.mistakes


async def test_closing_is_told_only_where_it_is_asked_for(
    slack: SlackDouble, bot: Introducer, client: AsyncWebClient
) -> None:
    await opened(slack)
    assert (await slack.close()).ok
    assert (bot.heard[-1]["type"], bot.heard[-1]["is_cleared"]) == ("view_closed", False)
    await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=modal())
    assert (await slack.close()).copies == 0


@pytest.mark.parametrize(
    "options",
    [
        [option(f"n{n}") for n in range(101)],
        [{"text": plain("x" * 76), "value": "x"}],
        [{"text": plain("x"), "value": "x" * 151}],
        [{"text": mrkdwn("x"), "value": "x"}],
    ],
)
async def test_options_beyond_slacks_limits_are_a_mistake(
    slack: SlackDouble, socket_bot: Introducer, options: list[JSON]
) -> None:
    await opened(slack)
    socket_bot.options = options
    with pytest.raises(SlackRefusal):
        await slack.suggest("firm", "anything")
    assert slack.mistakes


async def test_typing_ahead_works_in_a_message_and_only_where_one_can_type(
    slack: SlackDouble, bot: Introducer, client: AsyncWebClient
) -> None:
    menu = {"type": "external_select", "action_id": "firm"}
    await client.chat_postMessage(channel=GENERAL, text="Whom?", blocks=[actions(menu, button("b"))])
    assert await slack.suggest("firm", "harrow", user=BOB) == [option("Harrow Vectors")]
    assert bot.heard[-1]["container"]["channel_id"] == GENERAL
    assert await slack.suggest("firm", "nobody", user=BOB) == []
    with pytest.raises(LookupError, match="nothing is typed into it"):
        await slack.suggest("b", "harrow")


async def test_a_confirm_dialog_can_be_answered_with_no(
    slack: SlackDouble, socket_bot: Introducer, client: AsyncWebClient
) -> None:
    dialog = {
        "title": plain("Sure?"),
        "text": plain("Both are told."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    await client.chat_postMessage(
        channel=GENERAL, text="x", blocks=[actions(button("end", confirm=dialog), button("plain"))]
    )
    refused = await slack.block_action("end", confirm=False)
    assert (refused.asked, refused.copies, socket_bot.heard) == (dialog, 0, [])
    with pytest.raises(LookupError, match="asks for no confirmation"):
        await slack.block_action("plain", confirm=False)


async def test_shortcuts_are_those_of_the_manifest(slack: SlackDouble, bot: Introducer) -> None:
    message = slack.member_says("who does assays?", user=BOB, channel=GENERAL)
    assert (await slack.shortcut("ask_about", message=message)).ok
    assert bot.heard[-1]["message"]["text"] == "who does assays?"
    for undeclared, on in [("ask_about", None), ("find", message)]:
        with pytest.raises(NotDelivered, match="the manifest has no"):
            await slack.shortcut(undeclared, message=on)
    with pytest.raises(NotDelivered, match="no command /other"):
        await slack.slash_command(command="/other")
