"""A ticket shop's list comes in: known people by their address, the others as guests, again without any change."""

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.assistant.events.attendees import Brought, bring_in
from store.events.delegates import delegates
from store.importing.attendee_rows import ATTENDEES
from store.importing.plan import RowPlan
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.kinds import Rsvp, Seat
from store.models import Address, Attendance, AuditEntry, LetterRecord, Person
from tests.bot.assistant.events.conftest import Three

EVENTBRITE = (
    "\ufeffOrder #,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Attendee #,Attendee Status,Company\n"
    "900,2027-01-02,Ada,Marsh,ADA@second.example,1,Member,1001,Attending,Oriel\n"
    "901,2027-01-02,Gil,Oak,gil@out.example,1,Guest,1002,Attending,Oak & Sons\n"
    "901,2027-01-02,Una,Reed,gil@out.example,1,Guest,1003,Attending,Oak & Sons\n"
    "902,2027-01-02,Cleo,Lark,cleo@home.example,1,Member,1004,Refunded,Oriel\n"
    '903,2027-01-02,"\'=Sum(1)",,formula@out.example,1,Guest,1005,Attending,"\'@x"\n'
)


class Shop:
    """One event, and what a list makes of it."""

    def __init__(self, three: Three, tmp_path: Path) -> None:
        self.three, self.net, self.path = three, three.net, tmp_path / "list.csv"
        self.event = three.net.an_event(by=three.sam, capacity=3)

    def brings(self, text: str, *, look_only: bool = False) -> Brought:
        self.path.write_text(text, encoding="utf-8")
        table = read_table(self.path, sought=ATTENDEES)
        return bring_in(
            self.net.session, self.event, table, self.net.act(self.three.sam), look_only=look_only
        )

    def rows(self, text: str) -> list[RowPlan]:
        plan = self.brings(text).plan
        assert plan is not None
        return list(plan.rows)

    def fates(self, text: str) -> list[str]:
        return [each.fate.value for each in self.rows(text)]

    def listed(self) -> list[tuple[str, str, int, str]]:
        """Those from outside: name, address, seats, seat."""
        found = self.net.session.exec(
            select(Attendance).where(col(Attendance.person_id).is_(None)).order_by(col(Attendance.id))
        )
        return [(row.name, row.address, row.seats, row.seat.value) for row in found]

    def of(self, person: int) -> Attendance:
        return self.net.session.exec(select(Attendance).where(Attendance.person_id == person)).one()


@pytest.fixture
def shop(three: Three, tmp_path: Path, session: Session) -> Shop:
    session.add(Address(address="ada@second.example", person_id=three.ada, position=1))
    session.add(Address(address="cleo@home.example", person_id=three.cleo, position=1))
    session.flush()
    return Shop(three, tmp_path)


def test_people_are_known_by_any_address_and_others_are_guests_from_outside(
    shop: Shop, session: Session
) -> None:
    people = len(session.exec(select(Person)).all())
    brought = shop.brings(EVENTBRITE)
    assert brought.plan is not None
    assert [each.fate.value for each in brought.plan.rows] == ["changed", "new", "new", "unchanged", "new"]
    ada = shop.of(shop.three.ada)
    assert (ada.rsvp, ada.seat, ada.seats, ada.ticket) == (Rsvp.YES, Seat.HELD, 1, "1001")
    assert shop.listed() == [
        ("Gil Oak", "gil@out.example", 1, "held"),
        ("Una Reed", "gil@out.example", 1, "held"),
        ("=Sum(1)", "formula@out.example", 1, "held"),
    ]
    assert len(session.exec(select(Person)).all()) == people  # nobody became a member
    assert brought.told.text.startswith(
        "Winter networking evening: 4 seats are taken, 1 more than the 3 there are. Nobody loses theirs"
    )


def test_the_same_list_again_changes_nothing(shop: Shop, session: Session) -> None:
    shop.brings(EVENTBRITE)
    before = [row.model_dump() for row in session.exec(select(Attendance).order_by(col(Attendance.id)))]
    assert set(shop.fates(EVENTBRITE)) == {"unchanged"}
    assert before == [
        row.model_dump() for row in session.exec(select(Attendance).order_by(col(Attendance.id)))
    ]


def test_looking_first_says_the_same_and_writes_nothing(shop: Shop, session: Session) -> None:
    before = len(session.exec(select(Attendance)).all())
    looked = shop.brings(EVENTBRITE, look_only=True)
    assert len(session.exec(select(Attendance)).all()) == before
    assert not session.exec(select(AuditEntry).where(AuditEntry.action == "event.attendees_imported")).all()
    assert looked.told == shop.brings(EVENTBRITE).told


