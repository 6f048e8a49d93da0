"""The Home tab, drawn anew whenever somebody looks at it."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.desk import SlackDesk

EVENTS = ("app_home_opened",)


def register(app: AsyncApp, desk: SlackDesk) -> None:
    async def on_home(event: dict[str, Any], body: dict[str, Any]) -> None:
        """Its Messages tab is opened by the same event, and there is nothing to draw."""
        if event.get("tab") == "home" and event.get("user"):
            desk.show_home(str(event["user"]), str(body.get("team_id") or ""))

    for name in EVENTS:
        app.event(name)(on_home)
