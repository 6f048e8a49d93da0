"""What is passed over without being compared is never alike."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from store.search.shapes import Shapes

WORDS = st.text(alphabet="abcdefåßع ", max_size=9)


@settings(max_examples=300)
@given(words=st.lists(WORDS, max_size=12), asked=WORDS, edits=st.integers(0, 4), ratio=st.floats(0, 100))
def test_no_word_that_is_near_enough_is_passed_over(
    words: list[str], asked: str, edits: int, ratio: float
) -> None:
    shapes = Shapes()
    shapes.add(words[:5])
    shapes.add(words[5:])
    within, alike = shapes.within(asked, edits), shapes.alike(asked, ratio)
    for number, word in enumerate(words):
        assert within[number] or OSA.distance(word, asked) > edits
        assert alike[number] or fuzz.ratio(word, asked) < ratio


def test_most_words_that_are_not_near_are_passed_over() -> None:
    words = ["".join(chr(97 + (at * step) % 26) for at in range(8)) for step in range(1, 500)]
    shapes = Shapes()
    shapes.add(words)
    assert shapes.within("purifier", 2).sum() < 25
