"""Knows Britain's and the world's places by name: where a place is, and whether a site lies in it."""

import gzip
import math
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache

from store.places.common_words import COMMON_WORDS, SHORT_BUT_SURE
from store.places.containment import CODES, at, close, same_code, within
from store.places.index import REMEMBERED, UK, NameIndex
from store.places.naming import fold, split_postcode
from store.places.place import Place, PlaceKind, Point
from store.places.rows import DATA_FILE, Known

SHORTEST_MISSPELLING = 4
SHORTEST_SLIP = 6  # shorter, too many words are one slip away from a town
SHORTEST_NAME = 4  # shorter ones are taken for words
CAMPUS_MILES = 10  # a campus or small town named with a postcode this near is where the site is
SMALL_TOWN = 60_000  # inhabitants up to which a town is a finer place than its outward code
NEAREST_OUTCODE_MILES = 12
MOST_PIECES = 6


class Gazetteer:
    """Read only and cheap to share; `load` gives every caller the same one."""

    def __init__(self, lines: list[str]) -> None:
        """`lines` are the data file's, in its order."""
        self._index = NameIndex(lines)
        self._country_code = lru_cache(maxsize=REMEMBERED)(self._read_country)
        self._site = lru_cache(maxsize=REMEMBERED)(self._find_site)
        self.longest_name_words = self._index.longest_name_words

    @staticmethod
    @cache
    def load() -> "Gazetteer":
        # split on newlines only: names may hold other line separators
        return Gazetteer(gzip.decompress(DATA_FILE.read_bytes()).decode().rstrip("\n").split("\n"))

    def find(self, text: str) -> tuple[Place, ...]:
        """Every place of exactly this name, or this postcode, the likeliest first.

        Case, accents, punctuation and a leading "the" don't count. "Perth, Scotland" asks for the one inside the other.
        """
        outward, inward = split_postcode(text)
        if outward and (outcode := self._index.outcode(outward)):
            return (_postcode(outcode.place, inward) if inward else outcode.place,)
        found = self._index.named(text)
        if not found and "," in text:
            town, _, rest = text.partition(",")
            found = tuple(self._inside(self._index.named(town), rest))
        return tuple(known.place for known in found)

    def find_near(self, text: str, *, cutoff: float = 80) -> tuple[Place, ...]:
        """Places whose name is spelt nearly so, the likeliest first. Nothing for short words and for codes."""
        name = fold(text)
        if len(name) < SHORTEST_MISSPELLING or any(letter.isdigit() for letter in name):
            return ()
        return tuple(self._index.nearly_named(name, cutoff=cutoff))

    def slips_of(self, text: str) -> tuple[Place, ...]:
        """British towns and counties that everybody knows and that are one slip of the keys away, the likeliest first."""
        name = fold(text)
        if len(name) < SHORTEST_SLIP or any(letter.isdigit() for letter in name):
            return ()
        return tuple(self._index.slips_of(name))

    def locate(
        self, *, town: str = "", county: str = "", postcode: str = "", country: str = ""
    ) -> Point | None:
        """The best coordinates for a site: its outward code's, else its town's, else the middle of its county.

        None when only a region or country is known: their middle would make false distances.
        """
        place = self.place_of(town=town, county=county, postcode=postcode, country=country)
        return None if place is None or place.kind in {PlaceKind.REGION, PlaceKind.COUNTRY} else place.point

    def place_of(
        self, *, town: str = "", county: str = "", region: str = "", postcode: str = "", country: str = ""
    ) -> Place | None:
        """The narrowest place that a site's own words name."""
        known = self._site(town, county, region, postcode, country)
        return known.place if known else None

    def country_code(self, country: str) -> str:
        """A country's or nation's two letters; "" for what is neither."""
        return self._country_code(country)

    def country_code_of(self, place: Place) -> str | None:
        """The two letters of the country a place is in; None for a place that is not of this gazetteer."""
        known = self._known(place)
        return None if known is None else known.country_code

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
        site = self._site(town, county, region, postcode, country)
        if area.kind in CODES:
            return same_code(area.name, postcode)
        if not area.is_area:
            return at(area, site, point)
        if any(within(said, wanted) for said in self._said_areas(county, region, country)):
            return True
        if (site is None or site.place.is_area) and point is not None:
            site = self._nearest_outcode(point) or site
        return site is not None and within(site, wanted)

    def is_common_word(self, name: str) -> bool:
        """Whether this name is also an everyday word (Reading, Bath, Sale), so a place only after "in" or "near"."""
        folded = fold(name)
        return folded in COMMON_WORDS or (len(folded) < SHORTEST_NAME and folded not in SHORT_BUT_SURE)

    def _known(self, place: Place) -> Known | None:
        """What stands behind a place that this gazetteer handed out."""
        if place.kind is PlaceKind.POSTCODE:
            outcode = self._index.outcode(split_postcode(place.name)[0])
            return outcode and Known(place, outcode.country_code, outcode.district, frozenset())
        return next((known for known in self._index.named(place.name) if known.place.key == place.key), None)

    def _read_country(self, country: str) -> str:
        """ "Scotland" is in GB as much as "UK" is; "" for what is no country or nation."""
        wide = {PlaceKind.COUNTRY, PlaceKind.REGION}
        named = (known.country_code for known in self._index.named(country) if known.place.kind in wide)
        code = country.strip().upper()
        return next(named, code if code in self._index.countries else "")

    def _areas(self, word: str, preferred: PlaceKind) -> Sequence[Known]:
        name = self._index.state_codes.get(word.strip().upper(), word)
        named = [known for known in self._index.named(name) if known.place.is_area]
        return [known for known in named if known.place.kind is preferred] or named

    def _said_areas(self, county: str, region: str, country: str) -> Iterator[Known]:
        yield from self._areas(county, PlaceKind.COUNTY)
        yield from self._areas(region, PlaceKind.REGION)
        yield from self._areas(country, PlaceKind.REGION)

    def _inside(self, towns: Sequence[Known], where: str) -> list[Known]:
        code, areas = self._country_code(where), self._areas(where, PlaceKind.COUNTY)
        nearer = [town for town in towns if any(within(town, area) for area in areas)]
        return nearer or [town for town in towns if code and town.country_code == code]

    def _find_site(self, town: str, county: str, region: str, postcode: str, country: str) -> Known | None:
        code = self._country_code(country)
        areas = self._areas(county, PlaceKind.COUNTY) or self._areas(region, PlaceKind.REGION)
        named = next(filter(None, (self._town(piece, code, areas) for piece in _pieces(town))), None)
        outcode = self._index.outcode(split_postcode(postcode)[0])
        if outcode and code in {"", outcode.country_code, UK}:
            narrow = named if named and _is_narrow(named.place) else None
            return narrow if narrow and close(narrow.place, outcode.place.point, CAMPUS_MILES) else outcode
        if named:
            return named
        wide = [area for area in areas if code in {"", area.country_code}]
        return next(iter([*wide, *self._index.named(self._index.countries.get(code, ""))]), None)

    def _town(self, name: str, code: str, areas: Sequence[Known]) -> Known | None:
        outcode = self._index.outcode(split_postcode(name)[0])
        named = (outcode,) if outcode else self._index.named(name)
        towns = [known for known in named if known.place.point and code in {"", known.country_code}]
        points = [known for known in towns if not known.place.is_area] or towns
        nearer = (known for known in points if any(within(known, area) for area in areas))
        return next(nearer, points[0] if points else None)

    @cached_property
    def _outcodes(self) -> list[Known]:
        return self._index.outcodes()

    def _nearest_outcode(self, point: Point) -> Known | None:
        squeeze = math.cos(math.radians(point.latitude)) ** 2
        nearest = min(self._outcodes, key=lambda known: _flat_square(point, known.place.point, squeeze))
        return nearest if close(nearest.place, point, NEAREST_OUTCODE_MILES) else None


