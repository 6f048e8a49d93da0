"""A small bot, written with Bolt as the real one is, that the double's own tests drive it with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.records import JSON
from tests.doubles.slack.server import SlackDouble


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


def manifest_with(*shortcuts: tuple[str, str]) -> Manifest:
    """The real one, with these shortcuts declared too."""
    return replace(Manifest.read(), shortcuts=frozenset(shortcuts))


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
