"""What no other listener takes: acknowledged all the same, for shortcuts and commands outlive the version that had them."""

import re

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.desk import SlackDesk

ANYTHING = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_stray(ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Whoever waits for an answer is told that there is none behind it any more."""
        await ack()
        if context["received"]:
            desk.take(context["received"])

    app.event(ANYTHING)(on_stray)
    for kind in (app.command, app.shortcut):
        kind(ANYTHING)(on_stray)
