"""The region's own lexicon rows: taken, refused, audited, and known to every process at its next ask."""

import pytest
from sqlmodel import Session, select

from store.models import AuditEntry, LexiconRow
from store.region_words import MOST_MEANINGS, WordsRefused, add_words, all_rows, remove_words
from store.search.live import LiveIndex
from store.search.wanted import Wanted
from store.store import Store
from tests.factories import NOW, add_golden_region


def add(session: Session, said: str, *meant: str) -> tuple[str, ...]:
    return add_words(session, said, meant, actor="cli", now=NOW).meant


def remove(session: Session, said: str) -> bool:
    return remove_words(session, said, actor="cli", now=NOW) is not None


async def names(store: Store, live: LiveIndex, topic: str) -> list[str]:
    await store.read(live.catch_up)
    return [hit.name for hit in live.index.search(Wanted(topic)).hits]


async def test_a_row_takes_effect_at_the_next_ask_in_every_process_and_ends_with_its_removal(
    store: Store,
) -> None:
    await store.write(add_golden_region)
    one, other = LiveIndex(), LiveIndex()
    assert await names(store, one, "wigglers") == []
    index = one.index
    await store.write(add, "wigglers", "lateral flow")
    for live in (one, other):
        assert await names(store, live, "wigglers") == ["Fenwick Flow Diagnostics"]
    assert one.index is index
    assert await names(store, one, "wiglers") == ["Fenwick Flow Diagnostics"]
    assert await store.write(remove, "Wiggler")
    for live in (one, other):
        assert await names(store, live, "wigglers") == []
        assert await names(store, live, "wiglers") == []


async def test_words_that_the_directory_has_too_outlive_the_row(store: Store) -> None:
    await store.write(add_golden_region)
    live = LiveIndex()
    await store.write(add, "purification", "gene therapy")
    assert "Larkspur Vectors Ltd" in await names(store, live, "purification")
    await store.write(remove, "purification")
    assert await names(store, live, "purifcation") == ["Oriel Protein Services"]


async def test_adding_again_adds_meanings_and_changes_nothing_twice(store: Store) -> None:
    assert await store.write(add, "  White   coats ", "laboratory staff; scientists") == (
        "laboratory staff",
        "scientists",
    )
    assert await store.write(add, "white coat", "Scientist", "lab wear") == (
        "laboratory staff",
        "scientists",
        "lab wear",
    )
    before = await store.read(lambda session: session.exec(select(LexiconRow.revision)).one())
    await store.write(add, "white coat", "lab wear")
    assert await store.read(lambda session: session.exec(select(LexiconRow.revision)).one()) == before
    (row,) = await store.read(all_rows)
    assert (row.said, row.added_by, row.added_at) == ("White coats", "cli", NOW)


async def test_additions_and_removals_are_in_the_audit_trail(store: Store) -> None:
    await store.write(add, "zorb", "stents")
    await store.write(remove, "zorb")
    assert not await store.write(remove, "zorb")

    def told(session: Session) -> list[tuple[str, str, object]]:
        rows = session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()  # type: ignore[arg-type]  # a column
        return [(row.actor, row.action, row.details) for row in rows]

    details = {"said": "zorb", "meant": ["stents"]}
    assert await store.read(told) == [
        ("cli", "lexicon.added", details),
        ("cli", "lexicon.removed", details),
    ]


@pytest.mark.parametrize(
    ("said", "meant", "told"),
    [
        ("who does", ["stents"], "in asks about anything"),
        ("zorb", ["Zorbs"], "not the same words"),
        ("zorb", [], "at least one meaning"),
        ("zorb", ["???"], "no word in it"),
        ("  \x00 ", ["stents"], "no word in it"),
        ("one; two", ["stents"], "one expression at a time"),
        ("one two three four five six seven", ["stents"], "is a sentence"),
        ("zorb", ["x" * 101], "longer than 100 characters"),
        ("zorb", [f"meaning{number}x" for number in range(MOST_MEANINGS + 1)], "something so vague"),
    ],
)
async def test_what_would_do_harm_is_refused_with_the_reason(
    sqlite_store: Store, said: str, meant: list[str], told: str
) -> None:
    with pytest.raises(WordsRefused, match=told):
        await sqlite_store.write(add, said, *meant)
    assert await sqlite_store.read(all_rows) == ()
