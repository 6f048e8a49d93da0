"""What the pages about mailings have in common: how one is shown, where a press comes from, and who acts there."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.web.letters import HEADERS, PAGES
from store.errors import StoreError
from store.kinds import Medium
from store.people import Stranger

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]
TOKEN = "{token:[A-Za-z2-7]{27}}"  # noqa: S105 - a pattern of addresses, not a secret
NOT_NOW = "I cannot look that up or keep it just now. Please try again in a minute."
ELSEWHERE = "That did not come from this page. Open the link from your mail, and press a button there."


@dataclass(frozen=True, slots=True)
class Frame:
    """The house whose pages they are, and the clock."""

    house: House
    clock: Callable[[], datetime]

    def act(self, evidence: str) -> Act:
        """Whoever holds the token; what it names is who acts."""
        now = self.clock()
        return Act(Stranger(), Medium.WEB, f"web:{evidence[:40]}:{now.isoformat()}", self.house, now)

    def page(self, title: str, *, message: str = "", status: int = 200, **shown: object) -> web.Response:
        text = PAGES.get_template("consent.html.j2").render(
            title=title, message=message, identity=self.house.identity, **shown
        )
        return web.Response(
            text=text.encode("utf-8", "replace").decode(),
            content_type="text/html",
            status=status,
            headers=HEADERS,
        )

    def from_here(self, request: web.Request) -> bool:
        """Browsers name another site that made them post. Who names none must know the address anyway."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin", "null")
        public = urlsplit(self.house.pages)
        return origin in {"null", f"{request.scheme}://{request.host}", f"{public.scheme}://{public.netloc}"}

    def kindly(self, handler: Handler) -> Handler:
        """The handler, with a page of our own where the database is away for the moment."""

        async def handled(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except StoreError as error:
                log.warning("web.page_failed", extra={"reason": type(error).__name__})
                return self.page("One moment", message=NOT_NOW, status=503)

        return handled


async def said_in(request: web.Request) -> Mapping[str, str]:
    """The form's texts; files are left out."""
    form = await request.post()
    return {name: value for name, value in form.items() if isinstance(value, str)}
