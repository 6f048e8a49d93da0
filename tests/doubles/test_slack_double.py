"""The Slack double, driven by a real AsyncApp: what it accepts, what it refuses, and how it delivers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.pushing import Patience
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL
from tests.doubles.slack.remote import RemoteSlack
from tests.doubles.slack.server import SlackDouble

JSON = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(
        patience=Patience(ack_seconds=0.5, retries=2, connect_seconds=5, pause_seconds=0)
    ) as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


def client_of(slack: SlackDouble, session: aiohttp.ClientSession, *, token: str = "") -> AsyncWebClient:
    """Without the SDK's own retry after a lost connection, so that a test sees each call."""
    token = token or slack.tokens.bot
    return AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])


def app_of(slack: SlackDouble, client: AsyncWebClient) -> AsyncApp:
    """A small bot: answers in the thread with a button, takes a command, opens a modal."""
    app = AsyncApp(client=client, signing_secret=slack.tokens.signing_secret)

    @app.event("app_mention")
    async def on_mention(event: JSON, say: Any) -> None:
        await say(text=f"heard: {event['text']}", blocks=with_button("heard"), thread_ts=event["ts"])

    @app.event("message")
    async def on_message(event: JSON, say: Any) -> None:
        await say(text="hello", thread_ts=event.get("thread_ts") or event["ts"])

    @app.command("/whodoes")
    async def on_command(ack: Any, respond: Any, command: JSON) -> None:
        await ack("Looking …")
        await respond(text=f"found: {command['text']}")

    @app.action("more")
    async def on_more(ack: Any, respond: Any, body: JSON) -> None:
        await ack()
        await respond(text=f"more for {body['user']['id']}", replace_original=True)

    @app.shortcut("ask")
    async def on_shortcut(ack: Any, client: AsyncWebClient, body: JSON) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("asking")
    async def on_view(ack: Any, view: JSON) -> None:
        words = view["state"]["values"]["ask"]["words"]["value"]
        if not words:
            await ack(response_action="errors", errors={"ask": "Say what you look for."})
        else:
            await ack()

    return app


@asynccontextmanager
async def socket_mode(app: AsyncApp) -> AsyncIterator[None]:
    """The app connected, until the block ends."""
    handler = AsyncSocketModeHandler(app, "xapp-invented-app", ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves its handlers untyped
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]  # the same


@pytest.fixture
async def app(slack: SlackDouble, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """The bot, connected by Socket Mode."""
    app = app_of(slack, client)
    async with socket_mode(app):
        await slack.connected()
        yield app


@pytest.fixture
async def http_app(slack: SlackDouble, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """The same bot behind a signed request URL."""
    app = app_of(slack, client)

    async def events(request: web.Request) -> web.Response:
        bolt_request = AsyncBoltRequest(body=await request.text(), headers=dict(request.headers))
        answer = await app.async_dispatch(bolt_request)
        content_type = answer.first_headers().get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=content_type)

    server = web.Application()
    server.router.add_post("/slack/events", events)
    runner = web.AppRunner(server, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield app
    await runner.cleanup()


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str, **rest: Any) -> JSON:
    return {"type": "section", "text": mrkdwn(text), **rest}


def button(action_id: str, **rest: Any) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain("More"), **rest}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def with_button(text: str) -> list[JSON]:
    return [section(text), actions(button("more", value="2"))]


def feedback() -> JSON:
    sides = {"positive_button": "yes", "negative_button": "no"}
    element = {"type": "feedback_buttons", "action_id": "useful"}
    return {
        "type": "context_actions",
        "elements": [element | {side: {"text": plain(word), "value": word} for side, word in sides.items()}],
    }


def modal(**rest: Any) -> JSON:
    words = {"type": "plain_text_input", "action_id": "words"}
    asking = {"type": "input", "block_id": "ask", "label": plain("Who does …?"), "element": words}
    whole = {"type": "modal", "callback_id": "asking", "title": plain("Ask"), "submit": plain("Ask")}
    return whole | {"blocks": [asking]} | rest


