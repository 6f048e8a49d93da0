"""Knows Britain's and the world's places by name: where a place is, and whether a site lies in it."""

import gzip
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from store.places.common_words import COMMON_WORDS
from store.places.naming import fold, split_postcode
from store.places.place import Place, PlaceKind, Point, miles_between
from store.places.rows import DATA_FILE, Known, country_lines, read_line

BRITISH_BOOST = 10  # members of a British cluster mean the British town, unless the other is a great city
BRITISH_FLOOR = 300_000
AREA_WEIGHT = {PlaceKind.COUNTRY: 10**9, PlaceKind.REGION: 5 * 10**6, PlaceKind.COUNTY: 400_000}
NEAR_MISS_POPULATION = 100_000  # abroad, only large cities are guessed from a misspelling
SHORTEST_MISSPELLING = 4
SAME_PLACE_MILES = 10
NEAREST_OUTCODE_MILES = 12
UK = "GB"


class Gazetteer:
    """Read only and cheap to share; `load` gives every caller the same one."""

    def __init__(self, lines: list[str]) -> None:
        """`lines` are the data file's, sorted by folded name: a name is found by bisection."""
        self._lines = lines
        self._countries = dict(country_lines(lines))
        self._guessable, self.longest_name_words, self._state_codes = _survey(lines)
        self._read = lru_cache(maxsize=8192)(self._read_line)

    @staticmethod
    @cache
    def load() -> "Gazetteer":
        return Gazetteer(gzip.decompress(DATA_FILE.read_bytes()).decode().splitlines())

    def find(self, text: str) -> tuple[Place, ...]:
        """Every place of exactly this name, or this postcode, the likeliest first.

        Case, accents, punctuation and a leading "the" don't count. "Perth, Scotland" asks for the one inside the other.
        """
        outward, inward = split_postcode(text)
        if outward and (outcode := self._outcode(outward)):
            return (_postcode(outcode.place, inward) if inward else outcode.place,)
        found = self._named(text)
        if not found and "," in text:
            town, _, rest = text.partition(",")
            found = self._inside(self._named(town), rest)
        return tuple(known.place for known in found)

    def find_near(self, text: str, *, cutoff: float = 80) -> tuple[Place, ...]:
        """Places whose name is spelt nearly so, the likeliest first. Nothing for short words and for codes."""
        name = fold(text)
        if len(name) < SHORTEST_MISSPELLING or any(letter.isdigit() for letter in name):
            return ()
        slack = 1 if len(name) < 7 else 2
        scored: dict[str, tuple[float, Place]] = {}
        for length in range(len(name) - slack, len(name) + slack + 1):
            choices = self._guessable.get(length, ())
            for choice, ratio, _ in process.extract(
                name, choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=12
            ):
                for known in self._lines_named(choice):
                    score = ratio + 1.5 * math.log10(_prominence(known.place)) + 5 * (choice[0] == name[0])
                    scored[known.place.key] = max(
                        (score, known.place),
                        scored.get(known.place.key, (0.0, known.place)),
                        key=lambda pair: pair[0],
                    )
        return tuple(place for _, place in sorted(scored.values(), key=lambda pair: (-pair[0], pair[1].key)))

    def locate(
        self, *, town: str = "", county: str = "", postcode: str = "", country: str = ""
    ) -> Point | None:
        """The best coordinates for a site: its outward code's, else its town's, else the middle of its county.

        None when only a region or country is known: their middle would make false distances.
        """
        place = self.place_of(town=town, county=county, postcode=postcode, country=country)
        return None if place is None or place.kind in {PlaceKind.REGION, PlaceKind.COUNTRY} else place.point

    def place_of(
        self, *, town: str = "", county: str = "", postcode: str = "", country: str = ""
    ) -> Place | None:
        """The narrowest place that a site's own words name."""
        known = self._site(town=town, county=county, postcode=postcode, country=country)
        return known.place if known else None

    def covers(
        self,
        area: Place,
        *,
        town: str = "",
        county: str = "",
        region: str = "",
        postcode: str = "",
        country: str = "",
        point: Point | None = None,
    ) -> bool:
        """Whether a site is in `area`: by its own words for county, region and country, else by where it is."""
        code, wanted = self._country_code(country), self._known(area)
        if wanted is None or (code and code != wanted.country_code):
            return False
        site = self._site(town=town, county=county or region, postcode=postcode, country=country)
        if area.kind is PlaceKind.COUNTRY:
            return code == wanted.country_code or (
                site is not None and site.country_code == wanted.country_code
            )
        if not area.is_area:
            return _at(area, site, point)
        if any(_within(said, wanted) for said in self._said_areas(county, region, country)):
            return True
        if site is None and point is not None:
            site = self._nearest_outcode(point)
        return site is not None and _within(site, wanted)

    def is_common_word(self, name: str) -> bool:
        """Whether this name is also an everyday word (Reading, Bath, Sale), so a place only after "in" or "near"."""
        return fold(name) in COMMON_WORDS

    # -- reading the lines ------------------------------------------------------------------------------------

    def _read_line(self, line: str) -> Known:
        return read_line(line, self._countries)

    def _lines_named(self, name: str) -> Iterator[Known]:
        start = name + "\t"
        for number in range(bisect_left(self._lines, start), len(self._lines)):
            if not self._lines[number].startswith(start):
                return
            yield self._read(self._lines[number])

    def _named(self, text: str) -> list[Known]:
        name = fold(text)
        found = list(self._lines_named(name)) if name else []
        return sorted(found, key=lambda known: (-_prominence(known.place), known.place.key))

    def _outcode(self, outward: str) -> Known | None:
        found = (
            known for known in self._lines_named(outward.lower()) if known.place.kind is PlaceKind.OUTCODE
        )
        return next(found, None)

    def _known(self, place: Place) -> Known | None:
        """What stands behind a place that this gazetteer handed out."""
        if place.kind is PlaceKind.POSTCODE:
            outcode = self._outcode(split_postcode(place.name)[0])
            return outcode and Known(place, outcode.country_code, outcode.district, frozenset())
        return next(
            (known for known in self._lines_named(fold(place.name)) if known.place.key == place.key), None
        )

    # -- understanding a site's words -------------------------------------------------------------------------

    def _country_code(self, country: str) -> str:
        """ "Scotland" is in GB as much as "UK" is; "" for what is no country or nation."""
        named = self._named(country)
        wide = [known for known in named if known.place.kind in {PlaceKind.COUNTRY, PlaceKind.REGION}]
        if not wide and country.strip().upper() in self._countries:
            return country.strip().upper()
        return wide[0].country_code if wide else ""

    def _areas(self, word: str, preferred: PlaceKind) -> list[Known]:
        named = [
            known
            for known in self._named(self._state_codes.get(word.strip().upper(), word))
            if known.place.is_area
        ]
        return [known for known in named if known.place.kind is preferred] or named

    def _said_areas(self, county: str, region: str, country: str) -> Iterator[Known]:
        yield from self._areas(county, PlaceKind.COUNTY)
        yield from self._areas(region, PlaceKind.REGION)
        yield from self._areas(country, PlaceKind.REGION)

    def _inside(self, towns: list[Known], where: str) -> list[Known]:
        code, areas = self._country_code(where), self._areas(where, PlaceKind.COUNTY)
        nearer = [town for town in towns if any(_within(town, area) for area in areas)]
        return nearer or [town for town in towns if code and town.country_code == code]

    def _site(self, *, town: str, county: str, postcode: str, country: str) -> Known | None:
        code = self._country_code(country)
        areas = self._areas(county, PlaceKind.COUNTY)
        named = next(filter(None, (self._town(piece, code, areas) for piece in _pieces(town))), None)
        outcode = self._outcode(split_postcode(postcode)[0]) if split_postcode(postcode)[0] else None
        if outcode and code in {"", outcode.country_code, UK}:
            at_campus = named and named.place.kind is PlaceKind.SITE and _close(named.place, outcode.place)
            return named if at_campus else outcode
        inside = [area for area in areas if code in {"", area.country_code}]
        wide = self._named(self._countries.get(code, ""))
        return named or next(iter([*inside, *wide]), None)

    def _town(self, name: str, code: str, areas: list[Known]) -> Known | None:
        outward = split_postcode(name)[0]
        outcode = self._outcode(outward) if outward else None
        named = [outcode] if outcode else self._named(name)
        towns = [known for known in named if known.place.point and code in {"", known.country_code}]
        points = [known for known in towns if not known.place.is_area] or towns
        nearer = [known for known in points if any(_within(known, area) for area in areas)]
        return next(iter(nearer or points), None)

    def _nearest_outcode(self, point: Point) -> Known | None:
        outcodes = _outcodes(self)
        if not outcodes:
            return None
        squeeze = math.cos(math.radians(point.latitude)) ** 2
        nearest = min(outcodes, key=lambda known: _flat(point, known.place, squeeze))
        return nearest if _close(nearest.place, point, NEAREST_OUTCODE_MILES) else None


