"""The checker sees what it is there to see."""

from collections import Counter

import pytest

from store.kinds import Medium, RecipientState
from tests.campaigns.checker import Arrived, Row, assert_nobody_lost_nobody_twice

SENT, UNCERTAIN = RecipientState.SENT, RecipientState.UNCERTAIN


def rows(**states: RecipientState) -> list[Row]:
    return [Row(key, Medium.EMAIL, f"{key}@firm.example", state) for key, state in states.items()]


def arrived(*keys: str, ids: tuple[str, ...] = ()) -> Arrived:
    return Arrived(Counter(f"{key}@firm.example" for key in keys), Counter(), Counter(ids or keys), untold=0)


def test_a_broadcast_that_reached_all_or_says_who_is_in_doubt_is_well() -> None:
    ledger = rows(ada=SENT, ben=UNCERTAIN, cai=UNCERTAIN, dee=RecipientState.SUPPRESSED)
    assert_nobody_lost_nobody_twice(ledger, arrived("ada", "ben"), told={"ben", "cai"})


@pytest.mark.parametrize(
    ("ledger", "came", "told", "fault"),
    [
        (rows(ada=RecipientState.QUEUED), arrived(), set(), "still waiting"),
        (rows(ada=RecipientState.SENDING), arrived(), set(), "still waiting"),
        (rows(ada=SENT), arrived(), set(), "never arrived"),
        (rows(ada=SENT), arrived("ada", "ada", ids=("1", "2")), set(), "got it twice"),
        (rows(ada=SENT), arrived("ada", ids=("1", "1")), set(), "one mail arrived twice"),
        (rows(ada=UNCERTAIN), arrived("ada", "ada", ids=("1", "2")), {"ada"}, "got it twice"),
        (rows(ada=RecipientState.SUPPRESSED), arrived("ada"), set(), "said not to be sent"),
        (rows(ada=RecipientState.FAILED), arrived("ada"), set(), "said not to be sent"),
        (rows(ada=SENT), arrived("ada", "zoe"), set(), "not in the ledger"),
        (rows(ada=UNCERTAIN), arrived(), set(), "not told"),
        (rows(ada=SENT), arrived("ada"), {"ada"}, "not told"),
    ],
)
def test_what_is_amiss_is_seen(ledger: list[Row], came: Arrived, told: set[str], fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        assert_nobody_lost_nobody_twice(ledger, came, told=told)
