"""Reads OS Code-Point Open: outward codes with their middle, and which district governs which square kilometre."""

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import openpyxl

from store.places.grid import point_of_grid
from store.places.place import Point

_NATIONS = {"E": "England", "S": "Scotland", "W": "Wales"}
_LONDON, _LONDON_BOROUGH = "London", "E09"
_UNPLACED = "90"  # positional quality of a postcode without coordinates
_CODE_SHEETS = ("CTY", "DIS", "LBO", "MTD", "UTA")
_TAILS = re.compile(r"( \(B\)| District| County| London Boro)+$")


@dataclass(frozen=True, slots=True)
class Outcode:
    """`units` counts its postcodes, a stand-in for how many people are there."""

    code: str
    point: Point
    district: str
    shire: str  # the county council's area; "" where there is none
    nation: str
    units: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One inhabited square kilometre."""

    point: Point
    district: str


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    easting: int
    northing: int
    shire: str
    district: str
    nation: str


def read_code_point(path: Path) -> tuple[list[Outcode], list[Cell]]:
    by_outcode: dict[str, list[_Unit]] = defaultdict(list)
    by_square: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    with zipfile.ZipFile(path) as archive:
        for unit in _units(archive, _names(archive)):
            by_outcode[unit.code].append(unit)
            by_square[unit.easting // 1000, unit.northing // 1000][unit.district] += 1
    cells = [
        Cell(point_of_grid(east * 1000 + 500, north * 1000 + 500), counts.most_common(1)[0][0])
        for (east, north), counts in by_square.items()
    ]
    return [_outcode(code, units) for code, units in sorted(by_outcode.items())], cells


def _outcode(code: str, units: list[_Unit]) -> Outcode:
    """Its middle is the median, so a stray postcode pulls nothing; its district is that of most postcodes."""
    point = point_of_grid(median(unit.easting for unit in units), median(unit.northing for unit in units))
    district, shire, nation = Counter((u.district, u.shire, u.nation) for u in units).most_common(1)[0][0]
    return Outcode(code, point, district, shire, nation, len(units))


def _units(archive: zipfile.ZipFile, names: dict[str, str]) -> Iterator[_Unit]:
    for member in archive.namelist():
        if not member.endswith(".csv") or "Doc/" in member:
            continue
        with archive.open(member) as raw:
            for row in csv.reader(io.TextIOWrapper(raw, "utf-8")):
                code, quality, easting, northing, district = (
                    row[0][:-3].strip(),
                    row[1],
                    row[2],
                    row[3],
                    row[8],
                )
                if quality == _UNPLACED or not district:
                    continue
                shire = _LONDON if district.startswith(_LONDON_BOROUGH) else names.get(row[7], "")
                yield _Unit(code, int(easting), int(northing), shire, names[district], _NATIONS[district[0]])


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    book = openpyxl.load_workbook(io.BytesIO(archive.read("Doc/Codelist.xlsx")), read_only=True)
    return {
        str(row[1]): plain_name(str(row[0]))
        for title in _CODE_SHEETS
        for row in book[title].iter_rows(values_only=True)
        if len(row) > 1
    }


def plain_name(official: str) -> str:
    """ "Caerdydd - Cardiff" -> "Cardiff"; "City of Derby (B)" -> "Derby"; "Kent County" -> "Kent"."""
    if official.endswith("City of London"):
        return "City of London"
    name = _TAILS.sub("", official.split(" - ")[-1]).replace("St. ", "St ")
    name = name.removeprefix("The ").removeprefix("the ")
    return name.removeprefix("City of ").removeprefix("County of ")
