"""The directory as the rest of the house reads it: entries for the index, profiles for answers, changes by revision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import Row, Select, bindparam, inspect, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, func, select

from store.events.programme import programmes
from store.kinds import EventKind, EventState, Listing, NeedKind
from store.models import DirectoryRevision, Event, NeedOrOffer, Organisation, Person, Site
from store.places.place import Point
from store.search.entry import Entry, EntryPerson, EntrySite

# Bare columns, each under its attribute's name: an object of the ORM for each of 300,000 rows costs as much as the index.
Columns: TypeAlias = Row[Any]

PAGE = 500  # organisations loaded at a time; SQLite binds at most 999 values on old builds


@dataclass(frozen=True, slots=True)
class Changes:
    """What an index must do to be up to `revision`."""

    revision: int
    put: tuple[Entry, ...]
    drop: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ComingEvent:
    title: str
    kind: EventKind
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    town: str
    summary: str
    url: str
    id: int | None = None
    programme: tuple[str, ...] = ()


def next_revision(session: Session) -> int:
    """Take the next number. Every change to the directory does, once a transaction; it serialises such changes."""
    number = session.execute(
        update(DirectoryRevision)
        .where(col(DirectoryRevision.id) == 1)
        .values(number=DirectoryRevision.number + 1)
        .returning(col(DirectoryRevision.number))
    ).scalar_one()
    return int(number)


# Built once: every ask runs it, and putting it together costs ten times what running it does.
_NOW_AT = DirectoryRevision.metadata.tables["directory_revision"]
_REVISION = sa.select(_NOW_AT.c.number).where(_NOW_AT.c.id == 1)


def current_revision(session: Session) -> int:
    number: int = session.connection().execute(_REVISION).scalar_one()
    return number


def changes_since(session: Session, revision: int) -> Iterator[Changes]:
    """Everything an index at `revision` (0: an empty one) has not seen, a page at a time, at least one page.

    Unlisted organisations come as drops. The index is at the pages' `revision` once it has taken them all.
    """
    # The number first: on PostgreSQL each statement sees what was committed until then, and a change that comes
    # between the two must be taken twice rather than not at all.
    reached = current_revision(session)
    changed = session.exec(
        select(Organisation.id).where(col(Organisation.revision) > revision).order_by(col(Organisation.id))
    ).all()
    for start in range(0, max(1, len(changed)), PAGE):
        yield _changes(session, reached, [each for each in changed[start : start + PAGE] if each is not None])


def _changes(session: Session, revision: int, ids: Sequence[int]) -> Changes:
    page = session.execute(
        _columns(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    ).all()
    listed = [each for each in page if each.listing is Listing.LISTED]
    shown = {each.id for each in listed}
    return Changes(
        revision, tuple(_entries(session, listed)), tuple(each for each in ids if each not in shown)
    )


_PERSON, _ORGANISATION = (Person.metadata.tables[name].c for name in ("person", "organisation"))
_LISTED_PEOPLE = (  # built once: each answer about an organisation asks this
    sql_select(_PERSON.id, _PERSON.name, _PERSON.role, _PERSON.expertise)
    .join_from(_PERSON.id.table, _ORGANISATION.id.table, _ORGANISATION.id == _PERSON.organisation_id)
    .where(
        _PERSON.organisation_id == bindparam("organisation"),
        _PERSON.listed.is_(True),
        _ORGANISATION.listing == Listing.LISTED,
    )
    .order_by(_PERSON.main_contact.desc(), _PERSON.id)
)


def listed_people(session: Session, organisation_id: int) -> tuple[EntryPerson, ...]:
    """Who works there and agreed to be found, the main contact first."""
    rows = session.execute(_LISTED_PEOPLE, {"organisation": organisation_id})
    return tuple(_entry_person(row) for row in rows)


def coming_events(session: Session, *, now: datetime, limit: int = 5) -> tuple[ComingEvent, ...]:
    rows = session.exec(
        select(Event)
        .where(Event.ends_at >= now, Event.state == EventState.OPEN)
        .order_by(col(Event.starts_at), col(Event.id))
        .limit(limit)
    ).all()
    return _told(session, rows)


def events_of(session: Session, ids: Sequence[int]) -> tuple[ComingEvent, ...]:
    """These, in the order they begin."""
    rows = session.exec(
        select(Event).where(col(Event.id).in_(ids)).order_by(col(Event.starts_at), col(Event.id))
    ).all()
    return _told(session, rows)


def _told(session: Session, rows: Sequence[Event]) -> tuple[ComingEvent, ...]:
    points = programmes(session, [row.id or 0 for row in rows])
    return tuple(
        ComingEvent(
            row.title,
            row.kind,
            row.starts_at,
            row.ends_at,
            row.zone,
            row.venue,
            row.town,
            row.summary,
            row.url,
            row.id,
            tuple(map(str, points.get(row.id or 0, ()))),
        )
        for row in rows
    )


def count_organisations(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Organisation)).one()


def _columns(table: type[SQLModel]) -> Select[Any]:
    return sql_select(*inspect(table).columns)


def _entries(session: Session, page: Sequence[Columns]) -> Iterable[Entry]:
    ids = [row.id for row in page]
    sites = _by_organisation(
        session.execute(
            _columns(Site)
            .where(col(Site.organisation_id).in_(ids))
            .order_by(col(Site.position), col(Site.id))
        ).all()
    )
    people = _by_organisation(
        session.execute(
            _columns(Person)
            .where(col(Person.organisation_id).in_(ids), col(Person.listed).is_(True))
            .order_by(col(Person.main_contact).desc(), col(Person.id))
        ).all()
    )
    wishes = _by_organisation(
        session.execute(
            _columns(NeedOrOffer)
            .where(col(NeedOrOffer.organisation_id).in_(ids))
            .order_by(col(NeedOrOffer.id))
        ).all()
    )
    for row in page:
        yield _entry(row, sites[row.id], people[row.id], wishes[row.id])


def _by_organisation(rows: Iterable[Columns]) -> defaultdict[int, list[Columns]]:
    grouped: defaultdict[int, list[Columns]] = defaultdict(list)
    for row in rows:
        grouped[row.organisation_id].append(row)
    return grouped


def _entry(row: Columns, sites: list[Columns], people: list[Columns], wishes: list[Columns]) -> Entry:
    return Entry(
        id=row.id,
        ref=row.ref,
        name=row.name,
        aliases=tuple(row.aliases),
        kind=row.kind,
        sector=row.sector,
        summary=row.summary,
        capabilities=tuple(row.capabilities),
        tags=tuple(row.tags),
        needs=tuple(wish.text for wish in wishes if wish.kind is NeedKind.NEED),
        offers=tuple(wish.text for wish in wishes if wish.kind is NeedKind.OFFER),
        sites=tuple(_entry_site(site) for site in sites),
        people=tuple(_entry_person(person) for person in people),
        size=row.size,
        confirmed_on=row.confirmed_on,
        website=row.website,
    )


def _entry_site(site: Columns) -> EntrySite:
    located = site.latitude is not None and site.longitude is not None
    return EntrySite(
        town=site.town,
        county=site.county,
        region=site.region,
        postcode=site.postcode,
        country=site.country,
        point=Point(site.latitude or 0.0, site.longitude or 0.0) if located else None,
    )


def _entry_person(person: Columns) -> EntryPerson:
    return EntryPerson(person.id, person.name, person.role, tuple(person.expertise))
