"""`whodoes events`: planned, announced, changed and called off from the machine, and the list of guests."""

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.cli.main import app
from store.events.guests import enter
from store.events.seats import hold, take
from store.models import Attendance
from store.store import Store
from tests.factories import NOW, add_organisation, add_person


def furnish(session: Session) -> None:
    firm = add_organisation(session, name="Oriel Protein Services", sector="Proteins")
    for name in ("Ada Marsh", "Ben Ode", "=cmd()"):
        add_person(session, name=name, organisation_id=firm, addresses=[f"{name[:3].lower()}@oriel.example"])


def seat(session: Session, person_id: int) -> None:
    event = hold(session, 1)
    assert event is not None
    take(session, event, enter(session, 1, person_id, source="asked"), 1, now=NOW)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    opened = Store.open(sqlite_url)
    asyncio.run(opened.write(furnish))
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["events", *(str(word) for word in words)])


def planned(**options: str) -> Result:
    words = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
    return run("plan", "Autumn evening", "--starts", "28 October 2037 17:30", "--everyone", *words)


@pytest.mark.usefixtures("store")
def test_an_event_is_planned_announced_changed_and_called_off() -> None:
    assert "No event is planned" in run("list").output
    told = planned(ends="20:30", venue="Wharf Hall", town="Chester", seats="40")
    assert "Wednesday 28 October 2037, 17:30 to 20:30 (Europe/London), is planned" in told.output
    listed = run("list").output
    assert "Wed 28 Oct 2037 17:30" in listed
    assert "planned" in listed
    assert "3 people are invited" in run("announce", 1).output
    assert "Everybody concerned is told" in run("change", 1, "--starts", "18:00").output
    assert "18:00" in run("list").output
    assert run("change", 1).exit_code == 2
    assert run("change", 9, "--venue", "x").exit_code == 1
    assert "is cancelled" in run("cancel", 1, "--reason", "Flood").output
    assert run("announce", 1).exit_code == 1
    assert "cancelled" in run("guests", 1).output


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ("25 October 2037 01:30", "write 2037-10-25T01:30+01:00 or 2037-10-25T01:30+00:00"),
        ("29 March 2037 01:30", "does not exist on 29 March 2037"),
        ("28 October 2037", "says no time of day"),
        ("soonish", "not a date"),
    ],
)
def test_a_time_that_is_none_or_two_is_asked_back(starts: str, said: str) -> None:
    told = run("plan", "Evening", "--starts", starts)
    assert told.exit_code == 2
    assert said in " ".join(told.output.split())
    assert "No event is planned" in run("list").output


@pytest.mark.usefixtures("store")
def test_a_time_with_its_offset_is_that_instant() -> None:
    told = run("plan", "Night of the clocks", "--starts", "2037-10-25T01:30+00:00", "--ends", "03:00")
    assert "01:30 to 03:00" in told.output


def test_guests_are_listed_and_written_down_with_nothing_a_spreadsheet_would_run(
    store: Store, tmp_path: Path
) -> None:
    planned(seats="2")
    run("announce", 1)
    for person_id in (1, 2, 3):
        asyncio.run(store.write(seat, person_id))
    shown = run("guests", 1).output
    assert "2 seats of 2 taken, 1 waiting" in " ".join(shown.split())
    file = tmp_path / "guests.csv"
    assert "3 guests in" in run("guests", 1, "--to", file).output
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["name", "organisation", "email"]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert len(list(csv.reader(file.read_text("utf-8-sig").splitlines()))) == 4
    assert "2 guests in" in run("guests", 1, "--coming", "--to", tmp_path / "c.xlsx").output
    assert run("guests", 1, "--to", tmp_path / "c.doc").exit_code == 1


@pytest.mark.usefixtures("store")
def test_nobody_came_to_what_has_not_begun() -> None:
    planned()
    run("announce", 1)
    assert "has not begun yet" in run("came", 1, "everybody").output


