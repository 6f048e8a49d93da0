"""Understands an ask: its text in, what is meant out."""

import re
from dataclasses import replace
from typing import TypeVar

from bot.assistant.awards.asks import about_awards
from bot.assistant.by_example import examples_in, known_for
from bot.assistant.by_name import SURE_OF_BARE_NAME, SURE_OF_NAME, content, exact_name, introduction, named
from bot.assistant.chit_chat import small_talk
from bot.assistant.correcting import corrected
from bot.assistant.corrections import correction_in, quoted_in
from bot.assistant.follow_ups import Command, command
from bot.assistant.intents import (
    AboutUnknown,
    EventsAsked,
    Intent,
    Narrow,
    SmallTalk,
    Thread,
    UnclearAsk,
    WhoDoes,
)
from bot.assistant.lead_ins import asked_in, uncourteous
from bot.assistant.mail_ask import (
    SENTENCE,
    Request,
    looks_like_mail,
    looks_like_sentences,
    own_words,
    request_in,
    request_of_mail,
)
from bot.assistant.markup import unmarked, without_codes
from bot.assistant.name_like import (
    first_names_in,
    has_rare_word,
    holds_a_name,
    says_several,
)
from bot.assistant.radius import loose_radius_in
from bot.assistant.topic import topic_of
from bot.assistant.traits import traits_of
from bot.assistant.unplaced import unknown_place_in
from bot.assistant.whereabouts import whereabouts_of
from store.kinds import Medium
from store.search.index import Index
from store.search.wanted import Nearness, Wanted, WantedPlace
from store.search.words import words_of

T = TypeVar("T")

MOST_READ = 100_000  # characters of a message; nobody's ask starts later
MOST_ASKED = 2000
USUAL_NEAR_MILES = 12.5
CLOSEST_MILES = 2.0

EMPTY = "There was nothing in your message that I could read. Ask me who does something, for example “who does cell culture near Leeds?”"
NOTHING_SOUGHT = "I could not tell what you are looking for. Try a skill, a product or a place, for example “who makes catheters in Cheshire?”"
WHOLE_DIRECTORY = "That would be the whole directory. Name a place, a sector or a skill, for example “everyone in Cheshire” or “who does proteomics?”"
NOWHERE = (
    "I know no place called “{}”. Name a town, county or postcode near it, or ask again without a place."
)
NEARER_TO_WHAT = "Nearer to where? Name a place, for example “near Stockport”."

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NEARER = re.compile(
    r"(?:any(?:one|thing)? )?(?:near|close)(?:r|by)?(?: (?:to|by|ones?))*(?: (?:me|us|here|home|please))*|(?:any )?(?:nearer|closer)(?: (?:ones?|by|please|to (?:me|us|here|home)))*|local(?: ones?)?(?: only)?|(?:that |thats |is |they |are |theyre |all |those |a bit )*too far(?: away)?"
)
_WIDER = re.compile(
    r"(?:any(?:one|thing)? )?(?:further|farther|wider|wider area|a wider area|further away|further afield|farther away|anywhere)(?: please)?"
)
_PICKING = re.compile(
    r"^\s*(?:(?:and|but|ok(?:ay)?|please|show me|give me)[\s,]+)*(?:only|just|not|no|except|excluding|without|any|and|but|what about|how about|in|near|within|around|which (?:of (?:them|these|those))?|are any)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\bonly\b|\bones\b\W*$", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"\b(?:all|every|everyone|everybody|list|how many|whole|entire|complete|full|directory|members?|not|outside|except|excluding)\b",
    re.IGNORECASE,
)
_DIRECTORY = re.compile(
    r"(?:whole|entire|full|complete)(?: \w+)? (?:directory|database|list|network|cluster)|(?:directory|database)",
    re.IGNORECASE,
)
_LOOSELY = re.compile(r"\bwhat(?:['’]?s| is) (?:on|coming up|happening)(?: soon)? (?!at\b)", re.IGNORECASE)
_CARRYING_ON = re.compile(r"^\s*(?:and|what about|how about|or)\b", re.IGNORECASE)


