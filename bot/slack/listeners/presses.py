"""Buttons, menus, and what is chosen from the menu of a message: kept, acknowledged, then worked through."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.desk import SlackDesk
from bot.slack.listeners.strays import ANYTHING
from bot.slack.shortcuts import SUBMIT_NEWS, WHO_CAN_HELP

SHORTCUTS = (WHO_CAN_HELP, SUBMIT_NEWS)


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_press(ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Of whatever name: what bot/slack/families.py does not know explains itself."""
        await ack()
        if context["received"]:
            desk.take(context["received"])

    app.action(ANYTHING)(on_press)
    for callback in SHORTCUTS:
        app.shortcut({"type": "message_action", "callback_id": callback})(on_press)
