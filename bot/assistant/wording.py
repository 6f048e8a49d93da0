"""Answers in plain words, once for all media: each face only lays out what stands here."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.assistant.intents import SmallTalkKind
from bot.assistant.messages import (
    Answer,
    Events,
    Help,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    PeopleThere,
    SmallTalk,
    Stopped,
    Unclear,
    Understood,
)
from store.directory import ComingEvent
from store.kinds import OrganisationKind, SizeBand
from store.search.entry import Entry, EntryPerson
from store.search.found import Hit, Reason, ReasonKind
from store.search.wanted import Nearness, Wanted, WantedPlace

EXAMPLES = (
    "who does viral vector manufacturing near Macclesfield?",
    "lateral flow test developers in Cheshire",
    "small medtech companies within 20 miles of Leeds",
    "any CROs that know wound care?",
)

KIND_WORDS = {
    OrganisationKind.COMPANY: "companies",
    OrganisationKind.MULTINATIONAL: "multinationals",
    OrganisationKind.SUPPLIER: "suppliers",
    OrganisationKind.UNIVERSITY: "universities",
    OrganisationKind.NHS: "NHS organisations",
    OrganisationKind.PUBLIC_BODY: "public bodies",
    OrganisationKind.INVESTOR: "investors",
}
SIZE_WORDS = {
    SizeBand.MICRO: "fewer than 10 people",
    SizeBand.SMALL: "10 to 49 people",
    SizeBand.MEDIUM: "50 to 249 people",
    SizeBand.LARGE: "250 people or more",
}
SMALL_WORDS = frozenset({"a", "and", "for", "in", "of", "on", "the", "to"})
SIZES = frozenset(size.value for size in SizeBand)
FIELD_WORDS = {
    "capabilities": "what they do",
    "lead": "summary",
    "summary": "summary",
    "rest": "summary",
    "name": "name",
    "aliases": "other names",
    "people": "people",
    "tags": "tags",
    "sector": "sector",
    "needs": "needs",
    "offers": "offers",
    "place": "place",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered thing in a reply; every text is plain and still to be escaped."""

    number: int | None
    title: str
    organisation_id: int | None = None
    website: str = ""
    line: str = ""  # place, distance, freshness
    excerpt: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in words. `next_words` are the exact words that work as a follow-up."""

    ask_id: str
    lead: str
    understood: str = ""
    readings: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    closing: str = ""
    next_words: tuple[str, ...] = ()
    remaining: int = 0  # hits not shown yet
    asks_feedback: bool = False


def put_in_words(answer: Answer) -> Reply:
    match answer:
        case Matches():
            return _matches(answer)
        case NoMatch():
            return _no_match(answer)
        case OneOrganisation():
            return _one_organisation(answer)
        case NobodyOfThatName():
            return Reply(
                answer.ask_id,
                f"I don't know anyone called “{_short(answer.asked)}” here.",
                closing="Check the spelling, or ask by what they do. I have noted that you asked.",
            )
        case PeopleThere():
            return _people_there(answer)
        case Events():
            return _events(answer)
        case Help():
            return Reply(
                answer.ask_id,
                "Ask me who does something here, in your own words. For example:",
                items=tuple(Item(None, example) for example in EXAMPLES),
                closing="I also know organisations by name, and what events are coming. "
                "After an answer, say more, only in a place, or who there?",
                next_words=("events", "help"),
            )
        case SmallTalk():
            return Reply(answer.ask_id, COURTESIES[answer.courtesy])
        case Stopped():
            return Reply(answer.ask_id, STOPPED if answer.known else STOPPED_STRANGER)
        case Unclear():
            return Reply(answer.ask_id, answer.why, next_words=("help",))
    assert_never(answer)


COURTESIES = {
    SmallTalkKind.GREETING: f"Hello! Ask me who does something here, for example: {EXAMPLES[0]}",
    SmallTalkKind.THANKS: "You're welcome.",
    SmallTalkKind.GOODBYE: "Goodbye. I'm here whenever you need someone.",
    SmallTalkKind.ACKNOWLEDGEMENT: "Good. Ask again whenever you need someone.",
    SmallTalkKind.OTHER: "That is one for the team rather than for me: I know who does what here. "
    "Ask me, for example: who does lateral flow tests?",
}
STOPPED = "Done: I will send you nothing unasked. Your own questions still get answers."
STOPPED_STRANGER = "I send nothing unasked to people I don't know. Your own questions still get answers."


def _matches(answer: Matches) -> Reply:
    last = answer.first + len(answer.hits) - 1
    remaining = max(0, answer.total - last)
    if answer.first > 1:
        lead = f"Numbers {answer.first} to {last} of {answer.total}."
    elif answer.total == 1:
        lead = "One organisation fits."
    elif remaining:
        lead = f"{answer.total} organisations fit; the best {len(answer.hits)} first."
    else:
        lead = f"{answer.total} organisations fit."
    return Reply(
        answer.ask_id,
        lead,
        understood=describe(answer.understood),
        readings=_readings(answer.understood),
        items=_numbered(answer.hits, answer.first),
        next_words=follow_ups(answer),
        remaining=remaining,
        asks_feedback=True,
    )


def follow_ups(answer: Matches) -> tuple[str, ...]:
    """The next words that make sense after these hits, the same in every medium."""
    words = ["more"] if answer.first + len(answer.hits) - 1 < answer.total else []
    if not answer.understood.wanted.places:
        town = next((hit.place.split(",")[0] for hit in answer.hits if hit.place), "")
        words += [f"only in {town}"] if town else []
    if not answer.understood.wanted.sizes:
        words.append("only SMEs")
    words.append(f"who at {answer.first}?")
    return tuple(words)


def _no_match(answer: NoMatch) -> Reply:
    missed = f" ({_short(answer.missed)})" if answer.missed else ""
    lead = f"I found nobody here who fits that{missed}."
    if answer.nearest:
        lead += " The nearest, which may not be what you need:"
    return Reply(
        answer.ask_id,
        lead,
        understood=describe(answer.understood),
        readings=_readings(answer.understood),
        items=_numbered(answer.nearest, 1),
        closing="I have noted the gap. Try other words, or a wider area.",
        next_words=("help",),
        asks_feedback=True,
    )


def _one_organisation(answer: OneOrganisation) -> Reply:
    entry = answer.entry
    item = Item(
        number=1,
        title=entry.name,
        organisation_id=entry.id,
        website=entry.website,
        line=_line(answer.hit, _kind_and_size(entry)),
        excerpt=entry.summary,
        why=(
            *(("Does: " + "; ".join(entry.capabilities),) if entry.capabilities else ()),
            *((_named_people(answer.people),) if answer.people else ()),
            *_why(answer.hit),
        ),
    )
    others = tuple(
        Item(number, hit.name, hit.id, line=_line(hit)) for number, hit in enumerate(answer.others, start=2)
    )
    return Reply(
        answer.ask_id,
        "Similar names, the likeliest first:" if others else "Here is what the directory says.",
        items=(item, *others),
        next_words=("who there?",),
        asks_feedback=True,
    )


def _people_there(answer: PeopleThere) -> Reply:
    if answer.hidden:
        return Reply(
            answer.ask_id,
            "People's names are for members of the network, and I can't tell that you are one from here.",
            closing="Write from the address the team knows, or ask the team to add you.",
        )
    items = tuple(
        Item(
            number,
            hit.name,
            hit.id,
            line=_line(hit),
            why=tuple(_person(person) for person in people)
            or ("Nobody there is listed; the team can ask for you.",),
        )
        for number, (hit, people) in enumerate(answer.places, start=1)
    )
    return Reply(
        answer.ask_id,
        "Whom to ask for:",
        items=items,
        closing="I don't give out addresses; both sides agree before I put anyone in touch.",
    )


def _events(answer: Events) -> Reply:
    if not answer.events:
        return Reply(answer.ask_id, "No events are planned at the moment, as far as I know.")
    lead = "Coming up:"
    if answer.month is not None:
        month = date(2000, answer.month, 1).strftime("%B")
        lead = (
            f"In {month}:"
            if answer.in_month
            else f"Nothing is planned for {month}, as far as I know. Coming up:"
        )
    return Reply(
        answer.ask_id,
        lead,
        items=tuple(_event(number, event) for number, event in enumerate(answer.events, start=1)),
    )


def _event(number: int, event: ComingEvent) -> Item:
    starts = event.starts_at.astimezone(ZoneInfo(event.zone))
    when = f"{starts:%A} {starts.day} {starts:%B %Y}, {starts:%H:%M}"
    where = ", ".join(part for part in (event.venue, event.town) if part)
    return Item(
        number,
        event.title,
        website=event.url,
        line=" · ".join(part for part in (when, where) if part),
        excerpt=event.summary,
    )


def describe(understood: Understood) -> str:
    """ "viral vectors · within 15 miles of Macclesfield": what was looked for, in one line."""
    wanted = understood.wanted
    parts = [_short(wanted.topic)] if wanted.topic else []
    parts += [" or ".join(KIND_WORDS[kind] for kind in wanted.kinds)] if wanted.kinds else []
    parts += [_sizes(wanted)] if wanted.sizes else []
    parts += [" or ".join(_place(place) for place in wanted.places)] if wanted.places else []
    parts += ["not " + " or ".join(KIND_WORDS[kind] for kind in wanted.excluded)] if wanted.excluded else []
    return " · ".join(parts)


def _sizes(wanted: Wanted) -> str:
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM}:
        return "fewer than 250 people"
    if set(wanted.sizes) == {SizeBand.MICRO, SizeBand.SMALL}:
        return "fewer than 50 people"
    return " or ".join(SIZE_WORDS[size] for size in wanted.sizes)


def _place(wanted: WantedPlace) -> str:
    if wanted.radius_miles is not None:
        return f"within {wanted.radius_miles:g} miles of {wanted.place.name}"
    return f"near {wanted.place.name}" if wanted.nearness is Nearness.NEAR else f"in {wanted.place.name}"


def _readings(understood: Understood) -> tuple[str, ...]:
    places = tuple(
        f"I read “{_short(place.said)}” as {place.place.name}."
        for place in understood.wanted.places
        if _folded(place.said) not in _folded(place.place.name)
        and _folded(place.place.name) not in _folded(place.said)
    )
    topic = understood.wanted.topic
    return tuple(_reading(reason, topic) for reason in understood.readings) + places


def _reading(reason: Reason, topic: str) -> str:
    said = _as_said(reason.said, topic)
    if reason.kind is not ReasonKind.MEANING:
        return f"I read “{said}” as “{reason.matched}”."
    if _abbreviates(reason.said, reason.matched):
        return f"{said} = {reason.matched}"
    return f"For “{said}” I also looked for “{reason.matched}”."


def _as_said(words: str, topic: str) -> str:
    """The asker's own capitals: the index works in lower case."""
    at = topic.casefold().find(words.casefold())
    return _short(topic[at : at + len(words)] if at >= 0 else words)


