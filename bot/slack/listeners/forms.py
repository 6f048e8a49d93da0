"""Modals sent in: kept, worked through, and answered by their acknowledgement; one that is only closed is nothing."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.desk import SlackDesk
from bot.slack.listeners.strays import ANYTHING


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_form(ack: AsyncAck, context: AsyncBoltContext) -> None:
        answer = await desk.submit(context["received"])
        await ack(**answer)

    async def on_closed(ack: AsyncAck) -> None:
        await ack()

    app.view(ANYTHING)(on_form)
    app.view_closed(ANYTHING)(on_closed)