def test_a_cancelled_order_gives_the_seat_to_who_waits(shop: Shop) -> None:
    shop.brings(EVENTBRITE)
    shop.net.answers(shop.event, shop.three.ben, Rsvp.YES)
    assert shop.net.seat(shop.event, shop.three.ben) is Seat.WAITING
    cancelled = EVENTBRITE.replace("1001,Attending", "1001,Cancelled").replace(
        "1002,Attending", "1002,Deleted"
    )
    rows = shop.rows(cancelled)
    assert [(each.field, each.new) for each in rows[0].changes] == [("seat", "none"), ("seats", "")]
    assert shop.of(shop.three.ada).rsvp is Rsvp.NO
    assert shop.listed()[0] == ("Gil Oak", "gil@out.example", 1, "none")
    assert shop.net.seat(shop.event, shop.three.ben) is Seat.OFFERED
    assert set(shop.fates(cancelled)) == {"unchanged"}
    assert shop.fates(EVENTBRITE)[0] == "changed"  # they bought again
    assert shop.of(shop.three.ada).seat is Seat.HELD


def test_what_somebody_answered_here_stands_beside_what_the_shop_says(shop: Shop) -> None:
    shop.net.answers(shop.event, shop.three.ada, Rsvp.YES, guest="Gil Oak")
    shop.net.answers(shop.event, shop.three.cleo, Rsvp.YES)
    rows = shop.rows(EVENTBRITE)
    assert shop.of(shop.three.ada).seats == 2  # one row, nobody twice
    assert "they have a seat by their own answer, and keep it" in rows[3].notes[0]
    assert shop.of(shop.three.cleo).seat is Seat.HELD
    assert shop.rows(EVENTBRITE)[0].changes == ()
    shop.net.answers(shop.event, shop.three.ada, Rsvp.NO)
    rows = shop.rows(EVENTBRITE)
    assert "they answered no since; their ticket still stands in the shop" in rows[0].notes
    assert shop.of(shop.three.ada).seat is Seat.NONE


def test_several_tickets_of_one_are_so_many_seats(shop: Shop) -> None:
    text = (
        "Order ID,Name,Email,Qty\n"
        "1,Ada Marsh,ada@second.example,2\n1,Ada Marsh,ada@second.example,1\n2,Gil Oak,,2.0\n2,Gil Oak,,1\n"
    )
    assert shop.fates(text) == ["changed", "merged", "new", "merged"]
    assert shop.of(shop.three.ada).seats == 3
    assert shop.listed() == [("Gil Oak", "", 3, "held")]
    assert shop.fates(text) == ["unchanged", "merged", "unchanged", "merged"]


def test_a_ticket_on_somebody_s_address_in_another_s_name_is_a_substitute(shop: Shop) -> None:
    text = "Ticket Reference,Ticket Full Name,Ticket Email,Ticket Company Name,Void Status\nAB-1,Gil Oak,ada@second.example,Oriel,\n"
    [row] = shop.rows(text)
    assert row.notes == ("the ticket is Ada Marsh's; Gil Oak comes in their place",)
    assert shop.of(shop.three.ada).substitute == "Gil Oak"
    assert shop.fates(text) == ["unchanged"]
    named = "Ticket Reference,Name,Email,Substitute\nAB-1,Ada Marsh,ada@second.example,Una Reed\n"
    [row] = shop.rows(named)
    assert [(each.field, each.old, each.new) for each in row.changes] == [
        ("comes instead", "Gil Oak", "Una Reed")
    ]
    voided = (
        "Ticket Reference,Ticket Full Name,Ticket Email,Void Status\nAB-1,Gil Oak,ada@second.example,Voided\n"
    )
    shop.brings(voided)
    assert shop.of(shop.three.ada).seat is Seat.NONE


def test_a_ticket_that_is_passed_on_takes_its_seat_along(shop: Shop) -> None:
    text = "Ticket ID,Name,Email,Company\nT1,{}\nT2,Gil Oak,gil@out.example,Oak\n"
    shop.brings(text.format("Ada Marsh,ada@second.example,Oriel"))
    brought = shop.brings(text.format("Una Reed,una@out.example,Oriel"))
    assert brought.told.text.endswith("2 seats are taken of 3.")
    assert shop.of(shop.three.ada).seat is Seat.NONE
    assert [each[0] for each in shop.listed()] == ["Gil Oak", "Una Reed"]
    brought = shop.brings(text.format("Rhys Fen,rhys@out.example,Fen"))
    assert brought.told.text.endswith("2 seats are taken of 3.")
    assert [each[0] for each in shop.listed()] == ["Gil Oak", "Rhys Fen"]


