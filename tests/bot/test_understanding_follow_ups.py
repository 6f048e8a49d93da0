"""What follows an answer is read in its light."""

import pytest

from bot.assistant.intents import Intent, Introduce, More, Narrow, Thread, UnclearAsk, WhoDoes, WhoThere
from bot.assistant.understanding import understand
from store.kinds import Medium, OrganisationKind, SizeBand
from store.search.wanted import Nearness, Wanted
from tests.store.search.region import near, region, within

THREAD = Thread(Wanted("viral vectors"), 5)


def follow(text: str, thread: Thread | None = THREAD) -> Intent:
    return understand(text, index=region(), medium=Medium.SLACK, thread=thread)


@pytest.mark.parametrize("text", ["more", "More please", "show me more", "next", "anyone else?", "ok, show me some more please", "any others"])  # fmt: skip
def test_more(text: str) -> None:
    assert follow(text) == More()


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("introduce 2", 2), ("introduce me to 2", 2), ("please introduce us to number 3", 3), ("intro to the first one", 1),
        ("could you introduce me to the 2nd?", 2), ("put me in touch with 4", 4), ("introduce me", None), ("Introduce  12", 12),
    ],
)  # fmt: skip
def test_introduce(text: str, position: int | None) -> None:
    assert follow(text) == Introduce(position)


@pytest.mark.parametrize(("text", "position"), [("who there?", None), ("who at 2", 2), ("who's there", None), ("who should I talk to there?", None), ("who works at number two", 2)])  # fmt: skip
def test_who_there(text: str, position: int | None) -> None:
    assert follow(text) == WhoThere(position)


@pytest.mark.parametrize(
    ("text", "places"),
    [("only in Manchester", ["Manchester"]), ("what about Leeds?", ["Leeds"]), ("Chester", ["Chester"]), ("any in Leeds or York?", ["Leeds", "York"])],
)  # fmt: skip
def test_narrowed_to_a_place(text: str, places: list[str]) -> None:
    intent = follow(text)
    assert isinstance(intent, Narrow)
    assert [each.place.name for each in intent.places] == places


@pytest.mark.parametrize(
    ("text", "narrow"),
    [
        ("only SMEs", Narrow(sizes=(SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM))),
        ("just the small ones", Narrow(sizes=(SizeBand.MICRO, SizeBand.SMALL))),
        ("not universities", Narrow(excluded=(OrganisationKind.UNIVERSITY,))),
        (
            "but no universities or NHS trusts",
            Narrow(excluded=(OrganisationKind.UNIVERSITY, OrganisationKind.NHS)),
        ),
        ("only suppliers", Narrow(kinds=(OrganisationKind.SUPPLIER,))),
        ("universities only please", Narrow(kinds=(OrganisationKind.UNIVERSITY,))),
    ],
)
def test_narrowed_to_kinds_and_sizes(text: str, narrow: Narrow) -> None:
    assert follow(text) == narrow


def test_nearer_and_further_change_the_radius() -> None:
    thread = Thread(Wanted("stents", places=(near("Leeds", 20),)), 5)
    nearer, wider = follow("nearer", thread), follow("further afield", thread)
    assert isinstance(nearer, Narrow)
    assert isinstance(wider, Narrow)
    assert [(each.nearness, each.radius_miles) for each in nearer.places] == [(Nearness.NEAR, 10)]
    assert [each.radius_miles for each in wider.places] == [40]


def test_nearer_to_nowhere_is_unclear() -> None:
    assert isinstance(follow("nearer"), UnclearAsk)


def test_a_new_topic_keeps_the_place_when_it_carries_on() -> None:
    thread = Thread(Wanted("stents", places=(within("Leeds"),)), 5)
    carried, new = follow("what about catheters?", thread), follow("who does catheters?", thread)
    assert carried == WhoDoes(Wanted("catheters", places=(within("Leeds"),)))
    assert new == WhoDoes(Wanted("catheters"))


def test_without_an_earlier_ask_they_are_asks_of_their_own() -> None:
    intent = follow("only in Manchester", None)
    assert isinstance(intent, WhoDoes)
    assert [each.place.name for each in intent.wanted.places] == ["Manchester"]
    assert follow("more", None) == More()
    assert isinstance(follow("nearer", None), UnclearAsk | WhoDoes)


@pytest.mark.parametrize(
    ("text", "miles"),
    [("within 20 miles", 20), ("up to 10 km", 6.21371), ("too far", 10), ("that's too far", 10)],
)
def test_a_radius_is_said_of_the_earlier_place(text: str, miles: float) -> None:
    intent = follow(text, Thread(Wanted("stents", places=(near("Leeds", 20),)), 5))
    assert isinstance(intent, Narrow)
    assert [each.place.name for each in intent.places] == ["Leeds"]
    assert intent.places[0].radius_miles == pytest.approx(miles)


@pytest.mark.parametrize("text", ["smaller ones", "ok only the small ones then"])
def test_those_of_a_size_are_picked(text: str) -> None:
    assert follow(text) == Narrow(sizes=(SizeBand.MICRO, SizeBand.SMALL))
