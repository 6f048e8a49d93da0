"""The way out of mailings, and the page to choose what to hear of. Opening either changes nothing; a press does.

Mail programs post "List-Unsubscribe=One-Click" to the first by themselves (RFC 8058): without cookies, from anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlmodel import Session

from bot.assistant.consent.preferring import (
    EVERYTHING,
    GONE,
    preferences_of,
    set_preferences,
    stop_everything,
    unsubscribe,
)
from bot.web.pages import ELSEWHERE, TOKEN, Frame, said_in
from store.consent.choosing import Preferences
from store.kinds import Frequency
from store.store import Store

OUT, CHOOSE = f"/u/{TOKEN}/{{topic:[^/]{{1,60}}}}", f"/preferences/{TOKEN}"
WAYS = (
    (Frequency.EVERY.value, "As it comes"),
    (Frequency.MONTHLY.value, "Once a month at most"),
    (Frequency.NEVER.value, "Never"),
)
UNTOUCHED = (
    "Nothing happens until you press the button. Answers to what you ask, and introductions, come as before."
)
PREFIX = "topic:"


@dataclass(frozen=True, slots=True)
class PreferencePages:
    store: Store
    frame: Frame

    def routes(self) -> list[web.RouteDef]:
        kindly = self.frame.kindly
        return [
            web.get(OUT, kindly(self.show_out)),
            web.post(OUT, kindly(self.out)),
            web.get(CHOOSE, kindly(self.show)),
            web.post(CHOOSE, kindly(self.choose)),
        ]

    async def show_out(self, request: web.Request) -> web.Response:
        found = await self._found(request)
        if found is None:
            return self._nowhere()
        name = _topic_name(found, request.match_info["topic"])
        return self.frame.page(
            f"Stop {name}?",
            paragraphs=(f"Nothing of {name} is sent to you any more, from now on.",),
            button=f"Stop {name}",
            note=UNTOUCHED,
            link=f"/preferences/{request.match_info['token']}",
            link_words="Or choose what you get, and how often",
        )

    async def out(self, request: web.Request) -> web.Response:
        """From anywhere: whoever holds the token may leave, and no more than that happens here."""
        token, topic = request.match_info["token"], request.match_info["topic"]
        told = await self.store.write(unsubscribe, token, topic, self.frame.act("out"))
        if not told.done:
            return self._nowhere()
        return self.frame.page(
            "Stopped",
            message=told.text,
            link=f"/preferences/{token}",
            link_words="Choose what you get, and how often",
        )

    async def show(self, request: web.Request) -> web.Response:
        found = await self._found(request)
        return self._nowhere() if found is None else self._choosing(found)

    async def choose(self, request: web.Request) -> web.Response:
        if not self.frame.from_here(request):
            return self.frame.page("Not from here", message=ELSEWHERE, status=403)
        said, token = await said_in(request), request.match_info["token"]
        found = await self._found(request)
        if found is None:
            return self._nowhere()
        told, after = await self.store.write(self._chosen, token, said)
        return self._nowhere() if after is None else self._choosing(after, message=told)

    def _chosen(
        self, session: Session, token: str, said: Mapping[str, str]
    ) -> tuple[str, Preferences | None]:
        act = self.frame.act("preferences")
        if said.get("do") == "stop":
            told = stop_everything(session, token, act)
        else:
            told = set_preferences(session, token, _wanted(said), act)
        return told.text, preferences_of(session, token)

    def _choosing(self, found: Preferences, *, message: str = "") -> web.Response:
        paragraphs = () if found.anything else ("You get none of these now. Choose below what to get again.",)
        return self.frame.page(
            "What would you like to hear of?",
            message=message,
            paragraphs=() if message else paragraphs,
            choices=found.choices,
            ways=WAYS,
            stoppable=found.anything,
            note="Nothing changes until you press a button. Answers to what you ask, and introductions, come as before.",
        )

    async def _found(self, request: web.Request) -> Preferences | None:
        return await self.store.read(preferences_of, request.match_info["token"])

    def _nowhere(self) -> web.Response:
        return self.frame.page("Nothing here", message=GONE, status=404)


def _topic_name(found: Preferences, topic: str) -> str:
    name = {each.topic.key: each.topic.name for each in found.choices}.get(topic)
    return f"“{name}”" if name and topic != EVERYTHING else "everything"


def _wanted(said: Mapping[str, str]) -> dict[str, Frequency]:
    return {
        name.removeprefix(PREFIX): Frequency(value)
        for name, value in said.items()
        if name.startswith(PREFIX) and value in set(Frequency)
    }
