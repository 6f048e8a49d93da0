"""What a row says about a person, in a file of people or beside an organisation."""

import re
from dataclasses import dataclass, field
from typing import Any

from store.importing.cells import Cells
from store.importing.refusal import Unreadable
from store.importing.text import clean_list, line_of, one_line
from store.importing.values import addresses_of, staff_role_of, yes_or_no

LONGEST_NAME = 200
LONGEST_ROLE = 200
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,38}")
_WRITTEN = re.compile(r"(?P<name>[^<>(]*)(?:\((?P<role>[^)]*)\))?\s*(?:<(?P<address>[^>]*)>)?\s*")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`given` holds what the row fills of the person's columns; blank cells aren't in it."""

    name: str
    given: dict[str, Any] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    organisation_ref: str = ""
    organisation_name: str = ""


def read_person(cells: Cells) -> PersonRow:
    """A row of a file of people. Raises Unreadable when it is to be rejected."""
    name = cells.line("name", limit=1000)
    if not name:
        parts = (cells.line("first_name", limit=100), cells.line("last_name", limit=100))
        name = " ".join(part for part in parts if part)
    if len(name) > LONGEST_NAME:
        raise Unreadable(f"the name is {len(name)} characters long; {LONGEST_NAME} is the most")
    given: dict[str, Any] = {
        "role": cells.line("role", limit=LONGEST_ROLE),
        "expertise": cells.items("expertise", commas=True),
        "slack_user_id": cells.typed("slack_user_id", _slack_id),
        "staff_role": cells.typed("staff_role", staff_role_of),
        "main_contact": cells.typed("main_contact", yes_or_no),
        "listed": cells.typed("listed", yes_or_no),
        "introductions": cells.typed("introductions", yes_or_no),
        "newsletters": cells.typed("newsletters", yes_or_no),
    }
    return PersonRow(
        name=name,
        given={key: value for key, value in given.items() if value not in (None, "", [])},
        addresses=tuple(cells.typed("email", addresses_of) or ()),
        organisation_ref=cells.line("ref", limit=200),
        organisation_name=cells.line("organisation", limit=300),
    )


def read_contact(cells: Cells) -> PersonRow | None:
    """The contact an organisation's row names; one without a name is the organisation's own mailbox."""
    name = cells.line("contact_name", limit=LONGEST_NAME)
    if not name:
        parts = (cells.line("contact_first_name", limit=90), cells.line("contact_last_name", limit=90))
        name = " ".join(part for part in parts if part)
    addresses = tuple(cells.typed("contact_email", addresses_of) or ())
    role = cells.line("contact_role", limit=LONGEST_ROLE)
    if not name and not addresses:
        if role:
            cells.note("contact_role", "there is nobody it belongs to; not taken")
        return None
    given = {"main_contact": True, **({"role": role} if role else {})}
    return PersonRow(name, given, addresses)


def read_people(cells: Cells) -> list[PersonRow]:
    """The people column: names, each with a role in brackets and an address in angles if they like."""
    people = []
    for item in cells.items("people"):
        found = _WRITTEN.fullmatch(item)
        name = one_line(found["name"] if found else item)
        if not found or not name or len(name) > LONGEST_NAME:
            cells.note("people", f"“{item[:60]}” is not a name; not taken")
            continue
        role = clean_list([found["role"] or ""])
        people.append(
            PersonRow(name, {"role": role[0][:LONGEST_ROLE]} if role else {}, _addresses(found["address"]))
        )
    return people


def _addresses(text: str | None) -> tuple[str, ...]:
    try:
        return tuple(addresses_of(text)) if text else ()
    except Unreadable:
        return ()


def _slack_id(cell: Any) -> str:
    text = line_of(cell).strip("<@>")
    if not _SLACK_ID.fullmatch(text.upper()):
        raise Unreadable(f"“{text[:60]}” is not a Slack member id (they look like U012ABCDEF)")
    return text.upper()
