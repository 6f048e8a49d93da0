"""What an ask is understood to mean."""

import time

import pytest

from bot.assistant.intents import (
    About,
    AboutUnknown,
    EventsAsked,
    HelpAsked,
    Intent,
    SmallTalk,
    SmallTalkKind,
    Stop,
    UnclearAsk,
    WhoDoes,
)
from bot.assistant.understanding import understand
from store.kinds import EventKind, Medium, OrganisationKind, SizeBand
from store.search.wanted import Nearness, Wanted
from tests.store.search.region import region


def read(text: str, medium: Medium = Medium.SLACK) -> Intent:
    return understand(text, index=region(), medium=medium)


def wanted(text: str) -> Wanted:
    intent = read(text)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("who does viral vectors?", "viral vectors"),
        ("anyone doing ELISA kits", "ELISA"),
        ("Looking for companies working with adeno-associated virus", "adeno-associated virus"),
        ("any members who make cathters please", "cathters"),
        ("we need a CRO to run our phase 1 study", "CRO to run our phase 1 study"),
        ("AI for radiology and medical imaging", "AI for radiology and medical imaging"),
        ("contract development and manufacturing organisation", "contract development and manufacturing organisation"),
        ("we make a splint and would like to meet sleep apnoea companies", "sleep apnoea"),
        ("R&D in CAR-T", "R&D in CAR-T"),
    ],
)  # fmt: skip
def test_the_topic_is_what_is_sought_in_the_askers_spelling(text: str, topic: str) -> None:
    assert wanted(text).topic == topic


@pytest.mark.parametrize(
    ("text", "topic", "places"),
    [
        ("viral vectors near Macclesfield", "viral vectors", [("Macclesfield", Nearness.NEAR, None)]),
        ("who makes catheters within 20 miles of Leeds?", "catheters", [("Leeds", Nearness.NEAR, 20.0)]),
        ("stents within 10 km of York", "stents", [("York", Nearness.NEAR, 6.21371)]),
        ("pharma in Cheshire", "pharma", [("Cheshire", Nearness.IN, None)]),
        ("who is based in SK10?", "", [("SK10", Nearness.IN, None)]),
        ("cell culture in Leeds or York", "cell culture", [("Leeds", Nearness.IN, None), ("York", Nearness.IN, None)]),
        ("drug discovery close to Alderley Park", "drug discovery", [("Alderley Park", Nearness.NEAR, None)]),
        ("stents in the north west of England", "stents", [("North West", Nearness.IN, None)]),
        ("German stent makers", "stent", [("Germany", Nearness.IN, None)]),
        ("Welsh stent makers", "stent", [("Wales", Nearness.IN, None)]),
        ("stents near Maclesfield", "stents", [("Macclesfield", Nearness.NEAR, None)]),
        ("UK stents near Manchester", "stents", [("Manchester", Nearness.NEAR, None)]),
        ("stents in Reading", "stents", [("Reading", Nearness.IN, None)]),
        ("stents in the US", "stents", [("United States", Nearness.IN, None)]),
    ],
)  # fmt: skip
def test_places_are_taken_out_of_the_sentence(
    text: str, topic: str, places: list[tuple[str, Nearness, float | None]]
) -> None:
    understood = wanted(text)
    assert understood.topic == topic
    assert [(each.place.name, each.nearness, each.radius_miles) for each in understood.places] == [
        (name, nearness, radius if radius is None else pytest.approx(radius))
        for name, nearness, radius in places
    ]


@pytest.mark.parametrize("text", ["reading devices for the blind", "bath lifts", "remote patient monitoring", "who can help us with stents", "sale of ventilators"])  # fmt: skip
def test_everyday_words_are_no_places(text: str) -> None:
    assert wanted(text).places == ()


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("small companies doing stents", (SizeBand.MICRO, SizeBand.SMALL)),
        ("SMEs in stents", (SizeBand.MICRO, SizeBand.SMALL, SizeBand.MEDIUM)),
        ("stents, fewer than 10 people", (SizeBand.MICRO,)),
        ("large company doing stents, 250+ employees", (SizeBand.LARGE,)),
        ("a 12-person company making stents", (SizeBand.SMALL,)),
        ("stents by mid-sized firms", (SizeBand.MEDIUM,)),
        ("small molecules", ()),
        ("large animal models", ()),
    ],
)
def test_sizes_are_understood(text: str, sizes: tuple[SizeBand, ...]) -> None:
    assert wanted(text).sizes == sizes


@pytest.mark.parametrize(
    ("text", "kinds", "excluded"),
    [
        ("universities working on stents", (OrganisationKind.UNIVERSITY,), ()),
        ("which NHS trusts do gene editing", (OrganisationKind.NHS,), ()),
        ("investors in medtech", (OrganisationKind.INVESTOR,), ()),
        ("gene editing but not universities", (), (OrganisationKind.UNIVERSITY,)),
        ("stents, no multinationals", (), (OrganisationKind.MULTINATIONAL,)),
        ("stents, but not CROs", (), ()),
        ("who supplies gloves", (), ()),
    ],
)
def test_kinds_are_wanted_or_ruled_out(
    text: str, kinds: tuple[OrganisationKind, ...], excluded: tuple[OrganisationKind, ...]
) -> None:
    understood = wanted(text)
    assert (understood.kinds, understood.excluded) == (kinds, excluded)
    assert "not" not in understood.topic


