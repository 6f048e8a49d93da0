"""Every hit says why, in the words it uses itself."""

from store.kinds import OrganisationKind, SizeBand
from store.search.found import Hit, ReasonKind
from store.search.wanted import Wanted
from tests.store.search.region import entry, index_of, near, region


def best(topic: str, **wanted: object) -> Hit:
    return region().search(Wanted(topic, **wanted)).hits[0]  # type: ignore[arg-type]  # a shorthand


def test_words_are_shown_as_they_stand_and_where() -> None:
    reason = best("vectors lentiviral").reasons
    assert {(each.said, each.matched, each.field) for each in reason} >= {
        ("vectors", "vector", "capabilities"),
        ("lentiviral", "lentiviral", "capabilities"),
    }


def test_the_lexicons_meaning_is_named_as_one() -> None:
    reasons = best("IVD").reasons
    assert [(each.kind, each.said, each.matched) for each in reasons] == [
        (ReasonKind.MEANING, "IVD", "in vitro diagnostics")
    ]


def test_place_kind_and_size_are_reasons_too() -> None:
    hit = best(
        "vectors",
        places=(near("Alderley Park"),),
        kinds=(OrganisationKind.COMPANY,),
        sizes=(SizeBand.SMALL,),
    )
    kinds = [each.kind for each in hit.reasons]
    assert kinds[-3:] == [ReasonKind.KIND, ReasonKind.SIZE, ReasonKind.PLACE]
    assert "Macclesfield, Cheshire" in hit.reasons[-1].matched
    assert hit.distance_miles is not None
    assert 0 < hit.distance_miles < 8
    assert hit.place == "Macclesfield, Cheshire"


def test_the_excerpt_is_the_capability_or_sentence_that_says_most() -> None:
    assert best("fill and finish").excerpt == "aseptic fill and finish"
    assert best("first-in-human studies").excerpt.startswith("Runs first-in-human studies")


def test_a_long_sentence_is_cut_to_whole_words_around_the_match() -> None:
    padding = "a very long list of other matters of no weight " * 12
    index = index_of(entry(1, "Long", summary=f"We do {padding}and microneedle patches among {padding}."))
    excerpt = index.search(Wanted("microneedle")).hits[0].excerpt
    assert len(excerpt) <= 200
    assert "microneedle patches" in excerpt
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")


def test_accents_do_not_shift_what_is_shown() -> None:
    index = index_of(entry(1, "Café", summary="Crème brûlée — ﬁne ½ İstanbul naïve biosensors for kitchens."))
    hit = index.search(Wanted("biosensors")).hits[0]
    assert hit.reasons[0].matched == "biosensors"


def test_hostile_text_is_only_text() -> None:
    index = region()
    hit = index.search(Wanted('cleanroom "floors" OR NEAR(x) * name:')).hits[0]
    assert hit.name == "<!channel> & Sons <b>"