def understand(text: str, *, index: Index, medium: Medium, thread: Thread | None = None) -> Intent:
    """What `text` asks. `thread` is what the same conversation asked before."""
    awards = about_awards(text[:MOST_READ], medium)
    if awards is not None and awards.sure:
        return awards.intent
    otherwise = _understand(text, index=index, medium=medium, thread=thread)
    return otherwise if awards is None else replace(awards.intent, otherwise=otherwise)


def _understand(text: str, *, index: Index, medium: Medium, thread: Thread | None) -> Intent:
    said, request = without_codes(_CONTROL.sub(" ", text[:MOST_READ])), None
    if medium is Medium.EMAIL or looks_like_mail(said):
        first_line = next((line for line in said.splitlines() if line.strip()), "")
        own = own_words(said)
        below = own.partition("\n")[0]  # the greeting
        if (
            found := introduction(unmarked(own), index)
            or _short_word(first_line, index)
            or _command(below, index)
        ):
            return found
        heard = correction_in(first_line)
        request = None if heard and heard.sure else request_of_mail(said)
        said = " ".join(request.asked) if request else first_line
    said = unmarked(said[:MOST_ASKED])
    lines, said = said, " ".join(said.split())
    if not any(letter.isalnum() for letter in said):
        return UnclearAsk(EMPTY)
    if found := introduction(lines, index) or _command(said, index):
        return found
    if heard := correction_in(said):
        if fixed := (named(heard.meant, index) if heard.sure else None) or corrected(
            heard, index=index, thread=thread
        ):
            return fixed
        said = heard.as_an_ask if heard.sure or heard.literally else said
    if request is None and not (heard and (heard.sure or heard.literally)) and looks_like_sentences(lines):
        request = request_in(lines)
        said = " ".join(request.asked)
    if (talk := small_talk(said)) and not exact_name(said, index):
        return SmallTalk(talk)
    plainly = uncourteous(said)
    return (
        _follow_up(plainly, index, thread)
        or _like(plainly, index)
        or named(plainly, index)
        or _who_does(request or Request((said,)), index, thread)
    )


def _command(said: str, index: Index) -> Command | None:
    """ "what's happening in wound care" asks who does it: only a place that is known makes it an ask for events."""
    found = command(said)
    if isinstance(found, EventsAsked) and found.where and _LOOSELY.search(said):
        return found if whereabouts_of(f"in {found.where}", index).places else None
    return found


def _short_word(line: str, index: Index) -> Intent | None:
    """The command that a line is, whatever courtesies stand before it: "Thank you, that is great. Introduce 1." """
    if found := _command(line, index):
        return found
    said = [each for each in SENTENCE.split(line[:MOST_ASKED]) if not small_talk(each)]
    if len(said) != 1 or said[0] == line:
        return None
    return introduction(unmarked(said[0]), index) or _command(said[0], index)


def _follow_up(said: str, index: Index, thread: Thread | None) -> Intent | None:
    """The earlier ask, narrowed; None when this is an ask of its own."""
    if thread is None:
        return None
    plain = " ".join(words_of(said))
    if _NEARER.fullmatch(plain) or _WIDER.fullmatch(plain):
        return _nearer(thread, 0.5 if _NEARER.fullmatch(plain) else 2.0)
    if thread.wanted.places and (loose := loose_radius_in(said)) and not content(loose[0]):
        return _as_far(thread, loose[1])
    where = whereabouts_of(said, index)
    traits = traits_of(where.rest, picking=bool(_PICKING.match(said)))
    read = where.places or where.outside or traits.kinds or traits.sizes or traits.excluded or traits.without
    if not read or content(traits.rest):
        return None
    if not (where.places and not traits.kinds and not traits.sizes) and not (
        _PICKING.match(said) or _ONLY.search(said)
    ):
        return None  # "investors" on its own is a new question, "only investors" narrows the old one
    return Narrow(
        where.places, traits.kinds, traits.sizes, traits.excluded, traits.without, outside=where.outside
    )


