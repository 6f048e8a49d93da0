"""The index keeps up with changes, in any order and among threads."""

import random
import threading

import pytest

from store.search.wanted import Wanted
from tests.store.search.region import REGION, entry, index_of, names, region


def test_a_replaced_entry_is_found_by_what_it_says_now() -> None:
    index = index_of(entry(1, "Alpha", summary="Stents."))
    index.put([entry(1, "Alpha", summary="Catheters.")])
    assert names(index, "stents") == []
    assert names(index, "catheters") == ["Alpha"]
    assert len(index) == 1


def test_a_dropped_entry_is_gone() -> None:
    index = index_of(*REGION)
    index.drop([2, 999])
    assert names(index, "catheters") == []
    assert index.entry(2) is None
    assert len(index) == len(REGION) - 1
    assert not index.knows("hydrophilic")


def test_the_same_content_gives_the_same_order_whatever_came_in_first() -> None:
    shuffled = list(REGION)
    random.Random(7).shuffle(shuffled)
    other = index_of(*shuffled)
    other.put([entry(2, "Passing", summary="Antibodies.")])
    other.put([REGION[1]])
    for topic in ("antibodies to order", "vectors", "catheters coating", "research"):
        assert other.search(Wanted(topic)) == region().search(Wanted(topic))


def test_equals_keep_a_stable_order() -> None:
    assert names(region(), "antibodies") == ["Mirefield Antibodies", "Tarn Antibodies"]


def test_no_more_than_the_limit_is_given() -> None:
    index = index_of(*(entry(n, f"Maker {n}", summary="Stents and more.") for n in range(1, 40)))
    assert len(index.search(Wanted("stents"), limit=7).hits) == 7
    assert len(index.search(Wanted("stents")).hits) == 10


@pytest.mark.parametrize(
    ("word", "known"), [("catheter", True), ("catheters", True), ("crispr", True), ("flibber", False)]
)
def test_knows_its_words_in_any_form(word: str, known: bool) -> None:
    assert region().knows(word) is known


def test_an_empty_index_answers_nothing() -> None:
    index = index_of()
    assert index.search(Wanted("stents")).hits == ()
    assert index.find_names("stents") == ()


def test_readers_and_an_updater_share_it() -> None:
    index = index_of(*REGION)
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert "Ellerbeck Catheters plc" in names(index, "catheter extrusion")
                index.find_names("Danebrook")
        except BaseException as failure:  # noqa: BLE001 - whatever happens in the thread fails the test
            failures.append(failure)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(100, 160):
        index.put([entry(number, f"Newcomer {number}", summary="Catheter trays.")])
        index.drop([number - 5])
    done.set()
    for reader in readers:
        reader.join(timeout=30)
    assert failures == []
