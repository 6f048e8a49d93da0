"""From an ask to its answer, recorded: the one thing every face calls."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.assistant.awards.answering import told_of_awards
from bot.assistant.awards.telling import honours
from bot.assistant.consent.preferring import prefer, wish_in
from bot.assistant.events.finding import events_asked
from bot.assistant.events.named_finding import event_meant
from bot.assistant.events.own_calendar import told_of_calendar
from bot.assistant.events.turnout import came_to
from bot.assistant.house import House
from bot.assistant.intents import (
    About,
    AboutUnknown,
    AwardsActed,
    AwardsAsked,
    CalendarAsked,
    Correct,
    EventsAsked,
    HelpAsked,
    Intent,
    Introduce,
    IntroduceTo,
    More,
    Narrow,
    Stop,
    Thread,
    UnclearAsk,
    WhoDoes,
    WhoThere,
)
from bot.assistant.intents import SmallTalk as SmallTalkHeard
from bot.assistant.introducing import (
    Asked,
    introduced_by_name,
    introduced_by_number,
    surely_meant,
)
from bot.assistant.introductions.preferences import stop_all
from bot.assistant.messages import (
    Acted,
    Answer,
    Ask,
    Help,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    SmallTalk,
    Stopped,
    Unclear,
    Understood,
)
from bot.assistant.misses import Sense, sense_of
from bot.assistant.newsletter.newsdesk import news_in, take_news
from bot.assistant.recording import (
    Conversation,
    Earlier,
    Outcome,
    before,
    earlier,
    note_not_meant,
    note_shown,
    note_verdict,
    record,
)
from bot.assistant.rights import Action, may
from bot.assistant.shown_before import GONE, may_introduce, more, page, who_there
from bot.assistant.understanding import understand
from bot.assistant.worked_out import WorkedOut
from store.directory import listed_people
from store.kinds import Verdict
from store.search.found import Hit
from store.search.index import Index
from store.search.wanted import Wanted

SIMILAR_NAMES = 4
EMPTY_DIRECTORY = (
    "The directory is still empty, so I know nobody yet. Staff fill it with: whodoes import FILE"
)
NOT_AWARDS = "I know of no such awards here."
NOBODYS_HOUSE = House()
# What changes more than what is kept of the ask.
_DEEDS = (AwardsActed, CalendarAsked, Correct, Introduce, IntroduceTo, Stop)


def answer(
    session: Session,
    ask: Ask,
    *,
    index: Index,
    now: datetime,
    house: House = NOBODYS_HOUSE,
) -> Answer:
    """Answer one ask and record it. The caller owns the transaction; the same ask again gets the same answer.

    `house` is what introductions are brokered with; without one they are noted, and nobody is written to.
    """
    said = before(session, ask.conversation, ask_id=ask.id, answers=ask.answers)
    if (wish := wish_in(session, ask.text)) is not None:
        told = prefer(session, wish, Asked(ask, house, index, now).act)
        record(session, ask, Outcome("stopped"), now=now)
        return Stopped(ask.id, told.done, told.text if told.done else "")
    if (news := news_in(ask.text)) is not None:
        told = take_news(session, news, Asked(ask, house, index, now).act)
        record(session, ask, Outcome("news"), now=now)
        return Acted(ask.id, told)
    asked = Asked(ask, house, index, now)
    given, outcome = _event_or_other(session, asked, _intent(ask, said, index), said=said)
    record(session, ask, outcome, now=now)
    return given


def keep(session: Session, ask: Ask, worked_out: WorkedOut, *, index: Index, now: datetime) -> bool:
    """Record an ask as it was worked out on a snapshot. False where that no longer holds: then `answer` it."""
    said = before(session, ask.conversation, ask_id=ask.id, answers=ask.answers)
    if not worked_out.holds(ask, said, index):
        return False
    record(session, ask, worked_out.outcome, now=now)
    return True


def work_out(session: Session, ask: Ask, *, index: Index, now: datetime) -> tuple[WorkedOut, Answer] | None:
    """What `answer` would say, on a snapshot and with nothing kept; None where it would do something."""
    if wish_in(session, ask.text) is not None or news_in(ask.text) is not None:
        return None
    said = before(session, ask.conversation, ask_id=ask.id, answers=ask.answers)
    intent = _intent(ask, said, index)
    if isinstance(intent, _DEEDS):
        return None
    given, outcome = _event_or_other(session, Asked(ask, NOBODYS_HOUSE, index, now), intent, said=said)
    return WorkedOut(ask, said, index.revision, outcome), given


def _intent(ask: Ask, said: Conversation, index: Index) -> Intent:
    search = said.search
    goes_on = search is not None and search.wanted is not None and not ask.on_its_own
    thread = Thread(search.wanted, len(search.hits)) if search and search.wanted and goes_on else None
    return understand(ask.text, index=index, medium=ask.medium, thread=thread)


def show(session: Session, ask_id: str, *, first: int, last: int, index: Index) -> Answer:
    """Hits `first` to `last` of an ask answered before, in the order it froze."""
    frozen = earlier(session, ask_id)
    if frozen is None or frozen.wanted is None or not frozen.hits:
        return Unclear(ask_id, GONE)
    shown = page(ask_id, frozen, first=first, last=last, index=index)
    note_shown(session, ask_id, last)
    return replace(shown, may_introduce=frozen.by_member) if isinstance(shown, Matches) else shown


def give_feedback(session: Session, ask_id: str, *, actor: str, verdict: Verdict, now: datetime) -> bool:
    """Note what an asker thinks of an answer; False where that ask is not known."""
    return note_verdict(session, ask_id, actor=actor, verdict=verdict, now=now)


def _event_or_other(
    session: Session, asked: Asked, intent: Intent, *, said: Conversation
) -> tuple[Answer, Outcome]:
    """Which events there are is not known when an ask is understood: one that is named is looked for here."""
    told = event_meant(session, asked.ask, intent, now=asked.now)
    return _decide(session, asked, intent, said=said) if told is None else (told, Outcome("events"))


def _decide(session: Session, asked: Asked, intent: Intent, *, said: Conversation) -> tuple[Answer, Outcome]:
    ask, index, now = asked.ask, asked.index, asked.now
    match intent:
        case WhoDoes(wanted=wanted):
            return _search(ask, wanted, index=index, now=now)
        case Narrow():
            return _search(ask, _narrowed(said.search, intent), index=index, now=now)
        case Correct(wanted=wanted, correction=correction):
            if said.search is not None:
                note_not_meant(session, said.search.ask_id)
            given, outcome = _search(ask, wanted, index=index, now=now)
            return given, replace(outcome, correction=correction)
        case About():
            return _about(session, ask, intent, index=index, now=now)
        case AboutUnknown(name=name):
            return NobodyOfThatName(ask.id, name), Outcome("nobody_of_that_name", missed=True)
        case More(question=question):
            return more(ask, said, question=question, index=index)
        case WhoThere(position=position):
            return who_there(session, ask, said, position=position, index=index)
        case Introduce():
            return introduced_by_number(session, asked, said, intent)
        case IntroduceTo():
            return _introduce_to(session, asked, intent)
        case AwardsAsked() | AwardsActed():
            otherwise = intent.otherwise or UnclearAsk(NOT_AWARDS)
            return told_of_awards(session, asked, intent) or _decide(session, asked, otherwise, said=said)
        case EventsAsked():
            return events_asked(session, ask, intent, now=now), Outcome("events")
        case CalendarAsked():
            return told_of_calendar(session, asked, intent), Outcome("calendar")
        case HelpAsked():
            return Help(ask.id), Outcome("help")
        case SmallTalkHeard(kind=kind):
            return SmallTalk(ask.id, kind), Outcome("small_talk")
        case Stop():
            return Stopped(ask.id, stop_all(session, asked.act)), Outcome("stopped")
        case UnclearAsk(reason=reason):
            return Unclear(ask.id, reason), Outcome("unclear")
    assert_never(intent)


def _search(ask: Ask, wanted: Wanted, *, index: Index, now: datetime) -> tuple[Answer, Outcome]:
    if not len(index):
        return Unclear(ask.id, EMPTY_DIRECTORY), Outcome("unclear")
    found = index.search(wanted, limit=ask.page, today=now.date())
    understood = Understood(wanted, found.readings)
    if not found.hits:
        nearest, sense = found.nearest[:3], sense_of(wanted, index)
        return (
            NoMatch(ask.id, understood, nearest, found.missed, sense, ask.after),
            Outcome(
                "no_match",
                wanted,
                tuple(hit.id for hit in nearest),
                len(nearest),
                missed=sense is not Sense.NONSENSE,
                doubtful=sense is Sense.DOUBTFUL,
                after=ask.after,
            ),
        )
    ids = (*(hit.id for hit in found.hits), *found.rest)
    beyond = max(0, found.fitting - len(ids))
    return (
        Matches(
            ask.id, understood, found.hits, 1, len(ids), found.full, beyond, may_introduce(ask), ask.after
        ),
        Outcome("matches", wanted, ids, len(found.hits), after=ask.after),
    )


def _narrowed(search: Earlier | None, narrow: Narrow) -> Wanted:
    """The earlier search with what was said since; what is not said stays."""
    wanted = (search.wanted if search else None) or Wanted(topic="")
    left, inside = ({each.place.key for each in places} for places in (narrow.outside, narrow.places))
    return replace(
        wanted,
        places=narrow.places or tuple(each for each in wanted.places if each.place.key not in left),
        kinds=narrow.kinds or wanted.kinds,
        sizes=narrow.sizes or wanted.sizes,
        excluded=tuple(dict.fromkeys((*wanted.excluded, *narrow.excluded))),
        without=tuple(dict.fromkeys((*wanted.without, *narrow.without))),
        outside=tuple(
            each for each in dict.fromkeys((*wanted.outside, *narrow.outside)) if each.place.key not in inside
        ),
    )


def _about(
    session: Session, ask: Ask, about: About, *, index: Index, now: datetime
) -> tuple[Answer, Outcome]:
    see_people = may(ask.asker, Action.SEE_PEOPLE, ask.medium)
    hits = _named_hits(about, people=see_people)
    best = hits[0] if hits else None
    entry = index.entry(best.id) if best else None
    if best is None or entry is None:
        return NobodyOfThatName(ask.id, about.asked), Outcome("nobody_of_that_name", missed=True)
    people = listed_people(session, best.id) if see_people else ()
    ids = tuple(hit.id for hit in hits)
    return (
        OneOrganisation(
            ask.id,
            about.asked,
            best,
            entry,
            people,
            hits[1 : SIMILAR_NAMES + 1],
            may_introduce(ask),
            ask.after,
            (*honours(session, best.id, now=now), *came_to(session, ask, best.id)),
        ),
        Outcome("organisation", Wanted(topic=about.asked), ids, len(ids), after=ask.after),
    )


def _introduce_to(session: Session, asked: Asked, intent: IntroduceTo) -> tuple[Answer, Outcome]:
    """Who is surely meant is asked for; where several could be, or only nearly, they are shown, to be told apart."""
    people = may(asked.ask.asker, Action.SEE_PEOPLE, asked.ask.medium)
    matches = [each for each in intent.matches if people or each.hit.person_id is None]
    meant = surely_meant(matches) if matches else None
    if meant is None:
        meant_so = About(intent.matches, intent.asked)
        return _about(session, asked.ask, meant_so, index=asked.index, now=asked.now)
    return introduced_by_name(session, asked, meant, intent.seeks)


def _named_hits(about: About, *, people: bool) -> tuple[Hit, ...]:
    """One hit an organisation, however many of its names matched; by its people's names only for those who may."""
    hits: dict[int, Hit] = {}
    for match in about.matches:
        if people or match.hit.person_id is None:
            hits.setdefault(match.hit.id, match.hit)
    return tuple(hits.values())
