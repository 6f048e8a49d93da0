"""A place as members mean it: a town, a county, a region, a postcode, a science park."""

import math
from dataclasses import dataclass
from enum import StrEnum

EARTH_RADIUS_MILES = 3958.8


class PlaceKind(StrEnum):
    """What sort of place a name stands for; areas contain, the others are points."""

    TOWN = "town"
    SITE = "site"  # a science park or campus, such as Alderley Park
    OUTCODE = "outcode"  # SK10
    POSTCODE = "postcode"  # SK10 4TG, located by its outward code
    COUNTY = "county"
    REGION = "region"  # North West, Northern Ireland, California
    COUNTRY = "country"


AREAS = frozenset({PlaceKind.COUNTY, PlaceKind.REGION, PlaceKind.COUNTRY})


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the gazetteer. `key` is unique and stable ("town:macclesfield:gb")."""

    key: str
    name: str
    kind: PlaceKind
    point: Point | None
    county: str = ""
    region: str = ""
    country: str = ""
    population: int = 0

    @property
    def is_area(self) -> bool:
        return self.kind in AREAS


def miles_between(a: Point, b: Point) -> float:
    """Great-circle distance in miles (haversine)."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.longitude - a.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_MILES * math.asin(min(1.0, math.sqrt(chord)))
