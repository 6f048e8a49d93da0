"""How a person is reached: for those who deliver, never for those who answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.bounces import skipped
from store.models import Address, Organisation, Person


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person with what letters to them need. Addresses here never appear in an answer."""

    person_id: int
    name: str
    role: str
    organisation: str
    slack_user_id: str | None
    address: str | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name


def reachable(session: Session, person_id: int, *, unasked_at: datetime | None = None) -> Reachable:
    """By the first address that mail still goes to; of what goes out unasked at a time, the first that takes that.

    Raises LookupError where there is no such person.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise LookupError(f"person {person_id}")
    organisation = (
        session.get(Organisation, person.organisation_id) if person.organisation_id is not None else None
    )
    addresses = session.exec(
        select(Address.address)
        .where(Address.person_id == person_id)
        .order_by(col(Address.position), col(Address.address))
    ).all()
    gone = skipped(session, addresses, unasked_at=unasked_at)
    return Reachable(
        person_id,
        person.name,
        person.role,
        organisation.name if organisation else "",
        person.slack_user_id,
        next((each for each in addresses if each not in gone), None),
    )
