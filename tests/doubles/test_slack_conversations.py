"""The Slack double's conversations, people and scopes: who may be written to, and with what the app was granted."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.errors import NotDelivered
from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL, JSON, ChannelKind
from tests.doubles.slack.sample_bot import client_of, error_of
from tests.doubles.slack.server import SlackDouble

CAROL, DAN, GONE = "U0CAROL", "U0DAN", "U0GONE"


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        double.workspace.add_user(CAROL, "carol", team_id="T0OTHER")
        double.workspace.add_user(DAN, "dan", team_id="T0THIRD", is_stranger=True)
        double.workspace.add_user(GONE, "gone", deleted=True)
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


async def test_one_person_is_a_direct_message_and_several_a_group_of_exactly_these(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    direct = await client.conversations_open(users=ALICE, return_im=True)
    assert (direct["channel"]["is_im"], direct["channel"]["user"]) == (True, ALICE)
    assert "already_open" not in direct
    group = await client.conversations_open(users=[BOB, ALICE, BOT_USER, BOB], return_im=True)
    assert group["channel"]["is_mpim"]
    assert group["channel"]["id"].startswith("G")
    again = await client.api_call("conversations.open", json={"users": [ALICE, BOB]})
    assert (again["channel"], again["already_open"]) == ({"id": group["channel"]["id"]}, True)
    resumed = await client.conversations_open(channel=group["channel"]["id"])
    assert resumed["channel"]["id"] == group["channel"]["id"]
    await client.chat_postMessage(channel=group["channel"]["id"], text="You both agreed to meet.")
    assert [m.text for m in slack.posted(group["channel"]["id"])] == ["You both agreed to meet."]
    assert not slack.mistakes


@pytest.mark.parametrize(
    ("args", "error", "is_mistake"),
    [
        ({}, "users_list_not_supplied", True),
        ({"users": " , "}, "not_enough_users", True),
        ({"users": [BOT_USER]}, "cannot_dm_bot", True),
        ({"users": ["U0OTHERBOT", ALICE]}, "cannot_dm_bot", True),
        ({"users": [f"U0MANY{n}" for n in range(9)]}, "too_many_users", True),
        ({"channel": GENERAL}, "method_not_supported_for_channel_type", True),
        ({"channel": "G0THEIRS"}, "channel_not_found", True),
        ({"users": [ALICE, "U0NOBODY"]}, "user_not_found", False),
        ({"users": [ALICE, GONE]}, "user_disabled", False),
        ({"users": [ALICE, DAN]}, "invalid_user_combination", False),
        ({"users": [CAROL]}, "invalid_user_combination", False),
    ],
)
async def test_a_conversation_that_cannot_be_is_refused(
    client: AsyncWebClient, slack: SlackDouble, args: JSON, error: str, is_mistake: bool
) -> None:
    slack.workspace.add_user("U0OTHERBOT", "otherbot", is_bot=True)
    slack.workspace.add_channel("G0THEIRS", "", kind=ChannelKind.MPIM, members=(ALICE, BOB))
    with pytest.raises(SlackApiError) as raised:
        await client.api_call("conversations.open", json=args)
    assert error_of(raised) == error
    assert bool(slack.mistakes) is is_mistake


async def test_people_of_other_workspaces_are_reached_through_a_channel_they_share(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    slack.workspace.add_channel("C0BOTH", "both", members=(ALICE, CAROL, BOT_USER), is_ext_shared=True)
    assert (await client.conversations_open(users=[ALICE, CAROL]))["ok"]
    assert (await client.conversations_open(users=[CAROL]))["ok"]
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_open(users=[BOB, CAROL])
    assert error_of(raised) == "invalid_user_combination"


@pytest.mark.parametrize(
    ("channel", "error", "is_mistake"),
    [
        (f"{ALICE},{BOB}", "channel_not_found", True),
        ("G0THEIRS", "channel_not_found", True),
        ("C0THEIRS", "not_in_channel", False),
        ("C0PRIVATE", "channel_not_found", False),
        (GONE, "user_disabled", False),
        (DAN, "invalid_user_combination", False),
    ],
)
async def test_posts_land_only_where_the_bot_is(
    client: AsyncWebClient, slack: SlackDouble, channel: str, error: str, is_mistake: bool
) -> None:
    slack.workspace.add_channel("G0THEIRS", "", kind=ChannelKind.MPIM, members=(ALICE, BOB))
    slack.workspace.add_channel("C0THEIRS", "theirs", members=(ALICE, BOB))
    slack.workspace.add_channel("C0PRIVATE", "private", kind=ChannelKind.PRIVATE, members=(ALICE, BOB))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=channel, text="x")
    assert error_of(raised) == error
    assert bool(slack.mistakes) is is_mistake


async def test_who_has_left_is_not_written_to_in_the_conversation_of_before(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    direct = (await client.conversations_open(users=ALICE))["channel"]["id"]
    slack.workspace.add_user(ALICE, "alice", deleted=True)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=direct, text="x")
    assert error_of(raised) == "user_disabled"


# --- people ---


async def test_people_are_shown_with_their_workspace_zone_and_whether_they_are_still_there(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    slack.workspace.add_user(BOB, "bob", tz="Asia/Tokyo")
    bob = (await client.users_info(user=BOB))["user"]
    assert (bob["tz"], bob["tz_offset"], bob["profile"]["email"]) == (
        "Asia/Tokyo",
        9 * 3600,
        "bob@members.example",
    )
    dan = (await client.users_info(user=DAN))["user"]
    assert (dan["team_id"], dan["is_stranger"], "email" in dan["profile"]) == ("T0THIRD", True, False)
    assert (await client.users_info(user=GONE))["user"]["deleted"]


@pytest.mark.parametrize("name", ["carol", "dan", "gone", "nobody"])
async def test_who_is_outside_or_gone_is_not_found_by_address(client: AsyncWebClient, name: str) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.users_lookupByEmail(email=f"{name}@members.example")
    assert error_of(raised) == "users_not_found"


# --- scopes ---


@pytest.mark.parametrize(
    ("scope", "method", "args"),
    [
        ("users:read", "users.info", {"user": ALICE}),
        ("users:read.email", "users.lookupByEmail", {"email": "bob@members.example"}),
        ("im:write", "conversations.open", {"users": ALICE}),
        ("mpim:write", "conversations.open", {"users": f"{ALICE},{BOB}"}),
        ("im:write", "chat.postMessage", {"channel": ALICE, "text": "x"}),
        ("chat:write", "chat.postMessage", {"channel": GENERAL, "text": "x"}),
        ("channels:history", "conversations.history", {"channel": GENERAL}),
        ("channels:read", "conversations.info", {"channel": GENERAL}),
    ],
)
async def test_a_call_without_its_scope_says_which_is_missing(
    client: AsyncWebClient, slack: SlackDouble, scope: str, method: str, args: JSON
) -> None:
    granted = await client.api_call(method, params=args)
    assert scope in str(granted.headers["X-Accepted-OAuth-Scopes"]).split(",")
    slack.scopes.discard(scope)
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, params=args)
    refusal = raised.value.response
    assert (refusal["error"], refusal["needed"]) == ("missing_scope", scope)
    assert scope not in refusal["provided"].split(",")
    assert refusal.headers["X-OAuth-Scopes"] == refusal["provided"]
    assert slack.mistakes == [f"{method}: missing_scope: [ERROR] needs {scope}"]


async def test_without_the_scope_for_addresses_people_come_without_theirs(
    client: AsyncWebClient, slack: SlackDouble
) -> None:
    slack.scopes.discard("users:read.email")
    assert "email" not in (await client.users_info(user=BOB))["user"]["profile"]


async def test_what_is_said_is_not_told_to_an_app_without_the_scope_or_the_subscription(
    slack: SlackDouble,
) -> None:
    slack.scopes.discard("app_mentions:read")
    with pytest.raises(NotDelivered, match="app_mentions:read"):
        await slack.mention("who?")
    slack.scopes.discard("im:history")
    with pytest.raises(NotDelivered, match="im:history"):
        await slack.dm("who?")
    assert len(slack.mistakes) == 2
    async with SlackDouble(manifest=Manifest(frozenset(), frozenset(), home_tab=False)) as bare:
        with pytest.raises(NotDelivered, match="app_home_opened"):
            await bare.home_opened()
        with pytest.raises(NotDelivered, match="scope commands"):
            await bare.slash_command("hi")


async def test_the_manifest_is_the_source_of_what_is_granted_and_told(slack: SlackDouble) -> None:
    assert {"app_mentions:read", "chat:write", "commands", "im:history"} <= slack.scopes
    manifest = slack.workspace.manifest
    assert {"app_mention", "message.im"} <= manifest.events
    assert "/whodoes" in manifest.commands
    assert manifest.home_tab
    assert {kind for kind, _ in manifest.shortcuts} <= {"global", "message"}
