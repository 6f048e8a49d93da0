"""Where: towns by ear, radii, campuses, languages that are no places, places that nobody knows."""

import pytest

from bot.assistant.intents import UnclearAsk, WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium
from store.search.wanted import Nearness, Wanted
from tests.store.search.region import region


def wanted(text: str) -> Wanted:
    intent = understand(text, index=region(), medium=Medium.SLACK)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted


@pytest.mark.parametrize(
    ("text", "topic", "place"),
    [
        ("stents in Macclesfeild", "stents", "Macclesfield"), ("vaccines in ocksford", "vaccines", "Oxford"), ("stents in Liverpol", "stents", "Liverpool"),
        ("stents near Mancester", "stents", "Manchester"), ("pharma in Cheshir", "pharma", "Cheshire"), ("stents in lestershire", "stents", "Leicestershire"),
        ("stents in Glosster", "stents", "Gloucester"), ("stents in Norritch", "stents", "Norwich"), ("Machester biotech", "biotech", "Manchester"),
        ("Edinbrugh proteomics", "proteomics", "Edinburgh"), ("Glascow", "", "Glasgow"), ("sheffeild surgical instruments", "surgical instruments", "Sheffield"),
        ("stents in Hertforshire", "stents", "Hertfordshire"), ("firms in San Fransisco", "", "San Francisco"), ("pharma at Alderly Park", "pharma", "Alderley Park"),
        ("labs in Lpool", "labs", "Liverpool"), ("pharma in S Yorks", "pharma", "South Yorkshire"), ("labs up north", "labs", "Northern England"),
        ("medtech down south", "medtech", "Southern England"), ("cell therapy north of the border", "cell therapy", "Scotland"),
        ("who is in sk10 doing chemistry", "chemistry", "SK10"), ("stents on the Wirral", "stents", "Wirral"), ("stents in Merseyside", "stents", "Merseyside"),
        ("stents along the M62 corridor", "stents", "M62 Corridor"), ("sensors at Daresbury Lab", "sensors", "Sci-Tech Daresbury"), ("who's in Bury", "", "Bury"),
        ("Reading", "", "Reading"), ("Sandwich, Kent", "", "Sandwich"), ("Manchester-based stent maker", "stent", "Manchester"),
        ("stents in Liverpool city centre", "stents", "Liverpool"), ("a company based in Leeds that does stents", "stents", "Leeds"),
    ],
)  # fmt: skip
def test_one_place_is_read(text: str, topic: str, place: str) -> None:
    understood = wanted(text)
    assert (understood.topic, [each.place.name for each in understood.places]) == (topic, [place])


@pytest.mark.parametrize("text", ["Leeds, York, Hull", "in Leeds, York or Hull", "Hull, Leeds and York", "Hull/Leeds/York"])  # fmt: skip
def test_a_list_of_places_is_all_places(text: str) -> None:
    understood = wanted(f"stents {text}")
    assert understood.topic == "stents"
    assert {each.place.name for each in understood.places} == {"Leeds", "York", "Kingston upon Hull"}


@pytest.mark.parametrize(
    ("text", "miles"),
    [
        ("stents within 5 km of Leeds", 3.106855), ("stents within 25km of Leeds", 15.534275), ("stents 10 km from Leeds", 6.21371),
        ("stents within 30 miles of Leeds", 30), ("Leeds within 30 miles, stents", 30), ("stents 30 miles round Leeds", 30),
        ("stents in a 20 mile radius of Leeds", 20), ("stents in a radius of 20 miles around Leeds", 20), ("stents, Leeds (20 mile radius)", 20),
        ("stents Leeds + 20 miles", 20), ("stents no further than 20 miles from Leeds", 20), ("stents not more than 20 miles away from Leeds", 20),
        ("stents within twenty miles of Leeds", 20), ("stents within an hour of Leeds", 40), ("an hour's drive from Leeds: stents", 40),
        ("stents within 45 minutes of Leeds", 30), ("stents half an hour from Leeds", 20), ("stents within 2 hours of Leeds", 80),
    ],
)  # fmt: skip
def test_how_far_is_read_in_miles_kilometres_and_time(text: str, miles: float) -> None:
    understood = wanted(text)
    assert understood.topic == "stents"
    assert [(each.place.name, each.nearness) for each in understood.places] == [("Leeds", Nearness.NEAR)]
    assert understood.places[0].radius_miles == pytest.approx(miles)


@pytest.mark.parametrize("text", ["stents commutable from Leeds", "stents that are an easy drive from Leeds", "stents within reach of Leeds"])  # fmt: skip
def test_an_easy_drive_is_near(text: str) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.places[0].nearness, understood.places[0].place.name) == (
        "stents",
        Nearness.NEAR,
        "Leeds",
    )


@pytest.mark.parametrize("text", ["stents near me", "stents nearby", "stents round here", "any local stents", "stents close to our site"])  # fmt: skip
def test_near_the_asker_is_nowhere_that_is_known(text: str) -> None:
    assert wanted(text) == Wanted("stents")


@pytest.mark.parametrize(
    "text",
    [
        "translate our IFU into German", "translation into Polish and Spanish", "German-speaking regulatory consultant", "French press", "Turkish",
        "English language editing for manuscripts", "medical writing in Spanish", "labels in Welsh", "Chinese hamster ovary cells",
        "Japanese encephalitis vaccine", "interpreter for Portuguese patients", "Italian speaking clinical research associate", "brazil nut allergy",
        "Innovate UK grant", "translate patient leaflets from English to French and Turkish",
    ],
)  # fmt: skip
def test_a_language_is_no_place(text: str) -> None:
    assert wanted(text) == Wanted(text)


@pytest.mark.parametrize(
    ("text", "topic", "places"),
    [
        ("Swedish companies doing diagnostics", "diagnostics", ["Sweden"]),
        ("Danish stent makers", "stent", ["Denmark"]),
        ("documents translated from Chinese to English in Leeds", "documents translated from Chinese to English", ["Leeds"]),
        ("companies in Turkey", "", ["Turkey"]),
    ],
)  # fmt: skip
def test_a_nation_still_is(text: str, topic: str, places: list[str]) -> None:
    understood = wanted(text)
    assert (understood.topic, [each.place.name for each in understood.places]) == (topic, places)


@pytest.mark.parametrize("text", ["the best company for stents", "stents in nice packaging", "mobile health", "stents in reading glasses", "catheters near Junction 9 of the M6"])  # fmt: skip
def test_words_and_roads_are_no_places(text: str) -> None:
    assert wanted(text).places == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("anyone in Qwertyville doing cell culture", "Qwertyville"),
        ("stents near Nowhereton", "Nowhereton"),
        ("stents within 10 miles of Nowhereton", "Nowhereton"),
        ("who makes catheters in Zarnstadt", "Zarnstadt"),
        ("stents based in Upper Zarnwick", "Upper Zarnwick"),
    ],
)
def test_a_place_nobody_knows_is_told(text: str, name: str) -> None:
    intent = understand(text, index=region(), medium=Medium.SLACK)
    assert isinstance(intent, UnclearAsk)
    assert name in intent.reason


@pytest.mark.parametrize("text", ["experts in Zynbrax", "trained in Zynbrax dosing", "stents in Leeds or Qwertyville"])  # fmt: skip
def test_a_thing_nobody_knows_is_no_place(text: str) -> None:
    assert wanted(text)
