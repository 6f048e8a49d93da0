"""What the shipped data promises: plausible positions, unique keys, everything assigned."""

import gzip
from collections.abc import Iterator

import pytest

from store.places.place import PlaceKind
from store.places.rows import DATA_FILE, Known, country_lines, read_line

LARGEST_FILE = 1_500_000


@pytest.fixture(scope="module")
def known() -> list[Known]:
    lines = gzip.decompress(DATA_FILE.read_bytes()).decode().rstrip("\n").split("\n")
    countries = dict(country_lines(lines))
    return [read_line(line, countries) for line in lines]


def british(known: list[Known], kind: PlaceKind) -> Iterator[Known]:
    return (one for one in known if one.country_code == "GB" and one.place.kind is kind)


def test_the_file_is_small() -> None:
    assert DATA_FILE.stat().st_size <= LARGEST_FILE


def test_lines_are_sorted_so_that_names_can_be_bisected() -> None:
    lines = gzip.decompress(DATA_FILE.read_bytes()).decode().rstrip("\n").split("\n")
    assert lines == sorted(lines)


def test_a_key_names_one_place(known: list[Known]) -> None:
    places = {one.place for one in known}
    assert len({place.key for place in places}) == len(places)


def test_every_outward_code_is_within_the_islands(known: list[Known]) -> None:
    outcodes = {one.place for one in known if one.place.kind is PlaceKind.OUTCODE}
    assert len(outcodes) > 2_900
    for place in outcodes:
        assert place.point is not None
        assert 49 <= place.point.latitude <= 61, place
        assert -8.7 <= place.point.longitude <= 1.8, place


@pytest.mark.parametrize("kind", [PlaceKind.TOWN, PlaceKind.SITE, PlaceKind.OUTCODE])
def test_every_british_place_has_a_district_county_and_region(kind: PlaceKind, known: list[Known]) -> None:
    places = list(british(known, kind))
    assert places
    assert [one for one in places if not (one.district and one.place.county and one.place.region)] == []


def test_every_british_area_has_its_districts_and_a_middle(known: list[Known]) -> None:
    for kind in (PlaceKind.COUNTY, PlaceKind.REGION):
        assert [one.place for one in british(known, kind) if not one.members or one.place.point is None] == []
