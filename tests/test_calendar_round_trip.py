"""Our invitations in a real calendar: stored by a server, read and expanded, moved, cancelled; and answered by a library."""

import html
import http.client
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import vobject
from radicale import config
from radicale.app import Application

from bot.assistant.events.calendar_replies import Said, reply_in
from bot.assistant.events.calendars import feed, written
from bot.assistant.events.entries import CalendarEntry, cancellation, happening, request
from store.kinds import EventState, Rsvp
from store.models import Event
from store.store import Store
from tests.bot.assistant.events.test_calendars import ADA, NOW, OURS, an_event
from tests.calendar_reading import entries
from tests.mail.correspondence import Clock, at
from tests.mail.test_calendar_answers import ADA as ADAS_ADDRESS
from tests.mail.test_calendar_answers import COMES, Evening, a_calendar_mail

UID = "abc123"
EXPANDED = """<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data>
<C:expand start="{begin}" end="{end}"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR">
<C:comp-filter name="VEVENT"><C:time-range start="{begin}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """A test says what it has to say itself."""


class AdasCalendar:
    """A calendar on a server, and a program that keeps it: what it is invited to it stores, as RFC 4791 4.1 has it."""

    def __init__(self, port: int) -> None:
        self._port = port
        assert self._asked("MKCOL", "/ada/")[0] == 201
        assert self._asked("MKCALENDAR", "/ada/own/")[0] == 201

    def takes(self, text: str) -> None:
        """By what the method says: put in or replaced, or taken out. Older than what is there: left alone (RFC 5546 2.1.5)."""
        calendar = vobject.readOne(text)
        method, entry = calendar.method.value, calendar.vevent
        there = self.stored()
        if there and int(vobject.readOne(there).vevent.sequence.value) > int(entry.sequence.value):
            return
        if method == "CANCEL":
            entry.status.value = "CANCELLED"
        del calendar.method
        status, _ = self._asked("PUT", f"/ada/own/{UID}.ics", calendar.serialize())
        assert status in {201, 204}

    def stored(self) -> str:
        status, text = self._asked("GET", f"/ada/own/{UID}.ics")
        return text if status == 200 else ""

    def between(self, begin: datetime, end: datetime) -> list[tuple[str, datetime]]:
        """Titles and starts of what the server finds in that time."""
        form = "%Y%m%dT%H%M%SZ"
        body = EXPANDED.format(begin=begin.strftime(form), end=end.strftime(form))
        status, text = self._asked("REPORT", "/ada/own/", body, kind="application/xml", Depth="1")
        assert status == 207, text
        found = re.findall(r"<[^/>]*calendar-data[^>]*>(.*?)</", text, re.DOTALL)
        events = [vobject.readOne(html.unescape(each)).vevent for each in found]
        return [(each.summary.value, each.dtstart.value.astimezone(UTC)) for each in events]

    def _asked(
        self, method: str, path: str, body: str = "", *, kind: str = "text/calendar", **headers: str
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(
                method, path, body.encode(), {"Content-Type": f"{kind}; charset=utf-8", **headers}
            )
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@pytest.fixture
def calendar(tmp_path: Path) -> Iterator[AdasCalendar]:
    settings = config.load()
    settings.update(
        {"storage": {"filesystem_folder": str(tmp_path / "calendars")}, "auth": {"type": "none"}}, "a test's"
    )
    server = make_server("127.0.0.1", 0, Application(settings), handler_class=Silent)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield AdasCalendar(server.server_port)
    server.shutdown()
    serving.join()
    server.server_close()


def put(entry: CalendarEntry) -> str:
    return written(entry, OURS, ADA, now=NOW)


def evening(starts: str, zone: str = "Europe/London", **fields: object) -> Event:
    return an_event(starts, uid=UID, zone=zone, **fields)


def test_an_invitation_is_kept_moved_and_cancelled(calendar: AdasCalendar) -> None:
    calendar.takes(put(request(evening("2027-10-28T17:30"))))
    before, after = datetime(2027, 10, 28, 16, 30, tzinfo=UTC), datetime(2027, 11, 1, 17, 30, tzinfo=UTC)
    assert calendar.between(before, before + timedelta(hours=1)) == [("Spring evening", before)]
    moved = put(request(evening("2027-11-01T17:30", sequence=1)))
    calendar.takes(moved)
    assert calendar.between(before, before + timedelta(hours=1)) == []
    assert calendar.between(after, after + timedelta(hours=1)) == [("Spring evening", after)]
    calendar.takes(put(request(evening("2027-10-28T17:30"))))  # late on the way
    assert calendar.between(after, after + timedelta(hours=1)) == [("Spring evening", after)]
    [kept] = entries(calendar.stored())
    [sent] = entries(moved)
    assert (kept.uid, kept.sequence, kept.starts_at, kept.ends_at) == (
        sent.uid,
        1,
        sent.starts_at,
        sent.ends_at,
    )
    calendar.takes(put(cancellation(evening("2027-11-01T17:30", sequence=2, state=EventState.CANCELLED))))
    [kept] = entries(calendar.stored())
    assert (kept.uid, kept.sequence, kept.status) == (f"{UID}@whodoes", 2, "CANCELLED")


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Africa/Casablanca", "Asia/Kathmandu", "America/Santiago"]
)
def test_a_server_places_an_event_elsewhere_at_its_instant(calendar: AdasCalendar, zone: str) -> None:
    starts = datetime(2027, 11, 8, 17, tzinfo=UTC)
    event = evening("2027-11-08T17:00", zone, starts_at=starts, ends_at=starts + timedelta(hours=2))
    calendar.takes(put(request(event)))
    assert calendar.between(starts, starts + timedelta(minutes=5)) == [("Spring evening", starts)]
    assert calendar.between(starts - timedelta(hours=1), starts) == []


def test_a_whole_feed_can_be_read_by_the_library_and_written_again() -> None:
    events = [
        happening(evening(f"2027-{month:02}-28T17:30", venue="Wharf; Hall, 2")) for month in range(1, 13)
    ]
    text = feed(events, OURS, name="All", now=NOW)
    again = vobject.readOne(vobject.readOne(text).serialize())
    assert len(again.vevent_list) == 12
    assert {each.location.value for each in again.vevent_list} == {"Wharf; Hall, 2, Chester"}
    assert len({each.dtstart.value.utcoffset() for each in again.vevent_list}) == 2


def answered_by_the_library(text: str, said: str) -> str:
    """A METHOD:REPLY as a program makes one of an invitation (RFC 5546 3.2.3)."""
    calendar = vobject.readOne(text)
    calendar.method.value = "REPLY"
    entry = calendar.vevent
    entry.attendee.params["PARTSTAT"] = [said]
    entry.dtstamp.value = (NOW + timedelta(hours=1)).astimezone(vobject.icalendar.utc)
    for name in ("description", "location", "url"):
        entry.contents.pop(name, None)
    reply: str = calendar.serialize()
    return reply


@pytest.mark.parametrize(
    ("said", "answer"), [("ACCEPTED", Rsvp.YES), ("DECLINED", Rsvp.NO), ("TENTATIVE", Rsvp.MAYBE)]
)
def test_a_library_s_answer_is_read(said: str, answer: Rsvp) -> None:
    found = reply_in(answered_by_the_library(put(request(evening("2027-10-31T17:30", sequence=4))), said))
    assert found is not None
    assert (found.uid, found.said, found.sequence) == (UID, (Said("ada@firm.example", answer),), 4)


async def test_a_library_s_answer_to_the_mail_itself_is_taken(sqlite_store: Store) -> None:
    made = Evening(sqlite_store, Clock(at(9)))
    await sqlite_store.write(made.furnish)
    invitation = await made.invitation(ADAS_ADDRESS)
    raw = a_calendar_mail(answered_by_the_library(invitation, "ACCEPTED").encode(), ADAS_ADDRESS)
    assert await made.arrives(raw, ADAS_ADDRESS) == "calendar: taken"
    assert await made.stands() == COMES
