"""What counts as a gap of the region: words people know, not fingers on a keyboard and not talk."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.messages import Ask, NoMatch
from bot.assistant.wording import put_in_words
from store.kinds import Medium
from store.models import AskRecord
from store.people import Stranger
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import add_golden_region, add_organisation

ASKED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GAP, DOUBTFUL, NONE = (True, False), (True, True), (False, False)


@pytest.fixture
async def live(store: Store) -> LiveIndex:
    await store.write(add_golden_region)
    return LiveIndex()


def kept(ask_id: str) -> Callable[[Session], tuple[bool, bool]]:
    def read(session: Session) -> tuple[bool, bool]:
        row = session.get_one(AskRecord, ask_id)
        return row.missed, row.doubtful

    return read


async def asked(store: Store, live: LiveIndex, text: str) -> tuple[object, tuple[bool, bool]]:
    await store.read(live.catch_up)
    ask = Ask("a", Stranger(), text, Medium.SLACK, "c")
    given = await store.write(answer, ask, index=live.index, now=ASKED_AT)
    return given, await store.read(kept("a"))


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("who does falconry?", GAP),
        ("falcnory shows", GAP),
        ("blorp falconry", GAP),
        ("who does puberty blockers", GAP),
        ("anyone who does swimming pools?", GAP),
        ("viral vectors in Penzance", GAP),
        ("blorp", DOUBTFUL),
        ("who does nephelometry?", DOUBTFUL),
        ("asdfgh", NONE),
        ("qwerty", NONE),
        ("zzzz", NONE),
        ("sdkfjhsdkjf", NONE),
        ("asdf hjklhjkl 12345", NONE),
        ("poiuytrewq", NONE),
        ("thanks!", NONE),
        ("hahaha so funny", NONE),
        ("viral vectors", NONE),
    ],
)
async def test_a_miss_is_noted_where_somebody_may_have_sought_it(
    store: Store, live: LiveIndex, text: str, noted: tuple[bool, bool]
) -> None:
    given, told = await asked(store, live, text)
    assert told == noted, given
    if isinstance(given, NoMatch):
        closing = put_in_words(given).closing
        assert ("noted" in closing) is noted[0]


async def test_a_word_of_the_directory_is_never_nonsense(store: Store, live: LiveIndex) -> None:
    await store.write(add_organisation, name="Qwertyx", capabilities=["zzzz imaging"], town="Leeds")
    _, told = await asked(store, live, "zzzz falconry in Penzance")
    assert told == GAP
