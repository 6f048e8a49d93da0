"""Notices a place in an ask that nobody knows, so that it can be said instead of being passed over."""

import re

from bot.assistant.radius import radii_in
from store.search.index import Index
from store.search.words import FILLER_WORDS, STOP_WORDS

SHORTEST = 4
MOST_LOOKED_AT = 600  # characters

_NAME = r"(?P<name>[A-Z][a-z’'-]{2,30}(?:[ -][A-Z][a-z’'-]{2,30}){0,2})"
_SURELY = re.compile(
    rf"\b(?:[Nn]ear(?:by)?|[Cc]lose to|[Nn]ext to|[Oo]utside|[Bb]ased in|[Ll]ocated in)\s+(?:the )?{_NAME}"
)
_PERHAPS = re.compile(rf"(?:^|(?P<before>\b[\w’'-]+)[,:;]?\s+)(?:[Ii]n|[Aa]round|[Ff]rom|[Aa]t)\s+{_NAME}")
_ANYHOW = re.compile(r"\b(?:near|close to)\s+(?P<name>[a-z]{6,30})\b(?!\s+\w)")
_AFTER_RADIUS = re.compile(r"(?:the )?(?P<name>[A-Za-z][A-Za-z’'-]{3,30}(?:[ -][A-Z][a-z’'-]{2,30}){0,2})")
# "Experts in Zynbrax" names what they know.
_OF_SKILLS = frozenset(
    """expert experts expertise experience experienced specialist specialists specialise specialises specialising specialize
    specializes specializing specialised specialized interest interested works work working worked research active involved
    skilled skills trained training background knowledge invest investing invests leader leaders qualified fluent proficient
    help advice advise advises competent dealing deal trade trading ingredient ingredients used purified derived made extracts""".split()  # noqa: SIM905 - a list of words reads best as one
)


_ROADS = frozenset({"junction", "exit", "station", "airport", "road", "street", "north", "south"})


def unknown_place_in(text: str, index: Index) -> str:
    """The name after "in" or "near" that is neither a place nor any word that is used; "" if there is none."""
    text = text[:MOST_LOOKED_AT]
    for end in radii_in(text):
        if (found := _AFTER_RADIUS.match(text, end)) and _is_unknown(found["name"], index):
            return found["name"]
    for pattern in (_SURELY, _PERHAPS, _ANYHOW):
        for found in pattern.finditer(text):
            before = (found.groupdict().get("before") or "the").lower()
            sure = pattern is not _PERHAPS or not (before in STOP_WORDS or before in FILLER_WORDS)
            if before not in _OF_SKILLS and _is_unknown(found["name"], index, sure=sure):
                return found["name"]
    return ""


def _is_unknown(name: str, index: Index, *, sure: bool = True) -> bool:
    """`sure`: only a place can stand there, so that likeness to some word does not make it one."""
    words = re.findall(r"[A-Za-z]+", name)
    known = index.is_ordinary if sure else index.can_read
    if index.gazetteer.find(name) or any(word.lower() in STOP_WORDS | _ROADS for word in words):
        return False
    strange = [word for word in words if not known(word)]
    return any(len(word) >= SHORTEST for word in strange) and (sure or len(strange) == len(words))
