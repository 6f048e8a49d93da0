"""The Slack double's Web API: what it refuses, and where it says the mistake is."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import ALICE, BOB, GENERAL, JSON
from tests.doubles.slack.sample_bot import (
    actions,
    button,
    client_of,
    error_of,
    feedback,
    modal,
    mrkdwn,
    plain,
    section,
)
from tests.doubles.slack.server import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


@pytest.mark.parametrize(
    ("blocks", "where"),
    [
        ([section("x" * 3001)], "/blocks/0/text/text"),
        ([section("")], "/blocks/0/text/text"),
        ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
        ([{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type"),
        ([{"type": "divider"}] * 51, "/blocks"),
        ([{"type": "banner"}], "/blocks/0/type"),
        ([section("x", colour="red")], "/blocks/0"),
        ([section("x", block_id="b"), section("y", block_id="b")], "/blocks/1/block_id"),
        ([section("x", block_id="b" * 256)], "/blocks/0/block_id"),
        ([actions(button("a"), button("a"))], "/blocks/0/elements/1/action_id"),
        ([actions(*[button(f"a{n}") for n in range(26)])], "/blocks/0/elements"),
        ([actions(button("a", value="x" * 2001))], "/blocks/0/elements/0/value"),
        ([actions(button("a", text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
        ([actions(button("a", url="x"))], "/blocks/0/elements/0/url"),
        ([actions(button("a", url="https://a.example/" + "x" * 3000))], "/blocks/0/elements/0/url"),
        ([actions(button("a", style="blue"))], "/blocks/0/elements/0/style"),
        ([actions(button("a", confirm={"title": plain("Sure?")}))], "/blocks/0/elements/0/confirm"),
        ([actions(button("a" * 256))], "/blocks/0/elements/0/action_id"),
        ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements"),
        ([actions({"type": "static_select", "action_id": "s"})], "/blocks/0/elements/0"),
        (
            [actions({"type": "overflow", "options": [{"text": plain("x" * 76), "value": "v"}]})],
            "/blocks/0/elements/0/options/0/text/text",
        ),
        ([actions(feedback()["elements"][0])], "/blocks/0/elements/0/type"),
        ([section("x", accessory={"type": "image", "alt_text": "x"})], "/blocks/0/accessory"),
        ([{"type": "table", "rows": []}], "/blocks/0/rows"),
        ([{"type": "card"}], "/blocks/0"),
        (
            [{"type": "carousel", "elements": [{"type": "card", "body": mrkdwn("x" * 201)}]}],
            "/blocks/0/elements",
        ),
        ([{"type": "input", "label": plain("x"), "element": button("a")}], "/blocks/0/element/type"),
    ],
)
async def test_bad_blocks_are_refused_with_the_place(
    client: AsyncWebClient, slack: SlackDouble, blocks: list[JSON], where: str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    assert error_of(raised) == "invalid_blocks"
    assert any(where in message for message in raised.value.response["response_metadata"]["messages"])
    assert slack.posted() == []


async def test_blocks_without_text_are_refused(client: AsyncWebClient, slack: SlackDouble) -> None:
    with pytest.raises(SlackApiError) as raised:
        # past the SDK's own method, which would only warn
        await client.api_call("chat.postMessage", json={"channel": GENERAL, "blocks": [section("x")]})
    assert error_of(raised) == "invalid_arguments"
    assert "missing text fallback" in slack.mistakes


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({"channel": "C0OTHER", "text": "x"}, "not_in_channel"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
    ],
)
async def test_a_post_that_cannot_be_is_refused(
    client: AsyncWebClient, slack: SlackDouble, args: JSON, error: str
) -> None:
    slack.workspace.add_channel("C0OLD", "old", archived=True)
    slack.workspace.add_channel("C0OTHER", "other", members=(ALICE,))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(**args)
    assert error_of(raised) == error


@pytest.mark.parametrize(
    ("view", "where"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(blocks=[]), "/view/blocks"),
        (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
        (modal(blocks=[feedback()]), "/view/blocks/0/type"),
        ({key: value for key, value in modal().items() if key != "submit"}, "/view"),
    ],
)
async def test_bad_views_are_refused_with_the_place(
    client: AsyncWebClient, slack: SlackDouble, view: JSON, where: str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=view)
    assert error_of(raised) == "invalid_arguments"
    assert any(where in message for message in raised.value.response["response_metadata"]["messages"])


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-wrong", "invalid_auth"), ("xapp-invented-app", "not_allowed_token_type")]
)
async def test_tokens_are_checked(slack: SlackDouble, token: str, error: str) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(SlackApiError) as raised:
            await client_of(slack, session, token=token).auth_test()
        assert error_of(raised) == error
        with pytest.raises(SlackApiError) as raised:
            await client_of(slack, session).api_call("chat.shout")
        assert error_of(raised) == "unknown_method"


async def test_pings_are_noted_where_slack_would_ping(client: AsyncWebClient, slack: SlackDouble) -> None:
    harmless = [
        section("&lt;!channel&gt; &amp; Sons"),
        {"type": "header", "text": plain("<!channel> & Sons")},
    ]
    await client.chat_postMessage(channel=GENERAL, text="&lt;!here&gt;", blocks=harmless)
    assert slack.pings == []
    await client.chat_postMessage(channel=GENERAL, text="x", blocks=[section(f"<!channel> <@{BOB}>")])
    assert (slack.pings, slack.mentions) == (["<!channel>"], [BOB])


async def test_every_kind_of_block_the_double_knows_is_taken_when_it_is_right(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    picture = {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "a map"}
    choice = {"text": plain("One"), "value": "1", "description": plain("the first")}
    groups = [{"label": plain("Numbers"), "options": [choice]}]
    card = {
        "type": "card",
        "title": mrkdwn("*Firm*"),
        "body": mrkdwn("Does assays"),
        "actions": [button("open")],
    }
    icon = {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Delete")}
    blocks = [
        {"type": "header", "text": plain("Three firms")},
        section("*One*", fields=[mrkdwn("a"), plain("b")], accessory=picture),
        {"type": "divider"},
        picture | {"title": plain("Map")},
        {"type": "context", "elements": [picture, mrkdwn("checked 3 days ago")]},
        actions(
            button("go", value="1", url="https://firm.example/", style="primary"),
            {
                "type": "static_select",
                "action_id": "n",
                "placeholder": plain("Pick"),
                "option_groups": groups,
            },
            {"type": "checkboxes", "action_id": "c", "options": [choice]},
            {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-23"},
        ),
        {"type": "context_actions", "elements": [feedback()["elements"][0], icon]},
        {"type": "markdown", "text": "**bold**"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "<!channel>"}]]},
        card,
        {"type": "carousel", "elements": [card, card]},
        {"type": "input", "label": plain("More?"), "element": {"type": "plain_text_input", "action_id": "i"}},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
        },
    ]
    await client.chat_postMessage(channel=GENERAL, text="Three firms", blocks=blocks)
    [message] = slack.posted(GENERAL)
    assert [block["type"] for block in message.blocks] == [block["type"] for block in blocks]
    assert all(block["block_id"] for block in message.blocks)
    assert slack.pings == []


@pytest.mark.parametrize(
    "mistake",
    [
        {"type": "section"},
        {"type": "section", "text": "just words"},
        {"type": "section", "text": {"type": "mrkdwn", "text": 5}},
        {"type": "section", "text": mrkdwn("x"), "accessory": "x"},
        {"type": "actions", "elements": "x"},
        {"type": "actions", "elements": ["x"]},
        {"type": "actions", "elements": [button("a", confirm="sure?")]},
        {"type": "actions", "elements": [button("a", url=7)]},
        {"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": "x"}]},
        {"type": "markdown", "text": "x" * 12_001},
        {"type": "image", "alt_text": "x", "image_url": "ftp://pictures.example/a.png"},
        "x",
    ],
)
async def test_blocks_of_the_wrong_shape_are_refused_not_stumbled_over(
    client: AsyncWebClient, mistake: JSON | str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call("chat.postMessage", json={"channel": GENERAL, "text": "x", "blocks": [mistake]})
    assert error_of(raised) == "invalid_blocks"


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": GENERAL}, "no_text"),
        ("chat.postMessage", {"channel": GENERAL, "text": ["x"]}, "invalid_arguments"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "not json"}, "invalid_blocks"),
        ("views.publish", {"user_id": ALICE, "view": "not json"}, "invalid_arguments"),
        ("assistant.threads.setStatus", {"channel_id": GENERAL}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ],
)
async def test_arguments_that_are_missing_or_of_the_wrong_kind_are_refused(
    client: AsyncWebClient, method: str, args: JSON, error: str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, json=args)
    assert error_of(raised) == error


async def test_too_many_words_in_all_blocks_together_are_refused(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=GENERAL, text="x", blocks=[section("x" * 2900)] * 5)
    assert error_of(raised) == "msg_blocks_too_long"
