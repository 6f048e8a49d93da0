"""Menus that search while somebody types: answered by the acknowledgement, never kept."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.desk import SlackDesk
from bot.slack.listeners.strays import ANYTHING


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_typed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=await desk.suggest(body))

    app.options(ANYTHING)(on_typed)
