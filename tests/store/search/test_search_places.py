"""Where: in, near, within so many miles, and the nearest when nobody is there."""

import pytest

from store.places.gazetteer import Gazetteer
from store.search.explanation import Ground
from store.search.wanted import Wanted
from tests.store.search.region import REGION, entry, index_of, names, near, region, site, within


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (within("Macclesfield"), {"Danebrook Vectors Ltd"}),
        (within("SK10"), {"Danebrook Vectors Ltd"}),
        (within("Cheshire"), {"Danebrook Vectors Ltd", "Ellerbeck Catheters plc", "Mirefield Antibodies", "Tarn Antibodies"}),
        (near("Alderley Park"), {"Danebrook Vectors Ltd"}),
        (near("Leeds", 5), {"Ellerbeck Catheters plc", "Skelworth CRO"}),
        (within("Bath"), {"<!channel> & Sons <b>"}),
    ],
)  # fmt: skip
def test_who_is_there(where: object, expected: set[str]) -> None:
    found = names(region(), "", places=(where,))
    assert expected <= set(found[: len(expected) + 3])
    if "Alderley" not in str(where):
        assert set(found) == expected


def test_a_wide_region_and_a_country_hold_their_towns() -> None:
    assert names(region(), "catheters", places=(within("North West"),)) == ["Ellerbeck Catheters plc"]
    assert names(region(), "catheters", places=(within("United Kingdom"),)) == ["Ellerbeck Catheters plc"]
    assert names(region(), "catheters", places=(within("Scotland"),)) == []


def test_places_are_alternatives() -> None:
    found = names(region(), "antibodies or catheters", places=(within("Chester"), within("Leeds")))
    assert set(found) == {"Mirefield Antibodies", "Tarn Antibodies", "Ellerbeck Catheters plc"}


def test_of_several_sites_the_fitting_one_is_shown() -> None:
    hit = region().search(Wanted("catheters", places=(within("Runcorn"),))).hits[0]
    assert hit.place == "Runcorn, Cheshire"


def test_when_nobody_is_there_the_nearest_are_named_as_that() -> None:
    found = region().search(Wanted("catheters", places=(within("Penzance"),)))
    assert found.hits == ()
    assert found.missed == "Penzance"
    assert [hit.name for hit in found.nearest] == ["Ellerbeck Catheters plc"]
    assert "miles from Penzance" in found.nearest[0].reasons[-1].matched


def test_when_nobody_at_all_is_there_the_nearest_are_named_too() -> None:
    found = region().search(Wanted("", places=(within("Penzance"),)))
    assert found.hits == ()
    assert found.missed == "Penzance"
    assert found.nearest[0].name == "<!channel> & Sons <b>"


def test_a_site_without_coordinates_is_located_by_its_words() -> None:
    index = index_of(entry(1, "Somewhere", summary="Stents.", sites=(site("Wilmslow"),)))
    assert index.search(Wanted("stents", places=(near("Macclesfield"),))).hits[0].distance_miles is not None


def test_an_organisation_without_a_site_is_nowhere() -> None:
    index = index_of(entry(1, "Nowhere", summary="Stents."))
    found = index.search(Wanted("stents", places=(within("Leeds"),)))
    assert found.hits == ()
    assert found.nearest[0].distance_miles is None


def test_a_town_that_calls_itself_so_is_in_it_across_the_boundary() -> None:
    index = index_of(entry(1, "Outskirts", summary="Stents.", sites=(site("Liverpool", "", "L33 7UY"),)))
    assert names(index, "stents", places=(within("Liverpool"),)) == ["Outskirts"]


def test_the_nearer_comes_first_when_only_a_place_is_asked() -> None:
    index = index_of(*REGION)
    found = index.search(Wanted("", places=(near("Macclesfield", 40),))).hits
    miles = [hit.distance_miles for hit in found if hit.distance_miles is not None]
    assert miles == sorted(miles)
    assert Gazetteer.load().find("Macclesfield")


def test_who_is_nowhere_but_where_it_was_ruled_out_is_left_out() -> None:
    assert names(region(), "antibodies", outside=(within("Chester"),)) == []
    assert names(region(), "catheters", outside=(within("Leeds"),)) == [
        "Ellerbeck Catheters plc"
    ]  # Runcorn too
    assert names(region(), "catheters", outside=(within("Leeds"), within("Cheshire"))) == []
    assert names(region(), "sleep apnea", outside=(within("Leeds"),)) == [
        "Hushby Health"
    ]  # nobody knows where
    fallen = region().explain(Wanted("antibodies to order", outside=(within("Chester"),))).fallen
    assert {(each.name, each.ground, each.said) for each in fallen} >= {
        ("Tarn Antibodies", Ground.RULED_OUT, "Chester")
    }
