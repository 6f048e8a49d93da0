"""Organisations to choose from while a part of a name is typed."""

import pytest

from bot.assistant.suggesting import SUGGESTED_MOST, suggest
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry, EntryPerson, EntrySite
from store.search.index import Index

SITE = (EntrySite(town="Leeds"),)
ANA = EntryPerson(7, "Ana Quill")
ENTRIES = [
    Entry(1, "a", "Haverglen Genomics Ltd", aliases=("HGX",), sites=SITE, people=(ANA,)),
    Entry(2, "b", "The Northmoor Foundry plc"),
    Entry(3, "c", "Genomic Haven", sites=SITE),
    Entry(4, "d", "Ångström & Søn"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index(Gazetteer.load())
    made.put(ENTRIES)
    return made


def names(index: Index, typed: str, *, people: bool = False) -> list[int]:
    return [each.organisation_id for each in suggest(index, typed, people=people)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("gen", [3, 1]),  # a name that begins so before one that has such a word
        ("HAV", [1, 3]),
        ("gen hav", [3, 1]),
        ("north", [2]),
        ("foun", [2]),
        ("angs", [4]),
        ("hgx", [1]),
        ("Haverglem Genomics", [1]),
        ("h", []),
        ("  ", []),
        ("zebra", []),
        ("\0<!channel>", []),
    ],
)
def test_any_word_of_a_name_may_begin_so(index: Index, typed: str, found: list[int]) -> None:
    assert names(index, typed) == found


def test_who_works_there_is_for_members_to_find_it_by(index: Index) -> None:
    assert names(index, "ana qu", people=True) == [1]
    assert names(index, "ana qu") == names(index, "Ana Quill") == []


def test_it_says_by_which_name_and_where(index: Index) -> None:
    (by_alias,) = suggest(index, "hgx", people=False)
    assert by_alias.label == "Haverglen Genomics Ltd (HGX), Leeds"
    assert suggest(index, "north", people=False)[0].label == "The Northmoor Foundry plc"


def test_what_left_the_directory_is_offered_no_more() -> None:
    made = Index(Gazetteer.load())
    made.put(ENTRIES)
    made.drop([3])
    assert names(made, "gen") == [1]


def test_a_list_is_no_longer_than_anybody_reads() -> None:
    made = Index(Gazetteer.load())
    made.put(Entry(number, f"r{number}", f"Cryo House {number:02}") for number in range(1, 61))
    assert len(names(made, "cryo")) == SUGGESTED_MOST
