"""Answers of calendars through the mail edge, as the programs people use write them: taken for their reader, else a clear word."""

import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count

import pytest
from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.events.planning import announce, cancel, change, plan
from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.inbound import InboundMail
from mail.letters import MailCarrier
from mail.render.reply import From
from mail.trust import Judge, Trust, believe
from scheduler.events import keep_events
from store.events.inviting import Audience, to_keep
from store.inbox import Received
from store.introductions.rules import Rules
from store.kinds import Medium, Rsvp, Seat, StaffRole
from store.models import Attendance, Event
from store.people import by_id
from store.store import Store
from tests.factories import add_person
from tests.mail.correspondence import (
    OWN,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    outcomes,
    words_of,
)

ADA, BEN, EVE = "ada@firm.example", "ben@firm.example", "eve@elsewhere.example"
HOUSE = House(
    "Harrowdale",
    Rules(quiet_from=0, quiet_until=0),
    Letterbox({Medium.EMAIL: MailCarrier(From(OWN, "whodoes"))}),
)
STARTS = datetime(2027, 1, 28, 17, 30, tzinfo=UTC)
_numbers = count(1)

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270128T173000Z
DTEND:20270128T193000Z
DTSTAMP:20261124T100000Z
ORGANIZER;CN=whodoes:mailto:{own}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said};CN={who}
 ;X-NUM-GUESTS=0:mailto:{who}
CREATED:20261123T100000Z
DESCRIPTION:
LAST-MODIFIED:20261124T100000Z
LOCATION:Wharf Hall
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Winter evening
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={said};CN=Ada Marsh:mailto:{who}
COMMENT;LANGUAGE=en-GB:\\n
UID:{uid}
SUMMARY;LANGUAGE=en-GB:Accepted: Winter evening
DTSTART;TZID=GMT Standard Time:20270128T173000
DTEND;TZID=GMT Standard Time:20270128T193000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261124T100000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=en-GB:Wharf Hall
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-OWNERAPPTID:0
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-CDO-INSTTYPE:0
X-MICROSOFT-DONOTFORWARDMEETING:FALSE
X-MICROSOFT-DISALLOW-COUNTER:FALSE
END:VEVENT
END:VCALENDAR
"""
APPLE = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
VERSION:2.0
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
BEGIN:VEVENT
UID:{uid}
DTSTART;TZID=Europe/London:20270128T173000
DTEND;TZID=Europe/London:20270128T193000
SUMMARY:Winter evening
SEQUENCE:{sequence}
DTSTAMP:20261124T100000Z
ORGANIZER;CN="whodoes":mailto:{own}
ATTENDEE;CN="Ada Marsh";CUTYPE=INDIVIDUAL;EMAIL="{who}";PARTSTAT={said};RO
 LE=REQ-PARTICIPANT;X-CALENDARSERVER-DTSTAMP=20261124T100000Z:MAILTO:{who}
X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC
REQUEST-STATUS:2.0;Success
END:VEVENT
END:VCALENDAR
"""
PLAIN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261124T100000Z
SEQUENCE:{sequence}
ORGANIZER:mailto:{own}
ATTENDEE;PARTSTAT={said}:mailto:{who}
END:VEVENT
END:VCALENDAR
"""


class Evening:
    """A desk, an evening, and the calendars of those who were invited to it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.uid = ""

    def furnish(self, session: Session) -> None:
        sam = add_person(session, name="Sam Reed", staff_role=StaffRole.STAFF, newsletters=False)
        add_person(session, name="Ada Marsh", addresses=[ADA, "ada@home.example"])
        add_person(session, name="Ben Ode", addresses=[BEN])
        fields = {
            "title": "Winter evening",
            "starts_at": STARTS,
            "audience": to_keep(Audience(everyone=True)),
        }
        told = plan(session, fields, self.act(session, sam))
        assert told.about is not None
        announce(session, told.about, self.act(session, sam))
        self.uid = f"{session.exec(select(Event.uid)).one()}@whodoes"

    def act(self, session: Session, who: int = 1) -> Act:
        return Act(by_id(session, who), Medium.SLACK, "click", HOUSE, self.clock())

    async def hears(
        self, form: str = PLAIN, said: str = "ACCEPTED", *, sender: str = ADA, who: str = "", sequence: int = 0,
        uid: str = "", **headers: str,
    ) -> str:  # fmt: skip
        """A calendar's mail is worked through; what became of it."""
        text = form.format(uid=uid or self.uid, said=said, who=who or sender, own=OWN, sequence=sequence)
        raw = a_calendar_mail(text.replace("\n", "\r\n").encode(), sender, **headers)
        return await self.arrives(raw, sender)

    async def arrives(self, raw: bytes, sender: str = ADA) -> str:
        async with a_working_desk(self.store, self.clock, house=HOUSE, judge=self.judge) as desk:
            await arrive(self.store, raw, mail_from=sender, now=self.clock())
            await all_worked_through(self.store, desk)
        return (await self.store.read(outcomes))[-1]

    judge: Judge = staticmethod(believe)

    async def last_word(self) -> str:
        return words_of((await self.store.read(answers))[-1])

    async def invitation(self, to: str) -> str:
        """The calendar part of the invitation that this reader has."""
        await keep_events(self.store, HOUSE, now=self.clock())
        [mail] = [each for each in await self.store.read(answers) if to in str(each["To"])]
        [part] = [each for each in mail.walk() if each.get_content_type() == "application/ics"]
        return str(part.get_content().decode())

    async def stands(self) -> dict[int | None, tuple[Rsvp, Seat]]:
        def look(session: Session) -> dict[int | None, tuple[Rsvp, Seat]]:
            rows = session.exec(select(Attendance).where(Attendance.rsvp != Rsvp.NONE))
            return {row.person_id: (row.rsvp, row.seat) for row in rows}

        return await self.store.read(look)


