"""A ticket shop's list of attendees, read: whose ticket it is, for how many, and whether it still holds."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from store.importing.cells import Cells
from store.importing.headings import Headings, plain
from store.importing.reading import Sought
from store.importing.refusal import Unreadable
from store.importing.table import Column, Subject, Value
from store.importing.text import line_of, one_line
from store.importing.values import addresses_of

MOST_SEATS = 100  # of one ticket
LONGEST_NAME = 200
_PREFIX = re.compile(r"^(?:tickets? holder|tickets?|attendees?|delegates?|registrants?|guests?) (?=\w)")
_NAMED = ({"name"}, {"first_name"}, {"last_name"}, {"email"}, {"buyer_email"})
_TELLING = frozenset({"ticket", "order", "quantity", "status", "void", "email", "came"})


class Holds(StrEnum):
    """What became of a ticket."""

    GOING = "going"
    NOT_GOING = "not going"
    NOT_YET = "not yet"  # reserved, and not paid


_STATUS = {
    Holds.GOING: "attending|complete|completed|confirmed|paid|active|valid|registered|booked|checked in|free|ok|yes|"
    "going|issued|sold|approved|success|successful|accepted|partially refunded|attended|open|placed",
    Holds.NOT_GOING: "not attending|cancelled|canceled|refunded|deleted|void|voided|transferred|declined|rejected|no|"
    "not going|fully refunded|expired|failed|chargeback|withdrawn|removed",
    Holds.NOT_YET: "pending|incomplete|reserved|unpaid|awaiting payment|not paid|waiting list|waitlist|waitlisted|on hold|"
    "payment pending|awaiting approval|invited|started",
}
_HOLDS = {word: holds for holds, words in _STATUS.items() for word in words.split("|")}
_NOT_VOID = frozenset(
    {"", "no", "false", "0", "n", "not void", "not voided", "none", "not refunded", "active", "-"}
)
_NO_NEEDS = frozenset({"", "no", "none", "n a", "na", "nil", "nothing", "not applicable", "no requirements"})
_NOT_IN = frozenset(
    {"", "no", "false", "0", "n", "not checked in", "not scanned", "none", "-", "not attended"}
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One row. `number` is its row; `ticket` the shop's own number, where it gives one to each."""

    number: int
    ticket: str
    order: str
    name: str
    address: str
    organisation: str
    seats: int
    holds: Holds
    came: bool
    substitute: str = ""
    guest: str = ""
    needs: str = ""  # of food or access
    notes: tuple[str, ...] = ()


def read_ticket(cells: Cells) -> Ticket:
    """Raises Unreadable where nobody can say whose it is, or whether it holds."""
    name, address = _name(cells), _address(cells)
    if not name and not address:
        raise Unreadable("there is neither a name nor a mail address")
    guest = cells.line("guest", limit=LONGEST_NAME)
    return Ticket(
        number=cells.number,
        ticket=_number(cells, "ticket"),
        order=_number(cells, "order"),
        name=name or address.partition("@")[0],
        address=address,
        organisation=cells.line("organisation", limit=LONGEST_NAME),
        seats=max(_seats(cells), 2 if guest else 1),
        holds=_holds(cells),
        came=plain(line_of(cells.raw("came"))) not in _NOT_IN,
        substitute=cells.line("substitute", limit=LONGEST_NAME),
        guest=guest,
        needs=_needs(cells),
        notes=tuple(cells.notes),
    )


def attendee_headings(cells: Sequence[Value], _above: Sequence[str]) -> Headings | None:
    """None where it names nobody, or looks like any line of names."""
    columns, taken = [], set[str]()
    for cell in cells:
        heading = one_line(cell) if isinstance(cell, str) else ""
        field = _field(heading)
        field = "" if field in taken else field
        taken.add(field)
        columns.append(Column(heading, field))
    fields = taken - {""}
    if not any(needed <= fields for needed in _NAMED) or not fields & _TELLING:
        return None
    return Headings(Subject.PEOPLE, tuple(columns), float(len(fields)))


ATTENDEES = Sought(
    attendee_headings,
    "does not look like a list of attendees: it needs columns such as First Name, Surname, Email, Order no.",
)


def _field(heading: str) -> str:
    folded = plain(heading) if len(heading) <= 80 else ""
    known = _fields()
    return known.get(folded) or known.get(_PREFIX.sub("", folded), "")


@cache
def _fields() -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name("headings.toml").read_text("utf-8"))["attendees"]
    return {plain(alias): field for field, aliases in table.items() for alias in aliases}


def _name(cells: Cells) -> str:
    parts = (cells.line(field, limit=LONGEST_NAME) for field in ("first_name", "last_name"))
    bought = (cells.line(field, limit=LONGEST_NAME) for field in ("buyer_first_name", "buyer_last_name"))
    for name in (
        " ".join(part for part in parts if part),
        cells.line("name", limit=LONGEST_NAME),
        " ".join(part for part in bought if part),
        cells.line("buyer_name", limit=LONGEST_NAME),
    ):
        if name and plain(name) not in {"info requested", "n a", "na", "tba", "tbc", "unassigned"}:
            return name[:LONGEST_NAME]
    return ""


def _needs(cells: Cells) -> str:
    said = (cells.line(field, limit=LONGEST_NAME - 2) for field in ("diet", "access"))
    return "; ".join(each for each in said if plain(each) not in _NO_NEEDS)


def _address(cells: Cells) -> str:
    for field in ("email", "buyer_email"):
        if found := cells.typed(field, addresses_of):
            return found[0]
    return ""


def _number(cells: Cells, field: str) -> str:
    return line_of(cells.raw(field)).lstrip("#").strip()[:80]


def _seats(cells: Cells) -> int:
    text = re.sub(r"\.0+$", "", line_of(cells.raw("quantity"))) or "1"
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_SEATS:
        raise Unreadable(f"quantity: “{text[:40]}” is not a number of tickets from 1 to {MOST_SEATS}")
    return int(text)


def _holds(cells: Cells) -> Holds:
    if plain(line_of(cells.raw("void"))) not in _NOT_VOID:
        return Holds.NOT_GOING
    text = line_of(cells.raw("status"))
    found = _HOLDS.get(plain(text)) if text else Holds.GOING
    if found is None:
        raise Unreadable(f"status: “{text[:40]}” is none we know (attending, cancelled, refunded …)")
    if plain(text) == "partially refunded":
        cells.note("status", "is partially refunded; taken as going")
    return found
