"""Questions: a mention in a channel, a direct message, the slash command."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.desk import SlackDesk

COMMAND = "/whodoes"
EVENTS = ("app_mention", "message")  # Slack sends us the messages of direct conversations alone


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_said(context: AsyncBoltContext) -> None:
        if context["received"]:
            desk.take(context["received"])

    async def on_command(ack: AsyncAck, context: AsyncBoltContext) -> None:
        await ack()
        if context["received"]:
            desk.take(context["received"])

    for event in EVENTS:
        app.event(event)(on_said)
    app.command(COMMAND)(on_command)