def error_of(raised: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(raised.value.response["error"])


# --- delivery by Socket Mode ---


async def test_a_mention_is_answered_in_its_thread(slack: SlackDouble, app: AsyncApp) -> None:
    delivery = await slack.mention("who does assays & imaging?")
    assert delivery.ok
    [answer] = await slack.wait_for(lambda: slack.posted(GENERAL))
    assert answer.thread_ts == delivery.ts
    assert "assays &amp; imaging" in answer.text
    assert [ack.late for ack in slack.acks] == [False]
    assert slack.pings == []


async def test_a_direct_message_is_answered_under_it(slack: SlackDouble, app: AsyncApp) -> None:
    delivery = await slack.dm("hi", user=BOB)
    [answer] = await slack.wait_for(lambda: slack.posted(BOB))
    assert answer.thread_ts == delivery.ts


async def test_the_same_event_thrice_goes_over_both_connections_and_reaches_the_app_thrice(
    slack: SlackDouble, app: AsyncApp, client: AsyncWebClient
) -> None:
    async with socket_mode(app_of(slack, client)):
        await slack.connected(2)
        delivery = await slack.mention("twice?", copies=3)
        assert delivery.acked == 3
        await slack.wait_for(lambda: len(slack.posted(GENERAL)) == 3)


async def test_an_event_without_acknowledgement_comes_again(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    deaf = AsyncApp(client=client)  # no listener: Bolt acknowledges nothing over Socket Mode
    retries: list[str] = []

    @deaf.middleware
    async def see(request: AsyncBoltRequest, next: Callable[[], Any]) -> None:  # noqa: A002 - Bolt's name for it
        retries.extend(request.headers.get("x-slack-retry-num", []))
        await next()

    async with socket_mode(deaf):
        delivery = await slack.mention("anyone?")
    assert (delivery.ok, delivery.attempts) == (False, 3)
    assert retries == ["0", "1", "2"]


async def test_a_refresh_or_a_broken_connection_is_survived(slack: SlackDouble, app: AsyncApp) -> None:
    await slack.disconnect("refresh_requested")
    await slack.connected()
    await slack.cut()
    await slack.connected()
    assert (await slack.mention("still there?")).ok
    await slack.wait_for(lambda: slack.posted(GENERAL))
    assert slack.socket.connected_ever == 3


async def test_a_wrong_app_token_gets_no_socket(slack: SlackDouble, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.apps_connections_open(app_token="xapp-wrong")
    assert error_of(raised) == "invalid_auth"
    await slack.disconnect("link_disabled")
    with pytest.raises(SlackApiError) as raised:
        await client.apps_connections_open(app_token=slack.tokens.app)
    assert error_of(raised) == "socket_mode_not_enabled"


# --- commands, clicks, modals ---


async def test_a_command_shows_its_acknowledgement_and_its_answer_to_one_member_only(
    slack: SlackDouble, app: AsyncApp
) -> None:
    await slack.slash_command("proteomics")
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)
    assert {m.text for m in slack.ephemerals} == {"Looking …", "found: proteomics"}
    assert {m.seen_by for m in slack.ephemerals} == {ALICE}
    assert slack.posted() == []


async def test_a_clicked_button_replaces_its_message(slack: SlackDouble, app: AsyncApp) -> None:
    await slack.mention("proteomics")
    await slack.wait_for(lambda: slack.posted(GENERAL))
    assert (await slack.block_action("more", user=BOB)).ok
    [answer] = await slack.wait_for(lambda: [m for m in slack.posted(GENERAL) if m.edited])
    assert answer.text == f"more for {BOB}"
    with pytest.raises(LookupError, match="nothing to click for 'more'"):
        await slack.block_action("more")


async def test_a_modal_opens_keeps_its_errors_and_closes(slack: SlackDouble, app: AsyncApp) -> None:
    await slack.shortcut("ask")
    await slack.wait_for(lambda: slack.workspace.views)
    refused = await slack.view_submission("asking", values={"ask": {"words": {"value": None}}})
    assert refused.answer is not None
    assert refused.answer["errors"] == {"ask": "Say what you look for."}
    taken = await slack.view_submission("asking", values={"ask": {"words": {"value": "assays"}}})
    assert taken.ok
    assert slack.workspace.views == {}


async def test_a_trigger_opens_one_view_and_not_for_long(client: AsyncWebClient, slack: SlackDouble) -> None:
    trigger = slack.workspace.new_trigger(ALICE)
    await client.views_open(trigger_id=trigger, view=modal())
    with pytest.raises(SlackApiError) as raised:
        await client.views_open(trigger_id=trigger, view=modal())
    assert error_of(raised) == "exchanged_trigger_id"
    late = slack.workspace.new_trigger(ALICE)
    slack.workspace.clock = lambda: datetime.now(UTC) + timedelta(seconds=4)
    with pytest.raises(SlackApiError) as raised:
        await client.views_open(trigger_id=late, view=modal())
    assert error_of(raised) == "expired_trigger_id"


async def test_feedback_buttons_are_pressed_on_one_side(slack: SlackDouble, app: AsyncApp) -> None:
    heard: list[JSON] = []

    @app.action("useful")
    async def on_feedback(ack: Any, action: JSON) -> None:
        await ack()
        heard.append(action)

    await app.client.chat_postMessage(channel=GENERAL, text="useful?", blocks=[feedback()])
    await slack.block_action("useful", value="no")
    await slack.wait_for(lambda: heard)
    assert heard[0]["value"] == "no"


async def test_a_response_url_works_five_times_within_thirty_minutes(slack: SlackDouble) -> None:
    async def use(url: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.post(url, json={"text": "hi"}) as answer:
            return answer.status, await answer.text()

    url = slack.urls.issue(GENERAL, ALICE)
    assert [await use(url) for _ in range(6)] == [(200, "ok")] * 5 + [(404, "used_url")]
    late = slack.urls.issue(GENERAL, ALICE)
    slack.workspace.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    assert await use(late) == (404, "expired_url")


async def test_a_home_tab_is_published_and_comes_with_the_next_opening(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    await client.views_publish(user_id=ALICE, view={"type": "home", "blocks": with_button("yours")})
    assert slack.workspace.homes[ALICE].body["blocks"][0]["text"]["text"] == "yours"
    with pytest.raises(SlackApiError) as raised:
        await client.views_publish(user_id=ALICE, view=modal())
    assert error_of(raised) == "invalid_arguments"


# --- delivery by HTTP ---


async def test_the_same_bot_answers_over_signed_http(slack: SlackDouble, http_app: AsyncApp) -> None:
    assert await slack.verify_url()
    assert (await slack.mention("over http")).ok
    await slack.wait_for(lambda: slack.posted(GENERAL))
    await slack.block_action("more")
    await slack.wait_for(lambda: [m for m in slack.posted(GENERAL) if m.edited])
    await slack.slash_command("assays")
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)


async def test_a_wrong_signature_is_refused_and_retried(slack: SlackDouble, http_app: AsyncApp) -> None:
    url = slack.transport._url  # type: ignore[attr-defined]
    slack.deliver_to(url, signing_secret="another")
    delivery = await slack.mention("let me in")
    assert (delivery.ok, delivery.attempts) == (False, 3)
    assert slack.posted() == []


async def test_nobody_at_the_url_costs_all_tries(slack: SlackDouble) -> None:
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    assert (await slack.mention("hello?")).attempts == 3


# --- what the Web API refuses ---


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


# --- what the Web API remembers ---


async def test_messages_are_changed_deleted_and_read_back_with_metadata(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    metadata = {"event_type": "whodoes_outbox", "event_payload": {"key": "k1"}}
    root = await client.chat_postMessage(channel=GENERAL, text="one", metadata=metadata)
    reply = await client.chat_postMessage(channel=GENERAL, text="two", thread_ts=root["ts"])
    await client.chat_update(channel=GENERAL, ts=root["ts"], text="uno")
    history = await client.conversations_history(channel=GENERAL, include_all_metadata=True)
    assert [(m["text"], m["metadata"]) for m in history["messages"]] == [("uno", metadata)]
    replies = await client.conversations_replies(channel=GENERAL, ts=root["ts"])
    assert [m["text"] for m in replies["messages"]] == ["uno", "two"]
    assert "metadata" not in replies["messages"][0]
    await client.chat_delete(channel=GENERAL, ts=reply["ts"])
    assert [m.text for m in slack.messages(GENERAL)] == ["uno"]
    link = await client.chat_getPermalink(channel=GENERAL, message_ts=root["ts"])
    assert root["ts"].replace(".", "") in link["permalink"]


async def test_only_the_bots_own_messages_can_be_changed(client: AsyncWebClient, slack: SlackDouble) -> None:
    theirs = slack.member_says("mine", user=ALICE, channel=GENERAL)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_update(channel=GENERAL, ts=theirs.ts, text="yours")
    assert error_of(raised) == "cant_update_message"
    with pytest.raises(SlackApiError) as raised:
        await client.chat_delete(channel=GENERAL, ts=theirs.ts)
    assert error_of(raised) == "cant_delete_message"


async def test_conversations_open_once_for_the_same_people(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    group = await client.conversations_open(users=[ALICE, BOB])
    again = await client.conversations_open(users=[BOB, ALICE])
    assert group["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    info = await client.conversations_info(channel=group["channel"]["id"])
    assert info["channel"]["is_mpim"]
    direct = await client.chat_postMessage(channel=ALICE, text="to you alone")
    assert (await client.conversations_open(users=ALICE))["channel"]["id"] == direct["channel"]
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_open(users="U0NOBODY")
    assert error_of(raised) == "user_not_found"


async def test_people_are_found_by_id_and_address(client: AsyncWebClient) -> None:
    assert (await client.users_info(user=ALICE))["user"]["tz"] == "Europe/London"
    assert (await client.users_lookupByEmail(email="Bob@members.example"))["user"]["id"] == BOB
    with pytest.raises(SlackApiError) as raised:
        await client.users_lookupByEmail(email="nobody@members.example")
    assert error_of(raised) == "users_not_found"
    assert (await client.auth_test())["user_id"] == BOT_USER


async def test_ephemerals_reach_members_of_the_channel_only(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    await client.chat_postEphemeral(channel=GENERAL, user=ALICE, text="psst")
    assert [(m.seen_by, m.text) for m in slack.ephemerals] == [(ALICE, "psst")]
    slack.workspace.add_user("U0CAROL", "carol")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postEphemeral(channel=GENERAL, user="U0CAROL", text="psst")
    assert error_of(raised) == "user_not_in_channel"


async def test_a_status_is_kept(client: AsyncWebClient, slack: SlackDouble) -> None:
    root = slack.member_says("hi", user=ALICE, channel=GENERAL)
    await client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=root.ts, status="Searching …")
    assert slack.statuses[0].status == "Searching …"


async def test_forms_carry_blocks_as_json(slack: SlackDouble) -> None:
    form = {"token": slack.tokens.bot, "channel": GENERAL, "text": "x", "blocks": '[{"type": "divider"}]'}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", data=form) as answer,
    ):
        assert (await answer.json())["ok"]
    assert slack.posted(GENERAL)[0].blocks[0]["type"] == "divider"


async def test_a_client_msg_id_given_twice_posts_twice_unless_told_otherwise(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    for _ in range(2):
        await client.chat_postMessage(channel=GENERAL, text="x", client_msg_id="m1")
    assert len(slack.posted(GENERAL)) == 2
    slack.workspace.refuse_repeats = True
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=GENERAL, text="x", client_msg_id="m1")


# --- faults ---


async def test_a_429_says_when_to_come_back(client: AsyncWebClient, slack: SlackDouble) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    slack.fail("chat.postMessage", times=2, status=429, retry_after=0)
    await client.chat_postMessage(channel=GENERAL, text="x")
    assert [call.result for call in slack.calls_of("chat.postMessage")] == ["ratelimited"] * 2 + ["ok"]


async def test_errors_come_as_often_as_asked_and_where_asked(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    slack.workspace.add_channel("C0TWO", "two")
    slack.fail("chat.postMessage", error="restricted_action", channel="C0TWO")
    slack.fail("auth.test", status=500)
    await client.chat_postMessage(channel=GENERAL, text="x")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C0TWO", text="x")
    assert error_of(raised) == "restricted_action"
    await client.chat_postMessage(channel="C0TWO", text="x")
    with pytest.raises(SlackApiError):
        await client.auth_test()


async def test_a_post_may_be_taken_and_the_answer_lost(client: AsyncWebClient, slack: SlackDouble) -> None:
    slack.drop("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="taken")
    slack.drop("chat.postMessage", accepted=False)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="lost")
    assert [m.text for m in slack.posted(GENERAL)] == ["taken"]
    assert [call.result for call in slack.calls] == ["dropped", "lost"]


async def test_waiting_in_vain_says_what_was_called(client: AsyncWebClient, slack: SlackDouble) -> None:
    slack.delay("auth.test", 0.01)
    await client.auth_test()
    with pytest.raises(TimeoutError, match=r"auth\.test ok"):
        await slack.wait_for(lambda: False, timeout=0.05)


# --- in a process of its own ---


async def test_another_process_serves_records_and_takes_orders(tmp_path: Path) -> None:
    async with RemoteSlack(state=tmp_path / "calls.jsonl") as remote, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-invented-bot", base_url=remote.api_url, session=session)
        app = AsyncApp(client=client)

        @app.event("app_mention")
        async def on_mention(event: JSON, say: Any) -> None:
            await say(text="from afar", thread_ts=event["ts"])

        async with socket_mode(app):
            delivery = await remote.do("mention", text="who?", copies=2)
            assert delivery["acked"] == 2
            await remote.until(lambda state: len(state["messages"]) == 3)
            await remote.do("mention", text="later", wait=False)
            with pytest.raises(LookupError, match="nothing to click"):
                await remote.do("block_action", action_id="none")
            with pytest.raises(LookupError, match="no such control"):
                await remote.do("explode")
            await remote.until(lambda state: len(state["messages"]) == 5)
    assert [call["args"]["text"] for call in remote.calls("chat.postMessage")] == ["from afar"] * 3