@lru_cache(maxsize=2)
def _outcodes(gazetteer: Gazetteer) -> list[Known]:
    lines = (line for line in gazetteer._lines if "\toutcode:" in line)
    return [gazetteer._read_line(line) for line in lines]


def _flat(point: Point, place: Place, squeeze: float) -> float:
    other = place.point or Point(90, 0)
    return (point.latitude - other.latitude) ** 2 + squeeze * (point.longitude - other.longitude) ** 2


def _survey(lines: list[str]) -> tuple[dict[int, list[str]], int, dict[str, str]]:
    """Names worth guessing by length, the words of the longest name, American state codes."""
    guessable: dict[int, dict[str, None]] = defaultdict(dict)
    longest, states = 1, {}
    for line in lines:
        cells = line.split("\t", 10)
        name, key, british = cells[0], cells[1], cells[7] == UK
        longest = max(longest, name.count(" ") + 1)
        if key.startswith("region:") and cells[7] == "US" and len(cells) > 9:
            states[cells[9]] = cells[2]
        people = int(cells[8] or 0) if len(cells) > 8 else 0
        if not key.startswith("outcode:") and (
            british or people >= NEAR_MISS_POPULATION or not key.startswith("town:")
        ):
            guessable[len(name)][name] = None
    return {length: list(names) for length, names in guessable.items()}, longest, states


