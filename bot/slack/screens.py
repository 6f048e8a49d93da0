"""What a person is shown at once: forms, the Home tab, and what came of what they did there. None of it is kept."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.slack.arrivals import Click, Command, Content, Form, Shortcut, Surface
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.calling import SlackCalls
from bot.slack.doing import Here
from bot.slack.home import home_of
from bot.slack.modals.origin import from_home, opened_from, told_modal
from bot.slack.then import Then
from bot.slack.verdicts import said
from store.errors import StoreError
from store.store import Store

log = logging.getLogger(__name__)

JSON = dict[str, Any]

TOO_LATE = "Slack waits only three seconds for a form, and I took longer. Please try once more."
BROKEN = (aiohttp.ClientError, TimeoutError, OSError)


class Screens:
    """A screen that Slack does not take is logged, and whoever waits for it is told in words where that can be."""

    def __init__(self, *, store: Store, calls: SlackCalls, connection: Callable[[], str]) -> None:
        self._store = store
        self._calls = calls
        self._connection = connection

    async def follow(self, content: Content, then: Then, here: Here) -> None:
        """After a press, command or shortcut: the form it opens, the line it is answered with, the Home tab."""
        if then.opens is not None and not await self._open(content, then.opens):
            then = replace(then, told=TOO_LATE)
        if then.told:
            await self._tell(content, then, here)
        elif then.home:
            await self.draw_home(content.user, content.team, then, here)

    async def draw_home(self, user: str, team: str, then: Then, here: Here) -> None:
        connection = self._connection()

        def home(session: Session) -> JSON:
            doing = here.doing(session, user, team, "home")
            return home_of(
                session,
                doing.account,
                doing.act,
                connection=connection,
                first=then.first,
                notice=then.told,
            )

        try:
            view = await self._store.read(home)
        except StoreError as error:
            log.warning("slack.home_unread", extra={"reason": str(error)})
            return
        await self._show("views.publish", {"user_id": user, "view": view})

    async def _open(self, content: Content, view: JSON) -> bool:
        if not isinstance(content, Command | Shortcut | Click):
            return False
        if isinstance(content, Click) and content.surface == Surface.MODAL.value:
            return await self._show("views.update", {"view_id": content.view, "view": view})
        surface = content.surface if isinstance(content, Click) else Surface.MESSAGE.value
        opened = opened_from(view, Surface(surface))
        return await self._show("views.open", {"trigger_id": content.trigger, "view": opened})

    async def _tell(self, content: Content, then: Then, here: Here) -> None:
        """Beside the message; in the Home tab; in the form."""
        if isinstance(content, Click) and content.surface == Surface.HOME.value:
            await self.draw_home(content.user, content.team, then, here)
        elif isinstance(content, Click) and content.surface == Surface.MODAL.value:
            await self._show("views.update", {"view_id": content.view, "view": told_modal(then.told)})
        elif isinstance(content, Command | Shortcut | Click) and content.response_url:
            arguments = {"response_type": "ephemeral", "replace_original": False, "text": escaped(then.told)}
            try:
                await self._calls.respond(content.response_url, arguments)
            except BROKEN as error:
                log.warning("slack.untold", extra={"error": type(error).__name__})

    async def _show(self, method: str, arguments: JSON) -> bool:
        try:
            await self._calls.call(method, arguments)
        except SlackApiError as error:
            log.warning("slack.screen_refused", extra={"method": method, "code": said(error)[1]})
        except BROKEN as error:
            log.warning("slack.screen_lost", extra={"method": method, "error": type(error).__name__})
        else:
            return True
        return False


def answer_to(form: Form, then: Then) -> JSON:
    """How the acknowledgement of a form answers it: what is wrong by field, another form, or a word; else it closes."""
    fields: Mapping[str, str] = {name: text for name, text in then.errors.items() if name in form.fields}
    if fields:
        return {"response_action": "errors", "errors": dict(fields)}
    if then.becomes is not None:
        origin = Surface.HOME if from_home(form.kept) else Surface.MESSAGE
        return {"response_action": "update", "view": opened_from(then.becomes, origin)}
    told = then.told or next(iter(then.errors.values()), "")
    if told and not (then.done and from_home(form.kept)):
        return {"response_action": "update", "view": told_modal(told)}
    return {}
