"""Where organisations' sites are: the same words and coordinates are one locality, placed once and kept as figures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.places.gazetteer import Gazetteer
from store.places.naming import split_postcode
from store.places.place import EARTH_RADIUS_MILES, Place, Point
from store.search.entry import EntrySite
from store.search.growing import Growing
from store.search.words import plain

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Group:
    """All that decides whether a locality is in an area; `like` is one of them."""

    like: EntrySite
    point: Point | None


class Localities:
    """Numbers are given out once and stay. Flags and figures come for all localities, by number."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._numbers: dict[EntrySite, int] = {}
        self._latitudes: Growing[np.float64] = Growing(np.float64)  # radians; NaN where unknown
        self._longitudes: Growing[np.float64] = Growing(np.float64)
        self._towns: Growing[np.int32] = Growing(np.int32)
        self._places: Growing[np.int32] = Growing(np.int32)
        self._countries: Growing[np.int32] = Growing(np.int32)
        self._outcodes: Growing[np.int32] = Growing(np.int32)
        self._postcodes: Growing[np.int32] = Growing(np.int32)
        self._group_of: Growing[np.int32] = Growing(np.int32)
        self._words: dict[str, int] = {"": 0}  # towns, keys, codes: whatever is only compared
        self._groups: dict[tuple[str, str, str, str, Point | None], int] = {}
        self._alike: list[_Group] = []
        self._inside: dict[str, Growing[np.bool_]] = {}  # by area, for each group

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, site: EntrySite) -> int:
        """A site's locality, known or new."""
        number = self._numbers.get(site)
        return self._take(site) if number is None else number

    def miles_from(self, place: Place) -> Floats:
        """Great-circle distances (haversine); infinite where unknown, and from an area, whose middle means nothing."""
        if place.is_area or place.point is None:
            return np.full(len(self), np.inf)
        latitude, longitude = np.radians(place.point.latitude), np.radians(place.point.longitude)
        half_lat = (self._latitudes.values - latitude) / 2
        half_lon = (self._longitudes.values - longitude) / 2
        across = np.cos(latitude) * np.cos(self._latitudes.values) * np.sin(half_lon) ** 2
        chord = np.sqrt(np.sin(half_lat) ** 2 + across)
        miles: Floats = 2 * EARTH_RADIUS_MILES * np.arcsin(np.minimum(1.0, chord))
        return np.nan_to_num(miles, nan=np.inf)

    def called(self, place: Place) -> Flags:
        """Whose town is written as the place is."""
        return self._same(self._towns, plain(place.name))

    def placed_at(self, place: Place) -> Flags:
        """Whose narrowest place is this one."""
        return self._same(self._places, place.key)

    def in_country_of(self, place: Place) -> Flags:
        """Those that are in the place's country, or do not say."""
        code = self._gazetteer.country_code_of(place)
        if code is None:
            return np.zeros(len(self), dtype=np.bool_)
        silent: Flags = self._countries.values == 0
        return self._same(self._countries, code) | silent

    def with_code(self, code: str) -> Flags:
        """Those with this postcode, or with this outward code."""
        outward, inward = split_postcode(code)
        if not outward:
            return np.zeros(len(self), dtype=np.bool_)
        if inward:
            return self._same(self._postcodes, f"{outward} {inward}")
        return self._same(self._outcodes, outward)

    def inside(self, area: Place) -> Flags:
        """Those in a county, a region or a country, by their words or by where they are."""
        judged = self._inside.setdefault(area.key, Growing(np.bool_))
        for group in self._alike[len(judged) :]:
            site = group.like
            judged.extend(
                [
                    self._gazetteer.covers(
                        area,
                        town=site.town,
                        county=site.county,
                        region=site.region,
                        postcode=site.postcode,
                        country=site.country,
                        point=group.point,
                    )
                ]
            )
        flags: Flags = judged.values[self._group_of.values]
        return flags

    def _take(self, site: EntrySite) -> int:
        number = self._numbers[site] = len(self._numbers)
        place = self._gazetteer.place_of(
            town=site.town,
            county=site.county,
            region=site.region,
            postcode=site.postcode,
            country=site.country,
        )
        point = site.point or self._gazetteer.locate(
            town=site.town, county=site.county, postcode=site.postcode, country=site.country
        )
        outward, inward = split_postcode(site.postcode)
        self._latitudes.extend([np.radians(point.latitude) if point else np.nan])
        self._longitudes.extend([np.radians(point.longitude) if point else np.nan])
        self._towns.extend([self._word(plain(site.town))])
        self._places.extend([self._word(place.key if place else "")])
        self._countries.extend([self._word(self._gazetteer.country_code(site.country))])
        self._outcodes.extend([self._word(outward)])
        self._postcodes.extend([self._word(f"{outward} {inward}" if inward else "")])
        self._group_of.extend([self._group(site, place, point)])
        return number

    def _group(self, site: EntrySite, place: Place | None, point: Point | None) -> int:
        deciding = point if place is None or place.is_area else None
        key = (site.county, site.region, site.country, place.key if place else "", deciding)
        if key not in self._groups:
            self._groups[key] = len(self._alike)
            self._alike.append(_Group(site, point))
        return self._groups[key]

    def _word(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def _same(self, column: Growing[np.int32], word: str) -> Flags:
        number = self._words.get(word)
        if not number:  # a word that nobody uses, or none at all
            return np.zeros(len(self), dtype=np.bool_)
        same: Flags = column.values == number
        return same
