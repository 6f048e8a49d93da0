"""Finds the places that an ask names and takes their words away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from store.places.place import Place, PlaceKind
from store.search.index import Index
from store.search.wanted import Nearness, WantedPlace
from store.search.words import STOP_WORDS

MOST_WORDS = 150  # of an ask are looked through for places
UNITED_KINGDOM = "United Kingdom"
SHORTEST_NATION = 5
KM_IN_MILES = 0.621371
TOWN_WITHOUT_PREPOSITION = (
    50_000  # people: a foreign town so named by a lone lower-case word is big enough to be meant
)

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_RADIUS = re.compile(
    r"\b(?:(?:with)?in|up to|less than|under|not more than|no more than)?\s*(?:a\s+)?(?P<number>\d{1,4}(?:\.\d)?)[- ]?(?P<unit>miles?|mi|kilomet(?:re|er)s?|kms?)\b"
    r"(?:\s+radius)?\s*(?:of|from|around|away from|to)\s+",
    re.IGNORECASE,
)
_NEAR = frozenset({"near", "around", "nearby", "outside", "beside", "round"})
_IN = frozenset({"in", "at", "from", "across", "within", "throughout", "inside", "on"})
_LEADING = (
    _NEAR
    | _IN
    | {"based", "located", "close", "to", "the", "next", "somewhere", "anywhere", "greater", "situated"}
)
_JOINING = frozenset({"or", "and", "of", "the"})
_NEVER = frozenset(
    {"remote", "home", "clinical", "medical", "north", "south", "east", "west", "central", "me", "here"}
)
_NOT_AFTER = frozenset(
    {"medicine", "medicines", "hamster", "herbal", "language", "speaking", "shepherd", "flora"}
)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class Spotted:
    """Words `first` to `last` (exclusive) name one of `candidates`, the likeliest first."""

    first: int
    last: int
    candidates: tuple[Place, ...]
    said: str
    nearness: Nearness
    radius_miles: float | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`rest` is the ask without the words that were read."""

    rest: str
    places: tuple[WantedPlace, ...] = ()


def whereabouts_of(text: str, index: Index) -> Whereabouts:
    radii = {found.end(): (found.start(), _miles(found)) for found in _RADIUS.finditer(text)}
    words = [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)][:MOST_WORDS]
    spotted = list(_spot(words, radii, index))
    if not spotted:
        return Whereabouts(text)
    return Whereabouts(_without(text, words, spotted, radii), _resolve(spotted, index))


def _miles(found: re.Match[str]) -> float:
    number = float(found["number"])
    return number * KM_IN_MILES if found["unit"].lower().startswith("k") else number


def _spot(words: Sequence[Word], radii: dict[int, tuple[int, float]], index: Index) -> Iterator[Spotted]:
    at, nearness, radius = 0, Nearness.IN, None
    while at < len(words):
        word = words[at]
        if word.low in _NEAR or (word.low == "close" and _low(words, at + 1) == "to"):
            nearness, radius = Nearness.NEAR, None
        elif word.low in _IN:
            nearness, radius = Nearness.IN, None
        if word.start in radii:
            nearness, radius = Nearness.NEAR, radii[word.start][1]
        found = _name_at(words, at, index, sure=word.start in radii or _is_led(words, at))
        if found is None:
            at += 1
            continue
        last, candidates = found
        said = " ".join(each.text for each in words[at:last]).rstrip(".")
        yield Spotted(at, last, candidates, said, nearness, radius)
        at = last


def _name_at(
    words: Sequence[Word], at: int, index: Index, *, sure: bool
) -> tuple[int, tuple[Place, ...]] | None:
    """The longest place name starting here; a misspelt one only where a place is expected."""
    longest = min(index.gazetteer.longest_name_words, 5, len(words) - at)
    for length in range(longest, 0, -1):
        name = " ".join(word.text for word in words[at : at + length]).rstrip(".")
        may_be = _may_be_place(words, at, length, index, sure=sure)
        found = index.gazetteer.find(name) if may_be or _is_nation(words[at], index, length) else ()
        if found and _likely(found, words[at : at + length], sure=sure):
            return at + length, found
    if not (sure or at + 1 == len(words)):
        return None
    for length in (min(2, longest), 1):
        name = " ".join(word.text for word in words[at : at + length])
        if any(_is_ordinary(word, index) for word in words[at : at + length]):
            continue
        found = index.gazetteer.find_near(name, cutoff=80 if sure else 86)
        if found and (sure or found[0].country == UNITED_KINGDOM):
            return at + length, found
    return None


