"""Identity: which person a Slack id or a mail address belongs to."""

from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.kinds import StaffRole
from store.models import Address, Organisation, Person

_ADDRESS, _PERSON, _ORGANISATION = (
    Address.metadata.tables[name] for name in ("address", "person", "organisation")
)


@dataclass(frozen=True, slots=True)
class Member:
    """A known person, as far as an ask needs them."""

    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    staff_role: StaffRole


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody the directory does not know."""


Asker: TypeAlias = Member | Stranger


def by_slack_id(session: Session, user_id: str) -> Asker:
    return _asker(session, session.exec(select(Person).where(Person.slack_user_id == user_id)).first())


# Built once: every mail asks this, and putting it together costs more than asking.
_BY_ADDRESS = (
    sa.select(
        _PERSON.c.id, _PERSON.c.name, _PERSON.c.organisation_id, _ORGANISATION.c.name, _PERSON.c.staff_role
    )
    .select_from(
        _ADDRESS.join(_PERSON, _ADDRESS.c.person_id == _PERSON.c.id).outerjoin(
            _ORGANISATION, _PERSON.c.organisation_id == _ORGANISATION.c.id
        )
    )
    .where(_ADDRESS.c.address == sa.bindparam("address"))
)


def by_address(session: Session, address: str) -> Asker:
    """`address` is a bare mailbox, any case. Says nothing about whether its From is to be believed."""
    found = session.connection().execute(_BY_ADDRESS, {"address": address.strip().lower()}).first()
    if found is None:
        return Stranger()
    person_id, name, organisation_id, organisation, staff_role = found
    return Member(person_id, name, organisation_id, organisation or "", staff_role)


def staff_ids(session: Session) -> tuple[int, ...]:
    """Everybody with a role on the staff."""
    rows = session.exec(
        select(Person.id).where(Person.staff_role != StaffRole.MEMBER).order_by(col(Person.id))
    )
    return tuple(each for each in rows if each is not None)


def by_id(session: Session, person_id: int) -> Asker:
    return _asker(session, session.get(Person, person_id))


def _asker(session: Session, person: Person | None) -> Asker:
    if person is None or person.id is None:
        return Stranger()
    organisation = (
        session.get(Organisation, person.organisation_id) if person.organisation_id is not None else None
    )
    return Member(
        person_id=person.id,
        name=person.name,
        organisation_id=person.organisation_id,
        organisation=organisation.name if organisation else "",
        staff_role=person.staff_role,
    )
