"""The gazetteer's file: one line a name, in tab-separated columns, most of a place's lines being other names for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.places.naming import fold
from store.places.place import Place, PlaceKind, Point

DATA_FILE = Path(__file__).with_name("gazetteer.tsv.gz")
MEMBER_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """A place while the file is made. `country` is its ISO code; `members` are an area's districts."""

    kind: PlaceKind
    name: str
    country: str
    point: Point | None
    district: str = ""
    county: str = ""
    region: str = ""
    population: int = 0
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    curated_name: str = ""

    @property
    def point_or_fail(self) -> Point:
        if self.point is None:
            raise ValueError(f"{self.name} has no point")
        return self.point


@dataclass(frozen=True, slots=True)
class Known:
    """A place as the file tells it, with what only the gazetteer needs to know about it."""

    place: Place
    country_code: str
    district: str
    members: frozenset[str]


def write_rows(rows: Iterable[Row]) -> str:
    """The file's text, sorted so that a change of the sources reads as a small difference."""
    keys: set[str] = set()
    lines = []
    for row in sorted(rows, key=lambda row: (row.kind, row.country, fold(row.name), -row.population)):
        key = _unused_key(row, keys)
        keys.add(key)
        lines += [_line(name, key, row) for name in sorted({fold(name) for name in (row.name, *row.aliases)})]
    return "\n".join(sorted(lines)) + "\n"


def _unused_key(row: Row, keys: set[str]) -> str:
    plain = f"{row.kind}:{fold(row.name).replace(' ', '-')}:{row.country.lower()}"
    tries = [plain, f"{plain}:{fold(row.county or row.region).replace(' ', '-')}"]
    tries += [f"{tries[-1]}:{number}" for number in range(2, 100)]
    return next(key for key in tries if key not in keys and not key.endswith(":"))


def _line(folded: str, key: str, row: Row) -> str:
    latitude, longitude = (f"{row.point.latitude:g}", f"{row.point.longitude:g}") if row.point else ("", "")
    members = MEMBER_SEPARATOR.join(row.members)
    population = str(row.population or "")
    cells = (
        folded,
        key,
        row.name,
        latitude,
        longitude,
        row.county,
        row.region,
        row.country,
        population,
        row.district,
        members,
    )
    return "\t".join(cells).rstrip("\t")


def read_line(line: str, countries: dict[str, str]) -> Known:
    cells = line.split("\t")
    cells += [""] * (11 - len(cells))
    _, key, name, latitude, longitude, county, region, country, population, district, members = cells
    place = Place(
        key=key,
        name=name,
        kind=PlaceKind(key.split(":", 1)[0]),
        point=Point(float(latitude), float(longitude)) if latitude else None,
        county=county,
        region=region,
        country=countries.get(country, country),
        population=int(population or 0),
    )
    return Known(place, country, district, frozenset(filter(None, members.split(MEMBER_SEPARATOR))))


def country_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Country code and name of the lines that are countries."""
    for line in lines:
        if "\tcountry:" in line:
            cells = line.split("\t")
            yield cells[7], cells[2]
