"""Factories whose defaults let a test name only what it is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from store.directory import next_revision
from store.kinds import EventKind, NeedKind
from store.models import Address, Event, NeedOrOffer, Organisation, Person, Site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_numbers = count(1)


def add_organisation(
    session: Session,
    /,
    *,
    name: str,
    now: datetime = NOW,
    town: str = "",
    county: str = "",
    postcode: str = "",
    point: tuple[float, float] | None = None,
    needs: Sequence[str] = (),
    **fields: Any,
) -> int:
    """An organisation with one site; returns its id."""
    fields.setdefault("ref", f"ref-{next(_numbers)}")
    fields.setdefault("confirmed_on", date(2026, 9, 1))
    organisation = Organisation(
        name=name,
        name_key=name.casefold(),
        created_at=now,
        updated_at=now,
        revision=next_revision(session),
        **fields,
    )
    session.add(organisation)
    session.flush()
    assert organisation.id is not None
    latitude, longitude = point or (None, None)
    if town or county or postcode:
        session.add(
            Site(
                organisation_id=organisation.id,
                town=town,
                county=county,
                postcode=postcode,
                country="United Kingdom",
                latitude=latitude,
                longitude=longitude,
            )
        )
    for text in needs:
        session.add(NeedOrOffer(organisation_id=organisation.id, kind=NeedKind.NEED, text=text))
    session.flush()
    return organisation.id


def add_person(
    session: Session,
    /,
    *,
    name: str,
    organisation_id: int | None = None,
    addresses: Sequence[str] = (),
    now: datetime = NOW,
    **fields: Any,
) -> int:
    person = Person(name=name, organisation_id=organisation_id, created_at=now, **fields)
    session.add(person)
    session.flush()
    assert person.id is not None
    for position, address in enumerate(addresses):
        session.add(Address(address=address, person_id=person.id, position=position))
    session.flush()
    return person.id


def add_event(session: Session, /, *, title: str, starts_at: datetime, **fields: Any) -> None:
    fields.setdefault("kind", EventKind.NETWORKING)
    fields.setdefault("ends_at", starts_at + timedelta(hours=3))
    session.add(Event(title=title, starts_at=starts_at, **fields))
    session.flush()


def add_golden_region(session: Session) -> dict[str, int]:
    """A handful of organisations that the golden asks are about; returns name -> id."""
    rows: list[dict[str, Any]] = [
        {
            "name": "Larkspur Vectors Ltd",
            "summary": "A contract manufacturer of viral vectors for gene therapy.",
            "capabilities": ["AAV viral vector manufacturing", "lentiviral vectors", "GMP release testing"],
            "town": "Macclesfield", "county": "Cheshire", "postcode": "SK10 9ZZ", "point": (53.27, -2.13),
        },
        {
            "name": "Tamarisk Gene Works",
            "summary": "Develops and manufactures viral vectors in a GMP suite.",
            "capabilities": ["viral vector manufacturing", "plasmid supply"],
            "town": "Manchester", "county": "Greater Manchester", "postcode": "M13 9ZZ", "point": (53.465, -2.23),
        },
        {
            "name": "Fenwick Flow Diagnostics",
            "summary": "Designs and makes lateral flow tests for clinics and pharmacies.",
            "capabilities": ["lateral flow assay development", "IVD manufacturing"],
            "town": "Chester", "county": "Cheshire", "postcode": "CH1 9ZZ", "point": (53.19, -2.89),
        },
        {
            "name": "Oriel Protein Services",
            "summary": "Protein expression and purification for discovery teams.",
            "capabilities": ["protein purification", "cell line development"],
            "town": "Leeds", "county": "West Yorkshire", "postcode": "LS1 9ZZ", "point": (53.8, -1.55),
        },
        {
            "name": "<!channel> & Sons <b>",
            "summary": "Signs and labels for laboratories, in all sizes.",
            "capabilities": ["laboratory signage"],
            "town": "Stockport", "county": "Greater Manchester", "postcode": "SK1 9ZZ", "point": (53.41, -2.16),
        },
    ]  # fmt: skip
    return {str(row["name"]): add_organisation(session, **row) for row in rows}
