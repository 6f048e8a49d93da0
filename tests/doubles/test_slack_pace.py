"""The Slack double's patience with posts: one a second in each conversation, and none at all when it says so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import ALICE, BOB, GENERAL
from tests.doubles.slack.sample_bot import client_of, error_of
from tests.doubles.slack.server import SlackDouble


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[SlackDouble]:
    async with SlackDouble(clock=clock) as double:
        yield double


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(slack, session)


async def refused(client: AsyncWebClient, channel: str) -> str:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=channel, text="again")
    assert (raised.value.response.status_code, error_of(raised)) == (429, "ratelimited")
    return str(raised.value.response.headers["Retry-After"])


async def patiently(client: AsyncWebClient, text: str) -> None:
    """Post, and wait as long as Slack says, as often as it says so."""
    while True:
        try:
            await client.chat_postMessage(channel=GENERAL, text=text)
        except SlackApiError as error:
            await asyncio.sleep(float(error.response.headers["Retry-After"]))
        else:
            return


async def test_a_conversation_takes_one_message_a_second(
    slack: SlackDouble, client: AsyncWebClient, clock: Clock
) -> None:
    slack.limit_posts(per_second=1)
    sent = await client.chat_postMessage(channel=GENERAL, text="one")
    await client.chat_postMessage(channel=ALICE, text="elsewhere")
    assert await refused(client, GENERAL) == "1"
    direct = (await client.conversations_open(users=ALICE))["channel"]["id"]
    assert [await refused(client, place) for place in (ALICE, direct)] == ["1", "1"]
    with pytest.raises(SlackApiError):
        await client.chat_update(channel=GENERAL, ts=sent["ts"], text="an update counts too")
    clock.now += timedelta(seconds=1)
    await client.chat_update(channel=GENERAL, ts=sent["ts"], text="uno")
    assert (slack.pace.shortest_gap(), slack.pace.refused) == (1.0, 4)
    assert [call.result for call in slack.calls].count("ratelimited") == 4
    slack.limit_posts(0)
    await client.chat_postMessage(channel=GENERAL, text="two")
    assert slack.pace.shortest_gap() == 0


async def test_for_a_while_nothing_at_all_is_taken(
    slack: SlackDouble, client: AsyncWebClient, clock: Clock
) -> None:
    slack.refuse_posts(5)
    assert [await refused(client, channel) for channel in (GENERAL, BOB)] == ["5", "5"]
    assert (await client.auth_test())["ok"]
    clock.now += timedelta(seconds=5)
    await client.chat_postMessage(channel=GENERAL, text="one")
    assert [m.text for m in slack.posted()] == ["one"]


async def test_many_at_once_come_out_one_by_one_and_none_twice() -> None:
    async with SlackDouble() as slack, aiohttp.ClientSession() as session:
        slack.limit_posts(per_second=20)
        client = client_of(slack, session)
        await asyncio.gather(*(patiently(client, f"n{n}") for n in range(4)))
        assert sorted(message.text for message in slack.posted()) == ["n0", "n1", "n2", "n3"]
        assert slack.said_twice() == []
        assert slack.pace.refused
        assert slack.pace.shortest_gap() >= 1 / 20
        times = [written.at for written in slack.pace.written]
        assert all(earlier < later for earlier, later in pairwise(times))


async def test_what_was_said_twice_is_found(slack: SlackDouble, client: AsyncWebClient) -> None:
    keyed = {"event_type": "delivery", "event_payload": {"key": "k1"}}
    for words in ("one", "the same delivery"):
        await client.chat_postMessage(channel=GENERAL, text=words, metadata=keyed)
    await client.chat_postMessage(channel=ALICE, text="hello")
    await client.chat_postMessage(channel=BOB, text="hello")
    assert [m.text for m in slack.said_twice()] == ["the same delivery"]
