"""The gazetteer's lines by name: exactly, nearly, and by outward code."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from store.places.naming import fold, sound
from store.places.place import Place, PlaceKind
from store.places.rows import Known, country_lines, read_line

BRITISH_BOOST = 10  # members of a British cluster mean the British town, unless the other is a great city
BRITISH_FLOOR = 300_000
AREA_WEIGHT = {PlaceKind.COUNTRY: 10**9, PlaceKind.REGION: 5 * 10**6, PlaceKind.COUNTY: 400_000}
NEAR_MISS_POPULATION = 100_000  # abroad, only large cities are guessed from a misspelling
GUESSES = 12
WELL_KNOWN = 60_000  # inhabitants of a British town that everybody has heard of
HEARD_OF = 40_000  # inhabitants of a town that is written by ear
HEARD, HEARD_CUTOFF = (
    92,
    60,
)  # a name that sounds the same is as good as one so much alike, if it is so much alike
REMEMBERED = 8192
UK = "GB"


def prominence(place: Place) -> int:
    """How likely a member is to mean this one of several places of the same name."""
    if place.key == "region:london:gb":
        return AREA_WEIGHT[PlaceKind.COUNTRY]  # who says London means all of it
    if place.kind in AREA_WEIGHT:
        return AREA_WEIGHT[place.kind]
    if place.key.split(":")[2] == UK.lower():
        return max(place.population * BRITISH_BOOST, BRITISH_FLOOR)
    return max(place.population, 1)


class NameIndex:
    """Lines sorted by folded name are searched by bisection and read only when asked for, which keeps them small."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.countries = dict(country_lines(lines))
        self.state_codes: dict[str, str] = {}
        self.longest_name_words = 1
        self._guessable: dict[int, list[str]] = {}
        self._well_known: list[str] = []
        self._by_sound: dict[str, dict[str, None]] = defaultdict(dict)
        self._survey()
        self._read = lru_cache(maxsize=REMEMBERED)(self._read_line)
        # a directory's sites repeat the same few words, and every search asks about all of them
        self.named = lru_cache(maxsize=REMEMBERED)(self._named)
        self.outcode = lru_cache(maxsize=REMEMBERED)(self._outcode)

    def _named(self, text: str) -> tuple[Known, ...]:
        """The places of this name, the likeliest first."""
        name = fold(text)
        found = self._lines_named(name) if name else ()
        return tuple(sorted(found, key=lambda known: (-prominence(known.place), known.place.key)))

    def _outcode(self, outward: str) -> Known | None:
        found = (
            known for known in self._lines_named(outward.lower()) if known.place.kind is PlaceKind.OUTCODE
        )
        return next(found, None)

    def outcodes(self) -> list[Known]:
        return [self._read_line(line) for line in self._lines if "\toutcode:" in line]

    def nearly_named(self, name: str, *, cutoff: float) -> list[Place]:
        """Places spelt nearly like this folded name, by likeness and prominence together."""
        slack = 1 if len(name) < 7 else 2
        scores: dict[str, tuple[float, Place]] = {}
        for length in range(len(name) - slack, len(name) + slack + 1):
            choices = self._guessable.get(length, ())
            likely = process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=GUESSES)
            for choice, ratio, _ in likely:
                first_letter = 5 * (choice[0] == name[0])  # people seldom get that one wrong
                for known in self._lines_named(choice):
                    score = ratio + first_letter + 1.5 * math.log10(prominence(known.place))
                    if score > scores.get(known.place.key, (0.0,))[0]:
                        scores[known.place.key] = (score, known.place)
        for known in self._sounding_like(name):
            score = HEARD + 1.5 * math.log10(prominence(known.place))
            scores[known.place.key] = (max(score, scores.get(known.place.key, (0.0,))[0]), known.place)
        return [place for _, place in sorted(scores.values(), key=lambda pair: (-pair[0], pair[1].key))]

    def slips_of(self, name: str) -> list[Place]:
        """British towns and counties that everybody knows, one slip of the keys away from this folded name."""
        near = process.extract(name, self._well_known, scorer=OSA.distance, score_cutoff=1, limit=GUESSES)
        found = [known.place for spelt, _, _ in near for known in self._lines_named(spelt)]
        return sorted(found, key=lambda place: (-prominence(place), place.key))

    def _sounding_like(self, name: str) -> Iterator[Known]:
        """Places that many people know, written as they are heard: "Ocksford", "Lestershire"."""
        for heard in self._by_sound.get(sound(name), ()):
            if fuzz.ratio(heard, name) >= HEARD_CUTOFF:
                yield from self._lines_named(heard)

    def _read_line(self, line: str) -> Known:
        return read_line(line, self.countries)

    def _lines_named(self, name: str) -> Iterator[Known]:
        start = name + "\t"
        for number in range(bisect_left(self._lines, start), len(self._lines)):
            if not self._lines[number].startswith(start):
                return
            yield self._read(self._lines[number])

    def _survey(self) -> None:
        guessable: dict[int, dict[str, None]] = defaultdict(dict)
        for line in self._lines:
            name, key, title, _, _, _, _, country, *rest = line.split("\t", 10)
            kind = key.partition(":")[0]
            self.longest_name_words = max(self.longest_name_words, name.count(" ") + 1)
            if kind == PlaceKind.REGION and country == "US" and len(rest) > 1:
                self.state_codes[rest[1]] = title
            people = int(rest[0] or 0) if rest else 0
            sizeable = country == UK or people >= NEAR_MISS_POPULATION or kind != PlaceKind.TOWN
            if sizeable and kind != PlaceKind.OUTCODE:
                guessable[len(name)][name] = None
                if country == UK and (people >= WELL_KNOWN or kind == PlaceKind.COUNTY):
                    self._well_known.append(name)
                if people >= HEARD_OF or kind == PlaceKind.COUNTY:
                    self._by_sound[sound(name)][name] = None
        self._guessable = {length: list(names) for length, names in guessable.items()}
