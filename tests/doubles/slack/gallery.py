"""Every rendered message and view hung in the local Slack at once: what it would refuse, ping, or leave unnamed.

    problems = await hang(slack, messages={"a letter": {"text": …, "blocks": […]}}, modals={"asking": view}, homes={…})
    assert problems == []

Names are the caller's own, and stand at the start of each line of what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import ALICE, GENERAL, JSON
from tests.doubles.slack.server import SlackDouble

NONE: Mapping[str, JSON] = {}


async def hang(
    slack: SlackDouble,
    *,
    messages: Mapping[str, JSON] = NONE,
    modals: Mapping[str, JSON] = NONE,
    homes: Mapping[str, JSON] = NONE,
    channel: str = GENERAL,
    user: str = ALICE,
) -> list[str]:
    """Post each message, open each modal, publish each Home; one line for each thing wrong, none when all is well.
    The double is real: what was hung can be looked at and pressed afterwards."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.tokens.bot, base_url=slack.api_url, session=session, retry_handlers=[])

        async def post(message: JSON) -> None:
            await client.api_call("chat.postMessage", json={"channel": channel, **message})

        async def open_modal(view: JSON) -> None:
            await client.views_open(trigger_id=slack.workspace.new_trigger(user), view=view)

        async def publish(view: JSON) -> None:
            await client.views_publish(user_id=user, view=view)

        found: list[str] = []
        for things, hang_one in ((messages, post), (modals, open_modal), (homes, publish)):
            for name, thing in things.items():
                found += [f"{name}: {problem}" for problem in await _problems(slack, thing, hang_one)]
        return found


async def _problems(
    slack: SlackDouble, thing: JSON, hang_one: Callable[[JSON], Awaitable[None]]
) -> list[str]:
    pings, mistakes = len(slack.pings), len(slack.mistakes)
    try:
        await hang_one(thing)
    except SlackApiError as error:
        said = error.response.get("response_metadata") or {}
        del slack.mistakes[mistakes:]
        return [str(error.response["error"]), *map(str, said.get("messages", []))]
    pinged = [f"pings {ping}" for ping in slack.pings[pings:]]
    del slack.pings[pings:]
    return pinged
