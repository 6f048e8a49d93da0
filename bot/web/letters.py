"""The page behind the link in a letter: it shows what is asked; only the press of a button there does anything.

Mail scanners open every link, so GET and HEAD change nothing. The token in the address is the secret, and says who answers.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader
from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.after_wording import SAID
from bot.assistant.house import House
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.outcomes import Details
from bot.assistant.introductions.wording import day
from bot.assistant.letters import LetterKind
from bot.assistant.sent_letters import SentLetter, sent_letter
from store.errors import StoreError
from store.kinds import Anyway, Medium
from store.people import by_id
from store.store import Store

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.Response]]
LONGEST_WORDS = 2000
TOKEN = r"/l/{token:[A-Za-z2-7]{8,64}}"  # noqa: S105 - a pattern of addresses, not a secret
NOWHERE = (
    "There is nothing here. The link may be cut off: open it from the mail again, or just reply to that mail."
)
ELSEWHERE = "That did not come from this page. Open the link from your mail, and press a button there."
NOT_NOW = (
    "I cannot look that up or keep it just now. Please try again in a minute; your mail still works, too."
)
NO_NUMBER = "Write what it is worth, and jobs, as numbers, for example 40,000 and 2. Nothing was kept yet."
_NUMBER = re.compile(r"£?\s*(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0+)?\s*(k|m)?", re.IGNORECASE)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class LetterPages:
    """Serves the letters' pages. `public` is the address they are reached under, where that is known."""

    store: Store
    house: House
    clock: Callable[[], datetime]
    public: str = ""

    def routes(self) -> list[web.RouteDef]:
        return [web.get(TOKEN, _kindly(self.show)), web.post(TOKEN, _kindly(self.answer))]

    async def show(self, request: web.Request) -> web.Response:
        """What is asked, and a button a choice. Reads only."""
        sent = await self._sent(request)
        if sent is None:
            return _page("Nothing here", message=NOWHERE, status=404)
        return self._asking(sent)

    async def answer(self, request: web.Request) -> web.Response:
        """The press of a button: the person the letter was written to answers it."""
        if not self._from_here(request):
            return _page("Not from here", message=ELSEWHERE, status=403)
        sent = await self._sent(request)
        if sent is None:
            return _page("Nothing here", message=NOWHERE, status=404)
        form = await request.post()
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        word = said.get("word", "")
        if word not in sent.words and not (word == SAID and sent.kind == LetterKind.THANKS.value):
            return self._asking(sent, message="Please choose one of these.", status=400)
        try:
            details = _details(said)
        except ValueError:
            return self._asking(sent, message=NO_NUMBER, status=400)
        told = await self.store.write(self._act, sent, word, details)
        log.info("web.letter_answered", extra={"letter_id": sent.id, "done": told.done})
        return _page(_subject(sent), message=told.text, done=told.done)

    def _act(self, session: Session, sent: SentLetter, word: str, details: Details) -> Told:
        now = self.clock()
        act = Act(
            by=by_id(session, sent.person_id),
            medium=Medium.WEB,
            evidence=f"web:{sent.id}:{now.isoformat()}",
            house=self.house,
            now=now,
        )
        return reply_to_letter(session, sent.token, word, act, details)

    async def _sent(self, request: web.Request) -> SentLetter | None:
        """None for a token nobody has, and for a letter that asks nothing: the two look the same."""
        sent = await self.store.read(sent_letter, request.match_info["token"])
        return sent if sent is not None and sent.choices else None

    def _asking(self, sent: SentLetter, *, message: str = "", status: int = 200) -> web.Response:
        answered = ""
        if sent.answered_at is not None:
            answered = f"You answered “{sent.answer}” on {day(sent.answered_at, self.house)}."
        return _page(
            _subject(sent),
            message=message,
            status=status,
            letter=sent.letter,
            choices=() if answered else sent.choices,
            answered=answered,
            asks_details=sent.kind == LetterKind.OUTCOME.value,
            anyway=ANYWAY,
            asks_after=sent.kind == LetterKind.THANKS.value,
        )

    def _from_here(self, request: web.Request) -> bool:
        """Browsers name another site that made them post. Who names none must know the token anyway."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin", "null")  # as browsers write it where no referrer is told
        public = urlsplit(self.public)
        ours = {"null", f"{request.scheme}://{request.host}", f"{public.scheme}://{public.netloc}"}
        return origin in ours


def _kindly(handler: Handler) -> Handler:
    """The handler, with a page of our own where the database is away for the moment."""

    async def handled(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except StoreError as error:
            log.warning("web.letter_failed", extra={"reason": type(error).__name__})
            return _page("One moment", message=NOT_NOW, status=503)

    return handled


ANYWAY = (
    (Anyway.YES.value, "Yes"),
    (Anyway.LATER.value, "Yes, but later or smaller"),
    (Anyway.NO.value, "No"),
)
PAGES = Environment(loader=PackageLoader("bot.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _page(title: str, *, message: str = "", status: int = 200, **shown: object) -> web.Response:
    text = PAGES.get_template("letter.html.j2").render(title=title, message=message, **shown)
    return web.Response(
        text=text.encode("utf-8", "replace").decode(),
        content_type="text/html",
        status=status,
        headers=HEADERS,
    )


def _subject(sent: SentLetter) -> str:
    return sent.letter.subject if sent.letter else FALLBACK.get(sent.kind, "A letter to you")


FALLBACK: Mapping[str, str] = {
    LetterKind.CONSENT: "A request to be introduced to you",
    LetterKind.NUDGE: "A request to be introduced to you",
    LetterKind.MET: "Did you meet?",
    LetterKind.OUTCOME: "What came of your introduction?",
    LetterKind.PAUSED: "Introduction requests are paused for you",
    LetterKind.STAFF: "An introduction waits for you",
    LetterKind.NEWS: "Your introduction",
    LetterKind.ADDRESS: "Is this address yours, too?",
    LetterKind.THANKS: "How was it?",
}


def _details(said: Mapping[str, str]) -> Details:
    """What was added to the answer. Raises ValueError where a number is none."""
    anyway = said.get("anyway", "")
    return Details(
        pounds=_number(said.get("pounds", "")),
        jobs=_number(said.get("jobs", "")),
        anyway=Anyway(anyway) if anyway in set(Anyway) else None,
        may_tell=True if said.get("may_tell") == "yes" else None,
        words=said.get("words", "")[:LONGEST_WORDS].strip(),
        meet=said.get("meet", "")[:LONGEST_WORDS].strip(),
    )


def _number(said: str) -> int | None:
    if not said.strip():
        return None
    found = _NUMBER.fullmatch(said.strip())
    if found is None:
        raise ValueError(said)
    return int(found[1].replace(",", "")) * _TIMES[(found[2] or "").lower()]
