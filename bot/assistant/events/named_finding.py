"""Finds the event that is meant by its name or some words of it, a letter wrong or not, and says what was asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from sqlmodel import Session

from bot.assistant.awards.telling import offers
from bot.assistant.events.named_asks import (
    EVENT_WORDS,
    EventTopic,
    NamedAsk,
    about_an_event,
    names_a_kind,
    words_in,
)
from bot.assistant.events.named_wording import called_off, nobody_called, over, several, told_of
from bot.assistant.intents import About, AboutUnknown, EventsAsked, Intent, SmallTalk, UnclearAsk, WhoDoes
from bot.assistant.messages import Ask, Events
from store.directory import coming_events, events_of
from store.events.titles import Titled, titled
from store.kinds import EventKind, EventState
from store.models import Event

ALIKE = 80  # of 100: one letter of five may be wrong
MOST_OF_TITLE = 0.7  # of a title's words: where nothing but the name was said
SAME_NAME = 88
_MAY_BE = (WhoDoes, About, AboutUnknown, EventsAsked, SmallTalk, UnclearAsk)
_NOTHING = """
    a an and at be for in is it next of on or s the to coming upcoming annual quarterly our your my this last year edition
    please s will was with
    """
_EMPTY = frozenset(_NOTHING.split())
_CALLED = {
    EventKind.NETWORKING: "networking evening drinks mixer reception social",
    EventKind.WORKSHOP: "workshop seminar masterclass training course",
    EventKind.CONFERENCE: "conference forum summit symposium congress expo",
    EventKind.AWARDS: "awards award dinner gala ceremony night",
}
_SEASONS = ("winter", "winter", *("spring",) * 3, *("summer",) * 3, *("autumn",) * 3, "winter")


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well an event fits a name. `specific`: a word of its title matched that is none for any event."""

    event: Titled
    matched: int
    whole: bool  # every word that was said
    specific: bool
    share: float  # of the title's words that were said


def event_meant(session: Session, ask: Ask, intent: Intent, *, now: datetime) -> Events | None:
    """What was asked of an event by its name; None where `intent`, read without knowing any event, is what was meant."""
    if not isinstance(intent, _MAY_BE):
        return None
    asked = about_an_event(ask.text, ask.medium)
    if asked is None or not (asked.sure or asked.topic is not EventTopic.ALL or names_a_kind(asked.name)):
        return None
    fits = _best([each for event in titled(session, now=now) if (each := _fit(asked.name, event))])
    fits = [each for each in fits if _is_meant(each, asked, intent)]
    if fits:
        return _told(session, ask, asked, [each.event for each in fits], now=now)
    return _nobody(session, ask, asked, now=now) if _is_no_other(asked, intent) else None


def _told(session: Session, ask: Ask, asked: NamedAsk, found: Sequence[Titled], *, now: datetime) -> Events:
    """Of what is coming; where nothing of that name is, of what was called off, or was the last of it."""
    coming = [each for each in found if each.ends_at > now and each.state is EventState.OPEN]
    off = [each for each in found if each.ends_at > now and each.state is EventState.CANCELLED]
    meant = coming or off or found[-1:]
    first = session.get(Event, meant[0].id)
    assert first is not None  # noqa: S101 - narrows the type: it was read in this transaction
    shown = events_of(session, [each.id for each in meant])[: ask.page]
    if coming and len({each.title.casefold() for each in coming}) > 1:
        words = several(asked.name)
    elif coming:
        words = told_of(session, first, asked.topic, now=now, more=len(coming) > 1)
        if asked.topic in {EventTopic.PROGRAMME, EventTopic.SPEAKERS}:
            shown = (replace(shown[0], programme=()), *shown[1:])  # it is in the sentence
    else:
        words = called_off(first) if off else over(first)
    awards = any(each.kind is EventKind.AWARDS for each in shown) and bool(coming)
    return Events(ask.id, shown, told=words, offers=offers(session, ask, now=now) if awards else ())