def _may_be_place(words: Sequence[Word], at: int, length: int, index: Index, *, sure: bool) -> bool:
    first, last = words[at], words[at + length - 1]
    if length > 1:
        return first.low not in STOP_WORDS - {"the"} and last.low not in STOP_WORDS
    if first.low in _NEVER or (first.low in STOP_WORDS and first.text not in {"US", "U.S"}):
        return first.text.rstrip(".") in {"US", "U.S"}
    if _low(words, at + 1) in _NOT_AFTER:
        return False
    return sure or first.text in {"US", "UK"} or not index.gazetteer.is_common_word(first.text)


def _is_nation(word: Word, index: Index, length: int) -> bool:
    """ "Welsh" is an everyday word, but written large it says where."""
    if length > 1 or not word.text[0].isupper() or len(word.text) < SHORTEST_NATION:
        return False
    found = index.gazetteer.find(word.text)
    return bool(found) and found[0].is_area


def _likely(found: tuple[Place, ...], words: Sequence[Word], *, sure: bool) -> bool:
    """A lone lower-case word that the directory uses is a word before it is a small town far away."""
    best = found[0]
    if (
        sure
        or best.is_area
        or best.kind is not PlaceKind.TOWN
        or words[0].text[0].isupper()
        or len(words) > 1
    ):
        return True
    return best.country == UNITED_KINGDOM or best.population >= TOWN_WITHOUT_PREPOSITION


def _is_led(words: Sequence[Word], at: int) -> bool:
    before = _low(words, at - 1) if at else ""
    if before == "the" and at > 1:
        before = _low(words, at - 2)
    return before in _NEAR | _IN - {"on"} or (before == "to" and _low(words, at - 2) in {"close", "next"})


def _is_ordinary(word: Word, index: Index) -> bool:
    return (
        word.low in STOP_WORDS or any(letter.isdigit() for letter in word.low) or index.is_ordinary(word.low)
    )


def _resolve(spotted: Sequence[Spotted], index: Index) -> tuple[WantedPlace, ...]:
    """One place a name: inside a wider one that the ask names too, else where somebody is, else the likeliest."""
    wide = [place for each in spotted for place in each.candidates[:1] if place.is_area]
    chosen = [(_choose(each, wide, index), each) for each in spotted]
    kept = [
        WantedPlace(place, each.said, each.nearness, each.radius_miles)
        for place, each in chosen
        if not (place.is_area and any(_inside(other, place) for other, _ in chosen if other is not place))
    ]
    return tuple({wanted.place.key: wanted for wanted in kept}.values())


def _choose(spotted: Spotted, wide: Sequence[Place], index: Index) -> Place:
    candidates = spotted.candidates
    for area in wide:
        inside = [place for place in candidates if place is not area and _inside(place, area)]
        if inside:
            return inside[0]
    if len(candidates) > 1:
        for place in candidates[:4]:
            if index.has_anyone_in(WantedPlace(place, spotted.said, spotted.nearness)):
                return place
    return candidates[0]


def _inside(place: Place, area: Place) -> bool:
    return area.name in {place.country, place.region, place.county} and place.name != area.name


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _without(
    text: str, words: Sequence[Word], spotted: Sequence[Spotted], radii: dict[int, tuple[int, float]]
) -> str:
    for each in reversed(spotted):
        first = each.first
        while first and words[first - 1].low in _LEADING | (
            _JOINING if first - 1 >= 1 and _follows(spotted, each, words, first - 1) else frozenset()
        ):
            first -= 1
        start = min(words[first].start, radii.get(words[each.first].start, (words[first].start, 0.0))[0])
        text = f"{text[:start].rstrip(' (')} {text[words[each.last - 1].end :].lstrip(')')}"
    return text


def _follows(spotted: Sequence[Spotted], each: Spotted, words: Sequence[Word], joining: int) -> bool:
    """Whether the joining word stands between two places: "Leeds or York"."""
    return words[joining].low in _JOINING and any(
        other.last == joining for other in spotted if other is not each
    )
