"""A letter with a calendar entry: programs find it as a form of the message and as a file, and may answer it."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import icalendar
import pytest

from bot.assistant.events.entries import Part
from bot.assistant.events.wording import cancelled, invitation, seated
from bot.assistant.house import House
from bot.assistant.letters import Letter
from mail.render.letter import Mailbox, Posting, render
from mail.render.reply import From
from store.kinds import Seat
from store.models import Attendance
from tests.bot.assistant.events.test_calendars import an_event
from tests.factories import NOW

OWN = From("ask@cluster.example", "whodoes · Harrowdale")
HOUSE = House("Harrowdale")
TO = Posting(
    (Mailbox("ada@firm.example", "Ada Marsh"),), "letter.abc@cluster.example", ("about.x@cluster.example",)
)
TICKET = seated(an_event(), Attendance(event_id=7, person_id=2, token="t", seat=Seat.HELD))


def sent(letter: Letter, posting: Posting = TO) -> EmailMessage:
    raw = render(letter, posting, OWN, now=NOW)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


@pytest.mark.parametrize(
    ("letter", "method"),
    [
        (invitation(an_event(), HOUSE), "REQUEST"), (TICKET, "REQUEST"),
        (cancelled(an_event(sequence=2), "Flood", 2), "CANCEL"),
    ],
)  # fmt: skip
def test_the_entry_stands_in_the_mail_twice_and_the_words_first(letter: Letter, method: str) -> None:
    message = sent(letter)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    form, file = (
        part for part in message.walk() if part.get_content_type() in {"text/calendar", "application/ics"}
    )
    assert form.get_param("method") == method
    assert file.get_filename() == "invite.ics"
    text = form.get_content()
    assert text.replace("\r\n", "\n") == file.get_content().decode().replace("\r\n", "\n")
    read = icalendar.Calendar.from_ical(file.get_content())
    assert read["METHOD"] == method
    [entry] = read.walk("VEVENT")
    assert str(entry["ORGANIZER"]) == "mailto:ask@cluster.example"
    assert str(entry["ATTENDEE"]) == "mailto:ada@firm.example"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Spring evening" in body.get_content()


def test_who_comes_has_the_link_in_body_and_calendar() -> None:
    message = sent(TICKET)
    body = message.get_body(("plain",))
    assert body is not None
    assert "https://meet.example/x" in body.get_content()
    assert TICKET.calendar is not None
    assert TICKET.calendar.part is Part.YES


def test_a_letter_to_two_or_without_an_entry_is_as_it_was() -> None:
    two = replace(TO, to=(*TO.to, Mailbox("ben@firm.example", "Ben")))
    for message in (sent(TICKET, two), sent(replace(TICKET, calendar=None))):
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative", "text/plain", "text/html",
        ]  # fmt: skip


def test_a_hostile_title_begins_no_line_of_the_mail_or_the_calendar() -> None:
    event = an_event(title="X\r\nBcc: a@b.example\r\n\r\nBEGIN:VEVENT", venue="\nATTACH:http://evil.example")
    message = sent(invitation(event, HOUSE))
    assert message["Bcc"] is None
    file = next(part for part in message.walk() if part.get_content_type() == "application/ics")
    assert len(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")) == 1
    assert b"\r\nATTACH" not in file.get_content()
