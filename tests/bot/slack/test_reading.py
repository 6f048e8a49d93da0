"""What members type, as Slack passes it on, becomes their words again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.reading import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0WHODOES> who does proteomics?", "who does proteomics?"),
        ("<@U0WHODOES|whodoes>", "whodoes"),
        ("who does R&amp;D &lt;50 people", "who does R&D <50 people"),
        ("what is in <#C0GENERAL|general>?", "what is in general ?"),
        ("<#C0GENERAL>", ""),
        ("like <https://larkspur.example/a|Larkspur> does", "like Larkspur does"),
        ("see <https://larkspur.example>", "see https://larkspur.example"),
        ("ask <mailto:ana@larkspur.example|ana@larkspur.example>", "ask ana@larkspur.example"),
        ("<!here> who does this", "who does this"),
        ("<!subteam^S1|@labs> who", "@labs who"),
        ("by <!date^1700000000^{date}|14 November>", "by 14 November"),
        ("*viral* _vectors_ ~now~ `AAV`", "viral vectors now AAV"),
        ("*_both_* here", "both here"),
        ("<@U1> *protein", "*protein"),
        ("protein*", "protein*"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        (":wave: hello :+1:", "hello :+1:"),
        ("at 10:30:15 sharp", "at 10:30:15 sharp"),
        ("&gt; quoted\nand mine", "quoted and mine"),
        ("nul\0 here", "nul here"),
        ("", ""),
    ],
)
def test_markup_goes_and_words_stay(text: str, words: str) -> None:
    assert words_of(text) == words


@given(st.text(max_size=300))
def test_whatever_is_said_can_be_kept(text: str) -> None:
    words_of(text).encode()
    assert "\0" not in words_of(text)


def test_a_very_long_message_is_read_at_once() -> None:
    assert len(words_of("*a _b ~c `d <@U1> " * 2000)) > 1000


def test_a_wall_of_marks_costs_nobody_their_answer() -> None:
    """Looked at from each of its marks this took half an hour, during which nobody was answered."""
    assert words_of("viral vectors " + "*" * 400_000).endswith("*")
    assert words_of("*" * 400_000 + "viral vectors") == "viral vectors"
