"""How words are compared."""

import pytest

from store.search.common_words import is_common
from store.search.lexicon import Lexicon
from store.search.words import sentences, stem, words_of
from tests.store.search.region import entry, index_of, names


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("tumour", "tumor"), ("haematology", "hematology"), ("oestrogen", "estrogen"), ("fibre", "fiber"),
        ("centre", "center"), ("sterilisation", "sterilization"), ("specialising", "specializing"),
        ("labelling", "labeling"), ("anaesthesia", "anesthesia"), ("sulphate", "sulfate"), ("programme", "program"),
        ("moulding", "molding"), ("analyser", "analyzer"), ("paediatric", "pediatric"), ("diarrhoea", "diarrhea"),
    ],
)  # fmt: skip
def test_british_and_american_are_one_word(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize(("one", "other"), [("hour", "hor"), ("shoe", "she"), ("enzyme", "enzymes x")])
def test_what_only_looks_alike_stays_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_words_are_plain_and_without_possessives() -> None:
    assert words_of("Alzheimer’s café, O'Hara's 3D-printing!") == [
        "alzheimer",
        "cafe",
        "ohara",
        "3d",
        "printing",
    ]


def test_sentences_do_not_end_at_a_company_form() -> None:
    assert sentences("Acme Inc. makes stents. It sells them.\nAnd trays.") == [
        "Acme Inc. makes stents.",
        "It sells them.",
        "And trays.",
    ]


@pytest.mark.parametrize(("word", "common"), [("dinner", True), ("gardening", True), ("stopped", True), ("parties", True), ("canncer", False), ("filllers", False)])  # fmt: skip
def test_everyday_english_is_known_in_its_regular_forms(word: str, common: bool) -> None:
    assert is_common(word) is common


def test_a_lexicon_of_ones_own() -> None:
    lexicon = Lexicon([("widgetry; wdg", "sprocket trade"), ("two word pattern", "stents")])
    index = index_of(
        entry(1, "Alpha", summary="In the sprocket trade."),
        entry(2, "Beta", summary="Stents."),
        lexicon=lexicon,
    )
    assert names(index, "wdg") == ["Alpha"]
    assert names(index, "two word patterns") == ["Beta"]


def test_the_shipped_lexicon_reads_the_usual_abbreviations() -> None:
    lexicon = Lexicon.load()
    for said in "CRO CDMO CMO IVD ATMP AAV GMP GLP GCP MDR IVDR NGS ADC mRNA CGM SaMD PPE ELISA PCR qPCR LFT POC API QC QA CRISPR EHR UKCA".split():  # fmt: skip # noqa: SIM905
        assert lexicon.knows(stem(said.lower())), said
