"""The Slack double's judgement of whole views: what a modal or a Home may be."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import ALICE, GENERAL, JSON
from tests.doubles.slack.sample_bot import client_of, error_of, modal, mrkdwn, plain, section
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
    ("changed", "error"),
    [
        ({"external_id": "taken"}, "duplicate_external_id"),
        ({"blocks": [section("x" * 2990, block_id=f"b{n}") for n in range(90)]}, "view_too_large"),
        (
            {"blocks": [{"type": "carousel", "elements": [{"type": "card", "title": plain("x")}]}]},
            "invalid_arguments",
        ),
        ({"callback_id": "x" * 256}, "invalid_arguments"),
        ({"submit": plain("x" * 25)}, "invalid_arguments"),
    ],
)
async def test_views_that_cannot_be_are_refused(
    slack: SlackDouble, client: AsyncWebClient, changed: JSON, error: str
) -> None:
    trigger = slack.workspace.new_trigger(ALICE)
    await client.views_open(trigger_id=trigger, view=modal(external_id="taken"))
    with pytest.raises(SlackApiError) as raised:
        await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=modal() | changed)
    assert error_of(raised) == error
    assert slack.mistakes


async def test_an_alert_stands_in_modals_alone(slack: SlackDouble, client: AsyncWebClient) -> None:
    alert = {"type": "alert", "text": mrkdwn("They will see your name."), "level": "warning"}
    await client.views_open(trigger_id=slack.workspace.new_trigger(ALICE), view=modal(blocks=[alert]))
    assert not slack.mistakes
    with pytest.raises(SlackApiError):
        await client.views_publish(user_id=ALICE, view={"type": "home", "blocks": [alert]})
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=GENERAL, text="x", blocks=[alert])
