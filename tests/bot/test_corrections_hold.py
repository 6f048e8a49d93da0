"""Whatever is called a correction of whatever was asked, in any script, is read without an exception and at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.corrections import LONGEST, correction_in, quoted_in
from bot.assistant.intents import Correct, Thread
from bot.assistant.messages import Matches, Understood
from bot.assistant.understanding import understand
from bot.assistant.wording import put_in_words
from store.kinds import Medium
from store.search.wanted import Wanted
from store.search.words import words_of
from tests.store.search.region import region

OPENINGS = ("I meant ", "not ", "exactly ", "no, I meant exactly ", "I didn't mean ", "*", "“", "sorry ", "")
ENDINGS = ("", " not protein", ", not Leeds", "*", "”", " literally", " instead of viral vectors", " …")
asked = st.one_of(
    st.sampled_from(["viral vectr in Leeds", "protien", "“stents” or balloons"]), st.text(max_size=60)
)
words = st.one_of(
    st.sampled_from(["protein", "the company", "the town", "Macclesfield", "2", "more", "universities", ""]),
    st.text(max_size=60),
)


@settings(max_examples=150, deadline=None)
@given(asked, st.sampled_from(OPENINGS), words, st.sampled_from(ENDINGS))
def test_any_correction_of_any_ask_is_read(before: str, opening: str, said: str, ending: str) -> None:
    index = region()
    thread = Thread(Wanted(before.strip()), 3)
    text = f"{opening}{said}{ending}"
    heard = understand(text, index=index, medium=Medium.SLACK, thread=thread)
    assert heard == understand(text, index=index, medium=Medium.SLACK, thread=thread)
    if isinstance(heard, Correct):
        found = index.search(heard.wanted)
        shown = Matches(
            "a", Understood(heard.wanted, found.readings), found.hits, 1, len(found.hits), found.full
        )
        reply = put_in_words(shown)
        assert all(len(set(item.why)) == len(item.why) for item in reply.items)


@given(st.text(max_size=3 * LONGEST), st.text(max_size=80))
def test_quotes_give_only_words_of_the_topic(text: str, topic: str) -> None:
    assert set(quoted_in(text, topic)) <= set(words_of(topic))


def test_a_long_text_is_no_correction_and_a_tiring_one_is_read() -> None:
    assert correction_in("I meant " + "protein " * 100) is None
    for tiring in (
        "ok " * 60,
        "no, " * 40 + "x",
        "not " * 49,
        "a not " * 33,
        "**" * 90,
        "“" * 150,
        "I meant " * 24,
    ):
        correction_in(tiring)
    quoted_in("“" * 100_000, "protein")
    quoted_in('"a ' * 30_000, "protein")