def _flat_square(point: Point, other: Point | None, squeeze: float) -> float:
    """A quick stand-in for distance, good for telling which of many is nearest."""
    if other is None:
        return math.inf
    return (point.latitude - other.latitude) ** 2 + squeeze * (point.longitude - other.longitude) ** 2


def _is_narrow(place: Place) -> bool:
    return place.kind is PlaceKind.SITE or (place.kind is PlaceKind.TOWN and place.population <= SMALL_TOWN)


def _postcode(outcode: Place, inward: str) -> Place:
    country = outcode.key.rpartition(":")[2]
    return Place(
        key=f"postcode:{outcode.name.lower()}-{inward.lower()}:{country}",
        name=f"{outcode.name} {inward}",
        kind=PlaceKind.POSTCODE,
        point=outcode.point,
        county=outcode.county,
        region=outcode.region,
        country=outcode.country,
    )


def _pieces(town: str) -> list[str]:
    """A town field as people fill it: whole, part by part ("Alderley Park, Macclesfield"), without "City"."""
    parts = [town, *town.split(",")[:MOST_PIECES]]
    shorter = [
        part.strip()[: -len(tail)]
        for part in parts
        for tail in (" City", "-si", "-Si")
        if part.strip().endswith(tail)
    ]
    return [part for part in dict.fromkeys([*parts, *shorter]) if part.strip()]
