"""When reminders are due: across both clock changes, leap days and quiet hours, in the zone the event is in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.events.slots import (
    USUAL,
    For,
    NoReminder,
    Reminder,
    day_of,
    reminder_of,
    schedule_of,
    slot,
)
from store.quiet import Quiet

LONDON = "Europe/London"
NEVER_QUIET = Quiet(since=0, until=0)
TWO_DAYS, TWO_HOURS = Reminder(2, "d", For.GOING), Reminder(2, "h", For.GOING)


def local(text: str, zone: str = LONDON) -> datetime:
    """In UTC: times that come twice are equal to none of another zone (PEP 495)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ("2027-01-28T17:30", "2027-01-26T17:30"),
        ("2027-03-29T17:30", "2027-03-27T17:30"),  # the clocks went forward on the 28th
        ("2026-10-26T17:30", "2026-10-24T17:30"),  # and back on the 25th
        ("2028-03-01T12:00", "2028-02-28T12:00"),  # over a leap day
        ("2027-03-01T12:00", "2027-02-27T12:00"),
        ("2027-03-30T01:30", "2027-03-28T02:30"),  # a time that the change skips is as much later
        ("2026-10-27T01:30", "2026-10-25T01:30"),  # of a time that comes twice it is the first
    ],
)
def test_days_are_counted_on_the_wall_clock(starts: str, due: str) -> None:
    assert slot(TWO_DAYS, local(starts), LONDON, NEVER_QUIET) == local(due)


def test_hours_are_hours() -> None:
    starts = local("2027-03-28T03:00")
    assert slot(TWO_HOURS, starts, LONDON, NEVER_QUIET) == local("2027-03-28T00:00")


def test_an_event_elsewhere_is_reminded_of_by_its_own_wall_clock() -> None:
    starts = local("2027-03-15T18:00", "America/New_York")  # their clocks went forward the day before
    assert slot(TWO_DAYS, starts, "America/New_York", NEVER_QUIET) == local(
        "2027-03-13T18:00", "America/New_York"
    )


@pytest.mark.parametrize(
    ("reminder", "starts", "due"),
    [
        (TWO_DAYS, "2027-01-28T19:30", "2027-01-27T08:00"),
        (TWO_DAYS, "2027-01-28T07:30", "2027-01-26T08:00"),
        (TWO_HOURS, "2027-01-28T09:00", "2027-01-27T17:00"),
        (TWO_HOURS, "2027-01-28T20:30", "2027-01-28T17:00"),
        (TWO_HOURS, "2027-01-28T17:30", "2027-01-28T15:30"),
    ],
)
def test_in_quiet_hours_days_wait_and_hours_come_before(reminder: Reminder, starts: str, due: str) -> None:
    assert slot(reminder, local(starts), LONDON, Quiet()) == local(due)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),  # noqa: DTZ001 - a wall clock
    st.sampled_from([LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.sampled_from([*USUAL, Reminder(72, "h", For.GOING), Reminder(180, "d", For.UNANSWERED)]),
    st.builds(Quiet, st.sampled_from([LONDON, "Asia/Tokyo"]), st.integers(0, 23), st.integers(0, 23)),
)
def test_a_reminder_is_never_quiet_and_never_late(
    wall: datetime, zone: str, reminder: Reminder, quiet: Quiet
) -> None:
    starts = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    due = slot(reminder, starts, zone, quiet)
    assert due.utcoffset() == timedelta()
    assert not quiet.holds(due) or (quiet.until - quiet.since) % 24 == 23
    assert due < starts or reminder.unit == "d"


def test_schedules_are_read_and_put_in_order() -> None:
    assert schedule_of([]) == USUAL
    assert schedule_of(["2h going", "14d  Unanswered", "2h going"]) == (USUAL[0], USUAL[2])
    assert [each.name for each in USUAL] == ["14d unanswered", "2d going", "2h going"]
    assert day_of(local("2027-01-28T23:30", "America/New_York"), "America/New_York") == date(2027, 1, 28)


@pytest.mark.parametrize(
    "name", ["", "2 days", "0d going", "181d going", "73h going", "2d everybody", "-2d going"]
)
def test_what_is_no_reminder_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(NoReminder, match=r"14d|days"):
        reminder_of(name)
