"""Who is found for what, and that nobody is when nobody fits."""

import pytest

from store.kinds import OrganisationKind, SizeBand
from store.search.explanation import Ground
from store.search.found import ReasonKind
from store.search.wanted import Wanted
from store.search.words import words_of
from tests.store.search.region import entry, index_of, names, region


@pytest.mark.parametrize(
    ("topic", "best"),
    [
        ("viral vector manufacture", "Danebrook Vectors Ltd"),
        ("cathter", "Ellerbeck Catheters plc"),  # misspelt
        ("leukemia", "Cairnmoor Diagnostics"),  # American
        ("sleep apnoea", "Hushby Health"),  # British
        ("artificial limbs", "Play Prosthetics"),  # other words for it
        ("IVD", "Cairnmoor Diagnostics"),  # abbreviated
        ("CROs", "Skelworth CRO"),
        ("AAV", "Danebrook Vectors Ltd"),
        ("gene editing", "University of Harrowdale"),
        ("mass spec", "University of Harrowdale"),
        ("vector purification", "Danebrook Vectors Ltd"),  # a person's expertise
    ],
)
def test_finds_whoever_does_it_in_whatever_words_it_is_asked(topic: str, best: str) -> None:
    assert names(region(), topic)[0] == best


@pytest.mark.parametrize("topic", ["falconry displays", "wedding photography", "plumber", "zzyzx", "", "the and of", "!!!"])  # fmt: skip
def test_nobody_is_named_when_nobody_does_it(topic: str) -> None:
    assert names(region(), topic) == []


def test_a_valid_english_word_is_never_read_as_another_trade() -> None:
    index = index_of(
        entry(1, "Lumber & Sons", summary="Lumber for boats."),
        entry(2, "Inner Ear", summary="Inner ear implants."),
    )
    assert names(index, "plumber") == []
    assert names(index, "dinner") == []


def test_codes_and_short_words_are_never_corrected() -> None:
    index = index_of(entry(1, "Alpha", summary="Assays for XYZ223 and the cat."))
    assert names(index, "XYZ123") == []
    assert names(index, "cot") == []


def test_a_slip_in_the_directory_does_not_hide_the_rest() -> None:
    many = [entry(n, f"Insurer {n}", summary="Health insurance.") for n in range(2, 60)]
    others = [entry(n, f"Other {n}", summary="Stents, glass and steel.") for n in range(100, 300)]
    index = index_of(entry(1, "Slip", summary="A healt company."), *many, *others)
    assert len(names(index, "healt insurance")) > 1


def test_says_which_words_nobody_has() -> None:
    found = region().search(Wanted("catheter falconry haberdashery"))
    assert found.hits == ()
    assert "falconry" in found.missed
    assert [hit.name for hit in found.nearest] == ["Ellerbeck Catheters plc"]


def test_a_strong_match_of_both_words_comes_before_either() -> None:
    index = index_of(
        entry(1, "One", summary="Peptide synthesis at scale."),
        entry(2, "Two", summary="Sterile filling."),
        entry(3, "Three", summary="Peptide synthesis and sterile filling."),
    )
    assert names(index, "sterile peptide filling")[0] == "Three"


def test_kinds_and_sizes_are_kept_to() -> None:
    index = region()
    assert names(index, "gene editing", kinds=(OrganisationKind.UNIVERSITY,)) == ["University of Harrowdale"]
    assert names(index, "gene editing", excluded=(OrganisationKind.UNIVERSITY,)) == []
    assert names(index, "", kinds=(OrganisationKind.INVESTOR,)) == ["Copperfold Ventures"]
    assert "Ellerbeck Catheters plc" not in names(index, "catheters", sizes=(SizeBand.MICRO,))
    assert names(index, "", sizes=(SizeBand.MEDIUM,)) == ["Skelworth CRO"]


def test_an_organisation_that_says_no_size_may_be_of_any() -> None:
    assert names(region(), "sleep apnea", sizes=(SizeBand.MICRO,)) == ["Hushby Health"]


def test_readings_tell_how_the_ask_was_read() -> None:
    readings = region().search(Wanted("Cathter IVD")).readings
    assert (ReasonKind.SPELLING, "Cathter") in [(reason.kind, reason.said) for reason in readings]
    assert (ReasonKind.MEANING, "IVD") in [(reason.kind, reason.said) for reason in readings]


