"""How rows of what is said and what is meant are heard."""

from store.search.lexicon import Lexicon, Meaning
from store.search.words import stem, words_of


def stems(text: str) -> list[str]:
    return [stem(word) for word in words_of(text)]


def test_a_row_is_heard_by_each_of_its_patterns() -> None:
    lexicon = Lexicon([("freeze drying; lyo", "lyophilisation; drying in vacuum")])

    assert lexicon.expansions("lyo") == ("lyophilisation", "drying in vacuum")
    assert lexicon.expansions("freeze dryings") == ("lyophilisation", "drying in vacuum")
    assert lexicon.expansions("drying") == ()


def test_nothing_means_itself() -> None:
    lexicon = Lexicon([("dialysis;renal care", "dialysis;renal care")])

    assert lexicon.expansions("dialysis") == ("renal care",)
    assert lexicon.expansions("renal care") == ("dialysis",)


def test_a_stop_word_in_a_pattern_is_no_difference_from_its_own_expansion() -> None:
    lexicon = Lexicon([("point of care;POCT", "point-of-care;near-patient testing")])

    assert lexicon.expansions("point of care") == ("near-patient testing",)


def test_an_abbreviation_is_heard_of_several_too() -> None:
    lexicon = Lexicon([("CDMO;CRO", "contract manufacturing"), ("TENS", "nerve stimulation")])

    assert lexicon.expansions("CDMOs") == lexicon.expansions("CROs") == ("contract manufacturing",)
    assert {"cdmos", "cros"} <= lexicon.words
    assert lexicon.says("cros")
    assert not lexicon.says("tenss")


def test_the_longest_pattern_is_heard_where_several_fit() -> None:
    lexicon = Lexicon([("heart", "cardiology"), ("heart valve", "aortic valve")])

    assert lexicon.meanings(stems("new heart valves for a heart")) == [
        Meaning(1, 3, (("aortic valve", " ".join(stems("aortic valve"))),)),
        Meaning(5, 6, (("cardiology", stem("cardiology")),)),
    ]


def test_a_pattern_that_two_rows_have_means_what_either_says() -> None:
    shipped = Lexicon([("jab", "vaccine")])
    both = shipped.beside([("jab", "injection;vaccines")])

    assert both.expansions("jab") == ("vaccines", "injection")
    assert shipped.expansions("jab") == ("vaccine",)
    assert (len(shipped), len(both)) == (1, 2)


def test_it_tells_what_stands_in_its_patterns() -> None:
    lexicon = Lexicon([("lateral flow;LFT", "rapid tests")])

    assert lexicon.says("laterally")
    assert lexicon.says("flows")
    assert not lexicon.says("rapid")
    assert lexicon.knows(stem("lft"))
    assert not lexicon.knows(stem("lateral"))


def test_without_rows_nothing_means_anything() -> None:
    assert Lexicon([]).meanings(stems("heart attack")) == []
    assert Lexicon([]).expansions("heart attack") == ()