def a_calendar_mail(calendar: bytes, sender: str, **headers: str) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, OWN, "Accepted: Winter evening"
    mail["Message-ID"] = f"<calendar-{next(_numbers)}@firm.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Ada Marsh has answered this invitation.")
    mail.add_alternative(
        calendar, maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"}
    )
    return mail.as_bytes()


@pytest.fixture
async def evening(sqlite_store: Store) -> Evening:
    made = Evening(sqlite_store, Clock(at(9)))
    await sqlite_store.write(made.furnish)
    return made


COMES = {2: (Rsvp.YES, Seat.HELD)}


@pytest.mark.parametrize("form", [GOOGLE, OUTLOOK, APPLE, PLAIN], ids=["Google", "Outlook", "Apple", "plain"])
@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("ACCEPTED", (Rsvp.YES, Seat.HELD)),
        ("DECLINED", (Rsvp.NO, Seat.NONE)),
        ("TENTATIVE", (Rsvp.MAYBE, Seat.NONE)),
    ],
)
async def test_every_program_s_answer_is_taken(
    evening: Evening, form: str, said: str, stands: tuple[Rsvp, Seat]
) -> None:
    assert await evening.hears(form, said) == "calendar: taken"
    assert await evening.stands() == {2: stands}
    assert "Winter evening" in await evening.last_word()


async def test_a_second_address_of_theirs_answers_for_them(evening: Evening) -> None:
    assert await evening.hears(who="ada@home.example") == "calendar: taken"
    assert await evening.stands() == COMES


