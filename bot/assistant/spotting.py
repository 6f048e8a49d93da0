"""Spots the names of places among an ask's words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from bot.assistant.first_names import FIRST_NAMES
from bot.assistant.tongues import no_places_in
from store.places.naming import fold
from store.places.place import Place, PlaceKind
from store.search.common_words import is_common
from store.search.index import Index
from store.search.wanted import Nearness
from store.search.words import FILLER_WORDS, STOP_WORDS

MOST_WORDS = 150  # of an ask are looked through for places
LONGEST_NAME = 5  # words
UNITED_KINGDOM = "United Kingdom"
SHORTEST_NATION = 5
TOWN_WITHOUT_PREPOSITION = (
    50_000  # people: a foreign town so named by a lone lower-case word is big enough to be meant
)
LIKE_ENOUGH, VERY_LIKE = 80, 86  # of 100

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_BASED = re.compile(r"-(?:based|made|area)$", re.IGNORECASE)
NEAR = frozenset({"near", "around", "nearby", "outside", "beside", "round"})
IN = frozenset({"in", "at", "from", "across", "within", "throughout", "inside", "on", "along"})
_NEVER = frozenset(
    {"remote", "home", "clinical", "medical", "north", "south", "east", "west", "central", "me", "here"}
)
_BEGIN_NAMES = frozenset({"the", "up", "down", "s"})  # "up north", "S Yorks"
_MOTORWAY = re.compile(r"[AM]\d{1,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int
    low: str
    comma: bool = False  # stands behind it
    unplaced: bool = False  # part of no place's name


@dataclass(frozen=True, slots=True)
class Spotted:
    """Words `first` to `last` (exclusive) name one of `candidates`, the likeliest first."""

    first: int
    last: int
    candidates: tuple[Place, ...]
    said: str
    nearness: Nearness
    radius_miles: float | None = None


def place_words_in(text: str) -> list[Word]:
    """The words that may name places."""
    words = []
    for found in _WORD.finditer(text):
        comma = text[found.end() : found.end() + 1] in {",", "/", ";"}
        name = _BASED.sub("", found[0])  # "Leeds-based"
        words.append(Word(name, found.start(), found.end(), name.lower().rstrip("."), comma))
        if len(words) == MOST_WORDS:
            break
    never = no_places_in(text)
    if not never:
        return words
    return [replace(word, unplaced=any(start <= word.start < end for start, end in never)) for word in words]


def spot(words: Sequence[Word], radii: dict[int, tuple[int, float]], index: Index) -> Iterator[Spotted]:
    at, nearness, radius, after = 0, Nearness.IN, None, -1
    while at < len(words):
        word = words[at]
        if word.low in NEAR or (word.low == "close" and _low(words, at + 1) == "to"):
            nearness, radius = Nearness.NEAR, None
        elif word.low in IN:
            nearness, radius = Nearness.IN, None
        if word.start in radii:
            nearness, radius = Nearness.NEAR, radii[word.start][1]
        sure = word.start in radii or _is_led(words, at) or _is_next(words, at, after=after)
        found = _name_at(words, at, index, sure=sure)
        if found is None:
            at += 1
            continue
        last, candidates = found
        said = " ".join(each.text for each in words[at:last]).rstrip(".")
        yield Spotted(at, last, candidates, said, nearness, radius)
        at = after = last


def _name_at(
    words: Sequence[Word], at: int, index: Index, *, sure: bool
) -> tuple[int, tuple[Place, ...]] | None:
    """The longest place name starting here; a misspelt one only where a place is expected."""
    for length in range(_longest(words, at), 0, -1):
        if not (_may_be_place(words, at, length, index, sure=sure) or _is_nation(words[at], index, length)):
            continue
        found = index.gazetteer.find(" ".join(word.text for word in words[at : at + length]).rstrip("."))
        if found and _likely(found, words, at, length, sure=sure):
            longer = _nearly_named(words, at, index, sure=True) if length == 1 and sure else None
            return longer if longer and longer[0] > at + 1 else (at + length, found)
    return _nearly_named(words, at, index, sure=sure)


def _longest(words: Sequence[Word], at: int) -> int:
    """Names do not go on behind what cannot be one."""
    longest = min(LONGEST_NAME, len(words) - at)
    return next((length for length in range(longest) if words[at + length].unplaced), longest)


def _nearly_named(
    words: Sequence[Word], at: int, index: Index, *, sure: bool
) -> tuple[int, tuple[Place, ...]] | None:
    """A misspelt name: any place where one is expected, elsewhere only what everybody knows and all but spells."""
    if words[at].unplaced:
        return None
    ordinary = [_is_ordinary(word, index) for word in words[at : at + 2]]
    expected = sure or at + 1 == len(words)
    if not expected:
        if ordinary[0]:
            return None
        found = index.gazetteer.slips_of(words[at].text)
        return (at + 1, found) if found else None
    if ordinary[0] and not is_common(words[at].low) and words[at].text[0].isupper():
        slips = index.gazetteer.slips_of(words[at].text)  # "Cheshir" has the stem of Cheshire
        return (at + 1, slips) if slips else None
    for length in range(min(2, _longest(words, at)), 0, -1):
        # both words may be slips; an everyday one beside a slip is a part of a name only if it is written as one
        if all(ordinary[:length]) or (
            any(ordinary[:length]) and not words[at + length - 1].text[0].isupper()
        ):
            continue
        name = " ".join(word.text for word in words[at : at + length])
        found = index.gazetteer.find_near(name, cutoff=LIKE_ENOUGH)
        if found and _is_meant(fold(name), found[0], sure=sure):
            return at + length, found
        if slips := index.gazetteer.slips_of(name):
            return at + length, slips
    return None


def _is_meant(name: str, place: Place, *, sure: bool) -> bool:
    """Whether a misspelling is near enough: it has to be the nearer, the less a place is expected."""
    british = place.country == UNITED_KINGDOM
    return (sure and british) or ((sure or british) and fuzz.ratio(name, fold(place.name)) >= VERY_LIKE)


def _may_be_place(words: Sequence[Word], at: int, length: int, index: Index, *, sure: bool) -> bool:
    first, last = words[at], words[at + length - 1]
    if length > 1:
        return first.low not in STOP_WORDS - _BEGIN_NAMES and last.low not in STOP_WORDS
    if first.low in _NEVER or (first.low in STOP_WORDS and first.text not in {"US", "U.S"}):
        return first.text.rstrip(".") in {"US", "U.S"}
    if not sure and first.low in FIRST_NAMES:
        return False
    if sure or first.text in {"US", "UK"} or not index.gazetteer.is_common_word(first.text):
        return True
    return first.text[0].isupper() and (len(words) == 1 or _begins_a_list(words, at, index))


def _begins_a_list(words: Sequence[Word], at: int, index: Index) -> bool:
    """ "Hull, Leeds or York", "Sandwich, Kent": what stands behind it is a place as well."""
    behind = at + 1 + (_low(words, at + 1) in {"or", "and"})
    if behind >= len(words) or not (words[at].comma or behind > at + 1) or words[behind].unplaced:
        return False
    next_word = words[behind]
    found = index.gazetteer.find(next_word.text)
    return next_word.text[0].isupper() and bool(found) and not index.gazetteer.is_common_word(next_word.text)


def _is_nation(word: Word, index: Index, length: int) -> bool:
    """ "Welsh" is an everyday word, but written large it says where."""
    if length > 1 or not word.text[0].isupper() or len(word.text) < SHORTEST_NATION:
        return False
    found = index.gazetteer.find(word.text)
    return bool(found) and found[0].is_area


def _likely(found: tuple[Place, ...], words: Sequence[Word], at: int, length: int, *, sure: bool) -> bool:
    """A lone lower-case word that the directory uses is a word before it is a small town far away."""
    best, first = found[0], words[at]
    if best.kind is PlaceKind.OUTCODE and _MOTORWAY.fullmatch(words[at + length - 1].text):
        return "the" not in {first.low, _low(words, at - 1)}
    written_large = first.text[0].isupper() and not (at == 0 and length == 1 < len(words))
    if best.kind is not PlaceKind.TOWN or written_large:
        return True
    if length > 1 and first.low == "the":
        first, length = words[at + 1], length - 1
    if sure:
        return length > 1 or not (is_common(first.low) and _goes_on(words, at))
    return (
        length > 1 or best.country == UNITED_KINGDOM or best.population >= TOWN_WITHOUT_PREPOSITION
    ) and not (best.country != UNITED_KINGDOM and is_common(first.low))


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """ "in reading devices": the next word belongs to it."""
    following = _low(words, at + 1)
    return (
        bool(following)
        and not words[at].comma
        and following not in STOP_WORDS
        and following not in FILLER_WORDS
    )


def _is_led(words: Sequence[Word], at: int) -> bool:
    before = _low(words, at - 1) if at else ""
    if before == "the" and at > 1:
        before = _low(words, at - 2)
    return before in NEAR | IN - {"on"} or (before == "to" and _low(words, at - 2) in {"close", "next"})


def _is_next(words: Sequence[Word], at: int, *, after: int) -> bool:
    """Whether a place's name ends right before it, in a list of them: "Leeds, York or Hull"."""
    if after <= 0 or not words[at].text[0].isupper():
        return False
    joined = at == after + 1 and words[after].low in {"or", "and"}
    return joined or (at == after and words[at - 1].comma)


def _is_ordinary(word: Word, index: Index) -> bool:
    return (
        word.low in STOP_WORDS or any(letter.isdigit() for letter in word.low) or index.is_ordinary(word.low)
    )


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""
