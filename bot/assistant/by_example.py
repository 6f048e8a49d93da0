"""Hears an ask that names an example ("firms like Danebrook Vectors"), and says what that one is known for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.assistant.topic import topic_of
from store.search.entry import Entry
from store.search.index import Index
from store.search.words import FILLER_WORDS, STOP_WORDS, plain, sentences, words_of

MOST_NAMED = 3  # capabilities that say what an organisation is known for
MOST_WORDS = 6  # of its summary, where it names no capability
LONGEST_NAME = 80
COMMON_TO_NONE = 1  # a word that no other entry uses is no help

_SURE = r"similar to|comparable (?:to|with)|akin to|(?:an? )?competitors? (?:of|to|for)|rivals? (?:of|to|for)|(?:an? )?alternatives? to|competing with|competes? with|(?:in )?the same (?:\w+ )?as|(?:in the|of the same) (?:mould|style|vein|sort|kind|type) (?:of|as)|peers of"
_EXAMPLE = re.compile(
    rf"(?P<lead>.{{0,120}}?)(?:\b(?P<sure>{_SURE})|\b(?:a bit |much |quite |something |someone )?(?:like|such as))\s+(?P<name>.{{2,200}})$",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\s*[,;(–—]\s*|\s+(?:but|only|that|which|who|near|in|around|within|outside|not|except|please|do|does|doing|based|for|with)\b(?=\s|$)",
    re.IGNORECASE,
)
_SOMEBODY = frozenset(
    """lab labs laboratory else organisation institute bodies one ones somebody""".split()  # noqa: SIM905 - a list of words reads best as one
)
_NOT_BEFORE = frozenset(
    """would wed id youd theyd we i you they feel feels look looks sound sounds do dont something anything things thing stuff""".split()  # noqa: SIM905 - as above
)
_POINTING = frozenset(
    {"this", "that", "these", "those", "ours", "us", "me", "mine", "it", "them", "him", "her", "you", "yours"}
)


@dataclass(frozen=True, slots=True)
class Example:
    """`rest` is what else the ask says, `of` what the example is one of, where that is more than a company.

    `sure`: the phrase is used of organisations; "like" may be used of anything.
    """

    name: str
    rest: str
    sure: bool
    of: str = ""


def examples_in(text: str) -> Iterator[Example]:
    """What may be the name of the one that others are to be like, the longest first."""
    found = _EXAMPLE.match(" ".join(text.split()).rstrip(" .?!"))
    if found is None:
        return
    lead = words_of(found["lead"])
    if not found["sure"] and lead[-1:] and lead[-1] in _NOT_BEFORE:
        return
    of = found["lead"] if any(map(_tells, lead)) else ""
    said = found["name"]
    ends = [each.start() for each in _BUT.finditer(said)]
    for end in (len(said), *reversed(ends)):
        name = said[:end].strip(" ,;:.?!\"'“”")
        words = words_of(name)
        if words and len(name) <= LONGEST_NAME and not _POINTING & set(words):
            yield Example(name, said[end:], bool(found["sure"]), of)


def known_for(entry: Entry, index: Index) -> str:
    """What to look for to find organisations like this one, in its own words."""
    named = entry.capabilities or entry.tags
    if named:
        return ", ".join(named[:MOST_NAMED])
    first = next(iter(sentences(entry.summary)), "")
    telling = (
        word
        for word in words_of(topic_of(first))
        if _tells(word) and not index.is_rare(word, most=COMMON_TO_NONE)
    )
    words = list(dict.fromkeys(telling))[:MOST_WORDS]
    return " ".join(words) or entry.sector


def _tells(word: str) -> bool:
    low = plain(word)
    return low not in STOP_WORDS and low not in FILLER_WORDS and low not in _SOMEBODY
