""" "I meant …": the search before it again, as it was meant, in every way people say so; nothing of the thread lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.assistant.answering import answer
from bot.assistant.messages import (
    Answer,
    Ask,
    Matches,
    NobodyOfThatName,
    NoMatch,
    OneOrganisation,
    PeopleThere,
    SmallTalk,
    Unclear,
)
from bot.assistant.wording import put_in_words
from store.kinds import Medium, OrganisationKind, SizeBand
from store.models import AskRecord
from store.people import Stranger
from store.search.live import LiveIndex
from store.search.wanted import Nearness, Wanted
from store.store import Store
from tests.factories import add_golden_region, add_organisation, add_person

ASKED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Ivo Lark", role="Founder", organisation_id=region["Larkspur Vectors Ltd"])
    add_organisation(
        session,
        name="Reading Room Robotics",
        kind=OrganisationKind.UNIVERSITY,
        summary="Designs devices and diagnostics for wards.",
        capabilities=["medical devices", "medical diagnostics", "cleanroom design"],
        town="Chester", county="Cheshire", postcode="CH1 9ZY", point=(53.19, -2.89),
    )  # fmt: skip


@pytest.fixture
async def live(sqlite_store: Store) -> LiveIndex:
    await sqlite_store.write(furnish)
    return LiveIndex()


class Talk:
    def __init__(self, store: Store, live: LiveIndex, *, medium: Medium = Medium.SLACK) -> None:
        self.store, self.live, self.medium, self.count = store, live, medium, 0

    async def ask(self, text: str, *, page: int = 5) -> Answer:
        self.count += 1
        await self.store.read(self.live.catch_up)
        ask = Ask(f"t:{self.count}", Stranger(), text, self.medium, "t", page)
        at = ASKED_AT + timedelta(seconds=self.count)
        return await self.store.write(answer, ask, index=self.live.index, now=at)

    async def after(self, *texts: str) -> Wanted:
        for text in texts:
            given = await self.ask(text)
        assert isinstance(given, Matches | NoMatch), given
        return given.understood.wanted

    async def corrections(self) -> list[dict[str, Any] | None]:
        def kept(session: Session) -> list[dict[str, Any] | None]:
            return [row.correction for row in session.exec(select(AskRecord).order_by(AskRecord.id))]

        return await self.store.read(kept)


@pytest.fixture
def talk(sqlite_store: Store, live: LiveIndex) -> Talk:
    return Talk(sqlite_store, live)


@pytest.mark.parametrize(
    ("asked", "said", "topic"),
    [
        ("protean purification", "I meant protein", "protein purification"),
        ("protean purification", "sorry, I meant to say protein!", "protein purification"),
        ("protean purification", "no, not protean, protein", "protein purification"),
        ("protean purification", "protein, not protean", "protein purification"),
        ("protean purification", "*protein", "protein purification"),
        ("protean purification", "protein*", "protein purification"),
        ("protean purification", "oops – protein", "protein purification"),
        ("protean purification", "no, protein", "protein purification"),
        ("protean purification", "What I meant was “protein”", "protein purification"),
        ("protean purification", "it should be protein", "protein purification"),
        ("protean purification", "that's wrong, i really meant protein", "protein purification"),
        ("clean room design", "I meant cleanroom", "cleanroom design"),
        ("gene therapy manufacturing", "I meant cell therapy", "cell therapy manufacturing"),
        ("medical devices", "no, I mean diagnostics not devices", "medical diagnostics"),
        ("diagnostics and devices", "I meant diagnostics, not devices", "diagnostics"),
        ("medical devices", "I didn't mean devices, I meant diagnostics", "medical diagnostics"),
        ("lateral flow tests", "I meant stents", "stents"),
        ("lateral flow tests", "what I meant is protein purification", "protein purification"),
        ("imaging", "I meant for labels", "imaging for labels"),
        ("protean purification", "s/protean/protein/", "protein purification"),
        ("protean purification", "you misread me. I meant protein", "protein purification"),
        ("lateral flow strips", "instead of strips, tests", "lateral flow tests"),
        ("lab space", "I meant wet lab space", "wet lab space"),
    ],
)
async def test_a_word_like_one_of_the_topic_replaces_it_and_another_topic_all_of_it(
    talk: Talk, asked: str, said: str, topic: str
) -> None:
    assert (await talk.after(asked, said)).topic == topic


async def test_a_new_topic_keeps_place_kind_and_size(talk: Talk) -> None:
    wanted = await talk.after("small universities doing stents near Chester", "I meant medical devices")
    assert wanted.topic == "medical devices"
    assert [each.place.name for each in wanted.places] == ["Chester"]
    assert wanted.kinds == (OrganisationKind.UNIVERSITY,)
    assert SizeBand.SMALL in wanted.sizes


@pytest.mark.parametrize("said", ["sorry, meant Macclesfield", "not Leeds, Macclesfield", "*Macclesfield"])
async def test_a_place_replaces_the_place_and_is_as_near(talk: Talk, said: str) -> None:
    asked = (
        "viral vectors within 10 miles of Leeds"
        if "*" not in said
        else "viral vectors within 10 miles of Maccelsfield"
    )
    wanted = await talk.after(asked, said)
    assert wanted.topic == "viral vectors"
    [place] = wanted.places
    assert (place.place.name, place.nearness, place.radius_miles) == ("Macclesfield", Nearness.NEAR, 10.0)


async def test_how_far_can_be_corrected_alone_and_the_place_taken_back(talk: Talk) -> None:
    wanted = await talk.after("viral vectors near Leeds", "I meant within 5 miles")
    assert [(each.place.name, each.radius_miles) for each in wanted.places] == [("Leeds", 5.0)]
    wanted = await talk.after("no, I meant 20 km")
    assert [round(each.radius_miles or 0, 1) for each in wanted.places] == [12.4]
    assert (await talk.after("I meant anywhere")).places == ()
    wanted = await talk.after("viral vectors in Cheshire", "no, I meant the whole North West")
    assert (wanted.topic, [each.place.name for each in wanted.places]) == ("viral vectors", ["North West"])


async def test_a_word_that_passed_for_a_place_comes_back_to_the_topic(talk: Talk) -> None:
    asked = await talk.after("equipment in bath")
    assert [each.place.name for each in asked.places] == ["Bath"]
    wanted = await talk.after("I meant baths")
    assert (wanted.topic, wanted.places) == ("equipment baths", ())


async def test_a_place_that_passed_for_a_word_leaves_the_topic(talk: Talk) -> None:
    wanted = await talk.after("viral vectors Stokcporrt", "I meant in Stockport")
    assert wanted.topic == "viral vectors"
    assert [each.place.name for each in wanted.places] == ["Stockport"]


async def test_kinds_and_sizes_are_corrected_and_what_was_not_meant_is_left_out(talk: Talk) -> None:
    assert (await talk.after("medical devices", "I meant universities")).kinds == (
        OrganisationKind.UNIVERSITY,
    )
    small = await talk.after("medical devices", "I meant small companies")
    assert (small.kinds, small.sizes) == ((), (SizeBand.MICRO, SizeBand.SMALL))
    assert (await talk.after("medical devices", "I meant suppliers")).kinds == (OrganisationKind.SUPPLIER,)
    without = await talk.after("viral vectors", "I didn't mean plasmids")
    assert (without.topic, without.without) == ("viral vectors", ("plasmids",))
    excluded = await talk.after("medical devices", "I did not mean universities")
    assert excluded.excluded == (OrganisationKind.UNIVERSITY,)
    outside = await talk.after("viral vectors", "I didn't mean Leeds")
    assert (outside.without, [each.place.name for each in outside.outside]) == ((), ["Leeds"])
    nowhere = await talk.after("viral vectors in Leeds", "I didn't mean Leeds")
    assert (nowhere.topic, nowhere.places) == ("viral vectors", ())
    assert isinstance(await talk.ask("I didn't mean viral vectors"), Unclear)


@pytest.mark.parametrize(
    "said",
    [
        "no, search for exactly *protean*",
        "exactly protean",
        "“protean”",
        '"protean"',
        "protean is not a typo",
        "don't correct protean",
        "protean, as I spelt it",
        "I meant exactly protean",
        "I meant protean",
        "not protein, protean",
    ],
)
async def test_a_spelling_can_be_insisted_on(talk: Talk, said: str) -> None:
    first = await talk.ask("protean purification in Yorkshire")
    assert isinstance(first, Matches)
    given = await talk.ask(said)
    assert isinstance(given, Matches | NoMatch)
    assert given.understood.wanted.literally == ("protean",)
    assert given.understood.wanted.places
    reply = put_in_words(given)
    assert "spelt exactly “protean”" in reply.understood
    assert not any("protein" in reading for reading in reply.readings)


async def test_a_misspelling_that_is_corrected_to_another_is_not_taken_for_the_same_again(talk: Talk) -> None:
    assert (await talk.after("protien purification", "I meant protean")).literally == ("protean",)
    assert (await talk.after("protien purification", "not protein but protean")).literally == ("protean",)


async def test_a_word_in_quotes_is_taken_as_it_is_spelt_from_the_first(talk: Talk) -> None:
    assert (await talk.after("who does “protean” purification?")).literally == ("protean",)
    assert (await talk.after("exactly protean")).literally == ("protean",)


async def test_outside_a_thread_it_is_an_ask_of_its_own(talk: Talk) -> None:
    wanted = await talk.after("Sorry, I meant viral vectors near Macclesfield")
    assert (wanted.topic, wanted.places[0].place.name) == ("viral vectors", "Macclesfield")
    alone = Talk(talk.store, talk.live)
    alone.count = 100
    assert isinstance(await alone.ask("I meant …"), Unclear)


async def test_the_organisation_of_that_name_can_be_meant_and_the_place_too(talk: Talk) -> None:
    await talk.ask("larkspur vectors manufacturing work")
    about = await talk.ask("i meant the company")
    assert isinstance(about, OneOrganisation)
    assert about.hit.name == "Larkspur Vectors Ltd"
    await talk.ask("quokka cloning")
    assert isinstance(await talk.ask("I meant the organisation"), NobodyOfThatName)
    assert isinstance(await talk.ask("I meant the town"), Unclear)
    named = await talk.ask("I meant Tamarisk Gene Works")
    assert isinstance(named, OneOrganisation)


async def test_no_correction_loses_the_list_of_the_thread(talk: Talk) -> None:
    first = await talk.ask("viral vectors", page=1)
    assert isinstance(first, Matches)
    assert isinstance(await talk.ask("I meant falconry"), NoMatch)
    assert isinstance(await talk.ask("I meant …"), Unclear)
    there = await talk.ask("who at 2?")
    assert isinstance(there, PeopleThere)
    assert there.places[0][0].name == "Tamarisk Gene Works"
    more = await talk.ask("I meant more", page=1)
    assert isinstance(more, Matches | Unclear)
    other = await talk.ask("I meant 1")
    assert isinstance(other, PeopleThere)
    assert other.places[0][0].name == "Larkspur Vectors Ltd"


@pytest.mark.parametrize(
    "said", ["that's not what I meant", "exactly!", "exactly what I needed, thanks", "exactly right"]
)
async def test_talk_about_an_answer_corrects_nothing(talk: Talk, said: str) -> None:
    await talk.ask("viral vectors")
    given = await talk.ask(said)
    assert not isinstance(given, Matches), given
    assert (await talk.corrections())[-1] is None
    assert isinstance(await talk.ask("thanks!"), SmallTalk)


async def test_a_question_of_its_own_in_a_thread_is_one(talk: Talk) -> None:
    for said in ("laboratory signage, not catheters", "“laboratory signage”", "hi, lateral flow tests"):
        await talk.ask("viral vectors near Leeds")
        given = await talk.ask(said)
        assert isinstance(given, Matches)
        assert given.understood.wanted.places == ()


async def test_by_mail_the_first_line_is_enough(sqlite_store: Store, live: LiveIndex) -> None:
    talk = Talk(sqlite_store, live, medium=Medium.EMAIL)
    wanted = await talk.after(
        "Hello,\n\nwho does protean purification near Leeds?\n\nKind regards\nAna",
        "Sorry, I meant protein.\n\nWe need it for an assay, soon.\n\nKind regards\nAna",
    )
    assert (wanted.topic, wanted.places[0].place.name) == ("protein purification", "Leeds")


async def test_a_correction_is_kept_with_its_ask(talk: Talk) -> None:
    await talk.ask("protean purification near Leeds")
    await talk.ask("I meant signage")
    await talk.ask("I meant Stockport")
    assert await talk.corrections() == [
        None,
        {"part": "topic", "asked": "protean purification", "meant": "signage", "read": "protein"},
        {"part": "place", "asked": "Leeds", "meant": "Stockport", "read": ""},
    ]


async def test_what_was_not_meant_is_no_gap(talk: Talk) -> None:
    def missed(session: Session) -> list[bool]:
        return [row.missed for row in session.exec(select(AskRecord).order_by(AskRecord.id))]

    await talk.ask("falconry displays")
    assert await talk.store.read(missed) == [True]
    await talk.ask("I meant viral vectors")
    await talk.ask("I meant juggling")
    assert await talk.store.read(missed) == [False, False, True]


async def test_what_is_meant_after_all_is_no_longer_left_out(talk: Talk) -> None:
    await talk.ask("viral vectors not in Leeds")
    wanted = await talk.after("I didn't mean devices", "I meant devices in Leeds")
    assert (wanted.topic, wanted.without, wanted.outside) == ("devices", (), ())
    narrowed = await talk.after("viral vectors not in Leeds", "only in Leeds")
    assert ([each.place.name for each in narrowed.places], narrowed.outside) == (["Leeds"], ())


async def test_a_topic_can_turn_out_to_be_a_place(talk: Talk) -> None:
    wanted = await talk.after("bath", "I meant the town")
    assert (wanted.topic, [each.place.name for each in wanted.places]) == ("", ["Bath"])
    wanted = await talk.after("sandwich robots", "no, I meant the place")
    assert (wanted.topic, [each.place.name for each in wanted.places]) == ("robots", ["Sandwich"])