@pytest.mark.usefixtures("store")
def test_a_table_of_events_is_looked_at_first_and_then_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "title;start;capacity\nForum;14/03/2037 18:30;40\nOwls;25/10/2037 01:30;\n", encoding="utf-8-sig"
    )
    told = run("import", path, "--dry-run").output
    assert "nothing was written" in told
    assert "01:30 comes twice on 25 October 2037" in told
    assert "No event is planned" in run("list").output
    assert run("import", path).exit_code == 0
    assert "Sat 14 Mar 2037 18:30   Forum" in run("list").output


@pytest.mark.usefixtures("store")
def test_a_ticket_shop_s_list_is_looked_at_first_and_then_taken_in(tmp_path: Path) -> None:
    planned(seats="1")
    run("announce", 1)
    path = tmp_path / "eventbrite.csv"
    path.write_text(
        "Order #,First Name,Surname,Email,Quantity,Attendee Status\n"
        "1,Ada,Marsh,ada@oriel.example,1,Attending\n2,Gil,Oak,gil@out.example,1,Attending\n"
        "3,Una,Reed,una@out.example,1,Dancing\n",
        encoding="utf-8",
    )
    told = run("attendees", "import", path, "--event", 1, "--dry-run").output
    assert "row 4: Reed: not taken, status: “Dancing” is none we know" in told
    assert "nothing was written" in told
    assert "0 seats of 1 taken" in run("guests", 1).output
    told = run("attendees", "import", path, "--event", 1, "--verbose").output
    assert "3 rows: 1 new, 1 changed, 0 unchanged, 0 merged, 1 rejected." in told
    assert "2 seats are taken, 1 more than the 1 there are." in told
    assert "Gil Oak" in run("guests", 1).output
    assert run("attendees", "import", path, "--event", 9).exit_code == 1
    path.write_text("Colour\nred\n", encoding="utf-8")
    assert "does not look like a list" in run("attendees", "import", path, "--event", 1).output


def test_the_delegate_list_is_shown_written_and_printed(store: Store, tmp_path: Path) -> None:
    planned()
    run("announce", 1)
    for person in (1, 2, 3):
        asyncio.run(store.write(seat, person))
    assert (
        "Oriel Protein Services\n  =cmd()\n  Ada Marsh\n  Ben Ode\n3 people on the list."
        in run("delegates", 1).output
    )
    to, page = tmp_path / "list.csv", tmp_path / "list.html"
    assert run("delegates", 1, "--to", to, "--html", page).output == f"3 people in {to} and {page}.\n"
    rows = list(csv.reader(to.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:4] == ["organisation", "name", "role", "note"]
    assert rows[1][:2] == ["Oriel Protein Services", "'=cmd()"]
    assert "Ada Marsh" in page.read_text(encoding="utf-8")
    assert "no event number 9" in run("delegates", 9).output
    assert "cannot be written" in run("delegates", 1, "--html", tmp_path / "no" / "x.html").output
    assert run("delegates", 1, "--to", tmp_path / "x.doc").exit_code == 1


def came(session: Session) -> None:
    for row in session.exec(select(Attendance)):
        row.attended = True
        session.add(row)


def test_which_organisations_came_is_shown_and_written(store: Store, tmp_path: Path) -> None:
    assert "Nobody is marked" in run("attendance").output
    planned()
    asyncio.run(store.write(seat, 1))
    asyncio.run(store.write(came))
    assert "Oriel Protein Services" in run("attendance", "--since", "1 January 2037").output
    assert "Nobody is marked" in run("attendance", "--since", "2038-01-01").output
    assert run("attendance", "--since", "someday").exit_code == 2
    to = tmp_path / "attendance.csv"
    assert run("attendance", "--to", to).output == f"1 organisation in {to}.\n"
    assert "Oriel Protein Services,1,1,2037-10-28,Autumn evening,yes" in to.read_text(encoding="utf-8-sig")
    assert run("attendance", "--to", tmp_path / "x.doc").exit_code == 1
