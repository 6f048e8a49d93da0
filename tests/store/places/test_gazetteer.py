"""What members say about places, and what the gazetteer makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.places.gazetteer import Gazetteer
from store.places.place import Place, PlaceKind, Point, miles_between


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def the(name: str, kind: PlaceKind | None = None) -> Place:
    """The likeliest place of this name (and kind)."""
    return next(place for place in Gazetteer.load().find(name) if kind in {None, place.kind})


def point_of(name: str) -> Point:
    point = the(name).point
    assert point is not None
    return point


def test_a_town_is_found_with_its_county_region_and_country(gazetteer: Gazetteer) -> None:
    town = gazetteer.find("Macclesfield")[0]
    assert (town.key, town.kind, town.county) == ("town:macclesfield:gb", PlaceKind.TOWN, "Cheshire")
    assert (town.region, town.country) == ("North West", "United Kingdom")


def test_a_campus_is_a_place_of_its_own_close_to_its_town() -> None:
    park = the("near alderley park".removeprefix("near "))
    assert park.kind is PlaceKind.SITE
    assert miles_between(point_of("Alderley Park"), point_of("Macclesfield")) < 6


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("SK10", "outcode:sk10:gb"),
        ("sk10", "outcode:sk10:gb"),
        ("SK10 4TG", "postcode:sk10-4tg:gb"),
        ("sk104tg", "postcode:sk10-4tg:gb"),
        ("BT1", "outcode:bt1:gb"),
        ("the North West", "region:north-west:gb"),
        ("NW England", "region:north-west:gb"),
        ("Saint Helens", "town:st-helens:gb"),
        ("St. Helens", "town:st-helens:gb"),
        ("Stoke on Trent", "town:stoke-on-trent:gb"),
        ("HULL", "town:kingston-on-hull:gb"),
        ("Gtr Manchester", "county:greater-manchester:gb"),
        ("The Wirral", "county:wirral:gb"),
        ("Welsh", "region:wales:gb"),
        ("German", "country:germany:de"),
        ("UK", "country:united-kingdom:gb"),
        ("British", "country:united-kingdom:gb"),
        ("American", "country:united-states:us"),
        ("California", "region:california:us"),
        ("London", "region:london:gb"),
        ("Cheadle", "town:cheadle:gb"),
        ("Newcastle, Staffordshire", "town:newcastle-under-lyme:gb"),
        ("Perth, Scotland", "town:perth:gb"),
        ("Zürich", "town:zurich:ch"),
    ],
)
def test_the_likeliest_place_for_what_is_said(said: str, key: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find(said)[0].key == key


def test_newcastle_alone_means_the_one_on_the_tyne_and_offers_the_others(gazetteer: Gazetteer) -> None:
    places = gazetteer.find("Newcastle")
    assert [place.county for place in places[:2]] == ["Tyne and Wear", "Staffordshire"]
    assert {"County Down"} <= {place.county for place in places}


def test_what_is_no_place_is_not_found(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("protein purification") == ()
    assert gazetteer.find("") == ()
    assert gazetteer.find("ZZ99") == ()
    assert gazetteer.find("Nowhere, Cheshire") == ()


@pytest.mark.parametrize(
    ("misspelt", "name"),
    [
        ("Macclesfeild", "Macclesfield"),
        ("Manchestr", "Manchester"),
        ("Lverpool", "Liverpool"),
        ("Chesire", "Cheshire"),
        ("Alderly Prak", "Alderley Park"),
        ("warington", "Warrington"),
    ],
)
def test_a_misspelt_place_is_guessed(misspelt: str, name: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find_near(misspelt)[0].name == name


@pytest.mark.parametrize("word", ["sk1", "abc", "protein", "2024"])
def test_short_words_codes_and_other_words_are_not_guessed(word: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find_near(word) == ()


def test_macclesfield_is_some_sixteen_miles_from_manchester() -> None:
    assert 15 <= miles_between(point_of("Macclesfield"), point_of("Manchester")) <= 17


@pytest.mark.parametrize(
    ("area", "site", "inside"),
    [
        ("Cheshire", {"town": "Macclesfield"}, True),
        ("Cheshire", {"town": "Leeds"}, False),
        ("Cheshire", {"postcode": "SK10 4TG"}, True),
        ("Cheshire", {"town": "Altrincham", "county": "Cheshire"}, True),
        ("Greater Manchester", {"town": "Altrincham", "county": "Cheshire", "postcode": "WA14 1AA"}, True),
        ("Greater Manchester", {"county": "Gtr Manchester"}, True),
        ("Cheshire East", {"town": "Macclesfield"}, True),
        ("Cheshire West and Chester", {"town": "Macclesfield"}, False),
        ("North West", {"town": "Manchester"}, True),
        ("North West", {"region": "NW England"}, True),
        ("North West", {"county": "Cumbria"}, True),
        ("North West", {"county": "Yorkshire"}, False),
        ("Northern England", {"region": "North West"}, True),
        ("Yorkshire", {"town": "Leeds"}, True),
        ("West Yorkshire", {"town": "Leeds", "county": "Yorkshire"}, True),
        ("West Yorkshire", {"town": "York", "county": "Yorkshire"}, False),
        ("England", {"town": "Leeds"}, True),
        ("England", {"town": "Cardiff"}, False),
        ("Scotland", {"country": "Scotland"}, True),
        ("Scotland", {"town": "Perth", "country": "UK"}, True),
        ("Wales", {"postcode": "CF10 1EP"}, True),
        ("Northern Ireland", {"postcode": "BT7 1NN"}, True),
        ("UK", {"country": "Scotland"}, True),
        ("UK", {"town": "Macclesfield"}, True),
        ("UK", {"town": "Boston", "country": "United States"}, False),
        ("Germany", {"town": "Berlin", "country": "DE"}, True),
        ("Massachusetts", {"town": "Boston", "region": "MA", "country": "US"}, True),
        ("Massachusetts", {"town": "Boston", "country": "USA"}, True),
        ("California", {"town": "Boston", "country": "USA"}, False),
        ("Cheshire", {"town": "Cheshire", "country": "USA"}, False),
        ("London", {"town": "London"}, True),
        ("London", {"postcode": "SE1 9RT"}, True),
        ("Cheshire", {"point": Point(53.26, -2.13)}, True),
        ("Cheshire", {"point": Point(53.80, -1.55)}, False),
        ("Cheshire", {"point": Point(0, 0)}, False),
        ("Cheshire", {}, False),
        ("UK", {}, False),
        ("Macclesfield", {"town": "Macclesfield"}, True),
        ("Macclesfield", {"postcode": "SK11 6TT"}, True),
        ("Macclesfield", {"town": "Leeds"}, False),
        ("Macclesfield", {}, False),
        ("Alderley Park", {"town": "Alderley Park", "postcode": "SK10 4TG"}, True),
        ("SK10", {"postcode": "SK10 4TG"}, True),
        ("SK10", {"postcode": "SK11 6TT"}, False),
        ("SK10 4TG", {"postcode": "SK10 4TG"}, True),
        ("SK10 4TG", {"postcode": "SK10 1AA"}, False),
    ],
)
def test_an_area_covers_the_sites_that_are_in_it(
    area: str, site: dict[str, str], inside: bool, gazetteer: Gazetteer
) -> None:
    assert gazetteer.covers(the(area), **site) is inside  # type: ignore[arg-type]  # one case gives a Point


def test_the_west_midlands_are_a_county_and_a_wider_region(gazetteer: Gazetteer) -> None:
    county, region = the("West Midlands", PlaceKind.COUNTY), the("West Midlands", PlaceKind.REGION)
    assert gazetteer.covers(region, town="Stoke-on-Trent")
    assert not gazetteer.covers(county, town="Stoke-on-Trent")
    assert not gazetteer.covers(county, region="West Midlands")


def test_an_area_from_elsewhere_covers_nothing(gazetteer: Gazetteer) -> None:
    invented = Place("county:barsetshire:gb", "Barsetshire", PlaceKind.COUNTY, None)
    assert not gazetteer.covers(invented, town="Macclesfield")


def test_a_site_is_located_by_its_postcode_before_its_town(gazetteer: Gazetteer) -> None:
    located = gazetteer.locate(town="London", postcode="SK10 4TG")
    assert located is not None
    assert miles_between(located, point_of("Macclesfield")) < 5


def test_a_campus_with_its_postcode_is_located_at_the_campus(gazetteer: Gazetteer) -> None:
    place = gazetteer.place_of(town="Alderley Park, Macclesfield", postcode="SK10 4TG")
    assert place is not None
    assert place.name == "Alderley Park"


def test_county_and_country_tell_towns_of_one_name_apart(gazetteer: Gazetteer) -> None:
    by_county = gazetteer.place_of(town="Newcastle", county="Staffordshire")
    by_country = gazetteer.place_of(town="Cambridge", county="MA", country="United States")
    assert by_county is not None
    assert by_county.county == "Staffordshire"
    assert by_country is not None
    assert by_country.region == "Massachusetts"


def test_a_british_looking_postcode_abroad_is_not_trusted(gazetteer: Gazetteer) -> None:
    place = gazetteer.place_of(town="Berlin", postcode="SK10 4TG", country="Germany")
    assert place is not None
    assert place.key == "town:berlin:de"


def test_a_county_locates_a_site_but_a_country_does_not(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate(county="Cheshire") is not None
    assert gazetteer.locate(country="UK") is None
    assert gazetteer.locate(county="North West") is None
    assert gazetteer.locate() is None


@pytest.mark.parametrize(
    "name", ["Reading", "bath", "Sale", "Bury", "Hull", "Deal", "Ash", "Street", "Well", "Battle", "us"]
)
def test_towns_that_are_everyday_words_are_known_as_such(name: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.is_common_word(name)


@pytest.mark.parametrize("name", ["Macclesfield", "Manchester", "UK", "Ely", "Leeds"])
def test_other_towns_are_not_everyday_words(name: str, gazetteer: Gazetteer) -> None:
    assert not gazetteer.is_common_word(name)


def test_the_longest_name_bounds_how_many_words_to_try(gazetteer: Gazetteer) -> None:
    assert 4 <= gazetteer.longest_name_words <= 12


def test_everyone_shares_one_gazetteer(gazetteer: Gazetteer) -> None:
    assert Gazetteer.load() is gazetteer


anything = st.text(max_size=200) | st.sampled_from(
    ["SK10 4TG", "Boston", "Cheshire", "UK", ",", "the", "CA", "west midlands"]
)


@given(anything)
def test_no_text_upsets_a_search(text: str) -> None:
    gazetteer = Gazetteer.load()
    gazetteer.find(text)
    gazetteer.find_near(text)
    gazetteer.is_common_word(text)


@given(anything, anything, anything, anything)
def test_no_words_of_a_site_upset_its_placing(town: str, county: str, postcode: str, country: str) -> None:
    gazetteer = Gazetteer.load()
    gazetteer.locate(town=town, county=county, postcode=postcode, country=country)
    for name in ("Cheshire", "UK", "Leeds"):
        gazetteer.covers(
            the(name), town=town, county=county, region=county, postcode=postcode, country=country
        )
