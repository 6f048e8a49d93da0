"""What is exported imports again unchanged, whatever it holds."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, select

from store.importing.applying import apply_plan, plan_import
from store.importing.exporting import Export, export_rows
from store.importing.plan import Plan
from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.importing.table import Subject
from store.importing.writing import as_csv, write_export
from store.kinds import EventKind, Listing, NeedKind, OrganisationKind, SizeBand, StaffRole
from store.models import Address, DirectoryRevision, Event, NeedOrOffer, Organisation, Person, Site, Table
from store.places.gazetteer import Gazetteer
from store.store import Store
from tests.factories import add_event, add_organisation, add_person
from tests.store.importing.tables import NOW, bring_in, fates

ENDINGS = (".csv", ".xlsx", ".jsonl")
EXAMPLES = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

nasty = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''+",
        "+44",
        "-",
        "@x",
        "'t Hart",
        "a;b",
        "a\\;b",
        "\\",
        ";",
        "a, b",
        "\ta",
        "\r\n",
        "_x000D_",
        "\x00a",
        "\u202eb",
        '"',
        "sep=;",
        "Name",
        "N/A",
        "\ufeff",
        "é",
        "  a  ",
    ]
)
texts = nasty | st.text(max_size=40) | st.lists(nasty, max_size=3).map("".join)
storable = texts.map(lambda text: text.replace("\0", "").encode("utf-8", "ignore").decode())
short = storable.map(lambda text: text[:15])  # what a postcode has room for
lists = st.lists(storable, max_size=4)
days = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
places = st.fixed_dictionaries(dict.fromkeys(("town", "county", "region", "postcode", "country"), short))
organisations = st.fixed_dictionaries(
    {
        "name": storable, "aliases": lists, "kind": st.none() | st.sampled_from(OrganisationKind), "sector": storable,
        "summary": storable, "capabilities": lists, "tags": lists, "size": st.none() | st.sampled_from(SizeBand),
        "employees": st.none() | st.integers(0, 100_000), "employees_year": st.none() | st.integers(1900, 2100),
        "founded": st.none() | st.integers(1500, 2100), "website": storable, "membership": storable,
        "member_since": days, "member_until": days, "confirmed_on": days, "listing": st.sampled_from(Listing),
    }
)  # fmt: skip
people = st.fixed_dictionaries(
    {
        "name": storable.filter(lambda text: text.strip().isprintable() and len(text.strip()) > 0), "role": storable,
        "expertise": lists, "main_contact": st.booleans(), "listed": st.booleans(), "introductions": st.booleans(),
        "newsletters": st.booleans(), "staff_role": st.sampled_from(StaffRole),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    yield engine
    engine.dispose()


def add(
    session: Session,
    records: list[dict[str, Any]],
    sites: list[list[dict[str, Any]]],
    wishes: list[list[str]],
) -> None:
    for number, values in enumerate(records):
        row = Organisation(
            ref=f"r{number}", name_key="", created_at=NOW, updated_at=NOW, revision=1, **values
        )
        session.add(row)
        session.flush()
        for position, site in enumerate(sites[number] if number < len(sites) else []):
            session.add(Site(organisation_id=row.id or 0, position=position, **site))
        for kind, text in zip(
            (NeedKind.NEED, NeedKind.OFFER, NeedKind.NEED),
            wishes[number] if number < len(wishes) else [],
            strict=False,
        ):
            session.add(NeedOrOffer(organisation_id=row.id or 0, kind=kind, text=text))
    session.flush()


def again(session: Session, subject: Subject, path: Path) -> Plan:
    write_export(export_rows(session, subject, unlisted=True), path)
    return plan_import(session, read_table(path), Gazetteer.load(), now=NOW)


@pytest.mark.parametrize("ending", ENDINGS)
@EXAMPLES
@given(
    records=st.lists(organisations, min_size=1, max_size=3),
    sites=st.lists(st.lists(places, max_size=3), max_size=3),
    wishes=st.lists(lists, max_size=3),
)
def test_organisations_of_any_words_come_back_unchanged(
    engine: Engine,
    tmp_path: Path,
    ending: str,
    records: list[dict[str, Any]],
    sites: list[list[dict[str, Any]]],
    wishes: list[list[str]],
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection) as session:
            add(session, records, sites, wishes)
            plan = again(session, Subject.ORGANISATIONS, tmp_path / f"out{ending}")
            assert fates(plan) == ["unchanged"] * len(records), plan.rows
            assert plan.work == ()
        transaction.rollback()


@pytest.mark.parametrize("ending", ENDINGS)
@EXAMPLES
@given(records=st.lists(people, min_size=1, max_size=3))
def test_people_of_any_words_come_back_unchanged(
    engine: Engine, tmp_path: Path, ending: str, records: list[dict[str, Any]]
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection) as session:
            add(session, [{"name": "Larkspur"}], [], [])
            organisation = session.exec(select(Organisation.id)).one()
            for number, values in enumerate(records):
                row = Person(organisation_id=organisation, created_at=NOW, **values)
                session.add(row)
                session.flush()
                session.add(Address(address=f"p{number}@l.example", person_id=row.id or 0))
            session.flush()
            plan = again(session, Subject.PEOPLE, tmp_path / f"out{ending}")
            assert fates(plan) == ["unchanged"] * len(records), plan.rows
        transaction.rollback()


@pytest.mark.parametrize("ending", ENDINGS)
@EXAMPLES
@given(
    titles=st.lists(
        storable.filter(lambda text: any(letter.isalnum() for letter in text)), min_size=1, max_size=3
    ),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - the strategy adds the zone
    zone=st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "UTC"]),
    words=storable,
)
def test_events_of_any_words_come_back_unchanged(
    engine: Engine, tmp_path: Path, ending: str, titles: list[str], start: datetime, zone: str, words: str
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection) as session:
            for number, title in enumerate(titles):
                begins = start.replace(tzinfo=UTC, second=0, microsecond=0) + timedelta(days=40 * number)
                rest: dict[str, Any] = {
                    "zone": zone,
                    "venue": words,
                    "town": words,
                    "summary": words,
                    "url": words,
                }
                session.add(
                    Event(
                        title=title,
                        kind=EventKind.AWARDS,
                        starts_at=begins,
                        ends_at=begins + timedelta(hours=1),
                        **rest,
                    )
                )
            session.flush()
            plan = again(session, Subject.EVENTS, tmp_path / f"out{ending}")
            assert fates(plan) == ["unchanged"] * len(titles), plan.rows
        transaction.rollback()


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_export_fills_an_empty_directory_with_the_same(
    store: Store, sqlite_url: str, tmp_path: Path, ending: str
) -> None:
    await store.write(
        add_organisation,
        name="=cmd|' /C calc'!A0",
        summary="- first\n- second",
        tags=["a, b"],
        town="Crewe",
        needs=["x; y"],
    )
    larkspur = await store.write(
        add_organisation, name="Larkspur", listing=Listing.UNLISTED, website="https://l.example"
    )
    await store.write(
        add_person, name="Jo Lark", organisation_id=larkspur, addresses=["jo@l.example"], listed=False
    )
    await store.write(add_event, title="Evening", starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    exports: dict[Subject, Export] = {}
    other = Store.open(f"sqlite:///{tmp_path}/other.sqlite3")
    for subject in Subject:
        exports[subject] = await store.read(export_rows, subject, unlisted=True)
        write_export(exports[subject], tmp_path / f"{subject}{ending}")
        plan = await bring_in(other, tmp_path / f"{subject}{ending}")
        assert set(fates(plan)) == {"new"}
        assert await other.read(export_rows, subject, unlisted=True) == exports[subject]
        assert set(fates(await bring_in(store, tmp_path / f"{subject}{ending}"))) == {"unchanged"}
    other.close()


async def test_the_repeated_hour_of_a_clock_change_keeps_its_place(
    sqlite_store: Store, tmp_path: Path
) -> None:
    for minutes in (0, 60):
        begins = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes)
        await sqlite_store.write(add_event, title=f"Night {minutes}", starts_at=begins)
    write_export(await sqlite_store.read(export_rows, Subject.EVENTS), tmp_path / "events.csv")
    assert fates(await bring_in(sqlite_store, tmp_path / "events.csv")) == ["unchanged", "unchanged"]
    assert "2026-10-25T01:30+00:00" in (tmp_path / "events.csv").read_text("utf-8-sig")


async def test_the_unlisted_leave_only_when_asked_for(store: Store) -> None:
    larkspur = await store.write(add_organisation, name="Larkspur", listing=Listing.UNLISTED)
    tamarisk = await store.write(add_organisation, name="Tamarisk")
    await store.write(add_person, name="Jo Lark", organisation_id=larkspur)
    await store.write(add_person, name="Kim Tam", organisation_id=tamarisk, listed=False)
    await store.write(add_person, name="Ola Nor", organisation_id=tamarisk)

    async def exported(subject: Subject, *, unlisted: bool) -> list[str]:
        export = await store.read(export_rows, subject, unlisted=unlisted)
        return [row[export.headings.index("name")] for row in export.rows]

    assert await exported(Subject.ORGANISATIONS, unlisted=False) == ["Tamarisk"]
    assert await exported(Subject.ORGANISATIONS, unlisted=True) == ["Larkspur", "Tamarisk"]
    assert await exported(Subject.PEOPLE, unlisted=False) == ["Ola Nor"]
    assert await exported(Subject.PEOPLE, unlisted=True) == ["Jo Lark", "Kim Tam", "Ola Nor"]


@pytest.mark.parametrize("start", ["=1+1", "+44", "-x", "@SUM(A1)"])
def test_no_spreadsheet_finds_a_formula_in_an_export(tmp_path: Path, start: str) -> None:
    export = Export(("name", "tags"), ((start, (start, "b")),))
    assert f"'{start}" in as_csv(export).decode("utf-8-sig").splitlines()[1]
    write_export(export, tmp_path / "out.xlsx")
    [_, cells] = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows()
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == f"'{start}"


def test_an_export_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    export = Export(("name",), (("x" * 32_768,),))
    path = tmp_path / "out.xlsx"
    path.write_text("last month")
    with pytest.raises(ImportRefused, match="too long for an Excel cell"):
        write_export(export, path)
    assert path.read_text() == "last month"
    with pytest.raises(ImportRefused, match=r"\.csv, \.xlsx or \.jsonl"):
        write_export(export, tmp_path / "out.pdf")
    with pytest.raises(ImportRefused, match="cannot be written"):
        write_export(export, tmp_path / "nowhere" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ImportRefused, match="cannot be written"):
        write_export(export, tmp_path / "folder.csv")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.csv", "out.xlsx"]


cells = (
    st.none()
    | texts
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.lists(texts, max_size=2).map(tuple)
)


@EXAMPLES
@given(
    data=st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [b"name", b",", b";", b"\n", b'"', b"\xff", b"\0", b"{", b"[", b"}", b"PK\x03\x04", b"\xff\xfe"]
        ),
        max_size=30,
    ).map(b"".join)
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    with suppress(ImportRefused):
        assert read_table(path).columns


@pytest.mark.parametrize("subject", list(Subject))
@EXAMPLES
@given(rows=st.lists(st.lists(cells, min_size=14, max_size=14), min_size=1, max_size=3))
def test_any_cells_are_planned_and_stored_or_rejected(
    engine: Engine, subject: Subject, rows: list[list[Any]], tmp_path: Path
) -> None:
    headings = {
        Subject.ORGANISATIONS: "ref,name,kind,size,employees,founded,website,joined,town,postcode,contact name,email,people,needs",
        Subject.PEOPLE: "ref,organisation,name,role,expertise,email,main contact,staff role,slack id,listed,introductions,newsletters,first name,surname",
        Subject.EVENTS: "title,kind,starts at,ends at,date,start time,end time,zone,venue,town,summary,url,x,y",
    }  # fmt: skip
    path = tmp_path / "any.csv"
    path.write_text(headings[subject] + "\nx\n")
    from_file = read_table(path)
    assert from_file.subject is subject
    lines = tuple(type(from_file.rows[0])(number, tuple(row)) for number, row in enumerate(rows, 2))
    table = type(from_file)(subject, "", from_file.columns, lines)
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection) as session:
            session.merge(DirectoryRevision(id=1, number=1))
            plan = plan_import(session, table, Gazetteer.load(), now=NOW)
            apply_plan(session, plan, now=NOW, actor="cli")
            assert len(plan.rows) == len(rows)
            second = plan_import(session, table, Gazetteer.load(), now=NOW)
            assert not [each for each in second.rows if each.fate.value in {"new", "changed"}], second.rows
        transaction.rollback()
