"""The buttons under an answer."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.buttons import ACTIONS
from bot.slack.desk import SlackDesk


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_click(ack: AsyncAck, context: AsyncBoltContext) -> None:
        await ack()
        if context["received"]:
            desk.take(context["received"])

    for action in sorted(ACTIONS):
        app.action(action)(on_click)
