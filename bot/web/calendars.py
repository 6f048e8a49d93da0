"""Calendars to subscribe to: GET alone, and nothing a reader does here changes anything."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlmodel import Session

from bot.assistant.events.calendars import Mailbox, feed
from bot.assistant.events.entries import Happening
from bot.assistant.events.feeds import open_events, own_events, reader_of
from bot.assistant.house import House
from store.errors import StoreError
from store.store import Store

log = logging.getLogger(__name__)

PUBLIC, OWN = "/events.ics", r"/calendar/{token:[A-Za-z2-7]{20,64}}.ics"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
NOWHERE = "There is no such calendar. Ask the assistant for your own address again.\n"
NOT_NOW = "The calendar cannot be read just now. Please try again in a minute.\n"


@dataclass(frozen=True, slots=True)
class CalendarPages:
    """Serves the feeds. `organiser` is the assistant's own address, which entries name."""

    store: Store
    house: House
    organiser: str
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PUBLIC, self._guarded(self._public)), web.get(OWN, self._guarded(self._own))]

    def _guarded(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except StoreError as error:
                log.warning("web.calendar_failed", extra={"reason": type(error).__name__})
                return web.Response(status=503, text=NOT_NOW, headers={"Retry-After": "60"})

        return guarded

    async def _public(self, request: web.Request) -> web.Response:
        now = self.clock()
        told = await self.store.read(open_events, now=now)
        return await self._written(request, told, name=f"Events of {self.house.region}", now=now)

    async def _own(self, request: web.Request) -> web.Response:
        now = self.clock()
        told = await self.store.read(_of_reader, request.match_info["token"], now=now)
        if told is None:
            return web.Response(status=404, text=NOWHERE, headers=HEADERS)
        name = f"My events of {self.house.region}"
        return await self._written(request, told, name=name, now=now, private=True)

    async def _written(
        self,
        request: web.Request,
        told: tuple[Happening, ...],
        *,
        name: str,
        now: datetime,
        private: bool = False,
    ) -> web.Response:
        """With a tag of what it says, so that a calendar that has it already gets a line and no more (RFC 9110 8.8.3)."""
        tag = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
        headers = {
            **HEADERS,
            "ETag": f'"{tag}"',
            "Cache-Control": f"{'private' if private else 'public'}, max-age=900",
        }
        if request.headers.get("If-None-Match", "").strip().removeprefix("W/").strip('"') == tag:
            return web.Response(status=304, headers=headers)
        organiser = Mailbox(self.organiser or "whodoes@localhost", f"whodoes · {self.house.region}")
        text = await asyncio.to_thread(
            feed, told, organiser, name=name, now=now
        )  # of 500 events: not on the loop
        return web.Response(text=text, content_type="text/calendar", charset="utf-8", headers=headers)


def _of_reader(session: Session, said: str, *, now: datetime) -> tuple[Happening, ...] | None:
    person_id = reader_of(session, said)
    return None if person_id is None else own_events(session, person_id, now=now)
