"""Goes on with a list that was shown: more of it, and who is there."""

from dataclasses import replace

from sqlmodel import Session

from bot.assistant.introducing import out_of_range
from bot.assistant.messages import Answer, Ask, Matches, PeopleThere, Unclear, Understood
from bot.assistant.recording import Conversation, Earlier, Outcome
from bot.assistant.rights import Action, may
from store.directory import listed_people
from store.search.found import Hit
from store.search.index import Index
from store.search.wanted import Wanted

GONE = "I don't have that list any more. Please ask again."
MORE_OF_WHAT = "More of what? Ask me who does something first."
NO_SUCH_LIST = "I have no list for that question, so there is no more of it. Ask it again in other words."
END_OF_LIST = "That was the end of the list. Try other words, or a wider area."
END_OF_THAT = "That was the end of that list. Of the same mail there is still “more of question {}”."


def more(ask: Ask, said: Conversation, *, question: int | None, index: Index) -> tuple[Answer, Outcome]:
    listed = said.question(question)
    if listed is None or listed.wanted is None:
        return Unclear(ask.id, MORE_OF_WHAT if said.listed is None else NO_SUCH_LIST), Outcome("unclear")
    if listed.shown >= len(listed.hits):
        others = "” or “more of question ".join(map(str, said.unfinished()))
        end = END_OF_THAT.format(others) if others else END_OF_LIST
        return Unclear(ask.id, end), said.looked_into("nothing_more", listed)
    last = min(len(listed.hits), listed.shown + ask.page)
    shown = page(ask.id, listed, first=listed.shown + 1, last=last, index=index)
    if isinstance(shown, Matches):
        shown = replace(shown, may_introduce=may_introduce(ask))
    return shown, Outcome("matches", listed.wanted, listed.hits, last, after=listed.after)


def page(ask_id: str, listed: Earlier, *, first: int, last: int, index: Index) -> Answer:
    """A stretch of a frozen list, its reasons told anew; who has left the directory since is left out."""
    wanted = listed.wanted or Wanted(topic="")
    told = index.tell(listed.hits, wanted, first=first, last=last)
    if not told.hits:
        return Unclear(ask_id, GONE)
    understood = Understood(wanted, told.readings)
    return Matches(ask_id, understood, told.hits, first, len(listed.hits), told.full, after=listed.after)


def who_there(
    session: Session, ask: Ask, said: Conversation, *, position: int | None, index: Index
) -> tuple[Answer, Outcome]:
    listed = said.numbered(position)
    if listed is None:
        return Unclear(ask.id, "Who where? Ask me who does something first."), Outcome("unclear")
    outcome = said.looked_into("people", listed)
    if not may(ask.asker, Action.SEE_PEOPLE, ask.medium):
        return PeopleThere(ask.id, (), hidden=True), outcome
    if position is not None and not listed.after < position <= listed.after + len(listed.hits):
        return Unclear(ask.id, out_of_range(said)), outcome
    start = 0 if position is None else position - listed.after - 1
    chosen = listed.hits[start : start + (ask.page if position is None else 1)]
    places = tuple(
        (_bare_hit(hit_id, index), listed_people(session, hit_id))
        for hit_id in chosen
        if index.entry(hit_id) is not None
    )
    if not places:
        return Unclear(ask.id, GONE), outcome
    return PeopleThere(ask.id, places, False, listed.after + start + 1, may_introduce(ask)), outcome


def _bare_hit(organisation_id: int, index: Index) -> Hit:
    """An organisation of the index without reasons: it was chosen, not found."""
    entry = index.entry(organisation_id)
    if entry is None:
        raise KeyError(organisation_id)
    site = entry.sites[0] if entry.sites else None
    place = "" if site is None else ", ".join(part for part in (site.town, site.county) if part)
    return Hit(entry.id, entry.ref, entry.name, 0.0, (), place=place, confirmed_on=entry.confirmed_on)


def may_introduce(ask: Ask) -> bool:
    return may(ask.asker, Action.REQUEST_INTRODUCTION, ask.medium)
