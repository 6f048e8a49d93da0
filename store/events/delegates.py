"""The delegate list: everybody who has a seat, a line each, by organisation, guests beside those who bring them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func

from store.kinds import Seat
from store.models import Address, Attendance, Organisation, Person

NOT_NAMED = "(not named yet)"


@dataclass(frozen=True, slots=True)
class Delegate:
    """One person at the event. `note`: whose guest they are, or in whose place they come."""

    name: str
    organisation: str
    role: str
    note: str
    needs: str  # of food or access
    address: str  # "" for a guest: they were asked by somebody else
    ticket: str
    came: bool | None


def delegates(session: Session, event_id: int) -> tuple[Delegate, ...]:
    """By organisation and name; who belongs to none comes last. A guest stands behind whoever brings them."""
    rows = session.execute(
        sql_select(Attendance, Person.name, Person.role, Organisation.name, func.min(Address.address))  # type: ignore[call-overload]  # columns of four tables
        .join(Person, col(Person.id) == col(Attendance.person_id), isouter=True)
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .join(
            Address, (col(Address.person_id) == col(Person.id)) & (col(Address.position) == 0), isouter=True
        )
        .where(col(Attendance.event_id) == event_id, col(Attendance.seat) == Seat.HELD)
        .group_by(col(Attendance.id), col(Person.name), col(Person.role), col(Organisation.name))
    ).all()
    parties = [_party(*row) for row in rows]
    parties.sort(key=lambda party: (not party[0].organisation, *_key(party[0])))
    return tuple(each for party in parties for each in party)


def by_organisation(listed: Sequence[Delegate]) -> tuple[tuple[str, tuple[Delegate, ...]], ...]:
    """As `delegates` orders them; spelled as the first of them has it."""
    grouped = groupby(listed, key=lambda each: each.organisation.casefold())
    return tuple((party[0].organisation, party) for _, each in grouped if (party := tuple(each)))


def _party(
    row: Attendance, name: str | None, role: str | None, organisation: str | None, address: str | None
) -> tuple[Delegate, ...]:
    own, firm = name or row.name, organisation or row.organisation
    first = Delegate(
        name=row.substitute or own,
        organisation=firm,
        role="" if row.substitute else role or "",
        note=f"in place of {own}" if row.substitute else "",
        needs=row.needs,
        address=address or row.address,
        ticket=row.ticket,
        came=row.attended,
    )
    along = [row.guest] if row.guest else []
    along += [NOT_NAMED] * (row.seats - 1 - len(along))
    return (
        first,
        *(Delegate(guest, firm, "", f"guest of {first.name}", "", "", row.ticket, None) for guest in along),
    )


def _key(each: Delegate) -> tuple[str, str, str]:
    *first, last = each.name.casefold().split() or [""]
    return each.organisation.casefold(), last, " ".join(first)
