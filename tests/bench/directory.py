"""A directory on the disk for a benchmark: filled from files or from made-up entries, read back as entries."""

import asyncio
import pickle
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlmodel import Session

from store.directory import changes_since, next_revision
from store.importing.applying import import_table
from store.importing.naming import name_key
from store.importing.reading import read_table
from store.kinds import NeedKind
from store.models import NeedOrOffer, Organisation, Person, Site
from store.places.gazetteer import Gazetteer
from store.search.entry import Entry
from store.store import Store

T = TypeVar("T")


def import_files(url: str, files: Iterable[Path]) -> float:
    """Import them as a person would; the seconds it took."""
    gazetteer, began = Gazetteer.load(), time.perf_counter()
    with_store(url, lambda store: _import(store, files, gazetteer))
    return time.perf_counter() - began


def write_entries(url: str, entries: Sequence[Entry]) -> None:
    """Straight into the tables: an import of a hundred thousand rows is measured nowhere."""
    with_store(url, lambda store: store.write(_write, entries))


def listed(url: str) -> tuple[Entry, ...]:
    return with_store(url, lambda store: store.read(_listed))


def keep(path: Path, entries: Sequence[Entry]) -> Path:
    """Into a file that another process reads without a database's leftovers in its memory."""
    path.write_bytes(pickle.dumps(entries))
    return path


def kept(path: Path) -> tuple[Entry, ...]:
    entries: tuple[Entry, ...] = pickle.loads(path.read_bytes())  # noqa: S301 - written by `keep` in this run
    return entries


def with_store(url: str, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    store = Store.open(url)
    try:
        return asyncio.run(work(store))
    finally:
        store.close()


def _listed(session: Session) -> tuple[Entry, ...]:
    return tuple(entry for changes in changes_since(session, 0) for entry in changes.put)


async def _import(store: Store, files: Iterable[Path], gazetteer: Gazetteer) -> None:
    for file in files:
        table, now = read_table(file), datetime.now(UTC)
        await store.write(import_table, table, gazetteer, now=now, actor="cli")


def _write(session: Session, entries: Sequence[Entry]) -> None:
    now, revision = datetime.now(UTC), next_revision(session)
    fixed = {"created_at": now, "updated_at": now, "revision": revision}
    session.execute(insert(Organisation), [{**_organisation(entry), **fixed} for entry in entries])
    session.execute(insert(Site), [row for entry in entries for row in _sites(entry)])
    people = [row for entry in entries for row in _people(entry)]
    if people:
        session.execute(insert(Person), [{**row, "created_at": now} for row in people])
    wishes = [row for entry in entries for row in _wishes(entry)]
    if wishes:
        session.execute(insert(NeedOrOffer), wishes)


def _organisation(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "ref": entry.ref,
        "name": entry.name,
        "name_key": name_key(entry.name),
        "aliases": list(entry.aliases),
        "kind": entry.kind,
        "sector": entry.sector,
        "summary": entry.summary,
        "capabilities": list(entry.capabilities),
        "tags": list(entry.tags),
        "size": entry.size,
        "website": entry.website,
        "confirmed_on": entry.confirmed_on,
    }


def _sites(entry: Entry) -> Iterable[dict[str, Any]]:
    for position, site in enumerate(entry.sites):
        yield {
            "organisation_id": entry.id,
            "position": position,
            "town": site.town,
            "county": site.county,
            "region": site.region,
            "postcode": site.postcode,
            "country": site.country,
            "latitude": site.point.latitude if site.point else None,
            "longitude": site.point.longitude if site.point else None,
        }


def _people(entry: Entry) -> Iterable[dict[str, Any]]:
    for person in entry.people:
        yield {
            "organisation_id": entry.id,
            "name": person.name,
            "role": person.role,
            "expertise": list(person.expertise),
        }


def _wishes(entry: Entry) -> Iterable[dict[str, Any]]:
    for kind, texts in ((NeedKind.NEED, entry.needs), (NeedKind.OFFER, entry.offers)):
        yield from ({"organisation_id": entry.id, "kind": kind, "text": text} for text in texts)
