"""The Slack double's Web API: what it remembers, and how it fails when told to."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL, JSON
from tests.doubles.slack.sample_bot import client_of, error_of, section
from tests.doubles.slack.server import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


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
    slack.scopes.add("mpim:read")
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


async def test_history_comes_in_pages_and_between_times(client: AsyncWebClient, slack: SlackDouble) -> None:
    stamps = [slack.member_says(f"m{n}", user=ALICE, channel=GENERAL).ts for n in range(5)]
    page = await client.conversations_history(channel=GENERAL, limit=2)
    assert [m["text"] for m in page["messages"]] == ["m4", "m3"]
    rest = await client.conversations_history(
        channel=GENERAL, cursor=page["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["m2", "m1", "m0"]
    some = await client.conversations_history(
        channel=GENERAL, oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [m["text"] for m in some["messages"]] == ["m3", "m2", "m1"]


async def test_a_text_only_update_leaves_the_blocks(client: AsyncWebClient, slack: SlackDouble) -> None:
    sent = await client.chat_postMessage(channel=GENERAL, text="x", blocks=[section("shown")])
    await client.chat_update(channel=GENERAL, ts=sent["ts"], text="y")
    [message] = slack.posted(GENERAL)
    assert (message.text, message.blocks[0]["text"]["text"]) == ("y", "shown")


async def test_suggested_prompts_are_checked(client: AsyncWebClient, slack: SlackDouble) -> None:
    slack.scopes.add("assistant:write")
    prompts = [{"title": "Find", "message": "who does assays?"}]
    root = await client.chat_postMessage(channel=GENERAL, text="x")
    args: JSON = {"channel_id": GENERAL, "thread_ts": root["ts"]}
    await client.assistant_threads_setSuggestedPrompts(**args, prompts=prompts)
    with pytest.raises(SlackApiError) as raised:
        await client.assistant_threads_setSuggestedPrompts(**args, prompts=prompts * 5)
    assert error_of(raised) == "invalid_arguments"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        (",".join(f"U{n}" for n in range(9)), "too_many_users"),
        (BOT_USER, "cannot_dm_bot"),
        ("", "users_list_not_supplied"),
    ],
)
async def test_a_conversation_that_cannot_be_is_refused(
    client: AsyncWebClient, users: str, error: str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_open(users=users)
    assert error_of(raised) == error