@pytest.mark.parametrize(
    ("form", "said", "word"),
    [
        (PLAIN.replace("METHOD:REPLY", "METHOD:COUNTER"), "TENTATIVE", "can't move the event"),
        (PLAIN.replace("METHOD:REPLY", "METHOD:DECLINECOUNTER"), "ACCEPTED", "no yes, no or maybe"),
        (PLAIN.replace("METHOD:REPLY", "METHOD:REFRESH"), "NEEDS-ACTION", "no yes, no or maybe"),
        (PLAIN, "DELEGATED;DELEGATED-TO=\"mailto:eve@elsewhere.example\"", "who comes in your place"),
        (PLAIN, "NEEDS-ACTION", "no yes, no or maybe"),
        (PLAIN, "X-PERHAPS", "no yes, no or maybe"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_changes_nothing_and_is_told_so(
    evening: Evening, form: str, said: str, word: str
) -> None:
    assert await evening.hears(form, said) == "calendar: not taken"
    assert await evening.stands() == {}
    assert word in await evening.last_word()


async def test_an_answer_for_somebody_else_s_invitation_is_not_taken(evening: Evening) -> None:
    assert await evening.hears(sender=BEN, who=ADA) == "calendar: not taken"
    assert "somebody else's" in await evening.last_word()
    assert await evening.hears(sender=EVE, who=ADA) == "calendar: not taken"
    assert "people the directory knows" in await evening.last_word()
    assert await evening.stands() == {}


async def test_of_two_attendees_each_speaks_for_themselves_alone(evening: Evening) -> None:
    two = PLAIN.replace("END:VEVENT", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{BEN}\nEND:VEVENT")
    assert await evening.hears(two, who=ADA) == "calendar: taken"
    assert await evening.stands() == COMES
    assert await evening.hears(two, who=ADA, sender=BEN) == "calendar: taken"
    assert await evening.stands() == {**COMES, 3: (Rsvp.NO, Seat.NONE)}


async def test_an_answer_to_another_event_or_to_none_is_told_so(evening: Evening) -> None:
    assert await evening.hears(uid="abc123@whodoes") == "calendar: not taken"
    assert "no such event" in await evening.last_word()
    assert not (await evening.hears(uid="meeting-7@elsewhere.example")).startswith("calendar")
    assert await evening.stands() == {}


async def test_an_answer_to_an_older_time_counts_and_hears_the_new_one(evening: Evening) -> None:
    moved = {"starts_at": STARTS + timedelta(days=7)}
    await evening.store.write(lambda session: change(session, 1, moved, evening.act(session)))
    assert await evening.hears(sequence=0) == "calendar: taken"
    word = await evening.last_word()
    assert "4 February 2027" in word
    assert "changed since the invitation that you answered" in word
    assert await evening.hears(sequence=1, sender=BEN) == "calendar: taken"
    assert "changed since" not in await evening.last_word()


async def test_one_occurrence_named_is_the_event_itself(evening: Evening) -> None:
    """Some programs name it though the event does not recur."""
    form = APPLE.replace("SEQUENCE", "RECURRENCE-ID;TZID=Europe/London:20270128T173000\nSEQUENCE", 1)
    assert await evening.hears(form) == "calendar: taken"
    assert await evening.stands() == COMES


async def test_a_cancelled_event_takes_no_answer_and_says_why(evening: Evening) -> None:
    await evening.store.write(lambda session: cancel(session, 1, "", evening.act(session)))
    assert await evening.hears() == "calendar: not taken"
    assert "does not take place" in await evening.last_word()


async def test_a_guest_in_the_comment_has_a_seat(evening: Evening) -> None:
    form = PLAIN.replace("END:VEVENT", "COMMENT:With Gil Oak\nEND:VEVENT")
    assert await evening.hears(form) == "calendar: taken"
    assert "two seats for yourself and Gil Oak" in await evening.last_word()


@pytest.mark.parametrize("where", ["END:VEVENT", "END:VCALENDAR"])
async def test_ten_megabytes_of_calendar_are_not_read_and_told_so(evening: Evening, where: str) -> None:
    form = PLAIN.replace(where, "X-PAD:" + "x" * 10_000_000 + f"\n{where}")
    assert await evening.hears(form) == "calendar: not taken"
    assert "too long for me to read" in await evening.last_word()
    assert await evening.stands() == {}


@pytest.mark.parametrize("cut", [60, 200, 260])
async def test_half_a_calendar_is_a_mail_like_any_other(evening: Evening, cut: int) -> None:
    outcome = await evening.hears(PLAIN[:cut].replace("{", "").replace("}", ""))
    assert outcome
    assert await evening.stands() == {}


async def test_what_a_calendar_marks_as_a_machine_s_is_taken_and_not_answered(evening: Evening) -> None:
    """Some mark so what their reader pressed. Nobody answers a machine; where it is full the reader has a letter, once."""
    one = {"capacity": 1}
    await evening.store.write(lambda session: change(session, 1, one, evening.act(session)))
    assert (
        await evening.hears(GOOGLE, Auto_Submitted="auto-generated")
        == "calendar: taken, and not answered: automatic"
    )
    assert await evening.stands() == COMES
    [ticket] = await evening.store.read(answers)
    assert "You have a seat at Winter evening" in words_of(ticket)
    for _ in range(3):
        await evening.hears(GOOGLE, sender=BEN, Auto_Submitted="auto-generated")
    assert await evening.stands() == {**COMES, 3: (Rsvp.YES, Seat.WAITING)}
    [_, letter] = await evening.store.read(answers)
    assert letter["To"] == f"Ben Ode <{BEN}>"
    assert "number 1 in the queue" in words_of(letter)
    assert (await evening.hears(GOOGLE, sender=EVE, Auto_Submitted="auto-generated")).startswith("automatic")
    assert (await evening.hears(GOOGLE, sender=BEN, who=ADA, Auto_Submitted="auto-generated")).startswith(
        "calendar: not taken"
    )
    assert len(await evening.store.read(answers)) == 2


async def test_whose_from_is_not_proved_answers_nothing_and_hears_what_to_do(evening: Evening) -> None:
    def doubt(_item: Received, _mail: InboundMail) -> Trust:
        return Trust.UNPROVED

    evening.judge = doubt
    assert await evening.hears() == "calendar: not taken"
    assert await evening.stands() == {}
    assert "could not be sure" in await evening.last_word()


async def test_a_reply_to_an_invitation_from_another_address_is_nobody_s_answer(evening: Evening) -> None:
    await keep_events(evening.store, HOUSE, now=evening.clock())
    [adas] = [each for each in await evening.store.read(answers) if ADA in str(each["To"])]
    to, ids = str(adas["Reply-To"]), str(adas["Message-ID"])
    for sender in (BEN, EVE):
        raw = a_mail("yes", sender=sender, To=to, In_Reply_To=ids, References=ids, subject="Re: Invitation")
        await arrive(evening.store, raw, mail_from=sender, to=OWN, now=evening.clock())
        async with a_working_desk(evening.store, evening.clock, house=HOUSE) as desk:
            await all_worked_through(evening.store, desk)
        assert await evening.stands() == {}
        assert len(await evening.last_word()) > 20


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Where is the winter evening?", "Winter evening"),
        ("Where would that be?", "I was not sure what you meant"),
    ],
)
async def test_a_reply_that_asks_about_an_event_by_its_name_gets_that_answer(
    evening: Evening, said: str, told: str
) -> None:
    await keep_events(evening.store, HOUSE, now=evening.clock())
    [adas] = [each for each in await evening.store.read(answers) if ADA in str(each["To"])]
    to, ids = str(adas["Reply-To"]), str(adas["Message-ID"])
    raw = a_mail(said, sender=ADA, To=to, In_Reply_To=ids, References=ids, subject="Re: Invitation")
    await arrive(evening.store, raw, mail_from=ADA, to=OWN, now=evening.clock())
    async with a_working_desk(evening.store, evening.clock, house=HOUSE) as desk:
        await all_worked_through(evening.store, desk)
    assert await evening.stands() == {}
    assert told in await evening.last_word()
    assert ("I was not sure" in await evening.last_word()) is ("not sure" in told)
