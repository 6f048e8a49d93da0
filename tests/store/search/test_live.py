"""The shared index follows the directory: every change once committed, and a database restored from a copy."""

from sqlalchemy import text
from sqlmodel import Session

from store.search.live import SURELY_BEHIND, LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import add_organisation


def names(live: LiveIndex, topic: str) -> list[str]:
    return [hit.name for hit in live.index.search(Wanted(topic)).hits]


async def test_a_change_is_found_at_the_next_look_and_nothing_is_built_anew(store: Store) -> None:
    live = LiveIndex()
    await store.write(add_organisation, name="First Assays", capabilities=["gluten assays"])
    await store.read(live.catch_up)
    index = live.index
    await store.write(add_organisation, name="Second Assays", capabilities=["lactose assays"])
    await store.read(live.catch_up)
    assert names(live, "lactose assays")[0] == "Second Assays"
    assert live.index is index


async def test_one_old_look_changes_nothing_and_a_restored_copy_is_followed(store: Store) -> None:
    live = LiveIndex()
    await store.write(add_organisation, name="Kept Assays", capabilities=["gluten assays"])
    await store.read(live.catch_up)
    await store.write(add_organisation, name="Lost Assays", capabilities=["lactose assays"])
    await store.read(live.catch_up)

    def restore(session: Session) -> None:
        """As a copy from before the second one came."""
        session.execute(text("DELETE FROM organisation WHERE name = 'Lost Assays'"))
        session.execute(text("UPDATE directory_revision SET number = 1"))

    await store.write(restore)
    await store.read(live.catch_up)
    assert len(live.index) == 2  # it may have been an old snapshot
    for _ in range(SURELY_BEHIND - 1):
        await store.read(live.catch_up)
    assert len(live.index) == 1
    assert names(live, "gluten assays") == ["Kept Assays"]