@pytest.mark.parametrize(
    "text",
    [
        "Danebrook Vectors", "is danebrook a member?", "contact for Danebrok Vectors please", "what does Danebrook do",
        "tell me about DanebrookVectors", "who do I talk to at Danebrook Vectors Ltd", "Marguerite Oyelowe",
        "who does Marguerite Oyelowe work for?", "do you have anyone at Danebrook?",
        "what about Danebrook Vectors?", "contact for Danebrook Vectors in Macclesfield",
    ],
)  # fmt: skip
def test_one_named_organisation_or_person_is_asked_about(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, About), intent
    assert intent.matches[0].hit.name == "Danebrook Vectors Ltd"


@pytest.mark.parametrize("text", ["phone number for Oxtrellium", "tell me about Wexcombe Vaccines", "who runs Haverglen Genomics", "is Zorbly a member"])  # fmt: skip
def test_a_name_that_nobody_has_is_honestly_unknown(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, AboutUnknown)
    assert intent.name in text


@pytest.mark.parametrize("text", ["tell me about gene editing", "tell me about antbodies", "can you introduce me to catheter companies", "who works on antimicrobial resistance", "who is working on gene editing"])  # fmt: skip
def test_a_subject_after_a_look_up_phrase_is_a_search(text: str) -> None:
    assert isinstance(read(text), WhoDoes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hi", SmallTalkKind.GREETING), ("Good morning team!", SmallTalkKind.GREETING), ("hello, how are you?", SmallTalkKind.GREETING),
        ("Thanks so much!!", SmallTalkKind.THANKS), ("no thanks, we found someone", SmallTalkKind.THANKS), ("cheers", SmallTalkKind.THANKS),
        ("bye", SmallTalkKind.GOODBYE), ("see you all on Thursday", SmallTalkKind.GOODBYE),
        ("ok", SmallTalkKind.ACKNOWLEDGEMENT), ("lol", SmallTalkKind.ACKNOWLEDGEMENT), ("got it, thanks", SmallTalkKind.ACKNOWLEDGEMENT),
        ("where do I park?", SmallTalkKind.OTHER), ("please resend the invoice", SmallTalkKind.OTHER),
        ("is there wifi at the venue", SmallTalkKind.OTHER), ("how much does membership cost", SmallTalkKind.OTHER),
        ("what's the weather like in Leeds", SmallTalkKind.OTHER), ("can you send me the slides from yesterday", SmallTalkKind.OTHER),
        ("I'm out of the office until Monday", SmallTalkKind.OTHER), ("happy birthday Sarah!", SmallTalkKind.OTHER),
        ("what time does the webinar start", SmallTalkKind.OTHER), ("tell me a joke", SmallTalkKind.OTHER), ("the link doesn't work", SmallTalkKind.OTHER),
        ("thank you for the introduction", SmallTalkKind.THANKS), ("can I bring a guest?", SmallTalkKind.OTHER), ("where is your office", SmallTalkKind.OTHER),
        ("that's wrong", SmallTalkKind.OTHER), ("how do I change my password", SmallTalkKind.OTHER),
    ],
)  # fmt: skip
def test_small_talk_is_heard_as_that(text: str, kind: SmallTalkKind) -> None:
    assert read(text) == SmallTalk(kind)


@pytest.mark.parametrize("text", ["who does invoice software", "companies that make parking sensors", "suppliers of wifi modules", "thanks to covid who makes ventilators"])  # fmt: skip
def test_an_ask_about_such_things_is_still_an_ask(text: str) -> None:
    assert isinstance(read(text), WhoDoes)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("help", HelpAsked()), ("What can you do?", HelpAsked()), ("how does this work", HelpAsked()),
        ("upcoming events", EventsAsked()), ("what events are coming up?", EventsAsked()), ("when is the next workshop", EventsAsked(kind=EventKind.WORKSHOP)), ("events in June", EventsAsked(6)),
        ("stop", Stop()), ("please stop messaging me", Stop()), ("unsubscribe", Stop()), ("Leave me alone!", Stop()),
    ],
)  # fmt: skip
def test_other_intents(text: str, intent: Intent) -> None:
    assert read(text) == intent


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\n\n", "\x00\x01", "🙂", "\u200b"])
def test_nothing_to_read_is_unclear(text: str) -> None:
    assert isinstance(read(text), UnclearAsk)


@pytest.mark.parametrize("text", ["who does", "anyone?", "is there any company", "who is there"])
def test_nothing_sought_is_never_answered_with_an_organisation(text: str) -> None:
    intent = read(text)
    assert not isinstance(intent, WhoDoes) or region().search(intent.wanted).hits == ()


def test_control_characters_are_harmless() -> None:
    assert wanted("who does\x00 gene\x07 editing\u202e?").topic == "gene editing"


@pytest.mark.parametrize(
    "text",
    [
        "who does gene editing? " + "blah " * 40_000, "a" * 200_000, "in " * 50_000, "not " * 50_000, "who " * 50_000,
        "x, " * 50_000, "\n" * 100_000 + "hi", "hi there, " * 30_000, ">" * 100_000, "On " * 60_000 + "wrote:", "(" * 50_000,
        "Regards\n" * 20_000, "a.b" * 50_000, "é" * 100_000, "1 " * 60_000,
    ],
)  # fmt: skip
def test_very_long_text_is_read_all_the_same(text: str) -> None:
    for medium in (Medium.SLACK, Medium.EMAIL):
        started = time.process_time()
        read(text, medium)
        assert time.process_time() - started < 5  # a hang shows; speed is measured elsewhere
