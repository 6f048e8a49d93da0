"""Finds the places that an ask names and takes their words away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.assistant.radius import KM_IN_MILES as KM_IN_MILES
from bot.assistant.radius import loose_radius_in, radii_in
from bot.assistant.ruled_out import ruled_out_in
from bot.assistant.spotting import IN, NEAR, Spotted, Word, place_words_in, spot
from store.places.place import Place
from store.search.index import Index
from store.search.wanted import Nearness, WantedPlace

_NOT_FAR = re.compile(
    r"\b(?:(?:commutable|commuting distance|driving distance|travelling distance|striking distance|(?:within )?(?:an? )?(?:easy|short|quick|reasonable) (?:drive|reach|commute|hop|trip|distance|ride)|within reach|a stone['’]?s throw) (?:of|from|to)\s+)|"
    r"\b(?:not|isn't|nowhere) (?:(?:too|very|so|that|all that) )?far (?:away )?(?:from|off)\s+",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"(?<!just )\boutside (?:of )?(?=[A-Z]|the [A-Z])")
_HEREABOUTS = re.compile(
    r"\b(?:(?:near|close to|around|round|nearest to|local to)\s+(?:(?-i:me|us)|here|our (?:site|office|lab|place|base)|my (?:site|office|lab|place|home))|nearby|close by|locally|in (?:the|my|our) (?:area|vicinity|neighbou?rhood)(?! of)|hereabouts|(?:around|round) here)\b(?!-)",
    re.IGNORECASE,
)
_LEADING = (
    NEAR
    | IN
    | {
        "based",
        "located",
        "close",
        "to",
        "the",
        "next",
        "somewhere",
        "anywhere",
        "greater",
        "situated",
        "just",
    }
)
_PART_OF_TOWN = re.compile(r"^\s+(?:(?:city|town) cent(?:re|er)|area|way|region)\b", re.IGNORECASE)
_JOINING = frozenset({"or", "and", "of", "the"})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`rest` is the ask without the words that were read; `outside` are places it rules out."""

    rest: str
    places: tuple[WantedPlace, ...] = ()
    outside: tuple[WantedPlace, ...] = ()


def whereabouts_of(text: str, index: Index) -> Whereabouts:
    text, outside = _ruled_out(_NOT_FAR.sub("near ", text), index)
    words, radii = place_words_in(text), radii_in(text)
    spotted = list(spot(words, radii, index))
    if not spotted:
        return Whereabouts(_HEREABOUTS.sub(" ", text), (), outside)
    rest, places = _without(text, words, spotted, radii), _resolve(spotted, index)
    if any(each.radius_miles is None and not each.place.is_area for each in places) and (
        loose := loose_radius_in(rest)
    ):
        rest, places = loose[0], tuple(_within(each, loose[1]) for each in places)
    return Whereabouts(_HEREABOUTS.sub(" ", rest), places, outside)


def _within(place: WantedPlace, miles: float) -> WantedPlace:
    if place.radius_miles is not None or place.place.is_area:
        return place
    return replace(place, nearness=Nearness.NEAR, radius_miles=miles)


def _ruled_out(text: str, index: Index) -> tuple[str, tuple[WantedPlace, ...]]:
    """The text without the places that it rules out, and these. What else it rules out stays for others to read."""
    as_negated = _OUTSIDE.sub("not in ", text)
    ruled = ruled_out_in(as_negated)
    if not ruled.phrases:
        return text, ()
    places = {phrase: _place_named(phrase, as_negated, index) for phrase in ruled.phrases}
    outside = tuple(place for place in places.values() if place)
    if not outside:
        return text, ()
    others = "".join(f", not {phrase}" for phrase, place in places.items() if not place)
    return ruled.rest + others, outside


def _place_named(phrase: str, text: str, index: Index) -> WantedPlace | None:
    """The one place that a whole phrase is, read as a place's name where the ask says "in" before it."""
    led = re.search(rf"\b(?:in|from|near|at|around|or|nor)\s+(?:the\s+)?{re.escape(phrase)}", text)
    words = place_words_in(f"in {phrase}" if led else phrase)
    spotted = list(spot(words, {}, index))
    if len(spotted) != 1 or spotted[0].first > bool(led) or spotted[0].last != len(words):
        return None
    return _resolve(spotted, index)[0]


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
        text = f"{text[:start].rstrip(' (')} {_PART_OF_TOWN.sub('', text[words[each.last - 1].end :]).lstrip(')')}"
    return text


def _follows(spotted: Sequence[Spotted], each: Spotted, words: Sequence[Word], joining: int) -> bool:
    """Whether the joining word stands between two places: "Leeds or York"."""
    return words[joining].low in _JOINING and any(
        other.last == joining for other in spotted if other is not each
    )