def test_a_guest_who_joined_the_directory_since_is_one_with_the_person(shop: Shop, session: Session) -> None:
    text = "Ticket ID,Name,Email\nT1,Dee Hart,dee@out.example\n"
    shop.brings(text)
    firm = shop.net.firm("Hart Assays")
    dee = shop.net.person("Dee Hart", firm)
    session.add(Address(address="dee@out.example", person_id=dee, position=5))
    session.flush()
    shop.brings(text)
    assert shop.listed() == []
    assert shop.of(dee).seats == 1


def test_who_came_is_noted_where_the_shop_scanned_tickets(shop: Shop, session: Session) -> None:
    text = "Ticket ID,First Name,Last Name,Email,Checked in\nT1,Ada,Marsh,ada@second.example,{}\n"
    shop.brings(text.format("No"))
    assert shop.of(shop.three.ada).attended is None
    [row] = shop.rows(text.format("2027-01-28 17:12"))
    assert [each.field for each in row.changes] == ["came"]
    assert shop.of(shop.three.ada).attended is True
    shop.of(shop.three.ada).attended = False  # staff know better
    assert shop.fates(text.format("yes")) == ["unchanged"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",,1,Attending", "neither a name nor a mail address"),
        ("Gil,gil@out.example,many,Attending", "quantity: “many” is not a number of tickets"),
        ("Gil,gil@out.example,0,Attending", "quantity: “0”"),
        ("Gil,gil@out.example,5000,Attending", "quantity: “5000”"),
        ("Gil,gil@out.example,1,Dancing", "status: “Dancing” is none we know"),
    ],
)
def test_a_row_that_says_too_little_is_named_and_the_others_come_in(
    shop: Shop, cells: str, reason: str
) -> None:
    rows = shop.rows(f"Name,Email,Quantity,Status\n{cells}\nUna Reed,una@out.example,1,Confirmed\n")
    assert [each.fate.value for each in rows] == ["rejected", "new"]
    assert reason in rows[0].reason


def test_what_is_not_paid_or_hard_to_read_is_told(shop: Shop) -> None:
    rows = shop.rows(
        "Ticket ID,Name,Email,Status\n"
        "T1,Gil Oak,gil@out.example,Pending\nT2,Una Reed,not an address,Paid\nT3,Rhys,,Partially refunded\nT3,Rhys,,Paid\n"
        "T4,,cleo@home.example,Paid\n"
    )
    assert [each.fate.value for each in rows] == ["unchanged", "new", "new", "merged", "changed"]
    assert "not paid for yet" in rows[0].notes[0]
    assert "“not an address” is not a mail address" in rows[1].notes[0]
    assert rows[3].reason == "the same ticket as row 4"
    assert shop.of(shop.three.cleo).substitute == ""


def test_nobody_is_written_to_and_only_staff_may(shop: Shop, session: Session) -> None:
    before = len(session.exec(select(LetterRecord)).all())
    shop.brings(EVENTBRITE)
    assert len(session.exec(select(LetterRecord)).all()) == before
    table = read_table(shop.path, sought=ATTENDEES)
    told = bring_in(session, shop.event, table, shop.net.act(shop.three.ada)).told
    assert told.text == "Only the staff can do that."
    assert bring_in(session, 99, table, shop.net.act(shop.three.sam)).told.text == "There is no such event."
    shop.net.cancels(shop.event, by=shop.three.sam)
    assert "is cancelled" in bring_in(session, shop.event, table, shop.net.act(shop.three.sam)).told.text


def test_a_file_that_is_no_list_of_attendees_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Colour,Price\nred,3\n")
    with pytest.raises(ImportRefused, match="does not look like a list of attendees"):
        read_table(path, sought=ATTENDEES)


def test_a_buyer_stands_for_a_ticket_without_a_name(shop: Shop) -> None:
    text = (
        "Order Reference,Ticket Reference,Ticket First Name,Ticket Last Name,Ticket Email,Order Name,Order Email\n"
        "O1,O1-1,,,,Gil Oak,gil@out.example\n"
    )
    assert shop.fates(text) == ["new"]
    assert shop.listed() == [("Gil Oak", "gil@out.example", 1, "held")]


def test_what_somebody_needs_stands_on_the_delegate_list(shop: Shop, session: Session) -> None:
    text = (
        "Ticket ID,Name,Email,Dietary requirements,Access requirements\n"
        "T1,Ada Marsh,ada@second.example,{},\nT2,Gil Oak,gil@out.example,None,Step-free access\n"
    )
    shop.brings(text.format("vegan"))
    assert shop.of(shop.three.ada).needs == "vegan"
    assert {each.name: each.needs for each in delegates(session, shop.event)} == {
        "Ada Marsh": "vegan", "Gil Oak": "Step-free access",
    }  # fmt: skip
    [change] = shop.rows(text.format("nut allergy"))[0].changes
    assert (change.field, change.old, change.new) == ("needs", "vegan", "nut allergy")
    assert shop.rows(text.format("n/a"))[0].changes == ()  # what is blank takes nothing away
