"""Makes an earlier search what was meant by it: a word, the whole topic, a place, or the spelling as it stands."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.assistant.corrections import Heard, quoted_in
from bot.assistant.follow_ups import command
from bot.assistant.intents import About, AboutUnknown, Correct, Intent, Thread, UnclearAsk, WhoThere
from bot.assistant.respelling import Stretch, is_like, like
from bot.assistant.topic import topic_of
from bot.assistant.traits import Traits, traits_of
from bot.assistant.whereabouts import Whereabouts, whereabouts_of
from store.corrected import Correction, Part
from store.search.found import ReasonKind
from store.search.index import Index
from store.search.wanted import Nearness, Wanted, WantedPlace
from store.search.words import FILLER_WORDS, STOP_WORDS, plain, stems_of, words_of

SURE_OF_NAME = 0.8
MOST_NAME_WORDS = 6
WHAT_THEN = "What did you mean instead? Say, for example, “I meant protein” or “I meant near Leeds”."

_A_NAME = re.compile(
    r"(?:the |a )?(?:company|organi[sz]ation|firm|business|name|person|member)(?: (?:called that|of that name))?"
)
_A_PLACE = re.compile(r"(?:the |a )?(?:place|town|city|village|county|area)")
_ADDING = re.compile(r"^\s*(?:for|with|using|of)\b", re.IGNORECASE)


def corrected(heard: Heard, *, index: Index, thread: Thread | None) -> Intent | None:
    """The search before it, as it was meant; None where nothing was asked before, or nothing that this would fit."""
    if thread is None:
        return None
    before = thread.wanted
    if not heard.meant and not heard.instead_of:
        return UnclearAsk(WHAT_THEN)
    if (
        heard.sure
        and heard.meant
        and not heard.literally
        and (other := _something_else(heard.meant, before, index))
    ):
        return other
    if heard.literally:
        return _as_spelt(heard, before, index)
    if heard.instead_of:
        return _instead(heard, before, index)
    return _meant(heard, before, index)


def _something_else(meant: str, before: Wanted, index: Index) -> Intent | None:
    """ "I meant more", "I meant 3", "I meant the company"."""
    if found := command(meant):
        return found
    there = command(f"who at {meant}")
    if isinstance(there, WhoThere) and there.position is not None:
        return there
    said = " ".join(words_of(meant))
    if _A_NAME.fullmatch(said):
        return _by_name(before, index)
    return _by_place(before, index) if _A_PLACE.fullmatch(said) else None


def _by_name(before: Wanted, index: Index) -> Intent:
    said = " ".join(place.said for place in before.places)
    for name in _names_in(before.topic, said):
        matches = index.find_names(name, looked_up=True)
        if matches and matches[0].score >= SURE_OF_NAME:
            return About(tuple(each for each in matches if each.score >= SURE_OF_NAME), name)
    return AboutUnknown(before.topic or said) if before.topic or said else UnclearAsk(WHAT_THEN)


def _names_in(topic: str, place: str) -> Iterator[str]:
    """What of an ask may have been the name, the longest first: "Leeds Vectors", "Vectors Leeds", "Vectors" …"""
    words = topic.split()[:MOST_NAME_WORDS]
    for last in range(len(words), 0, -1):
        name = " ".join(words[:last])
        yield from (f"{place} {name}", f"{name} {place}") if place and last == len(words) else ()
        yield name
    if place:
        yield place


def _by_place(before: Wanted, index: Index) -> Intent:
    where = whereabouts_of(f"in {before.topic}", index)
    if not where.places:
        return UnclearAsk(f"I know no place called “{before.topic[:60]}”. {WHAT_THEN}")
    topic = topic_of(where.rest) if _content(where.rest) else ""
    told = Correction(Part.PLACE, before.topic, where.places[0].place.name)
    return Correct(replace(before, topic=topic, places=where.places), told)


def _as_spelt(heard: Heard, before: Wanted, index: Index) -> Intent | None:
    found = like(heard.meant, before.topic, index)
    if found is None and not heard.sure:
        return None
    topic = found.replaced(heard.meant) if found else heard.meant
    asked = found.said if found else before.topic
    told = Correction(Part.SPELLING, asked, heard.meant, _read_as(asked, before, index))
    return Correct(_with_topic(before, topic, *words_of(heard.meant)), told)


def _meant(heard: Heard, before: Wanted, index: Index) -> Intent | None:
    where = whereabouts_of(heard.meant, index)
    found = like(heard.meant, before.topic, index)
    if found and not _is_exactly(where):
        if not found.same:
            return _respelt(found, heard.meant, before, index)
        if heard.sure and _read_as(found.said, before, index):
            return _as_spelt(replace(heard, literally=True), before, index)
    if heard.sure or (where.places and _is_like_a_place_of(before, where.places[0])):
        return _anew(heard.meant, where, before, index)
    return None


def _respelt(found: Stretch, meant: str, before: Wanted, index: Index) -> Correct:
    read = _read_as(found.said, before, index)
    wanted = _with_topic(before, found.replaced(meant))
    if read and read == _read_as(meant, wanted, index):  # it would be taken for the very same again
        wanted = _with_topic(wanted, wanted.topic, *words_of(meant))
    return Correct(wanted, Correction(Part.TOPIC, found.said, meant, read))


def _with_topic(before: Wanted, topic: str, *literally: str) -> Wanted:
    there = set(words_of(topic))
    words = dict.fromkeys(word for word in (*before.literally, *literally) if word in there)
    return replace(before, topic=topic, literally=tuple(words))


def _anew(meant: str, where: Whereabouts, before: Wanted, index: Index) -> Intent:
    """What was said now instead of what was said before of the same sort; the rest stays."""
    traits = traits_of(where.rest, picking=True)
    topic = topic_of(traits.rest) if _content(traits.rest) else ""
    if not (topic or where.places or traits.kinds or traits.sizes or traits.excluded):
        return UnclearAsk(WHAT_THEN)
    asked, part = before.topic, Part.TOPIC
    if topic and before.topic and _ADDING.match(traits.rest):
        topic, part = f"{before.topic} {' '.join(traits.rest.split())}", Part.OTHER
    elif not topic:
        part = Part.PLACE if where.places else Part.OTHER
        asked, topic = _rid_of_place(before, where, index)
    wanted = _with(before, where, traits, meant=meant)
    told = Correction(part, asked, _told(topic, where, part, meant), _read_as(asked, before, index))
    return Correct(_with_topic(wanted, topic, *quoted_in(meant, topic)), told)


def _told(topic: str, where: Whereabouts, part: Part, meant: str) -> str:
    return {Part.TOPIC: topic, Part.PLACE: where.places[0].place.name if where.places else ""}.get(
        part, meant
    )


def _rid_of_place(before: Wanted, where: Whereabouts, index: Index) -> tuple[str, str]:
    """(what the place was said as, the topic without it): a misspelt place may have passed for a part of the topic."""
    if where.places and (found := like(where.places[0].place.name, before.topic, index)):
        return found.said, found.removed
    return " or ".join(place.said for place in before.places), before.topic


def _with(before: Wanted, where: Whereabouts, traits: Traits, *, meant: str) -> Wanted:
    return replace(
        before,
        places=_as_near(where.places, before, meant) or before.places,
        kinds=traits.kinds or before.kinds,
        sizes=traits.sizes or before.sizes,
        excluded=tuple(
            each for each in dict.fromkeys((*before.excluded, *traits.excluded)) if each not in traits.kinds
        ),
    )


def _as_near(places: tuple[WantedPlace, ...], before: Wanted, meant: str) -> tuple[WantedPlace, ...]:
    """A place alone is as near as the one it stands for was."""
    if len(places) != 1 or len(before.places) != 1 or plain(meant).strip() != plain(places[0].said):
        return places
    new, old = places[0], before.places[0]
    if new.place.is_area or new.nearness is not Nearness.IN or new.radius_miles is not None:
        return places
    return (replace(new, nearness=old.nearness, radius_miles=old.radius_miles),)


def _instead(heard: Heard, before: Wanted, index: Index) -> Intent | None:
    """ "diagnostics, not devices": what was not meant goes, what was meant comes in its place."""
    unmeant = heard.instead_of
    found = _stretch(unmeant, before, index)
    kept = tuple(each for each in before.places if not _names(unmeant, each))
    if found is None and len(kept) == len(before.places):
        return _ruled_out(heard, before, index) if heard.sure else None
    if not heard.meant:
        return _taken_back(
            replace(before, topic=found.removed if found else before.topic, places=kept), unmeant
        )
    where = whereabouts_of(heard.meant, index)
    traits = traits_of(where.rest, picking=True)
    meant = topic_of(traits.rest) if _content(traits.rest) else ""
    wanted = _with(before, where, traits, meant=heard.meant)
    wanted = wanted if where.places else replace(wanted, places=kept)
    if found is None:
        is_place = bool(where.places) or not meant
        topic = before.topic if is_place else f"{meant} {before.topic}".strip()
        told = Correction(Part.PLACE if is_place else Part.OTHER, unmeant, heard.meant)
    else:
        said_already = set(stems_of(meant)) <= set(stems_of(found.removed))
        topic = found.removed if said_already else found.replaced(meant)
        told = Correction(Part.TOPIC, found.said, meant or heard.meant, _read_as(found.said, before, index))
    unread = words_of(meant) if is_like(unmeant, meant) else ()  # "not protein, protean": that slip is none
    return Correct(_with_topic(wanted, topic, *unread), told)


def _stretch(unmeant: str, before: Wanted, index: Index) -> Stretch | None:
    """What was not meant stands in the topic, or what it was read as does."""
    if found := like(unmeant, before.topic, index):
        return found
    stems = set(stems_of(unmeant))
    for reading in index.search(before, limit=1).readings:
        if stems and stems <= set(stems_of(reading.matched)):
            return like(reading.said, before.topic, index)
    return None


def _names(said: str, place: WantedPlace) -> bool:
    return is_like(said, place.said) or is_like(said, place.place.name)


def _is_like_a_place_of(before: Wanted, place: WantedPlace) -> bool:
    return any(_names(place.place.name, each) for each in before.places)


def _ruled_out(heard: Heard, before: Wanted, index: Index) -> Intent | None:
    """Nothing of it was in the ask, so it was in the answer."""
    kinds = traits_of(heard.instead_of, picking=True).kinds
    wanted = replace(
        before,
        kinds=tuple(each for each in before.kinds if each not in kinds),
        excluded=tuple(dict.fromkeys((*before.excluded, *kinds))),
        without=before.without if kinds else tuple(dict.fromkeys((*before.without, heard.instead_of))),
    )
    if not heard.meant:
        return Correct(wanted, Correction(Part.OTHER, before.topic, f"not {heard.instead_of}"))
    return _meant(replace(heard, instead_of=""), wanted, index)


def _taken_back(wanted: Wanted, unmeant: str) -> Intent:
    if not (wanted.topic or wanted.places or wanted.kinds or wanted.sizes):
        return UnclearAsk(WHAT_THEN)
    return Correct(wanted, Correction(Part.OTHER, unmeant, f"not {unmeant}"))


def _is_exactly(where: Whereabouts) -> bool:
    """A place and nothing else, spelt as it is."""
    return (
        len(where.places) == 1
        and not _content(where.rest)
        and plain(where.places[0].said) == plain(where.places[0].place.name)
    )


def _read_as(asked: str, before: Wanted, index: Index) -> str:
    """What the asker's words were read as; empty where they were taken as they stand."""
    said = set(words_of(asked))
    read = [each for each in index.search(before, limit=1).readings if set(words_of(each.said)) & said]
    spelt = [each for each in read if each.kind is ReasonKind.SPELLING]
    return ", ".join(dict.fromkeys(each.matched for each in spelt or read))


def _content(text: str) -> list[str]:
    return [word for word in words_of(text) if word not in STOP_WORDS and word not in FILLER_WORDS]
