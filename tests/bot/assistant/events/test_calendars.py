"""Calendar entries, read back by the library that wrote them and by a second one that knows nothing of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.events.calendars import Mailbox, feed, written
from bot.assistant.events.entries import CalendarEntry, Part, cancellation, happening, part_of, request
from store.kinds import EventKind, EventState, Rsvp, Seat
from store.models import Event
from tests.bot.assistant.events.evenings import at

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OURS = Mailbox("ask@cluster.example", "whodoes · Harrowdale")
ADA = Mailbox("ada@firm.example", 'Ada "the" Marsh')


def an_event(starts: str = "2027-03-30T17:30", **fields: Any) -> Event:
    starts_at = at(starts)
    values: dict[str, Any] = {
        "id": 7, "title": "Spring evening", "kind": EventKind.NETWORKING, "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3), "zone": "Europe/London", "uid": "abc", "venue": "Wharf Hall",
        "town": "Chester", "join_url": "https://meet.example/x", "url": "https://cluster.example/e",
        "state": EventState.OPEN, "sequence": 0, **fields,
    }  # fmt: skip
    return Event(**values)


def put(entry: CalendarEntry, to: Mailbox = ADA) -> str:
    return written(entry, OURS, to, now=NOW)


def only(text: str) -> Any:
    """The one entry; untyped, since its properties may be of any type that calendars have."""
    [found] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return found


def test_an_entry_says_when_and_where_on_the_wall_clock_with_the_zone_s_rules() -> None:
    text = put(request(an_event(), Part.YES))
    read = only(text)
    assert read["DTSTART"].dt == datetime(2027, 3, 30, 17, 30, tzinfo=ZoneInfo("Europe/London"))
    assert read["DTSTART"].params["TZID"] == "Europe/London"
    assert (read["UID"], read["SEQUENCE"], read["STATUS"]) == ("abc@whodoes", 0, "CONFIRMED")
    assert read["LOCATION"] == "Wharf Hall, Chester"
    assert "BEGIN:VTIMEZONE" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "1999" not in text
    assert len(text) < 4000
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_the_link_to_join_is_for_those_who_come() -> None:
    assert "meet.example" in put(request(an_event(), Part.YES))
    assert "meet.example" not in put(request(an_event()))
    assert "meet.example" not in feed([happening(an_event())], OURS, name="All", now=NOW)
    assert "meet.example" in feed([happening(an_event(), joining=True)], OURS, name="Mine", now=NOW)


@pytest.mark.parametrize(
    ("rsvp", "seat", "said"),
    [
        (Rsvp.YES, Seat.HELD, "ACCEPTED"), (Rsvp.YES, Seat.WAITING, "NEEDS-ACTION"), (Rsvp.NO, Seat.NONE, "DECLINED"),
        (Rsvp.MAYBE, Seat.NONE, "TENTATIVE"), (Rsvp.NONE, Seat.NONE, "NEEDS-ACTION"),
    ],
)  # fmt: skip
def test_the_reader_s_calendar_knows_what_they_said(rsvp: Rsvp, seat: Seat, said: str) -> None:
    read = only(put(request(an_event(), part_of(rsvp, seat))))
    assert read["ATTENDEE"].params["PARTSTAT"] == said


def test_a_cancelled_event_is_taken_out_of_calendars() -> None:
    text = put(cancellation(an_event(state=EventState.CANCELLED, sequence=3)))
    assert "METHOD:CANCEL" in text
    assert (only(text)["STATUS"], only(text)["SEQUENCE"]) == ("CANCELLED", 3)


def test_a_feed_tells_all_events_and_how_often_to_look() -> None:
    events = [happening(an_event(uid=f"u{number}", id=number)) for number in range(3)]
    read = icalendar.Calendar.from_ical(feed(events, OURS, name="Harrowdale", now=NOW))
    assert [str(each["UID"]) for each in read.walk("VEVENT")] == [f"u{number}@whodoes" for number in range(3)]
    assert read["X-WR-CALNAME"] == "Harrowdale"
    assert icalendar.Calendar.from_ical(feed([], OURS, name="None", now=NOW)).walk("VEVENT") == []


_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=120)


@given(_WORDS, _WORDS, _WORDS, _WORDS)
def test_nobody_s_words_can_begin_a_line_of_a_calendar(
    title: str, venue: str, summary: str, name: str
) -> None:
    event = an_event(title=title, venue=venue, summary=summary)
    text = put(request(event), Mailbox("a@b.example", name))
    unfolded = text.replace("\r\n ", "")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.split("\r\n")]
    assert names.count("BEGIN") == names.count("END")
    assert names.count("ATTENDEE") == names.count("ORGANIZER") == names.count("UID") == 1
    assert names.count("METHOD") == 1
    assert "ATTACH" not in names
