"""Word vectors put those that fit in order by what they mean, and change nothing else."""

import random
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import Session, col

from store.directory import next_revision
from store.kinds import Listing
from store.models import Organisation
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry
from store.search.explanation import Explanation
from store.search.index import Index
from store.search.likeness import Likeness
from store.search.live import LiveIndex
from store.search.table import texts_of
from store.search.vectors import PACKAGE, WordVectors, read_vectors
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import add_organisation
from tests.store.search.region import REGION, entry, names, within
from tests.store.search.small_vectors import small_vectors

TOPICS = (
    "antibodies to order",
    "vectors",
    "viral vectr",
    "catheters coating",
    "research",
    "IVD",
    "dragons",
    "",
)
HAULIER = entry(1, "Anchor", summary="services, viral, by lorry")
MAKER = entry(2, "Beacon", summary="services, viral, by vector")


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    return read_vectors(small_vectors(tmp_path_factory.mktemp("vectors")))


def index_with(vectors: WordVectors | None, *entries: Entry) -> Index:
    index = Index(Gazetteer.load(), vectors=vectors)
    index.put(entries)
    return index


def explained(index: Index, topic: str) -> Explanation:
    return index.explain(Wanted(topic), limit=50, today=date(2026, 11, 1))


def test_of_equals_by_words_the_one_that_means_it_stands_first(vectors: WordVectors) -> None:
    others = [entry(number, f"Other {number}", summary="haulage") for number in range(3, 9)]
    wanted = "viral services"
    first = index_with(vectors, HAULIER, MAKER, *others)
    assert names(first, wanted) == ["Beacon", "Anchor"]
    assert names(index_with(None, *first.entries()), wanted) == ["Anchor", "Beacon"]


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason="the package with the table is an extra")
def test_the_shipped_vectors_tell_makers_of_therapies_from_their_hauliers() -> None:
    offered = (
        "Gene therapy manufacturing: lorries, warehouses and haulage for it.",
        "Gene therapy manufacturing: viral vectors, cells and plasmids.",
    )
    trades = ("Legal advice.", "Cleanroom floors.", "Catheters for hospitals.", "Antibodies to order.")
    index = index_with(
        WordVectors.load(),
        *(entry(at, f"Firm {at}", summary=each) for at, each in enumerate(offered + trades)),
    )
    assert names(index, "gene therapy manufacturing") == ["Firm 1", "Firm 0"]


def test_who_fits_is_the_same_with_and_without(vectors: WordVectors) -> None:
    with_them, without = index_with(vectors, *REGION), index_with(None, *REGION)
    for topic in TOPICS:
        for places in ((), (within("Cheshire"),), (within("Exeter"),)):
            meant, plain = (each.search(Wanted(topic, places=places)) for each in (with_them, without))
            assert {hit.id for hit in meant.hits} == {hit.id for hit in plain.hits}
            assert replace(meant, hits=()) == replace(plain, hits=())


def test_the_explained_order_and_figures_are_those_of_the_answer(vectors: WordVectors) -> None:
    index = index_with(vectors, *REGION, HAULIER, MAKER)
    for topic in (*TOPICS, "viral services"):
        told = explained(index, topic)
        answered = {hit.id: hit.score for hit in told.found.hits}
        assert [each.id for each in told.candidates if each.id in answered] == list(answered)
        for each in told.candidates:
            assert answered.get(each.id, round(each.score, 4)) == round(each.score, 4)
            assert each.likeness == 0 or each.id in answered


def test_a_place_alone_is_answered_as_without(vectors: WordVectors) -> None:
    wanted = Wanted("", places=(within("Cheshire"),))
    assert index_with(vectors, *REGION).search(wanted) == index_with(None, *REGION).search(wanted)


def test_a_slip_is_read_as_what_it_is_a_slip_of(vectors: WordVectors) -> None:
    index = index_with(vectors, HAULIER, MAKER)
    slip, word = (explained(index, topic).candidates for topic in ("viral vectr", "viral vector"))
    assert slip[0].likeness == word[0].likeness > 0


def test_who_says_nothing_is_known_by_what_it_lists(vectors: WordVectors) -> None:
    silent = entry(3, "Silent", capabilities=("viral vector",))
    likeness = Likeness(vectors)
    likeness.add([texts_of(each) for each in (HAULIER, silent)])
    assert likeness.of("vector", np.array([0, 1])).tolist() == [0.0, pytest.approx(1 / 8, abs=0.001)]


def test_who_is_dropped_leaves_nothing_behind(vectors: WordVectors) -> None:
    likeness, untouched = Likeness(vectors), Likeness(vectors)
    likeness.add([texts_of(each) for each in (HAULIER, MAKER, MAKER)])
    untouched.add([texts_of(each) for each in (HAULIER, MAKER)])
    likeness.drop([1])
    assert likeness.of("viral", np.array([1])) == [0.0]
    assert likeness.of("viral", np.array([0, 2])).tolist() == untouched.of("viral", np.array([0, 1])).tolist()


async def test_an_organisation_that_becomes_hidden_is_gone_from_the_figures_of_others(
    store: Store, vectors: WordVectors
) -> None:
    async def fresh() -> LiveIndex:
        live = LiveIndex(vectors=vectors)
        await store.read(live.catch_up)
        return live

    for name, summary in (("Anchor", "viral haulage"), ("Beacon", "viral vector"), ("Coy", "viral viral")):
        await store.write(add_organisation, name=name, summary=summary)
    live = await fresh()
    seen = explained(live.index, "viral")

    def hide(session: Session) -> None:
        values = {"listing": Listing.UNLISTED, "revision": next_revision(session)}
        session.execute(update(Organisation).where(col(Organisation.name) == "Coy").values(values))

    await store.write(hide)
    await store.read(live.catch_up)
    hidden = explained(live.index, "viral")
    assert [each.name for each in hidden.candidates] == ["Beacon", "Anchor"]
    assert hidden == explained((await fresh()).index, "viral") != seen


CHANGES = st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.sampled_from([HAULIER, MAKER, *REGION])))


@settings(max_examples=25, deadline=None)
@given(changes=CHANGES)
def test_the_same_content_gives_the_same_figures_whatever_its_history(
    vectors: WordVectors, changes: list[tuple[bool, int, Entry]]
) -> None:
    index = index_with(vectors)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("store.search.index.ALWAYS_KEPT", 2)  # so that it forgets old rows every few changes
        for is_put, number, content in changes:
            if is_put:
                index.put([replace(content, id=number, ref=f"R-{number}")])
            else:
                index.drop([number])
    left = list(index.entries())
    random.Random(5).shuffle(left)
    for topic in ("viral services", "vectors", "antibodies"):
        assert explained(index, topic) == explained(index_with(vectors, *left), topic)


def test_a_table_without_meanings_orders_nothing(tmp_path: Path) -> None:
    known = read_vectors(small_vectors(tmp_path, meanings=[[0.0, 0.0, 0.0]] * 5))
    found = index_with(known, *REGION).search(Wanted("antibodies"))
    assert found == index_with(None, *REGION).search(Wanted("antibodies"))
