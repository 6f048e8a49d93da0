"""The Slack double's clicks, menus, modals, response URLs and raw sockets, down to what goes over the wire."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.errors import SlackRefusal
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
    section,
    socket_mode,
    with_button,
)
from tests.doubles.slack.server import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    patience = Patience(ack_seconds=2, connect_seconds=5)
    async with SlackDouble(patience=patience, manifest=manifest_with(("message", "ask_about"))) as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


class Recorder:
    """An app that acknowledges everything and keeps what it was sent."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.app = AsyncApp(client=client)
        self.heard: list[JSON] = []
        self.answer: JSON = {}

        @self.app.middleware
        async def keep(body: JSON, ack: Any) -> Any:
            self.heard.append(body)
            return await ack(**self.answer)


@pytest.fixture
async def recorder(client: AsyncWebClient) -> AsyncIterator[Recorder]:
    recorder = Recorder(client)
    async with socket_mode(recorder.app):
        yield recorder


def option(word: str) -> JSON:
    return {"text": plain(word), "value": word}


async def post(url: str, body: JSON) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def test_menus_send_the_option_chosen(
    slack: SlackDouble, client: AsyncWebClient, recorder: Recorder
) -> None:
    menus = actions(
        {"type": "static_select", "action_id": "sector", "options": [option("biotech"), option("pharma")]},
        {"type": "overflow", "action_id": "rest", "options": [option("save")]},
        {"type": "users_select", "action_id": "who"},
    )
    confirmed = {
        "title": plain("Sure?"),
        "text": mrkdwn("Really"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    sure = section("x", accessory=button("sure", value="1", confirm=confirmed))
    await client.chat_postMessage(channel=GENERAL, text="choose", blocks=[menus, sure])
    await slack.block_action("sector", value="pharma")
    await slack.block_action("rest")
    await slack.block_action("who", value=BOB)
    await slack.block_action("sure")
    used = [body["actions"][0] for body in recorder.heard]
    assert [u.get("selected_option", {}).get("value") for u in used] == ["pharma", "save", None, None]
    assert (used[2]["selected_user"], used[3]["value"]) == (BOB, "1")
    with pytest.raises(LookupError, match="no option 'fish'"):
        await slack.block_action("sector", value="fish")


async def test_buttons_of_one_action_are_told_apart_and_a_stale_one_can_be_clicked(
    slack: SlackDouble, client: AsyncWebClient, recorder: Recorder
) -> None:
    sent = await client.chat_postMessage(
        channel=GENERAL,
        text="x",
        blocks=[actions(button("page", value="1")), actions(button("page", value="2"))],
    )
    [stale] = slack.posted(GENERAL)
    await slack.block_action("page", value="2")
    await client.chat_update(channel=GENERAL, ts=sent["ts"], text="gone", blocks=[])
    assert slack.posted(GENERAL)[0].blocks == []
    await slack.block_action("page", value="1", within=stale)
    assert [body["actions"][0]["value"] for body in recorder.heard] == ["2", "1"]
    assert recorder.heard[0]["container"]["message_ts"] == sent["ts"]


async def test_a_click_in_the_home_tab_names_its_view(
    slack: SlackDouble, client: AsyncWebClient, recorder: Recorder
) -> None:
    await slack.home_opened()
    await client.views_publish(user_id=ALICE, view={"type": "home", "blocks": with_button("yours")})
    await client.views_publish(user_id=ALICE, view={"type": "home", "blocks": with_button("still yours")})
    await slack.home_opened(tab="messages")
    await slack.block_action("more")
    opened, opened_again, click = recorder.heard
    assert "view" not in opened["event"]
    assert opened_again["event"]["view"]["id"] == click["view"]["id"] == slack.workspace.homes[ALICE].id
    with pytest.raises(LookupError):
        await slack.block_action("more", user=BOB)


async def test_a_message_shortcut_carries_the_message(slack: SlackDouble, recorder: Recorder) -> None:
    asked = slack.member_says("who does assays?", user=BOB, channel=GENERAL)
    await slack.shortcut("ask_about", message=asked)
    [body] = recorder.heard
    assert (body["type"], body["message"]["text"]) == ("message_action", "who does assays?")
    assert await post(body["response_url"], {"text": "for you"}) == (200, "ok")
    assert slack.ephemerals[0].seen_by == ALICE


async def test_a_response_url_posts_replaces_deletes_and_refuses(
    slack: SlackDouble, client: AsyncWebClient, recorder: Recorder
) -> None:
    await client.chat_postEphemeral(channel=GENERAL, user=ALICE, text="x", blocks=with_button("x"))
    await slack.block_action("more")
    url = recorder.heard[0]["response_url"]
    assert await post(url, {"text": "hello all", "response_type": "in_channel"}) == (200, "ok")
    assert [m.text for m in slack.posted(GENERAL)] == ["hello all"]
    assert await post(url, {"text": "page 2", "replace_original": True}) == (200, "ok")
    assert [(m.text, m.blocks) for m in slack.ephemerals] == [("page 2", [])]
    assert await post(url, {"blocks": [section("x")]}) == (400, "invalid_arguments")
    assert await post(url, {"delete_original": True}) == (200, "ok")
    assert slack.ephemerals == []
    assert (await post(f"{slack.url}/respond/none", {"text": "x"}))[0] == 404


async def test_a_modal_is_updated_by_call_and_by_answer(
    slack: SlackDouble, client: AsyncWebClient, recorder: Recorder
) -> None:
    opened = await client.views_open(
        trigger_id=slack.workspace.new_trigger(ALICE), view=modal(external_id="e1")
    )
    view_id, seen = opened["view"]["id"], opened["view"]["hash"]
    await client.views_update(external_id="e1", view=modal(title=plain("Second")), hash=seen)
    with pytest.raises(SlackApiError) as raised:
        await client.views_update(view_id=view_id, view=modal(), hash=seen)
    assert error_of(raised) == "hash_conflict"
    with pytest.raises(SlackApiError) as raised:
        await client.views_update(view_id="V0NONE", view=modal())
    assert error_of(raised) == "not_found"
    recorder.answer = {"response_action": "update", "view": modal(title=plain("Third"))}
    await slack.view_submission("asking")
    assert slack.workspace.views[view_id].body["title"]["text"] == "Third"
    with pytest.raises(LookupError, match="no open modal 'other'"):
        await slack.view_submission("other")


async def test_a_bad_acknowledgement_of_a_command_is_not_waved_through(
    slack: SlackDouble, recorder: Recorder
) -> None:
    recorder.answer = {"text": "x", "blocks": [section("x" * 3001)]}
    with pytest.raises(SlackRefusal, match="invalid_blocks"):
        await slack.slash_command("hi", channel=BOB, user=BOB)


# --- the socket itself ---


async def test_what_was_sent_to_a_connection_that_died_comes_again_on_the_next(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    async def url() -> str:
        return str((await client.apps_connections_open(app_token=slack.tokens.app))["url"])

    async def first_envelope(socket: aiohttp.ClientWebSocketResponse) -> JSON:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        return dict(await socket.receive_json())

    async with aiohttp.ClientSession() as session, aiohttp.ClientSession(slack.url) as control:
        mention = {"text": "who?", "wait": False}
        async with session.ws_connect(await url()) as dying:
            async with control.post("/control/mention", json=mention) as answer:
                assert answer.status == 200
            lost = await first_envelope(dying)
        async with session.ws_connect(await url()) as living:
            again = await first_envelope(living)
            await living.send_json({"envelope_id": again["envelope_id"]})
            await living.send_json({"envelope_id": "never-sent"})
            await slack.wait_for(lambda: slack.acks and slack.socket.strays)
    assert lost["payload"]["event_id"] == again["payload"]["event_id"]
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_failed")


async def test_an_unknown_ticket_opens_nothing_and_ten_connections_are_enough(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{slack.url}/link?ticket=guessed")
        held = []
        for _ in range(10):
            opened = await client.apps_connections_open(app_token=slack.tokens.app)
            held.append(await session.ws_connect(opened["url"]))
        await slack.connected(10)
        with pytest.raises(SlackApiError) as raised:
            await client.apps_connections_open(app_token=slack.tokens.app)
    assert error_of(raised) == "too_many_websockets"


async def test_the_control_endpoint_sets_faults_and_tells_the_state(slack: SlackDouble) -> None:
    async with aiohttp.ClientSession(slack.url) as control:
        async with control.post(
            "/control/fail", json={"args": ["auth.test"], "error": "fatal_error"}
        ) as answer:
            assert await answer.json() == {"result": None}
        async with control.post("/control/mention", json={"txt": "?"}) as answer:
            assert answer.status == 400
        asked = slack.member_says("hi", user=BOB, channel=GENERAL)
        click = {"action_id": "x", "within": {"channel": GENERAL, "ts": asked.ts}}
        async with control.post("/control/block_action", json=click) as answer:
            assert "nothing to click" in (await answer.json())["error"]
        async with control.get("/control/state") as answer:
            state = await answer.json()
    assert [message["text"] for message in state["messages"]] == ["hi"]
    assert state["connections"] == 0