def _nobody(session: Session, ask: Ask, asked: NamedAsk, *, now: datetime) -> Events:
    coming = coming_events(session, now=now, limit=ask.page)
    return Events(ask.id, coming, meant=False, told=nobody_called(asked.name, coming=bool(coming)))


def _is_meant(fit: _Fit, asked: NamedAsk, intent: Intent) -> bool:
    if isinstance(intent, EventsAsked | About) and not asked.sure:
        return fit.specific and fit.share >= 1 and fit.whole
    if isinstance(intent, EventsAsked):
        return fit.specific
    if asked.topic is EventTopic.ALL:
        return fit.specific and fit.whole and fit.share >= MOST_OF_TITLE
    return asked.sure or (fit.whole and (names_a_kind(asked.name) or fit.share >= 1))


def _is_no_other(asked: NamedAsk, intent: Intent) -> bool:
    """Whether only an event can have been meant."""
    if isinstance(intent, EventsAsked | SmallTalk | About):
        return False
    if asked.topic in {EventTopic.WHEN, EventTopic.SPEAKERS} and asked.sure:
        return True
    last = words_in(asked.name)[-1:]
    return asked.topic not in {EventTopic.ALL, EventTopic.SPONSORS} and bool(EVENT_WORDS.intersection(last))


def _best(fits: list[_Fit]) -> list[_Fit]:
    """Those that fit as well as the best; one whose whole title was said, before those with words more."""
    most = max(((each.whole, each.matched, each.share >= 1) for each in fits), default=None)
    return [each for each in fits if (each.whole, each.matched, each.share >= 1) == most]


def _fit(name: str, event: Titled) -> _Fit | None:
    """None where a word that says which event was not found; a word such as “forum” is none of those."""
    said = [each for each in words_in(name) if each not in _EMPTY]
    title = [each for each in words_in(event.title) if each not in _EMPTY]
    if not said or not title:
        return None
    if _joined(said, title):
        return _Fit(event, len(said), whole=True, specific=not EVENT_WORDS.issuperset(title), share=1.0)
    around = _around(event)
    in_title = {each for each in said if _among(each, title)}
    matched = in_title | {each for each in said if _among(each, around)}
    telling = [each for each in said if not _is_for_any(each)]
    missing = [each for each in telling if each not in matched]
    specific = any(each in in_title for each in telling)
    if len(missing) * 3 > len(telling) or (len(telling) < 3 and missing):
        return None
    if not specific and set(said) - matched:
        return None
    named = [each for each in title if not each.isdigit()] or title
    share = sum(_among(each, said) for each in named) / len(named)
    return _Fit(event, len(matched), whole=matched == set(said), specific=specific, share=share)


def _around(event: Titled) -> list[str]:
    """What an event is called besides its title: its kind, place, month, season, year."""
    starts = event.starts_at.astimezone(ZoneInfo(event.zone))
    words = f"event {_CALLED[event.kind]} {event.venue} {event.town} {starts:%B %A %Y} {_SEASONS[starts.month - 1]}"
    return list(words_in(words))


def _joined(said: Sequence[str], title: Sequence[str]) -> bool:
    """ "bio logics forum" is Biologics Forum."""
    return fuzz.ratio("".join(said), "".join(title)) >= SAME_NAME and abs(len(said) - len(title)) <= 1


def _among(word: str, words: Sequence[str]) -> bool:
    return any(word == each or _alike(word, each) for each in words)


def _alike(word: str, other: str) -> bool:
    if word.isdigit() or other.isdigit() or max(len(word), len(other)) < 5:
        return word.removesuffix("s") == other.removesuffix("s")
    return fuzz.ratio(word, other) >= ALIKE


def _is_for_any(word: str) -> bool:
    return word in EVENT_WORDS or word.removesuffix("s") in EVENT_WORDS
