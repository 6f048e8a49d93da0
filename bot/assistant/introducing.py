"""A wish to be introduced, from an ask: whom it means in the list that was shown, or by name, and why it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.assistant.intents import Introduce
from bot.assistant.introductions.requesting import Wish, request
from bot.assistant.messages import Answer, Ask, Introduced, Unclear, Understood
from bot.assistant.phrases import describe
from bot.assistant.reasons import why
from bot.assistant.recording import Conversation, Earlier, Outcome, earlier
from store.search.found import Hit
from store.search.index import Index, NameMatch
from store.search.wanted import Wanted

SURE_OF_WHOM = 0.93  # a whole name, or whole words of it: a letter to the wrong firm cannot be taken back
LONGEST_REASON = 400
TO_WHOM = "Introduce you to whom? Ask me who does something first, or name them."
WHICH = "To which of them? Say its number, for example “introduce {}”."


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask with what acting on it needs."""

    ask: Ask
    house: House
    index: Index
    now: datetime

    @property
    def act(self) -> Act:
        ask = self.ask
        return Act(by=ask.asker, medium=ask.medium, evidence=ask.id, house=self.house, now=self.now)


def introduced_by_number(
    session: Session, asked: Asked, said: Conversation, intent: Introduce
) -> tuple[Answer, Outcome]:
    """To that number of the list as it was shown, whatever the directory says since."""
    ask, listed = asked.ask, said.numbered(intent.position)
    if listed is None:
        return Unclear(ask.id, TO_WHOM), Outcome("unclear")
    outcome = said.looked_into("introduction", listed)
    only = not said.several and (len(listed.hits) == 1 or listed.kind == "organisation")
    number = intent.position or (listed.after + 1 if only else None)
    if number is None:
        return Unclear(ask.id, WHICH.format(1)), outcome
    position = number - listed.after
    if not 1 <= position <= len(listed.hits):
        return Unclear(ask.id, out_of_range(said)), outcome
    hit = _hit(listed, position, asked.index)
    wish = Wish(
        organisation_id=listed.hits[position - 1],
        seeks=intent.seeks,
        reason=_reason(hit, listed, asked.index) if hit else "",
        ask_id=listed.ask_id,
    )
    return Introduced(ask.id, request(session, wish, asked.act), hit), outcome


def out_of_range(said: Conversation) -> str:
    """Which numbers there are."""
    last = said.listed
    return f"That list goes from 1 to {last.after + len(last.hits)}." if last else TO_WHOM


def introduced_by_name(
    session: Session, asked: Asked, match: NameMatch, seeks: str
) -> tuple[Answer, Outcome]:
    """To the organisation, or the person there, that was surely meant."""
    hit = match.hit
    wish = Wish(organisation_id=hit.id, seeks=seeks, ask_id=asked.ask.id, person_id=hit.person_id)
    told = request(session, wish, asked.act)
    return (
        Introduced(asked.ask.id, told, hit),
        Outcome("introduction", Wanted(topic=match.name), (hit.id,), 1),
    )


def surely_meant(matches: Sequence[NameMatch]) -> NameMatch | None:
    """The one that a name means, where no other organisation comes near."""
    best = matches[0]
    others = (each for each in matches if each.hit.id != best.hit.id)
    rival = max((each.score for each in others), default=0.0)
    return best if best.score >= SURE_OF_WHOM and rival < min(best.score, SURE_OF_WHOM) else None


def reason_for(session: Session, ask_id: str, organisation_id: int, index: Index) -> str:
    """Why an organisation fits what was asked, for a form that its asker still reads; "" where that is not known."""
    listed = earlier(session, ask_id)
    if listed is None or listed.wanted is None or organisation_id not in listed.hits:
        return ""
    hit = next(iter(index.tell((organisation_id,), listed.wanted, first=1, last=1).hits), None)
    return _reason(hit, listed, index) if hit else ""


def _hit(listed: Earlier, position: int, index: Index) -> Hit | None:
    told = index.tell(listed.hits, listed.wanted or Wanted(topic=""), first=position, last=position)
    return next(iter(told.hits), None)


def _reason(hit: Hit, listed: Earlier, index: Index) -> str:
    """Why these two, for both to read: what was asked, and which words of the entry answer it. By name there is none."""
    wanted = listed.wanted
    if wanted is None or not hit.reasons or listed.kind == "organisation":
        return ""
    found = index.tell((hit.id,), wanted, first=1, last=1)
    asked = describe(Understood(wanted, found.readings))
    because = hit.excerpt or "; ".join(why(hit, found.readings, wanted.topic))
    told = (
        f"asked for “{asked}”; {hit.name}: “{because}”" if hit.excerpt else f"asked for “{asked}”: {because}"
    )
    return told if len(told) <= LONGEST_REASON else f"{told[: LONGEST_REASON - 1].rstrip()}…"
