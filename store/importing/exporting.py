"""Takes the directory out in rows that import again unchanged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from store.importing.directory_now import DirectoryNow, OrganisationState
from store.importing.event_planning import local_time, point_text, sponsor_text
from store.importing.events_now import points_by_event, sponsors_by_event
from store.importing.organisation_rows import PLACE_FIELDS
from store.importing.table import Subject
from store.importing.text import clean, clean_list, one_line
from store.kinds import Listing, NeedKind
from store.models import Address, Event, Organisation, Person

_ORGANISATION = (
    "ref", "name", "aliases", "kind", "sector", "summary", "capabilities", "tags", "town", "county", "region",
    "postcode", "country", "size", "employees", "employees_year", "founded", "website", "membership", "member_since",
    "member_until", "confirmed_on", "listing", "needs", "offers",
)  # fmt: skip
_PERSON = (
    "ref", "organisation", "name", "role", "expertise", "email", "main_contact", "staff_role", "slack_user_id",
    "listed", "introductions", "newsletters",
)  # fmt: skip
_EVENT = (
    "title", "kind", "starts_at", "ends_at", "zone", "venue", "town", "summary", "url", "state", "join_url",
    "organiser", "capacity", "registration_from", "registration_until", "programme", "sponsors", "uid",
)  # fmt: skip
_TIMES = ("starts_at", "ends_at", "registration_from", "registration_until")


@dataclass(frozen=True, slots=True)
class Parallel:
    """One value for each site, the blanks among them kept; it becomes one cell."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """Rows of cleaned values: texts, numbers, dates, yes or no, tuples of texts, `Parallel`; None is blank."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def export_rows(session: Session, subject: Subject, *, unlisted: bool = False) -> Export:
    """Everything of one subject, in the order it came in. `unlisted`: also who isn't to be found."""
    match subject:
        case Subject.ORGANISATIONS:
            return _export(_ORGANISATION, _organisations(session, unlisted=unlisted))
        case Subject.PEOPLE:
            return _export(_PERSON, _people(session, unlisted=unlisted))
        case Subject.EVENTS:
            return _export(_EVENT, _events(session))


def _export(headings: Sequence[str], records: Iterator[dict[str, Any]]) -> Export:
    rows = tuple(tuple(_tidy(record[heading]) for heading in headings) for record in records)
    return Export(tuple(headings), rows)


def _tidy(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(clean_list(value))
    return clean(str(value)) if isinstance(value, str) else value


def _organisations(session: Session, *, unlisted: bool) -> Iterator[dict[str, Any]]:
    for state in DirectoryNow(session).by_key.values():
        if unlisted or state.values["listing"] is Listing.LISTED:
            yield {
                **state.values,
                **_places(state),
                "needs": list(state.wishes.get(NeedKind.NEED, ())),
                "offers": list(state.wishes.get(NeedKind.OFFER, ())),
            }


def _places(state: OrganisationState) -> dict[str, Any]:
    columns = {field: [one_line(getattr(site, field)) for site in state.sites] for field in PLACE_FIELDS}
    return {field: Parallel(tuple(parts)) if any(parts) else None for field, parts in columns.items()}


def _people(session: Session, *, unlisted: bool) -> Iterator[dict[str, Any]]:
    addresses: defaultdict[int, list[str]] = defaultdict(list)
    for address in session.exec(select(Address).order_by(col(Address.position), col(Address.address))):
        addresses[address.person_id].append(address.address)
    found = session.exec(
        select(Person, Organisation)
        .join(Organisation, col(Organisation.id) == Person.organisation_id, isouter=True)
        .order_by(col(Person.id))
    )
    for person, organisation in found:
        hidden = organisation is not None and organisation.listing is not Listing.LISTED
        if unlisted or (person.listed and not hidden):
            record = {heading: getattr(person, heading, None) for heading in _PERSON}
            record["ref"] = organisation.ref if organisation else ""
            record["organisation"] = organisation.name if organisation else ""
            yield {**record, "email": addresses[person.id or 0]}


def _events(session: Session) -> Iterator[dict[str, Any]]:
    points, sponsors = points_by_event(session), sponsors_by_event(session)
    for event in session.exec(select(Event).order_by(col(Event.starts_at), col(Event.id))):
        key, zone = event.id or 0, event.zone
        record = {heading: getattr(event, heading, None) for heading in _EVENT}
        yield {
            **record,
            **{name: local_time(value, zone) for name in _TIMES if (value := record[name]) is not None},
            "programme": [point_text(each, zone) for each in points.get(key, ())],
            "sponsors": [sponsor_text(each) for each in sponsors.get(key, ())],
        }
