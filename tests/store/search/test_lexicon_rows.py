"""The laws of the shipped lexicon: every row says something, says it once, and drags in nothing everyday."""

import csv
from collections import Counter
from collections.abc import Iterator

import pytest

from store.search.common_words import is_common
from store.search.lexicon import DATA_FILE, Lexicon
from store.search.words import FILLER_WORDS, STOP_WORDS, stem, stems_of, words_of

SAYS_NOTHING = STOP_WORDS | FILLER_WORDS
LONGEST_PATTERN = 4
MEAN_WHAT_THEY_SAY = {"DIY"}  # abbreviations that are everyday words for the very thing
CUT_SHORT = {"vivo", "silico", "rna"}  # what is left of "in vivo" is no other word


def rows() -> list[tuple[list[str], list[str]]]:
    with DATA_FILE.open(encoding="utf-8", newline="") as lines:
        return [(cell(row["said"]), cell(row["meant"])) for row in csv.DictReader(lines)]


def cell(text: str) -> list[str]:
    return text.split(";")


def patterns() -> Iterator[str]:
    return (pattern for said, _ in rows() for pattern in said)


def expansions() -> Iterator[str]:
    return (expansion for _, meant in rows() for expansion in meant)


def key(pattern: str) -> str:
    return " ".join(stem(word) for word in words_of(pattern))


def test_it_is_broad() -> None:
    assert len(rows()) > 1000


def test_nothing_is_empty_or_padded() -> None:
    texts = [*patterns(), *expansions()]

    assert [text for text in texts if not words_of(text) or text != " ".join(text.split())] == []


def test_no_pattern_stands_twice() -> None:
    counted = Counter(map(key, patterns()))

    assert [pattern for pattern, count in counted.items() if count > 1] == []


def test_no_expansion_stands_twice_in_a_row() -> None:
    repeated = [meant for _, meant in rows() if len(set(map(key, meant))) < len(meant)]

    assert repeated == []


def test_patterns_are_short_enough_to_be_said() -> None:
    assert [pattern for pattern in patterns() if len(words_of(pattern)) > LONGEST_PATTERN] == []


def test_nothing_is_made_of_words_that_say_nothing() -> None:
    texts = [*patterns(), *expansions()]

    assert [text for text in texts if SAYS_NOTHING.issuperset(words_of(text))] == []


def test_no_expansion_shrinks_to_one_everyday_word() -> None:
    """ "T cells" is sought as "cell", "internet of things" as "internet": the index knows no stop words."""
    shrunk = [
        expansion
        for expansion in expansions()
        if len(words_of(expansion)) > 1 and len(stems_of(expansion)) == 1
        if not CUT_SHORT.issuperset(stems_of(expansion))
    ]

    assert shrunk == []


def test_every_row_means_more_than_it_says() -> None:
    empty = [said for said, meant in rows() if {*map(key, said)} >= {*map(key, meant)} and len(said) == 1]

    assert empty == []


def test_no_abbreviation_is_an_everyday_word() -> None:
    """ "PET" would be heard in "pet food", "AIDS" in "hearing aids"."""
    heard = [
        pattern
        for pattern in patterns()
        if len(pattern) > 1 and pattern.rstrip("s").isupper() and pattern not in MEAN_WHAT_THEY_SAY
        if any(is_common(word) or word in STOP_WORDS for word in words_of(pattern))
        if len(words_of(pattern)) == 1
    ]

    assert heard == []


@pytest.mark.parametrize(
    "word",
    ["clinical", "consumer", "local", "public", "additional", "commercial", "animals", "random"],
)
def test_what_stands_in_every_other_ask_means_nothing_alone(word: str) -> None:
    """Clinics have the stem of "clinical", consumables that of "consumer", animation that of "animal"."""
    assert Lexicon.load().expansions(word) == ()


@pytest.mark.parametrize("pattern", ["PET", "AIDS", "CAT", "CAR", "IT", "SMART", "MS", "NICE", "PAD", "fits"])
def test_what_means_too_many_things_means_nothing_alone(pattern: str) -> None:
    known = {key(each) for each in patterns() if each.isupper() or each == pattern}

    assert key(pattern) not in known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CDMO", "contract manufacturing"),
        ("MRI", "magnetic resonance imaging"),
        ("PPE", "personal protective equipment"),
        ("EHR", "electronic health records"),
        ("NGS", "next-generation sequencing"),
        ("PTSD", "post-traumatic stress disorder"),
        ("digital therapeutics", "prescription digital therapeutics"),
    ],
)
def test_abbreviations_are_understood_both_ways(one: str, other: str) -> None:
    lexicon = Lexicon.load()

    assert key(other) in map(key, lexicon.expansions(one))
    assert key(one) in map(key, lexicon.expansions(other))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("heart attack", "myocardial infarction"),
        ("freeze dry", "lyophilization"),
        ("superbugs", "antimicrobial resistance"),
        ("motor neurone disease", "amyotrophic lateral sclerosis"),
        ("old folks homes", "nursing homes"),
        ("head hunters", "executive search"),
        ("beer makers", "brewery"),
        ("lab on a chip", "microfluidics"),
    ],
)
def test_lay_words_are_understood(said: str, meant: str) -> None:
    assert key(meant) in map(key, Lexicon.load().expansions(said))
