"""Answers to an evening as people write them: taken where they are sure, and never guessed."""

import pytest

from bot.assistant.events.answering import attending_word, company_in


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("yes", "yes"), ("Yes please!\n\nAda", "yes"), ("I'll be there", "yes"), ("Hi,\nhappy to attend. Thanks, Ada", "yes"),
        ("See you there!", "yes"), ("count me in", "yes"), ("Ivy Elm will come in my place", "yes"), ("I’m coming", "yes"),
        ("no", "no"), ("Sorry, I can't make it.", "no"), ("I can’t come after all, please give my seat to somebody", "no"),
        ("I'd love to come but I am unable to attend", "no"), ("We have to cancel", "no"), ("count me out", "no"),
        ("maybe", "maybe"), ("Perhaps", "maybe"), ("I might come", "maybe"), ("Not sure yet", "maybe"),
        ("Who else is coming?", None), ("I'll come if Ben does", None), ("Is there parking?", None),
        ("Who does viral vectors near Chester?", None), ("", None), ("Thanks for the invitation", None),
    ],
)  # fmt: skip
def test_an_answer_is_heard(said: str, word: str | None) -> None:
    assert attending_word(said) == word


@pytest.mark.parametrize(
    ("said", "guest", "substitute"),
    [
        ("Yes, with Ben Ode", "Ben Ode", ""), ("yes\nI'm bringing Gil Oak.", "Gil Oak", ""), ("Yes plus my guest Hal Fir", "Hal Fir", ""),
        ("Ivy Elm will come in my place", "", "Ivy Elm"), ("Yes. Cleo Marsh takes my place", "", "Cleo Marsh"), ("yes", "", ""),
        ("no thanks", "", ""),
    ],
)  # fmt: skip
def test_company_is_named(said: str, guest: str, substitute: str) -> None:
    company = company_in(said)
    assert (company.guest, company.substitute) == (guest, substitute)
