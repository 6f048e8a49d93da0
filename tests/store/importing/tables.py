"""Makes the files people bring, and brings them in."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlmodel import Session, col, select

from store.importing.applying import import_table
from store.importing.plan import Plan, RowPlan
from store.importing.reading import read_table
from store.models import Address, Organisation, Person, Site
from store.places.gazetteer import Gazetteer
from store.store import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "members.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def excel_file(folder: Path, *rows: Sequence[Any], fill: Callable[[Workbook], None] | None = None) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    if fill:
        fill(book)
    path = folder / "members.xlsx"
    book.save(path)
    return path


async def bring_in(store: Store, path: Path, *, sheet: str | None = None, now: datetime = NOW) -> Plan:
    table = read_table(path, sheet)
    return await store.write(import_table, table, Gazetteer.load(), now=now, actor="cli")


async def bring_csv(store: Store, folder: Path, text: str) -> Plan:
    return await bring_in(store, csv_file(folder, text))


def row(plan: Plan, number: int) -> RowPlan:
    return next(each for each in plan.rows if each.number == number)


def fates(plan: Plan) -> list[str]:
    return [each.fate.value for each in plan.rows]


def organisation(session: Session, name: str) -> dict[str, Any]:
    found = session.exec(select(Organisation).where(Organisation.name == name)).one()
    sites = session.exec(
        select(Site).where(Site.organisation_id == found.id).order_by(col(Site.position))
    ).all()
    people = session.exec(
        select(Person).where(Person.organisation_id == found.id).order_by(col(Person.id))
    ).all()
    return {
        **found.model_dump(),
        "sites": [site.model_dump() for site in sites],
        "people": [person.name for person in people],
    }


def names(session: Session) -> list[str]:
    return list(session.exec(select(Organisation.name).order_by(col(Organisation.id))))


def person(session: Session, name: str) -> dict[str, Any]:
    found = session.exec(select(Person).where(Person.name == name)).one()
    addresses = session.exec(
        select(Address.address).where(Address.person_id == found.id).order_by(col(Address.position))
    ).all()
    return {**found.model_dump(), "addresses": list(addresses)}
