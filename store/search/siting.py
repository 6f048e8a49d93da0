"""Judges how well organisations' sites fit the place that was asked for, all of them at once."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.places.containment import CODES, reach_miles
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry, EntrySite
from store.search.growing import Growing
from store.search.localities import Flags, Floats, Localities
from store.search.wanted import Nearness, WantedPlace

NEAR_MILES = 12.5  # "near" a town: twenty kilometres …
NEARISH_MILES = 20.0  # … and, at half worth, thirty-two
BESIDE_MILES = 6.0  # "in" a town: the towns that touch it
OUTSKIRTS_MILES = 12.0
FAR_MILES = 30.0  # no town reaches further: London does some 22
BESIDE, NEARISH = 0.35, 0.5
REMEMBERED = 64  # wanted places whose judgments are kept


@dataclass(frozen=True, slots=True)
class PlaceFit:
    """`worth` 0..1; `miles` where both ends have coordinates."""

    worth: float
    site: EntrySite | None = None
    miles: float | None = None
    wanted: WantedPlace | None = None


NOWHERE = PlaceFit(0.0)


@dataclass(frozen=True, slots=True)
class Fits:
    """What localities, or rows, are worth for a place (0..1) and how far off they are (miles; infinite if unknown)."""

    worths: Floats
    miles: Floats


class Siting:
    """Not safe for several threads at once: the index guards it."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._localities = Localities(gazetteer)
        self._rows: Growing[np.int64] = Growing(np.int64)  # of each site, rising
        self._sites: Growing[np.int64] = Growing(np.int64)  # its locality
        self._judged: OrderedDict[WantedPlace, Fits] = OrderedDict()

    def add(self, entries: Sequence[Entry], *, first: int) -> None:
        """Take in the sites of entries, whose rows are numbered from `first` on."""
        rows = [row for row, entry in enumerate(entries, start=first) for _ in entry.sites]
        self._sites.extend([self._localities.number(site) for entry in entries for site in entry.sites])
        self._rows.extend(rows)

    def compact(self, rows: NDArray[np.int64]) -> None:
        """Forget the rows that are gone; `rows` are the new numbers of all, -1 for those."""
        renumbered = rows[self._rows.values]
        self._sites.replace(self._sites.values[renumbered >= 0])
        self._rows.replace(renumbered[renumbered >= 0])

    def rows(self, count: int, places: Sequence[WantedPlace]) -> Fits:
        """How well each of `count` rows fits by its best site for any of the places."""
        worths, miles = np.zeros(count), np.full(count, np.inf)
        judged = [self._fits(wanted) for wanted in places]
        for fits in judged:
            np.maximum.at(worths, self._rows.values, fits.worths[self._sites.values])
        for fits in judged:
            best = fits.worths[self._sites.values] >= worths[self._rows.values]
            np.minimum.at(miles, self._rows.values[best], fits.miles[self._sites.values[best]])
        return Fits(worths, miles)

    def only_in(self, count: int, places: Sequence[WantedPlace]) -> Flags:
        """Which of `count` rows have sites, and all of them in these places."""
        inside = np.zeros(len(self._sites), dtype=np.bool_)
        for wanted in places:
            inside |= self._fits(wanted).worths[self._sites.values] >= 1.0
        only = np.zeros(count, dtype=np.bool_)
        only[self._rows.values[inside]] = True
        only[self._rows.values[~inside]] = False
        return only

    def best(self, sites: tuple[EntrySite, ...], places: tuple[WantedPlace, ...]) -> PlaceFit:
        """The best of an organisation's sites for any of the places."""
        fits = (self._fit(site, wanted) for wanted in places for site in sites)
        return max(fits, key=lambda fit: (fit.worth, -(fit.miles or 0.0)), default=NOWHERE)

    def nearest(self, sites: tuple[EntrySite, ...], places: tuple[WantedPlace, ...]) -> PlaceFit:
        """The site with the fewest miles to any of the places, whatever it is worth."""
        fits = (self._fit(site, wanted) for wanted in places for site in sites)
        return min(fits, key=lambda fit: 1e9 if fit.miles is None else fit.miles, default=NOWHERE)

    def _fit(self, site: EntrySite, wanted: WantedPlace) -> PlaceFit:
        number = self._localities.number(site)
        fits = self._fits(wanted)
        miles = float(fits.miles[number])
        return PlaceFit(float(fits.worths[number]), site, miles if np.isfinite(miles) else None, wanted)

    def _fits(self, wanted: WantedPlace) -> Fits:
        known = self._judged.get(wanted)
        if known is None or len(known.worths) < len(self._localities):
            miles = self._localities.miles_from(wanted.place)
            known = self._judged[wanted] = Fits(self._worths(wanted, miles), miles)
            if len(self._judged) > REMEMBERED:
                self._judged.popitem(last=False)
        return known

    def _worths(self, wanted: WantedPlace, miles: Floats) -> Floats:
        place, localities = wanted.place, self._localities
        if place.is_area:
            return localities.inside(place).astype(np.float64)
        there = self._there(wanted, miles) & ~(np.isfinite(miles) & (miles > FAR_MILES))
        near = wanted.nearness is Nearness.NEAR
        beside = NEARISH * (miles <= NEARISH_MILES) if near else BESIDE * (miles <= BESIDE_MILES)
        worths = np.where(there | (near & (miles <= NEAR_MILES)), 1.0, beside)
        if wanted.radius_miles is not None:
            worths = np.where(np.isfinite(miles), miles <= wanted.radius_miles, worths)
        return worths.astype(np.float64)

    def _there(self, wanted: WantedPlace, miles: Floats) -> Flags:
        place, localities = wanted.place, self._localities
        if place.kind in CODES:
            at = localities.with_code(place.name)
        else:
            at = localities.placed_at(place) | (miles <= reach_miles(place))
        # A site that calls itself "Liverpool" is in Liverpool, though its postcode is over the border.
        says_so = localities.called(place) & (miles <= OUTSKIRTS_MILES)
        there: Flags = (at & localities.in_country_of(place)) | says_so
        return there
