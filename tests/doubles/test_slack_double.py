"""The Slack double, driven by a real AsyncApp: what it accepts, what it refuses, and how it delivers."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.pushing import Patience
from tests.doubles.slack.records import ALICE, BOB, GENERAL, JSON
from tests.doubles.slack.remote import RemoteSlack
from tests.doubles.slack.sample_bot import (
    app_of,
    client_of,
    error_of,
    feedback,
    manifest_with,
    modal,
    socket_mode,
    with_button,
)
from tests.doubles.slack.server import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(
        patience=Patience(ack_seconds=0.5, retries=2, connect_seconds=5, pause_seconds=0),
        manifest=manifest_with(("global", "ask")),
    ) as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


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