def _as_far(thread: Thread, miles: float) -> Narrow:
    return Narrow(
        tuple(
            replace(each, nearness=Nearness.NEAR, radius_miles=miles)
            for each in thread.wanted.places
            if not each.place.is_area
        )
    )


def _nearer(thread: Thread, factor: float) -> Intent:
    if not thread.wanted.places or any(each.place.is_area for each in thread.wanted.places):
        return UnclearAsk(NEARER_TO_WHAT)
    return Narrow(
        tuple(
            WantedPlace(
                each.place,
                each.said,
                Nearness.NEAR,
                max(CLOSEST_MILES, factor * (each.radius_miles or USUAL_NEAR_MILES)),
            )
            for each in thread.wanted.places
        )
    )


def _like(said: str, index: Index) -> Intent | None:
    """Organisations like a named one: what it is known for, itself aside."""
    unknown = ""
    for example in examples_in(said):
        matches = index.find_names(example.name, looked_up=True)
        if matches and matches[0].score >= (SURE_OF_NAME if example.sure else SURE_OF_BARE_NAME):
            entry = index.entry(matches[0].hit.id)
            named = matches[0].score >= 1.0 or has_rare_word(example.name, index)
            if entry and (named or (example.sure and not example.of)):
                wanted = _wanted_in(f"{example.of} {example.rest}", index)
                wanted = wanted if example.of else replace(wanted, topic=known_for(entry, index))
                return WhoDoes(replace(wanted, without=(*wanted.without, entry.name)))
        if not example.of and holds_a_name(example.name, index) and not says_several(example.name):
            unknown = example.name  # the shortest, which has no place and no condition behind it
    return AboutUnknown(unknown) if unknown else None


def _who_does(request: Request, index: Index, thread: Thread | None) -> Intent:
    wanted = Wanted(topic="")
    for said in request.asked:
        wanted = _with(wanted, _wanted_in(said, index))
    for condition in request.conditions:
        wanted = _with(wanted, replace(_wanted_in(condition, index), topic=""))
    if thread is not None and _CARRYING_ON.match(request.asked[0]) and not wanted.places:
        wanted = replace(wanted, places=thread.wanted.places)
    if not (wanted.places or wanted.outside):
        for said in (*request.asked, *request.conditions):
            if nowhere := unknown_place_in(asked_in(said), index):
                return UnclearAsk(NOWHERE.format(nowhere))
    if _DIRECTORY.fullmatch(wanted.topic) or not (
        wanted.topic or wanted.places or wanted.kinds or wanted.sizes
    ):
        everybody = any(_EVERYBODY.search(said) for said in request.asked)
        return UnclearAsk(WHOLE_DIRECTORY if everybody else NOTHING_SOUGHT)
    return WhoDoes(wanted)


def _wanted_in(said: str, index: Index) -> Wanted:
    """What one sentence asks for."""
    where = whereabouts_of(asked_in(said), index)
    traits = traits_of(where.rest)
    topic = topic_of(traits.rest)
    return Wanted(
        topic,
        where.places,
        traits.kinds,
        traits.sizes,
        traits.excluded,
        traits.without,
        literally=_joined(quoted_in(said, topic), first_names_in(topic)),
        outside=where.outside,
    )


def _with(wanted: Wanted, more: Wanted) -> Wanted:
    """Both together; a place said later is the narrower one or another, never both."""
    topics = [each for each in (wanted.topic, more.topic) if each]
    return Wanted(
        topics[0] if len(set(topics)) == 1 else ", ".join(topics),
        _joined(wanted.places, more.places),
        _joined(wanted.kinds, more.kinds),
        more.sizes or wanted.sizes,
        _joined(wanted.excluded, more.excluded),
        _joined(wanted.without, more.without),
        _joined(wanted.literally, more.literally),
        _joined(wanted.outside, more.outside),
    )


def _joined(first: tuple[T, ...], then: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *then)))