def test_filler_counts_only_when_there_is_nothing_else() -> None:
    index = index_of(
        entry(1, "Alpha", summary="Manufacturing."), entry(2, "Beta", summary="Manufacturing of stents.")
    )
    assert names(index, "manufacturing") == ["Alpha", "Beta"]
    assert names(index, "manufacturing stents") == ["Beta"]


def test_alternatives_are_each_an_answer_but_half_of_one_thing_is_none() -> None:
    index = region()
    assert set(names(index, "catheters or antibodies")) >= {"Ellerbeck Catheters plc", "Tarn Antibodies"}
    assert names(index, "catheter falconry") == []


def test_who_is_at_heart_what_was_ruled_out_is_left_out() -> None:
    index = index_of(
        entry(1, "Skelworth CRO", summary="Toxicology studies as a contract research organisation."),
        entry(2, "Tarn Toxicology", summary="Toxicology studies in house. Clients are often CROs."),
        entry(
            3, "Mire Studies", summary="Toxicology studies.", capabilities=("animal studies", "toxicology")
        ),
    )
    assert set(names(index, "toxicology studies", without=("CROs",))) == {"Tarn Toxicology", "Mire Studies"}
    assert set(names(index, "toxicology", without=("animal studies", "CRO"))) == {"Tarn Toxicology"}
    assert set(names(index, "toxicology", without=("", "the"))) == {
        "Skelworth CRO",
        "Tarn Toxicology",
        "Mire Studies",
    }
    fallen = index.explain(Wanted("toxicology studies", without=("CROs",))).fallen
    assert [(each.name, each.ground, each.said) for each in fallen] == [
        ("Skelworth CRO", Ground.RULED_OUT, "CROs")
    ]


def test_a_word_meant_as_it_is_spelt_is_not_corrected() -> None:
    index = index_of(entry(1, "Protein Works", summary="Protein purification."))
    assert names(index, "protean purification") == ["Protein Works"]
    found = index.search(Wanted("protean", literally=("protean",)))
    assert (found.hits, found.readings) == ((), ())


def test_a_misspelt_word_that_says_nothing_is_not_sought() -> None:
    assert names(region(), "antibodies arouned") == names(region(), "antibodies")


def test_those_that_have_everything_are_counted_apart() -> None:
    index = index_of(
        entry(1, "Both", summary="Stents and also catheters."),
        entry(2, "One", summary="Stents."),
        entry(3, "Other", summary="Catheters."),
        *(entry(number, f"Passer-by {number}", summary="Lamps.") for number in range(4, 12)),
    )
    found = index.search(Wanted("stents catheters"))
    assert (found.full, found.fitting) == (1, 3)


@pytest.mark.parametrize(
    ("topic", "read_as"),
    [
        ("lateralflow tests", "lateral flow"),
        ("geneediting", "gene editing"),
        ("microfluidic chips", ""),
        ("micro fluidic chips", "microfluidic"),
        ("labcoats", "lab coats"),
        ("xray tubes", "x ray"),
    ],
)
def test_words_run_together_or_torn_apart_are_found_as_they_are_written(topic: str, read_as: str) -> None:
    index = index_of(
        entry(1, "One", summary="Lateral flow tests."),
        entry(2, "Two", summary="Gene editing."),
        entry(3, "Three", summary="Microfluidic chips."),
        entry(4, "Four", summary="Lab coats."),
        *(entry(number, f"Tube maker {number}", summary="X ray tubes.") for number in range(5, 8)),
        entry(8, "Eight", summary="Micro lamps."),
    )
    found = index.search(Wanted(topic))
    assert found.hits
    assert words_of(topic.split()[0])[0][:3] in found.hits[0].excerpt.lower().replace(" ", "")
    assert [each.matched for each in found.readings if each.kind is ReasonKind.SPELLING] == [read_as] * bool(
        read_as
    )


def test_an_everyday_word_is_never_taken_apart() -> None:
    index = index_of(
        entry(1, "One", summary="A break fast for lamps."), entry(2, "Two", summary="To day centres.")
    )
    assert names(index, "breakfast") == []
    assert names(index, "together") == []


def test_a_slip_said_again_and_again_is_read_once() -> None:
    index = index_of(entry(1, "One", summary="Lateral flow tests for proteins."))
    for topic, read_as in (("protiens protiens", "proteins"), ("lateralflow lateralflow", "lateral flow")):
        assert [each.matched for each in index.search(Wanted(topic)).readings] == [read_as]
