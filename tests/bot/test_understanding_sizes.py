"""How large, and of which kind, whatever words say so."""

import pytest

from bot.assistant.intents import WhoDoes
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
    ("text", "topic", "sizes"),
    [
        ("under 10 people doing stents", "stents", (MICRO,)), ("firms with fewer than ten staff in stents", "stents", (MICRO,)),
        ("between 10 and 50 people making sensors", "sensors", (SMALL,)), ("10-50 employees", "", (SMALL,)), ("50–249 staff, stents", "stents", (MEDIUM,)),
        ("20 to 100 people, stents", "stents", (SMALL, MEDIUM)), ("over 1,000 employees doing stents", "stents", (LARGE,)), ("big pharma", "pharma", (LARGE,)),
        ("university spin-outs in stents", "stents", (MICRO, SMALL)), ("spinouts in stents", "stents", (MICRO, SMALL)), ("start ups in stents", "stents", (MICRO, SMALL)),
        ("a one-man band who does stents", "stents", (MICRO,)), ("one-person stents business", "stents", (MICRO,)), ("sole trader for stents", "stents", (MICRO,)),
        ("freelancers for medical writing", "medical writing", (MICRO,)), ("stents, preferably an SME, ISO 13485 certified", "stents, ISO 13485 certified", (MICRO, SMALL, MEDIUM)),
        ("small-scale fermentation", "small-scale fermentation", ()), ("big data analytics", "big data analytics", ()), ("grants for start-ups", "grants for start-ups", ()),
        ("large molecule analytics", "large molecule analytics", ()), ("small quantities of stents", "small quantities of stents", ()),
    ],
)  # fmt: skip
def test_sizes_in_any_words(text: str, topic: str, sizes: tuple[SizeBand, ...]) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.sizes) == (topic, sizes)


@pytest.mark.parametrize(
    ("text", "topic", "kinds"),
    [
        ("NHS trusts' research offices", "research offices", (OrganisationKind.NHS,)), ("the NHS's innovation leads", "innovation leads", (OrganisationKind.NHS,)),
        ("academics working on sepsis", "sepsis", (OrganisationKind.UNIVERSITY,)), ("academic institutions in imaging", "imaging", (OrganisationKind.UNIVERSITY,)),
        ("VCs for medtech", "medtech", (OrganisationKind.INVESTOR,)), ("angel investors", "", (OrganisationKind.INVESTOR,)),
        ("multi-nationals in stents", "stents", (OrganisationKind.MULTINATIONAL,)), ("local authorities buying stents", "stents", (OrganisationKind.PUBLIC_BODY,)),
        ("software for universities", "software for universities", ()), ("who supplies the NHS with gloves", "NHS with gloves", ()),
        ("private hospital operators", "private hospital", ()), ("charities funding epilepsy", "charities funding epilepsy", ()),
        ("consultants in regulatory affairs", "consultants in regulatory affairs", ()), ("CROs", "CROs", ()),
        ("I am an investor looking for stents", "stents", ()),
    ],
)  # fmt: skip
def test_kinds_in_any_words(text: str, topic: str, kinds: tuple[OrganisationKind, ...]) -> None:
    understood = wanted(text)
    assert (understood.topic, understood.kinds) == (topic, kinds)
