"""Whether one place is in, or at, another."""

import math

from store.places.naming import split_postcode
from store.places.place import Place, PlaceKind, Point, miles_between
from store.places.rows import Known

SITE_REACH_MILES = 1.5
CODES = frozenset({PlaceKind.OUTCODE, PlaceKind.POSTCODE})


def close(place: Place, other: Point | None, miles: float) -> bool:
    return place.point is not None and other is not None and miles_between(place.point, other) <= miles


def within(inner: Known, outer: Known) -> bool:
    """Whether a place, or the whole of an area, is in an area."""
    if inner.country_code != outer.country_code:
        return False
    if outer.place.kind is PlaceKind.COUNTRY or inner.place.key == outer.place.key:
        return True
    if outer.members:
        return inner.district in outer.members or (bool(inner.members) and inner.members <= outer.members)
    return bool(inner.place.region) and inner.place.region == outer.place.name


def at(wanted: Place, site: Known | None, point: Point | None) -> bool:
    """Whether a site is at a town or campus: the same one, or within the reach of a town of its size."""
    if site is not None and site.place.key == wanted.key:
        return True
    where = point or (site.place.point if site is not None and not site.place.is_area else None)
    return close(wanted, where, reach_miles(wanted))


def reach_miles(place: Place) -> float:
    """How far from its middle a town of that size, or a campus, still is itself."""
    return SITE_REACH_MILES if place.kind is PlaceKind.SITE else 2 + math.sqrt(place.population) / 150


def same_code(wanted: str, postcode: str) -> bool:
    """Whether a postcode is the wanted one, or has the wanted outward code."""
    outward, inward = split_postcode(wanted)
    return split_postcode(postcode)[0] == outward and inward in {"", split_postcode(postcode)[1]}
