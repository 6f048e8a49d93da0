"""Answers in plain words, once for all media: each face only lays out what stands here."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.assistant.events.spans import SEASONS
from bot.assistant.how_many import how_many, nobody, page_of, told_of_miss
from bot.assistant.intents import SmallTalkKind
from bot.assistant.messages import (
    Acted,
    Answer,
    Events,
    Help,
    Introduced,
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
from bot.assistant.phrases import (
    describe,
    in_person,
    kind_and_size,
    line_of,
    named_people,
)
from bot.assistant.readings import is_doubtful, readings, short
from bot.assistant.reasons import why
from store.directory import ComingEvent
from store.search.found import Hit

I_MEANT = "I meant …"
EXAMPLES = (
    "who does viral vector manufacturing near Macclesfield?",
    "any CDMOs near Manchester?",
    "small medtech companies within 20 miles of Liverpool",
    "who makes lateral flow tests?",
)


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
    event_id: int | None = None


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
    offers: tuple[str, ...] = ()  # what can be done about awards where there are buttons: "nominate:7"
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
                f"I don't know anyone called “{short(answer.asked)}” here.",
                closing="Check the spelling, or ask by what they do. I have noted that you asked.",
            )
        case PeopleThere():
            return _people_there(answer)
        case Introduced():
            return Reply(answer.ask_id, answer.told.text)
        case Events():
            return replace(_events(answer), offers=answer.offers)
        case Acted():
            return _acted(answer)
        case Help():
            return Reply(
                answer.ask_id,
                "Ask me who does something here, in your own words. For example:",
                items=tuple(Item(None, example) for example in EXAMPLES),
                closing="I also know organisations by name, what events are coming, and “my calendar” of those you come to. "
                "After an answer, say more, only in a place, who there?, introduce 1, or, where I misread you, I meant and what you meant.",
                next_words=("events", "help"),
            )
        case SmallTalk():
            return Reply(answer.ask_id, COURTESIES[answer.courtesy])
        case Stopped():
            return Reply(answer.ask_id, answer.told or STOPPED if answer.known else STOPPED_STRANGER)
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
    return Reply(
        answer.ask_id,
        page_of(answer, last) if answer.first > 1 else how_many(answer),
        understood=describe(answer.understood),
        readings=readings(answer.understood),
        items=_numbered(answer.hits, answer.after + answer.first, answer.understood),
        next_words=follow_ups(answer),
        remaining=max(0, answer.total - last),
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
    words.append(f"who at {answer.after + answer.first}?")
    words += [introduce(answer.after + answer.first)] if answer.may_introduce else []
    return (*words, I_MEANT) if is_doubtful(answer.understood) else tuple(words)


def introduce(number: int) -> str:
    """The exact words that ask for an introduction to that number."""
    return f"introduce {number}"


def _no_match(answer: NoMatch) -> Reply:
    lead = nobody(answer)
    if answer.nearest:
        lead += " The nearest, which may not be what you need:"
    return Reply(
        answer.ask_id,
        lead,
        understood=describe(answer.understood),
        readings=readings(answer.understood),
        items=_numbered(answer.nearest, answer.after + 1, answer.understood),
        closing=told_of_miss(answer),
        next_words=(I_MEANT, "help") if readings(answer.understood) else ("help",),
        asks_feedback=True,
    )


def _one_organisation(answer: OneOrganisation) -> Reply:
    entry = answer.entry
    item = Item(
        number=answer.after + 1,
        title=entry.name,
        organisation_id=entry.id,
        website=entry.website,
        line=line_of(answer.hit, kind_and_size(entry)),
        excerpt=entry.summary,
        why=(
            *answer.honours,
            *(("Does: " + "; ".join(entry.capabilities),) if entry.capabilities else ()),
            *((named_people(answer.people),) if answer.people else ()),
            *(told for told in why(answer.hit) if answer.hit.person_id is None or not answer.people),
        ),
    )
    others = tuple(
        Item(number, hit.name, hit.id, line=line_of(hit))
        for number, hit in enumerate(answer.others, start=answer.after + 2)
    )
    return Reply(
        answer.ask_id,
        "Similar names, the likeliest first:" if others else "Here is what the directory says.",
        items=(item, *others),
        next_words=("who there?", introduce(answer.after + 1)) if answer.may_introduce else ("who there?",),
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
            line=line_of(hit),
            why=tuple(in_person(person) for person in people)
            or ("Nobody there is listed; the team can ask for you.",),
        )
        for number, (hit, people) in enumerate(answer.places, start=answer.first)
    )
    return Reply(
        answer.ask_id,
        "Whom to ask for:",
        items=items,
        closing="I don't give out addresses: members ask to be introduced, and say what they seek.",
        next_words=(introduce(answer.first),) if answer.may_introduce else (),
    )


def _events(answer: Events) -> Reply:
    if not answer.events:
        return Reply(answer.ask_id, answer.told or "No events are planned at the moment, as far as I know.")
    in_month = f" in {answer.where.title()}" if answer.where else ""
    in_month += f" in {date(2000, answer.month, 1):%B}" if answer.month else ""
    season = any(each in answer.span for each in SEASONS)
    in_month += f" {'in ' if season else ''}{answer.span}" if answer.span else ""
    kind = f"{answer.kind.value} event" if answer.kind else "event"
    lead = (
        f"Coming up{in_month}:"
        if answer.meant
        else f"No {kind}{in_month} is planned, as far as I know. Coming up:"
    )
    return Reply(
        answer.ask_id,
        answer.told or lead,
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
        excerpt=" · ".join(part for part in (event.summary, *event.programme) if part),
        event_id=event.id,
    )


def _acted(answer: Acted) -> Reply:
    return Reply(
        answer.ask_id,
        answer.told.text,
        items=tuple(Item(None, each.title, line=each.line, excerpt=each.words) for each in answer.lines),
        closing=answer.closing,
        next_words=answer.next_words,
        offers=answer.offers,
    )


def _numbered(hits: tuple[Hit, ...], first: int, understood: Understood) -> tuple[Item, ...]:
    return tuple(
        Item(
            number=number,
            title=hit.name,
            organisation_id=hit.id,
            line=line_of(hit),
            excerpt=hit.excerpt,
            why=why(hit, understood.readings, understood.wanted.topic),
        )
        for number, hit in enumerate(hits, start=first)
    )
