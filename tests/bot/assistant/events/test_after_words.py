"""What guests write after an event, read: nothing they say is lost, and no number is guessed at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.events.after_words import LONGEST_WISH, LONGEST_WORDS, MOST_WISHES, Said, said_in, wished


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4", Said(4)),
        ("4/5", Said(4)),
        ("5 out of 5!\nLovely evening.", Said(5, "Lovely evening.")),
        ("Four.\nMore time to talk\nMeet: somebody from Oriel", Said(4, "More time to talk", ("somebody from Oriel",))),
        ("Hi,\n\nI'd say 4 - great venue.\n\nBest,\nAda", Said(4, "great venue.")),
        ("It was a solid 3.", Said(3)),
        ("2 stars", Said(2)),
        ("1. 4\n2. More time\n3. Cleo Lark", Said(4, "More time", ("Cleo Lark",))),
        ("1) 5\n2) nothing\n3) nobody", Said(5)),
        ("5 people told me it was too loud", Said(None, "5 people told me it was too loud")),
        ("We were 4.", Said(None, "We were 4.")),
        ("Thanks, great evening!", Said(None, "Thanks, great evening!")),
        ("6", Said(None, "6")),
        ("3, too long. I wanted to meet Cleo", Said(3, "too long.", ("Cleo",))),
        ("I didn't get to talk to anyone who sorts cells.", Said(wishes=("anyone who sorts cells",))),
        ("I'd have loved to meet Ben Ode", Said(wishes=("Ben Ode",))),
        ("Meet: nobody in particular", Said()),
        ("MEET – Ben Ode\nmeet: ben ode", Said(wishes=("Ben Ode", "ben ode"))),
        ("4\n\nOn Fri, 29 Jan 2027, whodoes wrote:\n> Thank you for coming\n> 1", Said(4)),
        ("", Said()),
    ],
)  # fmt: skip
def test_a_mail_is_read(text: str, said: Said) -> None:
    assert said_in(text) == said


def test_a_field_for_it_needs_no_meet() -> None:
    assert wished("Ben Ode\n Meet: Cleo\n-\nnone\n") == ("Ben Ode", "Cleo")


@given(st.text(max_size=3000))
def test_no_text_breaks_it_or_fills_the_store(text: str) -> None:
    said = said_in(text)
    assert said.score in {None, 1, 2, 3, 4, 5}
    assert len(said.words) <= LONGEST_WORDS
    assert len(said.wishes) <= MOST_WISHES
    assert all(0 < len(each) <= LONGEST_WISH for each in said.wishes)