def _abbreviates(short: str, long: str) -> bool:
    """CRO for contract research organisation; not "wound care" for "wound dressings"."""
    words = (word for word in long.casefold().replace("-", " ").split() if word not in SMALL_WORDS)
    initials = "".join(word[0] for word in words)
    return len(initials) > 1 and " " not in short and short.casefold().startswith(initials)


def _numbered(hits: tuple[Hit, ...], first: int) -> tuple[Item, ...]:
    return tuple(
        Item(
            number=number,
            title=hit.name,
            organisation_id=hit.id,
            line=_line(hit),
            excerpt=hit.excerpt,
            why=_why(hit),
        )
        for number, hit in enumerate(hits, start=first)
    )


def _line(hit: Hit, *more: str) -> str:
    distance = "" if hit.distance_miles is None else _miles(hit.distance_miles)
    return " · ".join(part for part in (hit.place, distance, *more, freshness(hit.confirmed_on)) if part)


def _miles(distance: float) -> str:
    if distance < 1:
        return "less than a mile away"
    miles = round(distance)
    return f"{miles} mile{'' if miles == 1 else 's'} away"


def freshness(confirmed_on: date | None) -> str:
    if confirmed_on is None:
        return "not confirmed yet"
    return f"confirmed {confirmed_on.day} {confirmed_on:%B %Y}"


