"""What an ask rules out is kept apart from what it seeks."""

import pytest

from bot.assistant.intents import Narrow, Thread, UnclearAsk, WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium, OrganisationKind, SizeBand
from store.search.wanted import Wanted
from tests.store.search.region import region

MICRO, SMALL, MEDIUM, LARGE = SizeBand


def wanted(text: str) -> Wanted:
    intent = understand(text, index=region(), medium=Medium.SLACK)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted


@pytest.mark.parametrize(
    ("text", "topic", "without"),
    [
        ("gene therapy but not CROs", "gene therapy", ["CROs"]),
        ("toxicology, no consultants", "toxicology", ["consultants"]),
        ("who does stability testing other than animal studies", "stability testing", ["animal studies"]),
        ("anyone in biotech except diagnostics companies", "biotech", ["diagnostics companies"]),
        ("imaging agents (not radioactive)", "imaging agents", ["radioactive"]),
        ("who does biologics but isn't a CRO", "biologics", ["CRO"]),
        ("software for hospitals that isn't electronic records", "software for hospitals", ["electronic records"]),
        ("masks, but no distributors or resellers please", "masks", ["distributors", "resellers"]),
        ("a lab that does stability studies, not a consultancy", "lab that does stability studies", ["consultancy"]),
        ("who does gene editing, nothing to do with plants", "gene editing", ["plants"]),
        ("rather than CROs, anyone with an animal house", "animal house", ["CROs"]),
        ("need a vet, not for dogs", "vet", ["dogs"]),
        ("drug delivery excluding inhalers", "drug delivery", ["inhalers"]),
        ("catheters apart from urinary ones", "catheters", ["urinary ones"]),
        ("labs without consultants", "labs", ["consultants"]),
        ("anyone who isn't a consultant and can do regulatory writing", "regulatory writing", ["consultant"]),
        ("instead of Bioventix, who else makes antibodies", "antibodies", ["Bioventix"]),
    ],
)  # fmt: skip
def test_what_is_no_kind_is_ruled_out_in_the_askers_words(text: str, topic: str, without: list[str]) -> None:
    understood = wanted(text)
    assert (understood.topic, list(understood.without)) == (topic, without)


@pytest.mark.parametrize(
    "text",
    [
        "non-invasive glucose monitoring", "non-viral gene delivery", "no-wash ELISA", "not-for-profit hospices",
        "label-free detection without dyes", "cell culture avoiding serum",
    ],
)  # fmt: skip
def test_a_property_of_what_is_sought_rules_nothing_out(text: str) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.without, understood.excluded) == (text, (), ())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("we're not sure who does fill finish", "fill finish"),
        ("no idea who to ask about sterilisation", "sterilisation"),
        ("no preference on location, just someone doing PCR", "PCR"),
        ("not just antibodies but also nanobodies", "antibodies but also nanobodies"),
        ("not sure if this is the right place, but does anyone make syringes?", "syringes"),
    ],
)
def test_not_knowing_rules_nothing_out(text: str, topic: str) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.without) == (topic, ())


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("antibodies, not SMEs", (LARGE,)),
        ("peptides - no big pharma", (MICRO, SMALL, MEDIUM)),
        ("not small companies, contract packing", (MEDIUM, LARGE)),
        ("SMEs doing stents but no start-ups", (MEDIUM,)),
        ("stents, not the big ones", (MICRO, SMALL, MEDIUM)),
    ],
)
def test_a_size_ruled_out_leaves_the_others(text: str, sizes: tuple[SizeBand, ...]) -> None:
    assert wanted(text).sizes == sizes


@pytest.mark.parametrize(
    ("text", "excluded", "without"),
    [
        ("anyone but universities doing proteomics", (OrganisationKind.UNIVERSITY,), ()),
        ("stents that are not from multinationals", (OrganisationKind.MULTINATIONAL,), ()),
        ("stents, no universities, CROs or NHS trusts", (OrganisationKind.UNIVERSITY, OrganisationKind.NHS), ("CROs",)),
        ("proteomics apart from consultants and universities", (OrganisationKind.UNIVERSITY,), ("consultants",)),
    ],
)  # fmt: skip
def test_kinds_ruled_out_stay_kinds(
    text: str, excluded: tuple[OrganisationKind, ...], without: tuple[str, ...]
) -> None:
    understood = wanted(text)
    assert (understood.excluded, understood.without) == (excluded, without)


@pytest.mark.parametrize(
    ("text", "topic", "outside"),
    [
        ("cell therapy companies not in London", "cell therapy", ["London"]),
        ("proteomics but not in Manchester or Leeds", "proteomics", ["Manchester", "Leeds"]),
        ("medtech outside London", "medtech", ["London"]),
        ("excluding Scotland, who does gene therapy", "gene therapy", ["Scotland"]),
        ("stents, anywhere but not Cheshire", "stents", ["Cheshire"]),
        ("stents, nothing from Germany, no CROs", "stents", ["Germany"]),
    ],
)
def test_places_are_ruled_out(text: str, topic: str, outside: list[str]) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.places) == (topic, ())
    assert [each.place.name for each in understood.outside] == outside


@pytest.mark.parametrize("text", ["not too far from Leeds, ELISA", "ELISA just outside Leeds", "ELISA not far from Leeds"])  # fmt: skip
def test_not_far_from_a_place_is_near_it(text: str) -> None:
    understood = wanted(text)
    assert [(each.place.name, each.nearness.value) for each in understood.places] == [("Leeds", "near")]
    assert (understood.topic, understood.outside) == ("ELISA", ())


def test_a_place_may_be_wanted_and_another_ruled_out() -> None:
    understood = wanted("proteomics in the north west but not in Manchester")
    assert [each.place.name for each in understood.places] == ["North West"]
    assert [each.place.name for each in understood.outside] == ["Manchester"]


def test_a_follow_up_rules_out_more_of_the_earlier_ask() -> None:
    thread = Thread(Wanted("stents", without=("CROs",)), 5)
    assert understand("no consultants", index=region(), medium=Medium.SLACK, thread=thread) == Narrow(
        without=("consultants",)
    )
    outside = understand("not in Leeds", index=region(), medium=Medium.SLACK, thread=thread)
    assert isinstance(outside, Narrow)
    assert [each.place.name for each in outside.outside] == ["Leeds"]


@pytest.mark.parametrize(
    "text", ["not CROs", "companies that don't do animal testing", "anyone not in London"]
)
def test_nothing_but_what_is_not_wanted_is_unclear(text: str) -> None:
    assert isinstance(understand(text, index=region(), medium=Medium.SLACK), UnclearAsk)
