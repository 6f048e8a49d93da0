"""When letters leave: follow-ups after weeks and months, one question at a time, never in quiet hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.preferences import set_introductions
from bot.assistant.introductions.quiet import waking
from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Anyway
from store.kinds import IntroductionState as State
from tests.bot.assistant.introductions.conftest import Two, two_in
from tests.bot.assistant.introductions.network import ANY_HOUR
from tests.factories import NOW


@pytest.mark.parametrize("hold", [0, 3])
def test_staff_may_change_what_both_get_for_as_long_as_the_region_holds_it(two: Two, hold: int) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, handoff_hold=timedelta(hours=hold)))
    net.asks(two.ada, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    assert bool([each for each in net.deliver() if each.letter.kind is LetterKind.HANDOFF]) is (hold == 0)
    net.wait(hours=hold)
    net.deliver()
    assert len(net.had(two.ada, LetterKind.HANDOFF)) == 1


def introduced(two: Two) -> int:
    number = two.net.asks(two.ada, two.larkspur).about
    assert number is not None
    two.net.deliver()
    two.net.says(two.ben, "yes")
    two.net.deliver()
    return number


def test_follow_ups_come_at_14_90_and_180_days_and_each_once(two: Two) -> None:
    net = two.net
    introduced(two)
    seen: dict[int, list[tuple[LetterKind, tuple[int, ...]]]] = {}
    for day in range(1, 260):
        net.wait(days=1)
        for each in net.deliver():
            seen.setdefault(day, []).append((each.letter.kind, each.readers))
    both = [(two.ada,), (two.ben,)]
    assert {day: sorted(readers for _, readers in letters) for day, letters in seen.items()} == {
        14: both, 90: both, 180: both,
    }  # fmt: skip


def test_a_region_sets_its_own_follow_ups(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, met_after=timedelta(days=7), outcome_after=(timedelta(days=30),)))
    introduced(two)
    net.wait(days=7)
    assert {each.letter.kind for each in net.deliver()} == {LetterKind.MET}
    net.wait(days=23)
    assert {each.letter.kind for each in net.deliver()} == {LetterKind.OUTCOME}
    net.wait(days=20)
    assert net.deliver() == []


@pytest.mark.parametrize(("days", "kinds"), [(95, ["outcome"]), (185, ["outcome"]), (400, []), (75, ["met"])])
def test_after_months_of_standing_still_one_question_is_asked_the_latest(
    two: Two, days: int, kinds: list[str]
) -> None:
    net = two.net
    introduced(two)
    net.wait(days=days)
    assert [each.letter.kind.value for each in net.deliver() if two.ada in each.readers] == kinds
    net.tick()
    assert net.deliver() == []


def test_the_one_who_asked_hears_what_became_of_it_and_staff_who_thought_of_it(two: Two) -> None:
    net = two.net
    number = introduced(two)
    details = Details(pounds=10, anyway=Anyway.NO)
    assert report_outcome(net.session, number, State.IN_TALKS, net.act(two.ben), details).done
    (news,) = net.deliver()
    assert (news.readers, "in talks" in news.text) == ((two.ada,), True)
    assert report_outcome(net.session, number, State.PROJECT, net.act(two.ada), Details()).done
    assert net.deliver() == []  # she said so herself
    for bad in (Details(pounds=-1), Details(jobs=10**7)):
        assert not report_outcome(net.session, number, State.PROJECT, net.act(two.ada), bad).done


def test_a_question_no_longer_wanted_is_not_asked(two: Two) -> None:
    net = two.net
    introduced(two)
    set_introductions(net.session, net.act(two.ben), False)
    net.wait(days=14)
    assert [each.readers for each in net.deliver()] == [(two.ada,)]


LONDON = Rules()


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T17:59", "2026-11-23T17:59"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-23T03:00", "2026-11-23T08:00"),
        (
            "2026-10-24T20:00",
            "2026-10-25T08:00",
        ),  # the night the clocks go back: eight in London is eight in UTC
        ("2026-10-24T17:30", "2026-10-25T08:00"),  # half past six there
        ("2027-03-27T20:00", "2027-03-28T07:00"),  # and forward
        ("2026-12-31T23:00", "2027-01-01T08:00"),
    ],
)
def test_quiet_hours_hold_on_the_wall_clock_across_clock_changes(now: str, leaves: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert waking(utc(now), LONDON) == utc(leaves)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(["Europe/London", "America/St_Johns", "Pacific/Auckland", "UTC"]),
)
def test_no_letter_leaves_in_quiet_hours_nor_earlier_nor_a_day_late(
    now: datetime, start: int, end: int, zone: str
) -> None:
    rules = Rules(zone=zone, quiet_from=start, quiet_until=end)
    leaves = waking(now, rules)
    assert now <= leaves <= now + timedelta(hours=25)
    assert waking(leaves, rules) == leaves


def test_a_letter_nobody_waits_for_waits_for_the_morning_and_the_message_to_both_does_not(
    session: Session,
) -> None:
    two = two_in(session)
    net = two.net
    net.live_by(Rules())
    net.now = NOW.replace(hour=22)
    net.asks(two.ada, two.larkspur)
    net.deliver()
    assert net.had(two.ben) == []
    net.wait(hours=10)
    net.deliver()
    net.now = NOW.replace(hour=23) + timedelta(days=1)
    net.says(two.ben, "yes")
    assert LetterKind.HANDOFF in [each.letter.kind for each in net.deliver()]