def _why(hit: Hit) -> tuple[str, ...]:
    """The hit's reasons as short phrases, each once, in the order of the index; words of one field together."""
    phrases: list[str] = []
    for (kind, field), reasons in groupby(hit.reasons, key=lambda reason: (reason.kind, reason.field)):
        if kind is ReasonKind.WORDS:
            words = ", ".join(dict.fromkeys(f"“{reason.matched}”" for reason in reasons))
            phrases.append(f"{words} in {FIELD_WORDS.get(field, field)}" if field else words)
        else:
            phrases += [_phrase(reason) for reason in reasons]
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def _phrase(reason: Reason) -> str:
    field = FIELD_WORDS.get(reason.field, reason.field)
    match reason.kind:
        case ReasonKind.NAME:
            return f"named “{reason.matched}”"
        case ReasonKind.SPELLING:
            return f"“{_short(reason.said)}” read as “{reason.matched}”"
        case ReasonKind.MEANING:
            told = f"“{reason.matched}”" + (f" in {field}" if field else "")
            return (
                told if _abbreviates(reason.said, reason.matched) else f"{told}, for “{_short(reason.said)}”"
            )
        case ReasonKind.PLACE | ReasonKind.WORDS:
            return ""  # places stand in the item's line, with the distance; words are told together
        case ReasonKind.SIZE:
            return SIZE_WORDS[SizeBand(reason.matched)] if reason.matched in SIZES else reason.matched
        case ReasonKind.KIND:
            return reason.matched
    assert_never(reason.kind)


def _kind_and_size(entry: Entry) -> str:
    return ", ".join(
        part
        for part in (
            entry.sector,
            entry.kind.value if entry.kind else "",
            SIZE_WORDS[entry.size] if entry.size else "",
        )
        if part
    )


def _named_people(people: tuple[EntryPerson, ...]) -> str:
    return "People: " + "; ".join(_person(person) for person in people)


def _person(person: EntryPerson) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _short(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
