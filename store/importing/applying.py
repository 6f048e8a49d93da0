"""Plans a table against the directory, and writes a plan: all of it, in the caller's one transaction, or nothing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from store.directory import next_revision
from store.importing.event_planning import EventPlanner
from store.importing.event_writing import write_events
from store.importing.naming import name_key
from store.importing.organisations import OrganisationPlanner
from store.importing.people_planning import PeoplePlanner
from store.importing.plan import Counts, EventWork, Fate, OrganisationWork, PersonWork, Plan, RowPlan
from store.importing.table import Subject, Table
from store.models import (
    Address,
    AuditEntry,
    DirectoryRevision,
    NeedOrOffer,
    Organisation,
    Person,
    Site,
)
from store.places.gazetteer import Gazetteer

Progress: TypeAlias = Callable[[int, int], None]  # rows done, of how many
ChangeEvents: TypeAlias = Callable[[Session, Sequence[EventWork]], Sequence[EventWork]]

_BATCH = 400  # ids in one statement; old builds of SQLite bind 999 values
_TOLD_EVERY = 50


def plan_import(
    session: Session, table: Table, gazetteer: Gazetteer, *, now: datetime, progress: Progress | None = None
) -> Plan:
    """What importing the table would do. Reads only; `now` dates what says no date of its own."""
    planner: OrganisationPlanner | PeoplePlanner | EventPlanner
    match table.subject:
        case Subject.ORGANISATIONS:
            planner = OrganisationPlanner(session, table, gazetteer)
        case Subject.PEOPLE:
            planner = PeoplePlanner(session, table)
        case Subject.EVENTS:
            planner = EventPlanner(session, table)
    rows = [RowPlan(each.number, "", Fate.REJECTED, each.reason) for each in table.broken]
    for done, line in enumerate(table.rows, 1):
        rows.append(planner.row(line))
        if progress and (done % _TOLD_EVERY == 0 or done == len(table.rows)):
            progress(done, len(table.rows))
    rows.sort(key=lambda row: row.number)
    return Plan(table.subject, table.sheet, tuple(rows), planner.work(), table.notes, table.ignored)


def apply_plan(
    session: Session,
    plan: Plan,
    *,
    now: datetime,
    actor: str,
    progress: Progress | None = None,
    change_events: ChangeEvents | None = None,
) -> Counts:
    """Write the plan. It must have been made in this same transaction: see `import_table`."""
    organisations = [work for work in plan.work if isinstance(work, OrganisationWork)]
    people = [work for work in plan.work if isinstance(work, PersonWork)]
    touched = {work.key for work in organisations} | {
        key for work in people for key in (work.organisation, work.left) if key is not None
    }
    if touched:
        revision = next_revision(session)
        ids = write_organisations(session, organisations, now=now, revision=revision)
        unwritten = sorted(touched - {work.key for work in organisations})
        for start in range(0, len(unwritten), _BATCH):
            chosen = col(Organisation.id).in_(unwritten[start : start + _BATCH])
            session.execute(update(Organisation).where(chosen).values(revision=revision))
    else:
        ids = {}
    _write_people(session, people, ids=ids, now=now)
    events = [work for work in plan.work if isinstance(work, EventWork)]
    write_events(session, change_events(session, events) if change_events else events, now=now)
    counts = plan.counts
    details = {"subject": plan.subject.value, **asdict(counts)}
    session.add(AuditEntry(at=now, actor=actor, action="directory.imported", details=details))
    session.flush()
    if progress:
        progress(len(plan.rows), len(plan.rows))
    return counts


def import_table(
    session: Session,
    table: Table,
    gazetteer: Gazetteer,
    *,
    now: datetime,
    actor: str,
    progress: Progress | None = None,
    change_events: ChangeEvents | None = None,
) -> Plan:
    """Plan and apply in one transaction, one import at a time; returns what was done.

    `change_events` changes what people were told of, so that they hear of it, and returns what is left to write.
    """
    session.execute(select(DirectoryRevision.number).with_for_update())
    plan = plan_import(session, table, gazetteer, now=now, progress=progress)
    apply_plan(session, plan, now=now, actor=actor, progress=progress, change_events=change_events)
    return plan


def write_organisations(
    session: Session, works: Sequence[OrganisationWork], *, now: datetime, revision: int
) -> dict[int, int]:
    """Returns the id of each key. `revision` was taken in this transaction."""
    rows = {work.key: _organisation_row(work, now=now, revision=revision) for work in works}
    new = [work.key for work in works if work.key < 0]
    ids = {work.key: work.key for work in works if work.key > 0}
    if new:
        statement = insert(Organisation).returning(col(Organisation.id), sort_by_parameter_order=True)
        made = session.execute(statement, [{**rows[key], "created_at": now} for key in new]).scalars()
        ids.update(zip(new, (int(key or 0) for key in made), strict=True))
    _update(session, Organisation, {key: row for key, row in rows.items() if key > 0})
    _write_sites(session, works, ids)
    _write_wishes(session, works, ids, now=now)
    return ids


def _organisation_row(work: OrganisationWork, *, now: datetime, revision: int) -> dict[str, Any]:
    row = {**work.values, "updated_at": now, "revision": revision}
    if "name" in row:
        row["name_key"] = name_key(row["name"])
    return row


def _update(session: Session, table: type[Organisation | Person], rows: dict[int, dict[str, Any]]) -> None:
    alike: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for key, row in rows.items():
        if row:
            alike[frozenset(row)].append({"id": key, **row})
    for batch in alike.values():
        session.execute(update(table), batch)


def _write_sites(session: Session, works: Sequence[OrganisationWork], ids: dict[int, int]) -> None:
    changed = [work for work in works if work.sites is not None]
    _delete(session, Site, [ids[work.key] for work in changed if work.key > 0])
    rows = [
        {
            "organisation_id": ids[work.key],
            "position": position,
            "town": site.town,
            "county": site.county,
            "region": site.region,
            "postcode": site.postcode,
            "country": site.country,
            "latitude": site.point.latitude if site.point else None,
            "longitude": site.point.longitude if site.point else None,
        }
        for work in changed
        for position, site in enumerate(work.sites or ())
    ]
    if rows:
        session.execute(insert(Site), rows)


def _delete(session: Session, table: type[Site], organisations: Sequence[int]) -> None:
    for start in range(0, len(organisations), _BATCH):
        chosen = col(table.organisation_id).in_(organisations[start : start + _BATCH])
        session.execute(delete(table).where(chosen))


def _write_wishes(
    session: Session, works: Sequence[OrganisationWork], ids: dict[int, int], *, now: datetime
) -> None:
    """Wishes that are still said keep their dates; new ones are dated today; the others go."""
    rows = []
    for work in works:
        for kind, texts in work.wishes.items():
            kept: set[str] = set()
            if work.key > 0:
                stored = session.exec(
                    select(NeedOrOffer).where(
                        NeedOrOffer.organisation_id == work.key, NeedOrOffer.kind == kind
                    )
                ).all()
                kept = {wish.text for wish in stored}
                gone = [wish.id for wish in stored if wish.text not in texts]
                if gone:
                    session.execute(delete(NeedOrOffer).where(col(NeedOrOffer.id).in_(gone)))
            rows += [
                {
                    "organisation_id": ids[work.key],
                    "kind": kind,
                    "text": text,
                    "dated_on": now.date(),
                    "expires_on": None,
                }
                for text in texts
                if text not in kept
            ]
    if rows:
        session.execute(insert(NeedOrOffer), rows)


def _write_people(
    session: Session, works: Sequence[PersonWork], *, ids: dict[int, int], now: datetime
) -> None:
    new = [work for work in works if work.key < 0]
    known = {work.key: work.key for work in works if work.key > 0}
    rows = {work.key: _person_row(work, ids) for work in works}
    _update(session, Person, {key: rows[key] for key in known})
    if new:
        statement = insert(Person).returning(col(Person.id), sort_by_parameter_order=True)
        made = session.execute(statement, [{**rows[work.key], "created_at": now} for work in new]).scalars()
        known.update(zip((work.key for work in new), (int(key or 0) for key in made), strict=True))
    _write_addresses(session, works, known)


def _person_row(work: PersonWork, ids: dict[int, int]) -> dict[str, Any]:
    at = work.organisation
    moved = work.key < 0 or work.left is not None or "organisation_id" in work.values
    return {
        **work.values,
        **({"organisation_id": ids.get(at, at) if at is not None else None} if moved else {}),
    }


def _write_addresses(session: Session, works: Sequence[PersonWork], known: dict[int, int]) -> None:
    changed = [work for work in works if work.addresses is not None]
    old = [work.key for work in changed if work.key > 0]
    for start in range(0, len(old), _BATCH):
        session.execute(delete(Address).where(col(Address.person_id).in_(old[start : start + _BATCH])))
    rows = [
        {"address": address, "person_id": known[work.key], "position": position}
        for work in changed
        for position, address in enumerate(work.addresses or ())
    ]
    if rows:
        session.execute(insert(Address), rows)
