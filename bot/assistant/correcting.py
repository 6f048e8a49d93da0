"""Makes an earlier search what was meant by it: a word, the whole topic, a place, or the spelling as it stands."""

import re
from dataclasses import replace

from bot.assistant.corrections import Heard, quoted_in
from bot.assistant.intents import Correct, Intent, Thread, UnclearAsk
from bot.assistant.meaning_otherwise import WHAT_THEN, content_of, something_else
from bot.assistant.respelling import Stretch, is_like, like
from bot.assistant.topic import topic_of
from bot.assistant.traits import Traits, traits_of
from bot.assistant.whereabouts import KM_IN_MILES, Whereabouts, whereabouts_of
from store.corrected import Correction, Part
from store.search.found import ReasonKind
from store.search.index import Index
from store.search.wanted import Nearness, Wanted, WantedPlace
from store.search.words import plain, stems_of, words_of

_EVERYWHERE = re.compile(
    r"(?:anywhere|everywhere|nationwide|any(?: other)? (?:place|town|area)|not (?:in )?the (?:place|town|city))(?: else)?",
    re.IGNORECASE,
)
_RADIUS = re.compile(
    r"(?:(?:with)?in|up to|under)?\s*(?:a )?(?P<number>\d{1,3}(?:\.\d)?)[ -]?(?P<unit>miles?|mi|kms?|kilomet(?:re|er)s?)(?: (?:radius|away|of (?:it|there)))?",
    re.IGNORECASE,
)
_WHOLE = frozenset({"whole", "entire", "all", "area", "region", "anywhere", "somewhere"})
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
        and (other := something_else(heard.meant, before, index))
    ):
        return other
    if heard.literally:
        return _as_spelt(heard, before, index)
    if heard.instead_of:
        return _instead(heard, before, index)
    return _meant(heard, before, index)


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
    if (radius := _RADIUS.fullmatch(heard.meant)) and before.places:
        return _as_far(before, float(radius["number"]), radius["unit"])
    if found is None and _EVERYWHERE.fullmatch(heard.meant):
        return Correct(replace(before, places=()), Correction(Part.PLACE, _places(before), heard.meant))
    if found and not _is_exactly(where):
        if not found.same or plain(found.said) != plain(heard.meant):
            return _respelt(found, heard.meant, before, index)
        if heard.sure and _read_as(found.said, before, index):
            return _as_spelt(replace(heard, literally=True), before, index)
    if heard.sure or (where.places and _is_like_a_place_of(before, where.places[0])):
        return _anew(heard.meant, where, before, index)
    return None


def _as_far(before: Wanted, number: float, unit: str) -> Correct:
    miles = number * KM_IN_MILES if unit.lower().startswith("k") else number
    places = tuple(replace(each, nearness=Nearness.NEAR, radius_miles=miles) for each in before.places)
    return Correct(
        replace(before, places=places), Correction(Part.PLACE, _places(before), f"within {number:g} {unit}")
    )


def _places(wanted: Wanted) -> str:
    return " or ".join(place.said for place in wanted.places)


def _respelt(found: Stretch, meant: str, before: Wanted, index: Index) -> Correct:
    read = _read_as(found.said, before, index)
    wanted = _with_topic(before, found.replaced(meant))
    if read and read == _spelt_as(meant, wanted, index):  # it would be taken for the very same again
        wanted = _with_topic(wanted, wanted.topic, *words_of(meant))
    return Correct(wanted, Correction(Part.TOPIC, found.said, meant, read))


def _with_topic(before: Wanted, topic: str, *literally: str) -> Wanted:
    there = set(words_of(topic))
    words = dict.fromkeys(word for word in (*before.literally, *literally) if word in there)
    stems = set(stems_of(topic))  # what is meant now is no longer left out
    without = tuple(each for each in before.without if not set(stems_of(each)) <= stems)
    return replace(before, topic=topic, literally=tuple(words), without=without)


