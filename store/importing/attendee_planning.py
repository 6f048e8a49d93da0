"""Plans a ticket shop's list of attendees: whose each ticket is, and what it makes of their seat at the event."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from sqlmodel import Session, col, select

from store.importing.attendee_rows import Holds, Ticket, read_ticket
from store.importing.cells import Cells
from store.importing.plan import Change, Fate, RowPlan
from store.importing.refusal import Unreadable
from store.importing.table import Table
from store.importing.text import line_of
from store.kinds import Rsvp, Seat
from store.models import Address, Attendance, Person

SAME_NAME = 85  # of 100: the same name, a letter wrong or a middle name more
LONGEST_TICKET, LONGEST_NEEDS = 200, 400
_BATCH = 400  # values in one statement


@dataclass(slots=True)
class Holder:
    """One person's tickets, and their row at the event, where there is one. Without `person_id`: somebody from outside."""

    person_id: int | None
    name: str  # the directory's, where it has them
    tickets: list[Ticket] = field(default_factory=list)
    row: Attendance | None = None

    @property
    def going(self) -> list[Ticket]:
        return [each for each in self.tickets if each.holds is Holds.GOING]

    @property
    def seats(self) -> int:
        """Those of their tickets; what they took here with a guest stays theirs."""
        bought = sum(each.seats for each in self.going)
        row = self.row
        return max(bought, 2) if row is not None and row.seat is Seat.HELD and row.guest else bought

    @property
    def numbers(self) -> str:
        numbers = dict.fromkeys(each.ticket or each.order for each in self.tickets)
        return ", ".join(each for each in numbers if each)[:LONGEST_TICKET]

    @property
    def substitute(self) -> str:
        """Who comes in their place: named so, or the ticket is on their address and another's name."""
        for each in self.going:
            if each.substitute:
                return each.substitute
        if self.person_id is None or any(same_name(each.name, self.name) for each in self.going):
            return ""
        return self.going[0].name if self.going and self.going[0].name != _local_part(self.going[0]) else ""

    @property
    def needs(self) -> str:
        return "; ".join(dict.fromkeys(each.needs for each in self.going if each.needs))[:LONGEST_NEEDS]

    @property
    def said_no_since(self) -> bool:
        """They answered no here after the ticket came in; the shop does not know."""
        row = self.row
        return row is not None and bool(row.ticket) and row.rsvp is Rsvp.NO and row.medium is not None


@dataclass(frozen=True, slots=True)
class AttendeePlan:
    """`holders` are those to write, in the order of the file; `passed_on` had tickets that are another's by now."""

    rows: tuple[RowPlan, ...]
    holders: tuple[Holder, ...]
    passed_on: tuple[Attendance, ...]
    notes: tuple[str, ...]


def plan_attendees(session: Session, event_id: int, table: Table) -> AttendeePlan:
    """What bringing the table in would do. Reads only."""
    rows = [RowPlan(each.number, "", Fate.REJECTED, each.reason) for each in table.broken]
    tickets: list[Ticket] = []
    seen: dict[str, int] = {}
    for line in table.rows:
        cells = Cells(table, line)
        try:
            ticket = read_ticket(cells)
        except Unreadable as problem:
            name = line_of(cells.raw("name") or cells.raw("last_name"))[:80]
            rows.append(RowPlan(line.number, name, Fate.REJECTED, str(problem)))
            continue
        first = seen.setdefault(ticket.ticket, line.number) if ticket.ticket else line.number
        if first == line.number:
            tickets.append(ticket)
        else:
            rows.append(RowPlan(line.number, ticket.name, Fate.MERGED, f"the same ticket as row {first}"))
    listed = list(session.exec(select(Attendance).where(Attendance.event_id == event_id)))
    holders = _holders(session, listed, tickets)
    for holder in holders:
        rows += _fates(holder)
    ordered = tuple(sorted(rows, key=lambda row: row.number))
    return AttendeePlan(ordered, tuple(holders), _passed_on(listed, holders), table.notes)


def same_name(one: str, other: str) -> bool:
    return bool(fuzz.token_set_ratio(one.casefold(), other.casefold()) >= SAME_NAME)


def _passed_on(listed: Sequence[Attendance], holders: Sequence[Holder]) -> tuple[Attendance, ...]:
    """Whose every ticket stands under another's name in the list now: the seat went with it."""
    held = {holder.row.id for holder in holders if holder.row is not None}
    numbers = {each.ticket for holder in holders for each in holder.going if each.ticket}
    return tuple(
        row
        for row in listed
        if row.ticket
        and row.seat is Seat.HELD
        and row.id not in held
        and numbers.issuperset(row.ticket.split(", "))
    )


def _holders(session: Session, rows: Sequence[Attendance], tickets: Sequence[Ticket]) -> list[Holder]:
    """Who is known by address gets the tickets on it that bear their name, or the first; others on it are guests of their own."""
    known = _known(session, {each.address for each in tickets if each.address})
    people: dict[int, Holder] = {}
    outside: dict[tuple[str, str, str], Holder] = {}
    found: list[Holder] = []
    for ticket in sorted(tickets, key=lambda each: _own(each, known)):
        person = known.get(ticket.address)
        firm = "" if ticket.address else ticket.organisation.casefold()
        key = (ticket.address, ticket.name.casefold(), firm)
        holder = people.get(person[0]) if person else outside.get(key)
        if person and holder is not None and not _belongs(ticket, holder):
            person, holder = None, outside.get(key)
        if holder is None:
            if person:
                holder = people[person[0]] = Holder(*person)
            else:
                holder = outside[key] = Holder(None, ticket.name)
            found.append(holder)
        holder.tickets.append(ticket)
    free = {row.id for row in rows}
    for holder in found:
        holder.row = _row_of(holder, [row for row in rows if row.id in free])
        free -= {holder.row.id} if holder.row is not None else set()
    return sorted(found, key=lambda each: each.tickets[0].number)


