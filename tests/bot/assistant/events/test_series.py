"""Series: put in a year ahead by the wall clock, each once, and changed without touching what people know of."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.assistant.acting import Told
from bot.assistant.events.series import begin, edit, end, put_in, skip
from store.kinds import EventKind, EventState
from store.models import Event, EventSeries
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import at

QUARTERLY = "FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH"


def begun(three: Three, *, by: int | None = None, **fields: Any) -> Told:
    given = {"title": "Quarterly networking", "rule": QUARTERLY, "first_local": "2027-01-28T17:30", **fields}
    return begin(three.net.session, given, three.net.act(three.sam if by is None else by))


def events(three: Three) -> list[Event]:
    return list(three.net.session.exec(select(Event).order_by(col(Event.starts_at))))


def days(three: Three) -> list[str]:
    return [f"{each.starts_at.astimezone(ZoneInfo(each.zone)):%Y-%m-%d %H:%M}" for each in events(three)]


def changed(three: Three, **fields: Any) -> Told:
    return edit(three.net.session, 1, fields, three.net.act(three.sam))


@pytest.fixture(autouse=True)
def before_the_year(three: Three) -> None:
    three.net.now = at("2027-01-05T09:00")


def test_a_year_of_evenings_keeps_its_wall_clock_over_both_changes(three: Three) -> None:
    told = begun(three, minutes=150, venue="Wharf Hall", kind=EventKind.WORKSHOP, capacity=40)
    assert told.done
    assert "Planned: 28 January 2027, 22 April 2027, 22 July 2027, 28 October 2027." in told.text
    assert days(three) == ["2027-01-28 17:30", "2027-04-22 17:30", "2027-07-22 17:30", "2027-10-28 17:30"]
    for each in events(three):
        assert each.ends_at - each.starts_at == timedelta(minutes=150)
        assert (each.state, each.venue, each.capacity, each.kind) == (
            EventState.PLANNED, "Wharf Hall", 40, EventKind.WORKSHOP,
        )  # fmt: skip


def test_a_time_that_a_clock_change_skips_or_repeats_is_placed_once(three: Three) -> None:
    begun(three, rule="FREQ=WEEKLY;UNTIL=20270404", first_local="2027-03-21T01:30")
    assert days(three) == ["2027-03-21 01:30", "2027-03-28 02:30"]


def test_the_tick_puts_in_what_came_within_a_year_and_each_once(three: Three) -> None:
    begun(three)
    three.net.now = at("2027-05-01T09:00")
    three.net.events_tick()
    three.net.events_tick()
    put_in(three.net.session, 1, now=three.net.now)
    assert days(three)[4:] == ["2028-01-27 17:30", "2028-04-27 17:30"]


def test_a_changed_series_leaves_what_is_announced_or_was_changed_by_hand(three: Three) -> None:
    begun(three)
    january, april, _, _ = (each.id or 0 for each in events(three))
    three.net.announces(january, by=three.sam)
    three.net.changes(april, by=three.sam, venue="Mill Hall")
    told = changed(three, first_local="2027-01-28T18:00", venue="Wharf Hall")
    assert "number 1 on 28 January 2027, number 2 on 22 April 2027" in told.text
    assert days(three) == ["2027-01-28 17:30", "2027-04-22 17:30", "2027-07-22 18:00", "2027-10-28 18:00"]
    assert [each.venue for each in events(three)] == ["", "Mill Hall", "Wharf Hall", "Wharf Hall"]
    three.net.events_tick()
    assert len(events(three)) == 4


def test_another_place_alone_changes_the_events_in_their_rows(three: Three) -> None:
    begun(three)
    before = [each.id for each in events(three)]
    assert changed(three, venue="Wharf Hall").done
    assert [each.id for each in events(three)] == before
    assert {each.venue for each in events(three)} == {"Wharf Hall"}


def test_one_is_left_out_and_stays_out(three: Three) -> None:
    begun(three)
    act = three.net.act(three.sam)
    assert skip(three.net.session, 2, act).text == "Quarterly networking on 22 April is left out."
    three.net.events_tick()
    changed(three, first_local="2027-01-28T18:00")
    left = [each for each in events(three) if each.state is EventState.PLANNED]
    assert [f"{each.starts_at:%m-%d}" for each in left] == ["01-28", "07-22", "10-28"]
    three.net.announces(left[0].id or 0, by=three.sam)
    assert "is announced. Cancel it" in skip(three.net.session, left[0].id or 0, act).text
    alone = three.net.an_event("2027-02-01T17:30", by=three.sam)
    assert "belongs to no series" in skip(three.net.session, alone, act).text
    assert not skip(three.net.session, 999, act).done


def test_an_ended_series_keeps_what_people_know_of(three: Three) -> None:
    begun(three)
    three.net.announces(1, by=three.sam)
    act = three.net.act(three.sam)
    assert "number 1 on 28 January 2027" in end(three.net.session, 1, act).text
    three.net.events_tick()
    assert days(three) == ["2027-01-28 17:30"]
    assert "already" in end(three.net.session, 1, act).text
    assert "has ended" in changed(three, venue="Mill Hall").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rule": "every quarter"}, "is not a rule"), ({"rule": "FREQ=DAILY"}, "weekly, monthly or yearly"),
        ({"rule": "FREQ=WEEKLY;INTERVAL=0"}, "nought times"), ({"rule": "FREQ=WEEKLY;BYDAY=XX"}, "makes no sense"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never take place"),
        ({"rule": "FREQ=MONTHLY;BYDAY=1TH"}, "its first is Thursday 4 February 2027"),
        ({"zone": "Europe/Chester"}, "not a time zone"), ({"minutes": 0}, "end before it starts"),
        ({"first_local": "soon"}, "needs the day and time"), ({"title": " "}, "needs a title"),
        ({"first_local": "2027-01-28T17:30+00:00"}, "without an offset"), ({"colour": "red"}, "has no colour"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20270401T000000Z"}, "makes no sense"), ({"minutes": 10**12}, "too long"),
    ],
)  # fmt: skip
def test_what_makes_no_series_is_refused_kindly(three: Three, fields: dict[str, Any], words: str) -> None:
    told = begun(three, **fields)
    assert not told.done
    assert words in told.text
    begun(three)
    assert not changed(three, **fields).done
    assert three.net.session.exec(select(EventSeries)).one().rule == QUARTERLY
    assert len(events(three)) == 4


def test_only_the_staff_have_series(three: Three) -> None:
    begun(three)
    act = three.net.act(three.ada)
    session = three.net.session
    for told in (
        begun(three, by=three.ada),
        edit(session, 1, {}, act),
        end(session, 1, act),
        skip(session, 1, act),
    ):
        assert told.text == "Only the staff can do that."
    act = three.net.act(three.sam)
    assert edit(session, 9, {}, act).text == end(session, 9, act).text == "There is no such series."
