"""Hears what else can be meant after an answer: a number of the list, the organisation of that name, the place."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.assistant.follow_ups import command
from bot.assistant.intents import About, AboutUnknown, Correct, Intent, Introduce, UnclearAsk, WhoThere
from bot.assistant.topic import topic_of
from bot.assistant.whereabouts import whereabouts_of
from store.corrected import Correction, Part
from store.search.index import Index
from store.search.wanted import Wanted
from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

SURE_OF_NAME = 0.8
MOST_NAME_WORDS = 6
WHAT_THEN = "What did you mean instead? Say, for example, “I meant protein” or “I meant near Leeds”."

_A_NAME = re.compile(
    r"(?:the |a )?(?:company|organi[sz]ation|firm|business|name|person|member)(?: (?:called that|of that name))?"
)
_INTRODUCED = re.compile(r"intro|connect|meet|touch", re.IGNORECASE)  # a number alone corrects the number
_A_PLACE = re.compile(r"(?:the |a )?(?:place|town|city|village|county|area)")


def something_else(meant: str, before: Wanted, index: Index) -> Intent | None:
    """ "I meant more", "I meant 3", "I meant the company"."""
    found = command(meant)
    if found and not (isinstance(found, Introduce) and not _INTRODUCED.search(meant)):
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
    for said in (before.topic, *before.topic.split()):
        where = whereabouts_of(f"in {said}", index)
        if where.places:
            rest = where.rest if said == before.topic else before.topic.replace(said, " ", 1)
            topic = topic_of(rest) if content_of(rest) else ""
            told = Correction(Part.PLACE, before.topic, where.places[0].place.name)
            return Correct(replace(before, topic=topic, places=where.places), told)
    return UnclearAsk(f"I know no place called “{before.topic[:60]}”. {WHAT_THEN}")


def content_of(text: str) -> list[str]:
    """The words of a text that say what is sought."""
    return [word for word in words_of(text) if word not in STOP_WORDS and word not in FILLER_WORDS]
