"""Corrected asks become candidates for the lexicon, on both databases, and go with the asks they come from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, delete

from store.corrected import AskedAs, asked_as
from store.kinds import Medium
from store.models import AskRecord
from store.search.lexicon import Lexicon
from store.store import Store

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEXICON = Lexicon([("CRO", "contract research")])


def an_ask(session: Session, number: int, topic: str, **fields: Any) -> None:
    values: dict[str, Any] = {
        "conversation": "c",
        "answer_kind": "matches",
        "wanted": {"topic": topic},
        "asked_at": AT + timedelta(minutes=number),
        **fields,
    }
    session.add(AskRecord(id=f"t:{number}", medium=Medium.SLACK, text=topic, **values))
    session.flush()


def missed(session: Session, number: int, topic: str, **fields: Any) -> None:
    an_ask(session, number, topic, answer_kind="no_match", missed=True, **fields)


def corrected(session: Session, number: int, asked: str, meant: str, *, part: str = "topic") -> None:
    told = {"part": part, "asked": asked, "meant": meant, "read": ""}
    an_ask(session, number, meant, correction=told)


def both(found: tuple[AskedAs, ...]) -> list[tuple[str, str, int, bool]]:
    return [(each.said, each.meant, each.times, each.corrected) for each in found]


async def test_corrections_are_counted_by_what_differs(store: Store) -> None:
    def fill(session: Session) -> None:
        corrected(session, 1, "gluey assay", "enzyme assay")
        corrected(session, 2, "who does Gluey assays", "who does enzymes assays")
        corrected(session, 3, "blinky strips", "lateral flow tests")
        corrected(session, 4, "stents", "stent")
        corrected(session, 5, "CRO", "contract research")
        corrected(session, 6, "Leeds", "York", part="place")
        corrected(session, 7, "the", "it")

    await store.write(fill)
    found = await store.read(asked_as, LEXICON)
    assert both(found) == [("Gluey", "enzymes", 2, True), ("blinky strips", "lateral flow tests", 1, True)]
    assert found[0].last == AT + timedelta(minutes=2)


async def test_a_miss_followed_by_a_find_is_a_candidate(store: Store) -> None:
    def fill(session: Session) -> None:
        missed(session, 1, "sticky dots")
        an_ask(session, 2, "", wanted=None, answer_kind="small_talk")
        an_ask(session, 3, "adhesive biosensors")

    await store.write(fill)
    assert both(await store.read(asked_as, LEXICON)) == [("sticky dots", "adhesive biosensors", 1, False)]


@pytest.mark.parametrize(
    "after",
    [
        {"answer_kind": "no_match"},
        {"conversation": "another"},
        {"asked_at": AT + timedelta(days=3)},
        {"wanted": {"topic": "sticky dots"}},
        {"wanted": {"topic": ""}},
        {"wanted": {"topic": "one two three four five six seven eight words more than a row can hold"}},
    ],
)
async def test_what_follows_a_miss_otherwise_says_nothing(store: Store, after: dict[str, Any]) -> None:
    def fill(session: Session) -> None:
        missed(session, 1, "sticky dots")
        an_ask(session, 2, "adhesive biosensors", **after)

    await store.write(fill)
    assert await store.read(asked_as, LEXICON) == ()


async def test_candidates_go_with_their_asks(store: Store) -> None:
    await store.write(corrected, 1, "gluey", "enzyme")
    assert await store.read(asked_as, LEXICON)
    await store.write(lambda session: session.exec(delete(AskRecord)) and None)
    assert await store.read(asked_as, LEXICON) == ()
