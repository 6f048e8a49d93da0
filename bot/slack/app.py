"""The Bolt app: every request is kept before it is acknowledged, and no repeat is worked on twice."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.slack.calling import SlackCalls, platform_log
from bot.slack.desk import SlackDesk
from bot.slack.listeners import asks, forms, home, presses, strays, suggestions
from store.errors import StoreError

log = logging.getLogger(__name__)

BUSY = "I can't take that just now, and have not kept it. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in the workspace, asked once at the start."""

    team: str
    user: str
    bot: str


def build_app(*, calls: SlackCalls, desk: SlackDesk, identity: Identity, signing_secret: str) -> AsyncApp:
    """An app that needs no call to Slack to take something in."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=identity.team, bot_user_id=identity.user, bot_id=identity.bot
        )

    app = AsyncApp(
        name="whodoes",
        logger=platform_log,
        client=calls.client(),
        authorize=authorize,
        signing_secret=signing_secret,
    )
    app.use(_inbox(desk))
    app.error(_failed)
    for listeners in (asks, presses, forms, suggestions, home):
        listeners.register(app, desk)
    strays.register(app, desk)  # last: it takes whatever the others did not
    return app


def _inbox(desk: SlackDesk) -> Callable[..., Awaitable[BoltResponse | None]]:
    async def inbox(
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt injects by this name
    ) -> BoltResponse | None:
        try:
            context["received"], repeated = await desk.keep(body)
        except StoreError as error:
            log.warning("slack.not_kept", extra={"reason": str(error)})
            return _not_kept(body)
        except Exception:
            log.exception("slack.not_kept")
            return _not_kept(body)
        if repeated:
            return BoltResponse(status=200, body="")
        return await next()

    return inbox


def _not_kept(body: dict[str, Any]) -> BoltResponse:
    """Not acknowledged: Slack brings an event again, and says itself of a button that it did not work. A command it
    would not bring again, so its asker is told; a form stays open with all that was typed, and says why."""
    if "command" in body:
        return BoltResponse(status=200, body=BUSY)
    fields = ((body.get("view") or {}).get("state") or {}).get("values") or {}
    if body.get("type") == "view_submission" and fields:
        answer = {"response_action": "errors", "errors": {next(iter(fields)): BUSY}}
        return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": "application/json"})
    return BoltResponse(status=503, body="")


async def _failed(error: Exception) -> BoltResponse:
    """A bug in a listener. The request itself is kept, and taken up again by the sweep."""
    log.error("slack.listener_failed", exc_info=error)
    return BoltResponse(status=200, body="")
