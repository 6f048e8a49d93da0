"""Every calendar we write, read strictly by RFC 5545 and by a library that had no part in writing it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.events.calendars import Mailbox, feed, written
from bot.assistant.events.entries import CalendarEntry, Part, cancellation, happening, request
from store.kinds import EventState
from tests.bot.assistant.events.test_calendars import ADA, NOW, OURS, an_event
from tests.calendar_reading import entries, faults

# Changes twice a year, in the other half of the world, by half an hour, four times a year, on no nth Sunday, and never.
ZONES = (
    "Europe/London", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca",
    "America/Santiago", "Asia/Kathmandu", "Asia/Tokyo", "UTC", "Etc/GMT+5", "America/Sao_Paulo", "Antarctica/Troll",
)  # fmt: skip
TITLES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=120)
HOURS = st.datetimes(datetime(2026, 6, 1), datetime(2030, 12, 31))  # noqa: DTZ001 - hours of any zone


def put(entry: CalendarEntry, to: Mailbox = ADA) -> str:
    return written(entry, OURS, to, now=NOW)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=30, deadline=None)
@given(hours=st.lists(HOURS, min_size=1, max_size=4))
def test_the_rules_in_a_file_alone_place_its_events(zone: str, hours: list[datetime]) -> None:
    """Whatever the file's reader knows of the world: that is hidden from it."""
    starts = [each.replace(tzinfo=UTC, second=0, microsecond=0) for each in hours]
    events = [
        happening(an_event(uid=f"a{place}", zone=zone, starts_at=each, ends_at=each + timedelta(hours=3)))
        for place, each in enumerate(starts)
    ]
    text = feed(events, OURS, name="All", now=NOW)
    assert faults(text) == []
    found = {each.uid: each for each in entries(text)}
    for place, each in enumerate(starts):
        entry = found[f"a{place}@whodoes"]
        assert (entry.starts_at, entry.ends_at) == (each, each + timedelta(hours=3))
        if entry.zone != "UTC":
            wall = each.astimezone(tz.gettz(zone))  # the wall clock by another library's data
            assert entry.wall == f"{wall:%Y%m%dT%H%M%S}"


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("2027-03-28T00:59", "Europe/London"), ("2027-03-28T02:00", "Europe/London"),
        ("2027-03-28T02:30", "Europe/London"), ("2027-10-31T00:59", "Europe/London"),
        ("2027-10-31T02:00", "Europe/London"), ("2027-03-14T01:59", "America/New_York"),
        ("2027-03-14T03:00", "America/New_York"), ("2027-11-07T00:30", "America/New_York"),
        ("2027-11-07T02:00", "America/New_York"), ("2028-02-29T17:30", "Europe/London"),
    ],
)  # fmt: skip
def test_a_minute_from_the_clock_change_nothing_is_an_hour_off(wall: str, zone: str) -> None:
    starts = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    event = an_event(zone=zone, starts_at=starts, ends_at=starts + timedelta(minutes=90))
    [entry] = entries(put(request(event)))
    assert (entry.starts_at, entry.ends_at) == (starts, starts + timedelta(minutes=90))
    if entry.zone != "UTC":  # where the wall clock shows an hour of it twice
        assert (entry.wall, entry.zone) == (f"{datetime.fromisoformat(wall):%Y%m%dT%H%M%S}", zone)


def test_the_rules_say_when_by_the_clock_before_the_change() -> None:
    """RFC 5545 3.6.5: and as a rule, since there are calendars that read no list of years."""
    text = put(request(an_event("2027-10-31T17:30")))
    assert "DTSTART:20100328T010000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in text
    assert "DTSTART:20101031T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n" in text
    assert text.count("BEGIN:STANDARD") == text.count("BEGIN:DAYLIGHT") == 1


@settings(max_examples=60, deadline=None)
@given(TITLES, TITLES, TITLES, TITLES, st.sampled_from(Part))
def test_whatever_people_write_is_escaped_folded_and_read_as_it_was(
    title: str, venue: str, summary: str, name: str, part: Part
) -> None:
    event = an_event(title=title, venue=venue, summary=summary)
    for entry in (request(event, part), cancellation(event)):
        assert faults(put(entry, Mailbox("ada@firm.example", name))) == []
    assert faults(feed([happening(event)], OURS, name=name, now=NOW)) == []


def test_words_come_out_as_they_went_in() -> None:
    title = "Gala; “Best of”, 2027 \\ Wharf:Hall — " + "Größe 中文 " * 12
    text = put(request(an_event(title=title)))
    assert [each.title for each in entries(text)] == [title.strip()]


def test_a_cancelled_event_reads_as_cancelled_with_its_id_and_its_number() -> None:
    event = an_event(state=EventState.CANCELLED, sequence=3)
    [entry] = entries(put(cancellation(event)))
    assert (entry.uid, entry.sequence, entry.status) == ("abc@whodoes", 3, "CANCELLED")


def test_an_empty_feed_is_a_calendar() -> None:
    assert faults(feed([], OURS, name="None", now=NOW)) == []
    assert entries(feed([], OURS, name="None", now=NOW)) == []
