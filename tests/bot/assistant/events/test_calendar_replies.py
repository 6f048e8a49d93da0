"""Answers of calendars: taken for their own reader alone, and harmless whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.events.calendar_replies import CalendarReply, Said, reply_in, take_calendar_reply
from store.kinds import Rsvp, Seat
from store.models import Event
from tests.bot.assistant.events.conftest import Three

REPLY = """BEGIN:VCALENDAR
PRODID:-//Example Corp//Calendar//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
SEQUENCE:0
DTSTAMP:20261124T100000Z
ATTENDEE;PARTSTAT={said};CN="Ada Marsh":MAILTO:{who}
ORGANIZER:mailto:ask@cluster.example
COMMENT:See you there
END:VEVENT
END:VCALENDAR
"""


def written(event: Event, said: str = "ACCEPTED", who: str = "P2@Members.example") -> str:
    return REPLY.format(uid=f"{event.uid}@whodoes", said=said, who=who).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("said", "answer"), [("ACCEPTED", Rsvp.YES), ("declined", Rsvp.NO), ("TENTATIVE", Rsvp.MAYBE)]
)
def test_an_answer_is_read(said: str, answer: Rsvp) -> None:
    text = REPLY.format(uid="abc@whodoes", said=said, who="ada@firm.example")
    assert reply_in(text) == CalendarReply("abc", (Said("ada@firm.example", answer),), "See you there", 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        REPLY.format(uid="abc@elsewhere", said="ACCEPTED", who="a@b.example"),
        REPLY.format(uid="abc@whodoes", said="ACCEPTED", who="a@b.example").replace("REPLY", "REQUEST"),
        REPLY.format(uid="abc@whodoes", said="ACCEPTED", who="a@b.example").replace("END:VEVENT", ""),
    ],
)
def test_what_is_no_answer_to_us_is_none(text: str) -> None:
    assert reply_in(text) is None


@given(st.text(max_size=300), st.integers(0, 400))
def test_a_broken_answer_never_raises(noise: str, place: int) -> None:
    text = REPLY.format(uid="abc@whodoes", said="ACCEPTED", who="a@b.example")
    found = reply_in(text[:place] + noise + text[place:])
    assert found is None or found.uid


def test_a_member_s_calendar_answers_for_them(three: Three) -> None:
    net = three.net
    event = net.event(net.an_event(by=three.sam))
    address = f"p{three.ada}@members.example"
    for said, seat in (("ACCEPTED", Seat.HELD), ("DECLINED", Seat.NONE)):
        reply = reply_in(written(event, said, address))
        assert reply is not None
        assert take_calendar_reply(net.session, reply, net.act(three.ada)).done
        assert net.seat(event.id or 0, three.ada) is seat


def test_nobody_answers_for_somebody_else_or_for_nothing(three: Three) -> None:
    net = three.net
    event = net.event(net.an_event(by=three.sam))
    reply = reply_in(written(event, who=f"p{three.ada}@members.example"))
    assert reply is not None
    assert "somebody else's" in take_calendar_reply(net.session, reply, net.act(three.ben)).text
    assert net.seat(event.id or 0, three.ada) is None or net.seat(event.id or 0, three.ada) is Seat.NONE
    assert not take_calendar_reply(net.session, reply, net.act(None)).done
    gone = CalendarReply("nothing", (Said("p2@members.example", Rsvp.YES),))
    assert not take_calendar_reply(net.session, gone, net.act(three.ada)).done
    net.cancels(event.id or 0, by=three.sam)
    assert "does not take place" in take_calendar_reply(net.session, reply, net.act(three.ada)).text


def test_another_time_is_not_to_be_had(three: Three) -> None:
    net = three.net
    event = net.event(net.an_event(by=three.sam))
    text = written(event, "TENTATIVE", f"p{three.ada}@members.example").replace(
        "METHOD:REPLY", "METHOD:COUNTER"
    )
    reply = reply_in(text)
    assert reply is not None
    assert "can't move" in take_calendar_reply(net.session, reply, net.act(three.ada)).text
