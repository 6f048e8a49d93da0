"""Judges how well an organisation's sites fit the place that was asked for."""

from dataclasses import dataclass
from functools import lru_cache

from store.places.gazetteer import Gazetteer
from store.places.place import Place, Point, miles_between
from store.search.entry import EntrySite
from store.search.wanted import Nearness, WantedPlace
from store.search.words import plain

NEAR_MILES = 12.5  # "near" a town: twenty kilometres …
NEARISH_MILES = 20.0  # … and, at half worth, thirty-two
BESIDE_MILES = 6.0  # "in" a town: the towns that touch it
OUTSKIRTS_MILES = 12.0
FAR_MILES = 30.0  # no town reaches further: London does some 22
BESIDE, NEARISH = 0.35, 0.5


@dataclass(frozen=True, slots=True)
class PlaceFit:
    """`worth` 0..1; `miles` where both ends have coordinates."""

    worth: float
    site: EntrySite | None = None
    miles: float | None = None
    wanted: WantedPlace | None = None


NOWHERE = PlaceFit(0.0)


class Siting:
    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._point = lru_cache(maxsize=100_000)(self._locate)
        self._fit = lru_cache(maxsize=200_000)(self._judged)

    def best(self, sites: tuple[EntrySite, ...], places: tuple[WantedPlace, ...]) -> PlaceFit:
        """The best of an organisation's sites for any of the places."""
        fits = (self._fit(site, wanted) for wanted in places for site in sites)
        return max(fits, key=lambda fit: (fit.worth, -(fit.miles or 0.0)), default=NOWHERE)

    def nearest(self, sites: tuple[EntrySite, ...], places: tuple[WantedPlace, ...]) -> PlaceFit:
        """The site with the fewest miles to any of the places, whatever it is worth."""
        fits = [self._fit(site, wanted) for wanted in places for site in sites]
        return min(fits, key=lambda fit: 1e9 if fit.miles is None else fit.miles, default=NOWHERE)

    def _judged(self, site: EntrySite, wanted: WantedPlace) -> PlaceFit:
        miles = self._miles(site, wanted.place)
        return PlaceFit(self._worth(site, wanted, miles), site, miles, wanted)

    def _worth(self, site: EntrySite, wanted: WantedPlace, miles: float | None) -> float:
        if wanted.radius_miles is not None and miles is not None:
            return 1.0 if miles <= wanted.radius_miles else 0.0
        if wanted.nearness is Nearness.NEAR and miles is not None and miles <= NEAR_MILES:
            return 1.0
        if miles is not None and miles > FAR_MILES:
            return 0.0
        if self._covers(wanted.place, site) or self._says_so(site, wanted.place, miles):
            return 1.0
        if miles is None or wanted.place.is_area:
            return 0.0
        if wanted.nearness is Nearness.NEAR:
            return NEARISH if miles <= NEARISH_MILES else 0.0
        return BESIDE if miles <= BESIDE_MILES else 0.0

    def _says_so(self, site: EntrySite, place: Place, miles: float | None) -> bool:
        """A site that calls itself "Liverpool" is in Liverpool, though its postcode is over the border."""
        return miles is not None and miles <= OUTSKIRTS_MILES and plain(site.town) == plain(place.name)

    def _miles(self, site: EntrySite, place: Place) -> float | None:
        """Distances to the middle of an area mean nothing."""
        if place.is_area or place.point is None:
            return None
        point = self._point(site)
        return None if point is None else miles_between(place.point, point)

    def _locate(self, site: EntrySite) -> Point | None:
        return site.point or self._gazetteer.locate(
            town=site.town, county=site.county, postcode=site.postcode, country=site.country
        )

    def _covers(self, place: Place, site: EntrySite) -> bool:
        return self._gazetteer.covers(
            place,
            town=site.town,
            county=site.county,
            region=site.region,
            postcode=site.postcode,
            country=site.country,
            point=self._point(site),
        )
