"""A reply is read as a letter's word in everything people say for it; a yes that is not sure is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.introductions.words import word_of

CONSENT = ("yes", "no", "pause")
MET = ("met", "not yet", "no")
OUTCOME = ("in talks", "agreement", "project", "nothing")
SIGNED = "Hi Ana,\n\nYes please.\n\nBest wishes\nTom Alder\nHead of Vectors\nLarkspur Vectors Ltd"


@pytest.mark.parametrize(
    "text",
    [
        "yes", "YES", "Yes please!", "Yes, happy to.", "sure, go ahead", "ok", "OK, please introduce us. Tom", "Yes, Tom", "Thanks! Yes please",
        "I'd love to meet them", "Yes, why not?", "Why not?", "Happy to connect", "That would be great, thank you", "No problem", "With pleasure",
        "Yes, introduce us", "I would be very happy to talk", "Sure!\n\nSent from my iPhone", SIGNED, "Hi yes please", "Yes. We make AAV at scale.",
        "Yes please, that would be very useful for our project", "“Yes”", "yes\n\n-- \nTom Alder | not the other Tom", "Yes, Monday suits us",
    ],
)  # fmt: skip
def test_a_yes(text: str) -> None:
    assert word_of(text, CONSENT) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "no", "No thanks", "no thanks, we have one", "not now", "Not Now.", "not at the moment", "Not interested, sorry", "not now, maybe later",
        "I'd rather not", "We're too busy at the moment", "Unfortunately not", "Hello,\nno thank you.\nRegards\nTom",
    ],
)  # fmt: skip
def test_a_no(text: str) -> None:
    assert word_of(text, CONSENT) == "no"


@pytest.mark.parametrize("text", ["pause", "Not now, and pause requests", "no, pause", "stop", "Please stop sending me these", "unsubscribe"])  # fmt: skip
def test_a_pause(text: str) -> None:
    assert word_of(text, CONSENT) == "pause"


@pytest.mark.parametrize(
    "text",
    [
        "", "  \n ", "maybe", "yes but not before May", "Yes, but not before May", "Yes, in May", "who is it?", "Yes, who are they?", "yes?",
        "yes\n\nThanks\nPS only by phone", "Yes, if they sign an NDA", "Yes (only after the audit)", "Yes\nno", "no, yes", "yes/no", "👍",
        "no worries", "No need to ask, yes!", "I say yes", "Yes, I have left the company", "Yes, I am away", "Ja gerne", "Thanks!", "Hello",
        "I am out of office until May", "Not sure. Yes?", "Yes. On second thoughts, don't", "Yes, I was told you might ask, but please wait",
        "Yesterday", "know", "okapi", "Yes, my colleague will", "yes, unless it is a competitor", "yes " * 2000, "ta\n" * 1300, "met", "in talks",
        "Hi Yes Please No",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_no_word(text: str) -> None:
    assert word_of(text, CONSENT) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("met", "met"), ("we met last week", "met"), ("Yes", "met"), ("Yes, we did", "met"), ("We met on Tuesday and they will quote", "met"),
        ("We have spoken on the phone", "met"), ("not yet", "not yet"), ("No, not yet", "not yet"), ("we haven't met yet", "not yet"),
        ("Not yet, but we have a call on Friday", "not yet"), ("no", "no"), ("It won't happen", "no"), ("no, they never replied", "no"),
        ("ok", None), ("We will meet soon", None), ("we are meeting next week", None), ("Did we meet?", None), ("We nearly met", None),
    ],
)  # fmt: skip
def test_whether_they_met(text: str, word: str | None) -> None:
    assert word_of(text, MET) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("in talks", "in talks"), ("We are in talks.", "in talks"), ("in talks about a project", "in talks"), ("agreement", "agreement"),
        ("We signed an agreement in March, worth 40k", "agreement"), ("project", "project"), ("We have a joint project funded by a grant.", "project"),
        ("nothing", "nothing"), ("Nothing came of it, sadly.", "nothing"), ("nothing yet", None), ("no agreement", None), ("yes", None),
        ("We hope to sign an agreement", None), ("The agreement isn't signed", None), ("Is it an agreement?", None),
    ],
)  # fmt: skip
def test_what_came_of_it(text: str, word: str | None) -> None:
    assert word_of(text, OUTCOME) == word


@pytest.mark.parametrize(
    ("text", "choices", "word"),
    [
        ("resume", ("resume",), "resume"), ("Yes please", ("resume",), "resume"), ("no", ("resume",), None), ("approve", ("approve", "decline"), "approve"),
        ("Approved, thanks", ("approve", "decline"), "approve"), ("no", ("approve", "decline"), "decline"), ("take it back", ("withdraw",), "withdraw"),
        ("never mind", ("withdraw",), "withdraw"), ("yes", (), None), ("something else", ("something else",), "something else"),
    ],
)  # fmt: skip
def test_other_letters(text: str, choices: tuple[str, ...], word: str | None) -> None:
    assert word_of(text, choices) == word


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["yes", "Yes please", "ok", "sure", "happy to"]),
    st.sampled_from([" ", ", ", ". ", "\n", " - "]),
    st.sampled_from(
        ["but not now", "if they pay", "only in June", "not before Easter", "who are they?", "no", "later", "maybe", "unless it rains", "I can't"]
    ),
    st.sampled_from(["", ".", "!", "\n\nTom", "\nBest wishes\nTom"]),
)  # fmt: skip
def test_a_yes_with_a_condition_is_no_yes(yes: str, joint: str, condition: str, end: str) -> None:
    assert word_of(f"{yes}{joint}{condition}{end}", CONSENT) != "yes"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text: str) -> None:
    assert word_of(text, CONSENT) in {None, *CONSENT}


@pytest.mark.parametrize("text", ["a " * 1999, "-" * 3999, "(" * 3999, "yes, " * 799, "Hi " * 1300, "we have " * 490, "\n" * 3999])  # fmt: skip
def test_hostile_texts_are_read_at_once(text: str) -> None:
    assert word_of(text, (*CONSENT, *MET, *OUTCOME)) in {
        None,
        "met",
        "yes",
    }  # a pattern that ran away would take hours
