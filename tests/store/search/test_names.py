"""Who is meant by a name."""

import pytest

from tests.store.search.region import entry, index_of, region


@pytest.mark.parametrize(
    "said",
    [
        "Danebrook Vectors Ltd", "danebrook vectors", "Danebrook", "DanebrookVectors", "Dane brook Vectors",
        "danebrok vectors", "Danebrook vectros", "the Danebrook Vectors Limited", "DBV", "danebrook virals", "daneebrook",
    ],
)  # fmt: skip
def test_an_organisation_half_remembered(said: str) -> None:
    match = region().find_names(said, looked_up=True)[0]
    assert match.hit.name == "Danebrook Vectors Ltd"
    assert match.score >= 0.8
    assert match.hit.reasons[0].said == said


@pytest.mark.parametrize("said", ["Marguerite Oyelowe", "marguerite oyelow", "Margerite Oyelowe"])
def test_a_person_leads_to_where_they_work(said: str) -> None:
    match = region().find_names(said)[0]
    assert (match.hit.name, match.hit.person_id) == ("Danebrook Vectors Ltd", 11)
    assert match.name == "Marguerite Oyelowe"
    assert match.hit.reasons[0].field == "people"


def test_an_exact_name_is_sure() -> None:
    assert region().find_names("Danebrook Vectors")[0].score == 1.0


def test_an_ambiguous_first_word_gives_several() -> None:
    index = index_of(entry(1, "Arden Bio"), entry(2, "Arden Medical"), entry(3, "Other"))
    assert [match.hit.name for match in index.find_names("arden")] == ["Arden Bio", "Arden Medical"]


@pytest.mark.parametrize("said", ["Haverglen Genomics", "Thornabbey Diagnostics", "", "  ", "!!", "catheter"])
def test_nobody_is_made_up(said: str) -> None:
    index = index_of(entry(1, "Verge Genomics"), entry(2, "Carey Diagnostics"))
    assert [match for match in index.find_names(said, looked_up=True) if match.score >= 0.8] == []


def test_names_follow_changes() -> None:
    index = index_of(entry(1, "Oldname Ltd"))
    index.put([entry(1, "Newname Ltd")])
    assert index.find_names("Oldname") == ()
    assert index.find_names("Newname")[0].hit.id == 1
    index.drop([1])
    assert index.find_names("Newname") == ()