def _own(ticket: Ticket, known: dict[str, tuple[int, str]]) -> tuple[bool, int]:
    """Those that bear their holder's name come first."""
    person = known.get(ticket.address)
    return person is not None and not same_name(ticket.name, person[1]), ticket.number


def _belongs(ticket: Ticket, holder: Holder) -> bool:
    first = holder.tickets[0]
    return same_name(ticket.name, holder.name) or ticket.name.casefold() == first.name.casefold()


def _row_of(holder: Holder, rows: Sequence[Attendance]) -> Attendance | None:
    """By person; by the shop's number, the name agreeing; by address and name."""
    if holder.person_id is not None:
        mine = [row for row in rows if row.person_id == holder.person_id]
        if mine:
            return mine[0]
    numbers = {each.ticket for each in holder.tickets if each.ticket}
    addresses = {each.address for each in holder.tickets if each.address}
    outside = [row for row in rows if row.person_id is None]
    for row in outside:
        if numbers & set(row.ticket.split(", ")) and (holder.person_id is None or row.address in addresses):
            return row
    for row in outside:
        alike = same_name(row.name, holder.name)
        if alike and (row.address in addresses if addresses else not row.address):
            return row
    return None


def _known(session: Session, addresses: set[str]) -> dict[str, tuple[int, str]]:
    """Whose each address is, a second one too: the person's id and name."""
    found: dict[str, tuple[int, str]] = {}
    wanted = sorted(addresses)
    for start in range(0, len(wanted), _BATCH):
        rows = session.exec(
            select(Address.address, Person.id, Person.name)
            .join(Person, col(Person.id) == col(Address.person_id))
            .where(col(Address.address).in_(wanted[start : start + _BATCH]))
        )
        found.update({address: (person_id or 0, name) for address, person_id, name in rows})
    return found


def _fates(holder: Holder) -> list[RowPlan]:
    """The first of a holder's rows says what becomes of them; the others were counted with it."""
    first, *others = holder.tickets
    changes = _changes(holder)
    remark = _remark(holder)
    notes = (*first.notes, remark) if remark else first.notes
    if holder.row is None and holder.going:
        fate, changes = Fate.NEW, ()
    else:
        fate = Fate.CHANGED if changes else Fate.UNCHANGED
    told = [RowPlan(first.number, first.name, fate, "", changes, notes)]
    reason = f"counted with row {first.number}, the same person's"
    return told + [RowPlan(each.number, each.name, Fate.MERGED, reason, notes=each.notes) for each in others]


def _changes(holder: Holder) -> tuple[Change, ...]:
    row = holder.row
    if row is None or holder.said_no_since:
        return ()
    going = row.seat is Seat.HELD
    old = {"seat": _said(going), "seats": str(row.seats) if going else ""}
    new = dict(old)
    if holder.going:
        new = {"seat": _said(True), "seats": str(holder.seats)}
    elif gives_back(holder):
        new = {"seat": _said(False), "seats": ""}
    if holder.going:
        old |= {"comes instead": row.substitute, "came": "yes" if row.attended else ""}
        came = any(each.came for each in holder.going) if row.attended is None else row.attended
        new |= {"comes instead": holder.substitute or row.substitute, "came": "yes" if came else ""}
        old["needs"], new["needs"] = row.needs, holder.needs or row.needs
        if row.person_id is None:
            old |= {"name": row.name, "organisation": row.organisation}
            named = holder.tickets[0]
            new |= {"name": named.name, "organisation": named.organisation or row.organisation}
    return tuple(Change(name, old[name], new[name]) for name in new if old[name] != new[name])


def gives_back(holder: Holder) -> bool:
    """No ticket of theirs holds any more. A seat they took here by their own answer stays theirs."""
    row = holder.row
    cancelled = all(each.holds is Holds.NOT_GOING for each in holder.tickets)
    return row is not None and cancelled and bool(row.ticket) and row.seat is not Seat.NONE


def _remark(holder: Holder) -> str:
    row = holder.row
    if holder.going:
        if holder.said_no_since:
            return "they answered no since; their ticket still stands in the shop"
        if holder.substitute:
            return f"the ticket is {holder.name}'s; {holder.substitute} comes in their place"
        return ""
    if any(each.holds is Holds.NOT_YET for each in holder.tickets):
        return "the ticket is not paid for yet; no seat was counted"
    if row is not None and row.seat is Seat.HELD and not row.ticket:
        return "the ticket is cancelled, but they have a seat by their own answer, and keep it"
    return "" if row is not None else "cancelled, and was never on the list"


def _said(going: bool) -> str:
    return "has one" if going else "none"


def _local_part(ticket: Ticket) -> str:
    return ticket.address.partition("@")[0]