def _prominence(place: Place) -> int:
    if place.key == "region:london:gb":
        return AREA_WEIGHT[PlaceKind.COUNTRY]  # who says London means all of it
    weight = AREA_WEIGHT.get(place.kind)
    if weight is not None:
        return weight
    if place.key.split(":")[2] == UK.lower():
        return max(place.population * BRITISH_BOOST, BRITISH_FLOOR)
    return max(place.population, 1)


def _postcode(outcode: Place, inward: str) -> Place:
    return Place(
        key=f"postcode:{outcode.name.lower()}-{inward.lower()}:gb",
        name=f"{outcode.name} {inward}",
        kind=PlaceKind.POSTCODE,
        point=outcode.point,
        county=outcode.county,
        region=outcode.region,
        country=outcode.country,
    )


def _pieces(town: str) -> list[str]:
    """A town field as people fill it: whole, then part by part ("Alderley Park, Macclesfield")."""
    return [piece for piece in dict.fromkeys([town, *town.split(",")[:6]]) if piece.strip()]


def _close(place: Place, other: Place | Point, miles: float = SAME_PLACE_MILES) -> bool:
    point = other.point if isinstance(other, Place) else other
    return place.point is not None and point is not None and miles_between(place.point, point) <= miles


def _within(inner: Known, outer: Known) -> bool:
    """Whether a place, or the whole of an area, is in an area."""
    if inner.country_code != outer.country_code:
        return False
    if outer.place.kind is PlaceKind.COUNTRY or inner.place.key == outer.place.key:
        return True
    if outer.members:
        return inner.district in outer.members or (bool(inner.members) and inner.members <= outer.members)
    return bool(inner.place.region) and inner.place.region == outer.place.name


def _at(wanted: Place, site: Known | None, point: Point | None) -> bool:
    """Whether a site is at a town, campus or postcode: the same one, or within the reach of a town of its size."""
    if site is not None and site.place.key == wanted.key:
        return True
    place = point or (site.place.point if site is not None and not site.place.is_area else None)
    if wanted.kind in {PlaceKind.OUTCODE, PlaceKind.POSTCODE} or place is None:
        return False
    reach = 1.5 if wanted.kind is PlaceKind.SITE else 2 + math.sqrt(wanted.population) / 150
    return _close(wanted, place, reach)
