"""How the gazetteer's file is made from its sources, over a small Code-Point Open of our own."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from store.places.build import Cells, main, with_aliases
from store.places.codepoint import Cell, plain_name, read_code_point
from store.places.grid import point_of_grid
from store.places.naming import fold, split_postcode
from store.places.place import PlaceKind, Point, miles_between
from store.places.rows import Row, read_line, write_rows

CODES = {"CTY": [("Kent County", "E10000016")], "UTA": [("Cheshire East (B)", "E06000049")]}
UNITS = """\
"SK101AA",10,391700,373700,"E92000001","","","","E06000049","E05000001"
"SK101AB",10,391800,373800,"E92000001","","","","E06000049","E05000001"
"SK101AC",10,450000,450000,"E92000001","","","","E06000049","E05000001"
"SK109ZZ",90,0,0,"","","","","",""
"""


CURATED = """
[counties]
"Cheshire" = ["Cheshire East"]
[regions]
"North West" = ["Cheshire"]
[areas]
"The Plain" = ["Cheshire East"]
[aliases]
"North West" = ["NW England"]
"Macclesfield" = ["Macc"]
[towns]
"Prestbury Mill" = [53.29, -2.14, 700]
"Macclesfield" = [53.26, -2.12, 1]
[sites]
"Silk Yard" = [53.25, -2.12, "The Yard"]
"Titanic Yard" = [54.61, -5.90]
[northern_irish_outcodes]
"Belfast|County Antrim" = ["BT1"]
"Derry|County Londonderry" = ["BT48"]
[island_outcodes]
JE = [["JE1", 49.185, -2.105]]
[countries]
GB = ["UK"]
[canada]
"08" = "Ontario"
"""


@pytest.fixture
def code_point(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for title in ("CTY", "DIS", "LBO", "MTD", "UTA"):
        sheet = book.create_sheet(title)
        for row in CODES.get(title, []):
            sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    path = tmp_path / "codepo_gb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Doc/Codelist.xlsx", saved.getvalue())
        archive.writestr("Doc/headers.csv", "PC,PQ")
        archive.writestr("Data/CSV/sk.csv", UNITS)
    return path


def test_an_outward_code_lies_at_the_median_of_its_postcodes(code_point: Path) -> None:
    outcodes, cells = read_code_point(code_point)
    assert [(one.code, one.district, one.nation, one.units) for one in outcodes] == [
        ("SK10", "Cheshire East", "England", 3)
    ]
    assert miles_between(outcodes[0].point, Point(53.26, -2.126)) < 1
    assert len(cells) == 2


def test_a_grid_reference_is_turned_into_degrees_as_ordnance_survey_says() -> None:
    assert point_of_grid(651409.903, 313177.270) == Point(52.658, 1.7161)


@pytest.mark.parametrize(
    ("official", "plain"),
    [
        ("Caerdydd - Cardiff", "Cardiff"),
        ("City of Derby (B)", "Derby"),
        ("Kent County", "Kent"),
        ("St. Albans District (B)", "St Albans"),
        ("City and County of the City of London", "City of London"),
        ("Camden London Boro", "Camden"),
        ("Bro Morgannwg - the Vale of Glamorgan", "Vale of Glamorgan"),
    ],
)
def test_official_names_are_brought_down_to_what_people_say(official: str, plain: str) -> None:
    assert plain_name(official) == plain


def test_a_spot_belongs_to_the_nearest_inhabited_square() -> None:
    cells = Cells([Cell(Point(53.26, -2.13), "Cheshire East"), Cell(Point(53.40, -2.16), "Stockport")])
    assert cells.district(Point(53.27, -2.12)) == "Cheshire East"
    assert cells.district(Point(40, 3)) == ""


def test_places_of_one_name_get_keys_of_their_own_the_largest_the_plain_one() -> None:
    here = Point(53, -2)
    rows = [
        Row(PlaceKind.TOWN, "Ashford", "GB", here, county="Surrey", population=10),
        Row(PlaceKind.TOWN, "Ashford", "GB", here, county="Kent", population=20, aliases=("Ash Ford",)),
        Row(PlaceKind.TOWN, "Ashford", "GB", here, county="Surrey", population=5),
    ]
    read = [read_line(line, {"GB": "United Kingdom"}).place for line in write_rows(rows).splitlines()]
    assert {(place.key, place.population) for place in read} == {
        ("town:ashford:gb", 20),
        ("town:ashford:gb:surrey", 10),
        ("town:ashford:gb:surrey:2", 5),
    }
    assert len(read) == 4


def test_names_fold_to_one_spelling() -> None:
    assert fold("The Saint-Helens") == fold("st. helens") == "st helens"
    assert fold("Burton-upon-Trent") == fold("Burton on Trent")
    assert fold("King’s Lynn") == fold("Kings Lynn")
    assert fold("Co. Durham") == "county durham"
    assert fold("the") == "the"


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("sk10 4tg", ("SK10", "4TG")),
        ("SW1A1AA", ("SW1A", "1AA")),
        ("M1", ("M1", "")),
        ("Leeds", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_postcode_is_read_in_halves(text: str, halves: tuple[str, str]) -> None:
    assert split_postcode(text) == halves


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    path = tmp_path / "curated.toml"
    path.write_text(CURATED)
    return path


def test_the_sources_are_folded_into_one_file(code_point: Path, curated: Path, tmp_path: Path) -> None:
    out = tmp_path / "gazetteer.tsv.gz"
    main(["--code-point", str(code_point), "--curated", str(curated), "--out", str(out)])
    lines = gzip.decompress(out.read_bytes()).decode().splitlines()
    known = {line.split("\t")[0]: read_line(line, {"GB": "United Kingdom"}) for line in reversed(lines)}
    macclesfield = known["macc"]
    assert (macclesfield.place.name, macclesfield.place.county) == ("Macclesfield", "Cheshire")
    assert (macclesfield.place.region, macclesfield.district) == ("North West", "Cheshire East")
    assert macclesfield.place.population > 1, "the curated town of the same spot is not a second one"
    assert known["prestbury mill"].place.county == "Cheshire"
    assert known["yard"].place.kind is PlaceKind.SITE
    assert known["titanic yard"].place.region == "Northern Ireland"
    assert known["bt48"].place.county == "County Londonderry"
    assert known["je1"].country_code == "JE"
    assert known["nw england"].members == {"Cheshire East"}
    assert known["plain"].place.kind is PlaceKind.REGION
    assert known["uk"].place.kind is PlaceKind.COUNTRY
    assert known["ontario"].place.kind is PlaceKind.REGION
    assert known["nyc"].place.region == "New York"


def test_a_curated_name_that_names_nothing_stops_the_build() -> None:
    curated = {"sites": {}, "aliases": {"Macklesfield": ["Macc"]}}
    with pytest.raises(ValueError, match="Macklesfield"):
        list(with_aliases([Row(PlaceKind.TOWN, "Macclesfield", "GB", Point(53, -2))], curated))
