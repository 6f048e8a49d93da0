"""People as whoever sits at the machine means them: by an address, or by a name only one bears."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from store.importing.naming import folded_words, person_key
from store.kinds import StaffRole
from store.models import Address, Organisation, Person

MOST = 20  # of those who bear a name


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a list for staff shows them."""

    person_id: int
    name: str
    organisation: str
    role: StaffRole
    in_slack: bool


def staff(session: Session) -> tuple[Somebody, ...]:
    """Everybody with a role on the staff, by name."""
    return _people(session, col(Person.staff_role) != StaffRole.MEMBER)


def meant(session: Session, words: str) -> tuple[Somebody, ...]:
    """Whom these words can mean: whose address they are, else who bears the name, else who bears it among others."""
    if "@" in words:
        chosen = select(Address.person_id).where(Address.address == words.strip().lower())
        return _people(session, col(Person.id).in_(chosen))
    key, wanted = person_key(words), set(folded_words(words))
    if not wanted:
        return ()
    everybody = session.exec(select(Person.id, Person.name)).all()
    same = [number for number, name in everybody if person_key(name) == key]
    alike = same or [number for number, name in everybody if wanted <= set(folded_words(name))]
    return _people(session, col(Person.id).in_(alike[:MOST]))


def _people(session: Session, chosen: ColumnElement[bool]) -> tuple[Somebody, ...]:
    rows = session.exec(
        select(Person, Organisation.name)
        .join(Organisation, col(Organisation.id) == Person.organisation_id, isouter=True)
        .where(chosen)
        .order_by(Person.name, col(Person.id))
    )
    return tuple(
        Somebody(person.id or 0, person.name, name or "", person.staff_role, person.slack_user_id is not None)
        for person, name in rows
    )
