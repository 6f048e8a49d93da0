"""An introduction is heard in many words, and what is sought with it; what only sounds like one is a search."""

import pytest

from bot.assistant.intents import Intent, Introduce, IntroduceTo, Thread, UnclearAsk, WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium
from store.search.wanted import Wanted
from tests.store.search.region import region

THREAD = Thread(Wanted("viral vectors"), 5)


def heard(text: str, medium: Medium = Medium.SLACK) -> Intent:
    return understand(text, index=region(), medium=medium, thread=THREAD)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("introduce 2", Introduce(2)), ("Introduce me to 2.", Introduce(2)), ("intro 2 please", Introduce(2)),
        ("please introduce us to the second one: we need 200 L of AAV by June", Introduce(2, "we need 200 L of AAV by June")),
        ("could you introduce me to the 2nd?", Introduce(2)), ("introduce us to number 3 for an audit", Introduce(3, "an audit")),
        ("put me in touch with 4 about plasmids, thanks", Introduce(4, "plasmids")), ("introduce me", Introduce(None)),
        ("an introduction to 1 - we make masks", Introduce(1, "we make masks")), ("introduce 999", Introduce(999)),
        ("Introduce 1 please: we need 200 litres", Introduce(1, "we need 200 litres")),
        ("intro to 2, please, we need 200 litres", Introduce(2, "we need 200 litres")),
        ("introduce us to number 2 if you can. We make masks.", Introduce(2, "We make masks.")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("medium", [Medium.SLACK, Medium.EMAIL, Medium.TERMINAL])
def test_a_number_is_meant(text: str, intent: Introduce, medium: Medium) -> None:
    assert heard(text, medium) == intent


@pytest.mark.parametrize(
    ("text", "seeks"),
    [
        ("introduce me to Danebrook", ""), ("can you introduce me to Danebrook Vectors?", ""), ("Introduce us to Marguerite Oyelowe please", ""),
        ("introduce me to Danebrook Vectors, we need 200 L of AAV by June", "we need 200 L of AAV by June"),
        ("introduce me to Danebrook please: plasmids", "plasmids"),
        ("I'd like an introduction to Danebrook: plasmids", "plasmids"), ("connect me with Marguerite Oyelowe about vectors", "vectors"),
    ],
)  # fmt: skip
def test_a_name_is_meant(text: str, seeks: str) -> None:
    intent = heard(text)
    assert isinstance(intent, IntroduceTo), intent
    assert (intent.matches[0].hit.name, intent.seeks) == ("Danebrook Vectors Ltd", seeks)


@pytest.mark.parametrize(
    "text",
    ["can you introduce me to catheter companies", "introduce me to someone who makes AAV", "please introduce us to anybody in gene editing"],
)  # fmt: skip
def test_a_kind_of_organisation_is_searched(text: str) -> None:
    assert isinstance(heard(text), WhoDoes)


def test_several_at_once_are_asked_for_one_by_one() -> None:
    assert isinstance(heard("introduce me to 1 and 3"), UnclearAsk)


def test_in_a_mail_what_is_sought_stands_on_lines_of_its_own() -> None:
    mail = (
        "Hello,\n\nplease introduce us to number 2.\n\nWe need 200 L of AAV\nby June.\n\nKind regards\nAlice"
    )
    assert heard(mail, Medium.EMAIL) == Introduce(2, "We need 200 L of AAV by June.")
