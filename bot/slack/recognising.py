"""Who somebody in Slack is, by the address that Slack itself has confirmed, held against the directory: never by guess."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.assistant.linking import Unlinked, confirmed, link_by_confirmed_email, status
from bot.slack.calling import SlackCalls
from bot.slack.doing import Here
from bot.slack.verdicts import said
from store.errors import StoreError
from store.store import Store

log = logging.getLogger(__name__)

JSON = dict[str, Any]

SECONDS = 1.0  # they wait for something else: a form, or an answer
AGAIN_AFTER = timedelta(hours=1)
REMEMBERED_MOST = 10_000
BROKEN = (aiohttp.ClientError, TimeoutError, OSError, StoreError)


class Recogniser:
    """Asks Slack about an account that nobody in the directory has, once an hour at most."""

    def __init__(self, *, store: Store, calls: SlackCalls, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._calls = calls
        self._clock = clock
        self._met: dict[str, datetime] = {}

    async def meet(self, user: str, team: str, here: Here) -> None:
        """Link the account where that is certain; whatever stands in the way, nothing is said of it."""
        if not user or not here.home_team or not self._is_due(user):
            return
        try:
            async with asyncio.timeout(SECONDS):
                await self._look(user, team or here.home_team, here)
        except SlackApiError as error:
            log.info("slack.not_recognised", extra={"code": said(error)[1]})
        except BROKEN as error:
            log.warning("slack.not_recognised", extra={"error": type(error).__name__})

    def _is_due(self, user: str) -> bool:
        now = self._clock()
        if now - self._met.get(user, now - AGAIN_AFTER) < AGAIN_AFTER:
            return False
        if len(self._met) >= REMEMBERED_MOST:
            self._met.clear()
        self._met[user] = now
        return True

    async def _look(self, user: str, team: str, here: Here) -> None:
        if not isinstance(await self._store.read(status, user, team), Unlinked):
            return
        about = await self._calls.look("users.info", {"user": user})
        address = confirmed(about.get("user") or {}, here.home_team)
        if address is None:
            return
        found = await self._calls.look("users.lookupByEmail", {"email": address})
        if (found.get("user") or {}).get("id") == user:
            await self._store.write(_link, user, here.home_team, address, here)


def _link(session: Session, user: str, team: str, address: str, here: Here) -> None:
    doing = here.doing(session, user, team, f"users.info:{user}")
    told = link_by_confirmed_email(session, user, team, address, doing.act)
    log.info("slack.recognised", extra={"done": told.done})
