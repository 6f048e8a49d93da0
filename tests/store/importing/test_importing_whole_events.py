"""Everything an event has comes in by a table, and whatever cannot be is said of its row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from store.importing.applying import plan_import
from store.importing.exporting import export_rows
from store.importing.plan import EventWork
from store.importing.reading import read_table
from store.importing.table import Subject
from store.importing.writing import as_csv
from store.kinds import EventState, Rsvp, Seat
from store.models import Attendance, Event, EventSeries, ProgrammeItem, Sponsorship
from store.places.gazetteer import Gazetteer
from store.store import Store
from tests.store.importing.tables import NOW, bring_csv, bring_in, csv_file, fates, row

WHOLE = (
    "\ufeffEvent ID;Event name;Event type;Start;End;Time zone;Venue name;City;Join link;Capacity;Organiser email;Booking opens;"
    "Booking closes;Programme;Sponsors;Status\n"
    "EV-12;Biologics Forum;Conference;14/03/2027 18:30;21:00;Europe/London;Wharf Hall;Chester;join.example/1;40;"
    "Events@Cluster.example;01/02/2027;10/03/2027;"
    '"18:30 Scale-up | Ina Holm | Oriel\n19:30 Drinks";"Wharf Bank | gold | a stand | two tickets\nOriel (drinks)";planned\n'
)


def event(session: Session, title: str) -> Event:
    return session.exec(select(Event).where(Event.title == title)).one()


def around(session: Session, title: str) -> tuple[list[ProgrammeItem], list[Sponsorship]]:
    key = event(session, title).id
    points = session.exec(
        select(ProgrammeItem).where(ProgrammeItem.event_id == key).order_by(col(ProgrammeItem.position))
    )
    sponsors = session.exec(
        select(Sponsorship).where(Sponsorship.event_id == key).order_by(col(Sponsorship.id))
    )
    return list(points), list(sponsors)


async def test_an_event_comes_in_whole_and_a_second_time_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    assert fates(await bring_csv(store, tmp_path, WHOLE)) == ["new"]
    found = await store.read(event, "Biologics Forum")
    assert found.starts_at == datetime(2027, 3, 14, 18, 30, tzinfo=UTC)
    assert (found.ends_at, found.capacity) == (datetime(2027, 3, 14, 21, tzinfo=UTC), 40)
    assert (found.state, found.uid, found.organiser) == (
        EventState.PLANNED,
        "EV-12",
        "events@cluster.example",
    )
    assert found.join_url == "https://join.example/1"
    assert found.registration_from == datetime(2027, 2, 1, tzinfo=UTC)
    assert found.registration_until == datetime(2027, 3, 10, 23, 59, tzinfo=UTC)
    points, sponsors = await store.read(around, "Biologics Forum")
    assert [(each.title, each.speaker, each.organisation) for each in points] == [
        ("Scale-up", "Ina Holm", "Oriel"), ("Drinks", "", ""),
    ]  # fmt: skip
    assert [(each.name, each.level, each.promised) for each in sponsors] == [
        ("Wharf Bank", "gold", ["a stand", "two tickets"]), ("Oriel", "drinks", []),
    ]  # fmt: skip
    assert fates(await bring_csv(store, tmp_path, WHOLE)) == ["unchanged"]
    exported = await store.read(export_rows, Subject.EVENTS)
    path = tmp_path / "out.csv"
    path.write_bytes(as_csv(exported))
    assert fates(await bring_in(store, path)) == ["unchanged"]


async def test_by_its_own_mark_an_event_is_known_under_another_name_and_day(
    store: Store, tmp_path: Path
) -> None:
    await bring_csv(store, tmp_path, WHOLE)
    plan = await bring_csv(store, tmp_path, "uid,title,start\nEV-12,Biologics Summit,2027-04-14 18:30\n")
    assert fates(plan) == ["changed"]
    found = await store.read(event, "Biologics Summit")
    assert found.ends_at == datetime(
        2027, 4, 14, 20, 0, tzinfo=UTC
    )  # as long as before, by the summer's clock
    twice = "uid,title,start\nA1,Evening,2027-05-01 18:00\nA2,Evening,2027-05-01 18:00\nA1,Evening,2027-05-01 18:00\n"
    assert fates(await bring_csv(store, tmp_path, twice)) == ["new", "new", "merged"]


async def test_a_sponsor_s_further_promise_is_added_and_none_is_lost(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await bring_csv(sqlite_store, tmp_path, WHOLE)
    text = "title,start,sponsors\nBiologics Forum,14/03/2027 18:30,Wharf Bank | gold | a talk\n"
    plan = await bring_csv(sqlite_store, tmp_path, text)
    assert [each.field for each in row(plan, 2).changes] == ["sponsors"]
    _, sponsors = await sqlite_store.read(around, "Biologics Forum")
    assert sponsors[0].promised == ["a stand", "two tickets", "a talk"]
    assert sponsors[1].name == "Oriel"


@pytest.mark.parametrize(
    ("headings", "cells", "reason"),
    [
        ("start", "31/10/2027 01:30", "01:30 comes twice on 31 October 2027"),
        ("start", "28/03/2027 01:30", "01:30 does not exist on 28 March 2027"),
        ("start,zone", "31/10/2027 10:00,Mars/Olympus", "“Mars/Olympus” is not a time zone"),
        ("start,end", "14/03/2027 18:30,13/03/2027 18:30", "it ends before it starts"),
        ("start,end", "14/03/2027 18:30,18:30", "it ends when it starts"),
        ("start,end", "14/03/2027 18:30,14/06/2027 18:30", "longer than 30 days"),
        ("start,capacity", "14/03/2027 18:30,lots", "capacity: “lots” is not a number of seats"),
        ("start,capacity", "14/03/2027 18:30,-3", "“-3” is not a number of seats"),
        ("start,booking opens,booking closes", "14/03/2027,10/03/2027,01/03/2027", "closes before it opens"),
        ("start,booking opens", "14/03/2027,soon", "registration from: “soon” is not a date"),
        ("start,programme", "14/03/2027,a | b | c | d", "programme: write “a | b | c | d” as"),
        ("start,programme", "31/10/2027,01:30 Owls | Ina", "programme: 01:30 comes twice"),
        ("start,status", "14/03/2027,cancelled", "it is cancelled, and was never here"),
        ("start,rule", "14/03/2027 18:30,whenever", "rule: “whenever” is not a rule"),
        ("start,rule", "14/03/2027 18:30,FREQ=MONTHLY;BYDAY=4TH", "14 March 2027 is not a day of it; its first"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said_of_its_row_and_the_others_come_in(
    sqlite_store: Store, tmp_path: Path, headings: str, cells: str, reason: str
) -> None:
    text = f'title,{headings}\nEvening,"{cells.replace(",", QUOTED)}"\nMorning,15/03/2027 09:00\n'
    plan = await bring_csv(sqlite_store, tmp_path, text)
    assert fates(plan) == ["rejected", "new"]
    assert reason in row(plan, 2).reason


QUOTED = '","'


async def test_a_doubtful_hour_that_says_its_offset_is_taken_and_comes_out_so(
    sqlite_store: Store, tmp_path: Path
) -> None:
    text = "title,start,end\nEarly,2027-10-31T01:30+01:00,2027-10-31T01:30+00:00\n"
    assert fates(await bring_csv(sqlite_store, tmp_path, text)) == ["new"]
    found = await sqlite_store.read(event, "Early")
    assert (found.starts_at, found.ends_at) == tuple(
        datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1)
    )
    path = tmp_path / "out.csv"
    path.write_bytes(as_csv(await sqlite_store.read(export_rows, Subject.EVENTS)))
    assert fates(await bring_in(sqlite_store, path)) == ["unchanged"]


async def test_cells_a_spreadsheet_would_run_stay_words(sqlite_store: Store, tmp_path: Path) -> None:
    text = "title,start,venue,programme\n'=SUM(1),14/03/2027 18:30,+Hall,@home | -Ina\n"
    assert fates(await bring_csv(sqlite_store, tmp_path, text)) == ["new"]
    written = as_csv(await sqlite_store.read(export_rows, Subject.EVENTS)).decode("utf-8-sig")
    assert "'=SUM(1),networking" in written
    assert "'+Hall" in written
    assert "'@home | -Ina" in written


def with_guests(session: Session) -> None:
    found = event(session, "Biologics Forum")
    for number in range(3):
        session.add(
            Attendance(
                event_id=found.id or 0, token=f"t{number}", rsvp=Rsvp.YES, seat=Seat.HELD, seat_since=NOW
            )
        )
    session.flush()


def cancelled(session: Session) -> None:
    event(session, "Biologics Forum").state = EventState.CANCELLED
    session.flush()


async def test_what_people_know_of_cannot_become_less_by_a_row(store: Store, tmp_path: Path) -> None:
    await bring_csv(store, tmp_path, WHOLE.replace("planned", "open"))
    await store.write(with_guests)
    line = "title,start,{}\nBiologics Forum,14/03/2027 18:30,{}\n"
    for heading, cell, reason in (
        ("capacity", "2", "capacity: 3 seats are taken, more than 2; nothing was changed"),
        ("status", "draft", "it is announced already"),
        ("status", "cancelled", "people must hear why: whodoes events cancel"),
        ("booking opens", "11/03/2027", "registration would close before it opens"),
    ):
        plan = await bring_csv(store, tmp_path, line.format(heading, cell))
        assert fates(plan) == ["rejected"]
        assert reason in row(plan, 2).reason
    assert fates(await bring_csv(store, tmp_path, line.format("capacity", "3 seats"))) == ["changed"]
    await store.write(cancelled)
    plan = await bring_csv(store, tmp_path, line.format("venue", "Barn"))
    assert "it is cancelled, and stays so" in row(plan, 2).reason


def series(session: Session) -> Sequence[EventSeries]:
    return session.exec(select(EventSeries)).all()


async def test_a_rule_makes_a_series_once(store: Store, tmp_path: Path) -> None:
    text = (
        "title,type,start,end,rule,capacity,programme\n"
        "Quarterly evening,networking,28/01/2027 17:30,20:00,RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH,60,Talk\n"
    )
    quoted = text.replace("RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH", '"FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH"')
    plan = await bring_csv(store, tmp_path, quoted)
    assert fates(plan) == ["new"]
    assert row(plan, 2).notes == ("programme: is of one event, not of a series; not taken",)
    [found] = await store.read(series)
    assert (found.rule, found.minutes, found.zone) == (
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH", 150, "Europe/London",
    )  # fmt: skip
    assert found.first_local == "2027-01-28T17:30"
    assert found.pattern == {"kind": "networking", "capacity": 60}
    assert fates(await bring_csv(store, tmp_path, quoted)) == ["unchanged"]
    other = quoted.replace("INTERVAL=3", "INTERVAL=6")
    plan = await bring_csv(store, tmp_path, other)
    assert "a series already, by another rule" in row(plan, 2).reason
    assert len(await store.read(series)) == 1


async def test_looking_first_writes_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, WHOLE))
    plan = await sqlite_store.read(plan_import, table, Gazetteer.load(), now=NOW)
    assert fates(plan) == ["new"]
    assert isinstance(plan.work[0], EventWork)
    assert (await sqlite_store.read(export_rows, Subject.EVENTS)).rows == ()
