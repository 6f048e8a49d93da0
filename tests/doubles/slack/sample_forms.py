"""A bot with a Home and a modal that introduces people, written with Bolt, that the tests of forms drive the double with."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.records import JSON
from tests.doubles.slack.sample_bot import actions, button, modal, plain, section
from tests.doubles.slack.server import SlackDouble

FIRMS = ("Fenwick Assays", "Oriel Signage", "Harrow Vectors")


@asynccontextmanager
async def by_http(slack: SlackDouble, app: AsyncApp) -> AsyncIterator[None]:
    async def events(request: web.Request) -> web.Response:
        answer = await app.async_dispatch(
            AsyncBoltRequest(body=await request.text(), headers=dict(request.headers))
        )
        kind = answer.first_headers().get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    server = web.Application()
    server.router.add_post("/slack/events", events)
    runner = web.AppRunner(server, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield
    await runner.cleanup()


class Introducer:
    """An app with a Home, and a modal to ask for an introduction in."""

    def __init__(self, slack: SlackDouble, client: AsyncWebClient) -> None:
        self.app = app = AsyncApp(client=client, signing_secret=slack.tokens.signing_secret)
        self.heard: list[JSON] = []
        self.answer: JSON = {}
        self.options: list[JSON] | None = None

        @app.middleware
        async def keep(body: JSON, next_: Callable[[], Any]) -> None:
            self.heard.append(body)
            await next_()

        @app.event("app_home_opened")
        async def on_home(event: JSON) -> None:
            greeting = section("Yours", accessory=button("ask", value="f1"))
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [greeting]})

        @app.action("ask")
        async def on_ask(ack: Any, body: JSON) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=asking())

        @app.action("more")
        async def on_more(ack: Any, body: JSON) -> None:
            await ack()
            await client.views_push(trigger_id=body["trigger_id"], view=asking(callback_id="more"))

        @app.options("firm")
        async def on_typing(ack: Any, payload: JSON) -> None:
            typed = payload["value"].lower()
            named = [option(name) for name in FIRMS if typed in name.lower()]
            await ack(options=named if self.options is None else self.options)

        @app.shortcut("ask_about")
        @app.view("asking")
        @app.view("more")
        @app.view_closed("asking")
        @app.view_closed("more")
        async def on_view(ack: Any) -> None:
            await ack(**self.answer)


def option(name: str) -> JSON:
    return {"text": plain(name), "value": name.split()[0].lower()}


def asked(block_id: str, element: JSON, **rest: Any) -> JSON:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element} | rest


def asking(**rest: Any) -> JSON:
    firm = {"type": "external_select", "action_id": "firm", "min_query_length": 2}
    why = {"type": "plain_text_input", "action_id": "why", "max_length": 20}
    kind = {"type": "radio_buttons", "action_id": "kind", "options": [option("Assay"), option("Other")]}
    days = {"type": "number_input", "action_id": "days", "is_decimal_allowed": False, "min_value": "1"}
    blocks = [
        asked("whom", firm),
        asked("reason", why),
        asked("kind", kind | {"initial_option": option("Other")}),
        asked("days", days, optional=True),
        actions(button("more"), {"type": "checkboxes", "action_id": "unnamed", "options": [option("Yes")]}),
    ]
    return modal(blocks=blocks, notify_on_close=True) | rest
