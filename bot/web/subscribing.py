"""Subscribing without being a member: a form, and the page behind the mail that asks whether it was them."""

from dataclasses import dataclass

from aiohttp import web

from bot.assistant.consent.preferring import preferences_of
from bot.assistant.consent.subscribing import LOOK, NOWHERE, confirm_subscription, subscribe
from bot.web.pages import ELSEWHERE, TOKEN, Frame, said_in
from store.consent.subscribers import Wanted
from store.kinds import ReaderKind
from store.store import Store

FORM, CONFIRM = "/subscribe", f"/subscribe/{TOKEN}"
ABOUT = "News of the region, and what is on, by mail. You can stop each of it with one click, at any time."
STEPS = "You get one mail that asks whether this was you. Nothing else is sent before you confirmed it."


@dataclass(frozen=True, slots=True)
class SubscriptionPages:
    store: Store
    frame: Frame

    def routes(self) -> list[web.RouteDef]:
        kindly = self.frame.kindly
        return [
            web.get(FORM, kindly(self.show)),
            web.post(FORM, kindly(self.want)),
            web.get(CONFIRM, kindly(self.ask)),
            web.post(CONFIRM, kindly(self.confirm)),
        ]

    async def show(self, _request: web.Request) -> web.Response:
        return self._form()

    async def want(self, request: web.Request) -> web.Response:
        if not self.frame.from_here(request):
            return self.frame.page("Not from here", message=ELSEWHERE, status=403)
        said = await said_in(request)
        if said.get("website"):  # people do not see that field
            return self.frame.page("Thank you", message=LOOK)
        kind = (
            ReaderKind.CORPORATE if said.get("kind") == ReaderKind.CORPORATE.value else ReaderKind.INDIVIDUAL
        )
        wanted = Wanted(
            said.get("address", "")[:320],
            said.get("name", ""),
            said.get("organisation", ""),
            kind,
            "the page",
        )
        told = await self.store.write(subscribe, wanted, self.frame.act("subscribe"))
        if not told.done:
            return self._form(message=told.text, status=400)
        return self.frame.page("Thank you", message=told.text)

    async def ask(self, request: web.Request) -> web.Response:
        found = await self.store.read(preferences_of, request.match_info["token"])
        if found is None or found.reader.subscriber_id is None:
            return self.frame.page("Nothing here", message=NOWHERE, status=404)
        if found.anything:
            return self.frame.page("You are subscribed", message="There is nothing left to confirm.")
        return self.frame.page(
            "Was it you?",
            paragraphs=(f"Somebody asked us to send the news of {self.frame.house.region} to your address.",),
            button="Yes, subscribe me",
            note="If it was not you, close this page: then nothing is sent to you.",
        )

    async def confirm(self, request: web.Request) -> web.Response:
        if not self.frame.from_here(request):
            return self.frame.page("Not from here", message=ELSEWHERE, status=403)
        token = request.match_info["token"]
        told = await self.store.write(confirm_subscription, token, self.frame.act("confirm"))
        if not told.done:
            return self.frame.page("Nothing here", message=told.text, status=404)
        return self.frame.page(
            "You are subscribed",
            message=told.text,
            link=f"/preferences/{token}",
            link_words="Choose what you get, and how often",
        )

    def _form(self, *, message: str = "", status: int = 200) -> web.Response:
        title = f"News of {self.frame.house.region}"
        return self.frame.page(
            title, message=message, status=status, paragraphs=(ABOUT,), fields=True, note=STEPS
        )
