"""The index keeps up with changes, in any order and among threads."""

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from store.search.wanted import Wanted
from tests.store.search.region import REGION, entry, index_of, names, near, region, within


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


def test_equals_take_turns_from_day_to_day_and_each_day_is_always_the_same() -> None:
    makers = [entry(number, f"Maker {number}", summary="Antibodies to order.") for number in range(1, 7)]
    index = index_of(
        *makers, entry(9, "Best", summary="Antibodies to order.", capabilities=("antibodies to order",))
    )
    days = [date(2026, 3, 1) + timedelta(days=day) for day in range(60)]
    orders = [
        [hit.name for hit in index.search(Wanted("antibodies to order"), today=day).hits] for day in days
    ]
    assert all(order[0] == "Best" for order in orders)
    leaders = Counter(order[1] for order in orders)
    assert set(leaders) == {maker.name for maker in makers}
    assert max(leaders.values()) < 25  # of 60, among six
    again = index_of(*reversed(makers), index.entry(9) or makers[0])
    assert [hit.name for hit in again.search(Wanted("antibodies to order"), today=days[7]).hits] == orders[7]


def test_what_was_confirmed_of_late_stands_before_the_same_left_alone_for_years() -> None:
    today = date(2026, 11, 1)
    index = index_of(
        entry(1, "Never", summary="Antibodies to order."),
        entry(2, "Long ago", summary="Antibodies to order.", confirmed_on=date(2019, 1, 1)),
        entry(3, "Of late", summary="Antibodies to order.", confirmed_on=date(2026, 9, 1)),
        entry(4, "Better", summary="Antibodies to order.", capabilities=("antibodies to order",)),
    )
    found = [hit.name for hit in index.search(Wanted("antibodies to order"), today=today).hits]
    assert found[:2] == ["Better", "Of late"]  # it is a gentle factor


def test_an_index_with_many_changes_behind_it_answers_like_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.search.index.ALWAYS_KEPT", 5)  # so that it forgets old rows every few changes
    index, chance = index_of(*REGION), random.Random(3)
    for _ in range(60):
        chosen = chance.choice(REGION)
        if chance.random() < 0.4:
            index.drop([chosen.id])
        else:
            index.put([replace(chosen, summary=chosen.summary + " Passing remark.")])
    index.put(REGION)
    for topic in (
        "antibodies to order",
        "vectors",
        "catheters coating",
        "Passing remark",
        "artificial limbs",
    ):
        for places in ((), (within("Cheshire"),), (near("Leeds"),)):
            wanted = Wanted(topic, places=places)
            assert index.search(wanted) == region().search(wanted)
    for name in ("Danebrook Vectrs", "Marguerite Oyelowe", "ellerbeck"):
        assert index.find_names(name) == region().find_names(name)
    assert list(index.entries()) == list(region().entries())
    assert not index.knows("passing")


def test_hits_are_told_again_for_chosen_entries() -> None:
    wanted = Wanted("antibodies", places=(within("Chester"),))
    found = region().search(wanted).hits
    told = region().tell([11, 999, 10], wanted, first=1, last=3)
    assert told.hits == (found[1], found[0])
    assert region().tell([11, 999, 10], wanted, first=3, last=5).hits == (found[0],)
    assert told.full == 2


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