def _anew(meant: str, where: Whereabouts, before: Wanted, index: Index) -> Intent:
    """What was said now instead of what was said before of the same sort; the rest stays."""
    traits, topic = _read(where)
    if not (
        topic
        or where.places
        or where.outside
        or traits.kinds
        or traits.sizes
        or traits.excluded
        or traits.without
    ):
        return UnclearAsk(WHAT_THEN)
    asked, part = before.topic, Part.TOPIC
    if (
        topic
        and (slipped := [each for each in before.places if is_like(topic, each.said)])
        and not where.places
    ):
        before = replace(before, places=tuple(each for each in before.places if each not in slipped))
        topic = f"{before.topic} {topic}".strip()  # a word of the ask was taken for a place
    if topic and before.topic and _ADDING.match(traits.rest):
        topic, part = f"{before.topic} {' '.join(traits.rest.split())}", Part.OTHER
    elif not topic:
        part = Part.PLACE if where.places else Part.OTHER
        asked, topic = _rid_of_place(before, where, index)
        asked = asked if where.places else ""
    wanted = _with(before, where, traits, meant=meant)
    told = Correction(part, asked, _told(topic, where, part, meant), _read_as(asked, before, index))
    return Correct(_with_topic(wanted, topic, *quoted_in(meant, topic)), told)


def _read(where: Whereabouts) -> tuple[Traits, str]:
    """Kinds and sizes of what was meant, and its topic. Plain "companies" is a kind only where nothing else is said."""
    traits = traits_of(where.rest)
    content = [word for word in content_of(traits.rest) if not (where.places and word in _WHOLE)]
    if content:
        return traits, topic_of(traits.rest)
    if not (where.places or traits.kinds or traits.sizes or traits.excluded):
        traits = traits_of(where.rest, picking=True)
    return traits, ""


def _told(topic: str, where: Whereabouts, part: Part, meant: str) -> str:
    return {Part.TOPIC: topic, Part.PLACE: " or ".join(each.place.name for each in where.places)}.get(
        part, meant
    )


def _rid_of_place(before: Wanted, where: Whereabouts, index: Index) -> tuple[str, str]:
    """(what the place was said as, the topic without it): a misspelt place may have passed for a part of the topic."""
    if where.places and (found := like(where.places[0].place.name, before.topic, index)):
        return found.said, found.removed
    return _places(before), before.topic


def _with(before: Wanted, where: Whereabouts, traits: Traits, *, meant: str) -> Wanted:
    wanted = {place.place for place in where.places}
    return replace(
        before,
        places=_as_near(where.places, before, meant) or before.places,
        kinds=traits.kinds or before.kinds,
        sizes=traits.sizes or before.sizes,
        outside=tuple(
            each for each in dict.fromkeys((*before.outside, *where.outside)) if each.place not in wanted
        ),
        without=tuple(dict.fromkeys((*before.without, *traits.without))),
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
    traits, meant = _read(where)
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
    wanted = _with_topic(wanted, topic)
    if is_like(unmeant, meant) and _spelt_as(meant, wanted, index):  # "not protein, protean": it is no slip
        wanted = _with_topic(wanted, topic, *words_of(meant))
    return Correct(wanted, told)


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
    where = whereabouts_of(heard.instead_of, index)
    places = where.places if _is_exactly(where) else ()
    wanted = replace(
        before,
        outside=tuple(dict.fromkeys((*before.outside, *places))),
        kinds=tuple(each for each in before.kinds if each not in kinds),
        excluded=tuple(dict.fromkeys((*before.excluded, *kinds))),
        without=tuple(dict.fromkeys((*before.without, *([] if kinds or places else [heard.instead_of])))),
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
        and not content_of(where.rest)
        and plain(where.places[0].said) == plain(where.places[0].place.name)
    )


def _read_as(asked: str, before: Wanted, index: Index) -> str:
    """What the asker's words were read as; empty where they were taken as they stand."""
    said = set(words_of(asked))
    read = [each for each in index.search(before, limit=1).readings if set(words_of(each.said)) & said]
    spelt = [each for each in read if each.kind is ReasonKind.SPELLING]
    return ", ".join(dict.fromkeys(each.matched for each in spelt or read))


def _spelt_as(asked: str, wanted: Wanted, index: Index) -> str:
    said = set(words_of(asked))
    spelt = (each for each in index.search(wanted, limit=1).readings if each.kind is ReasonKind.SPELLING)
    return ", ".join(dict.fromkeys(each.matched for each in spelt if set(words_of(each.said)) & said))
