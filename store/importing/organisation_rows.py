"""What a row says about an organisation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.importing.cells import Cells
from store.importing.dates import date_of, year_of
from store.importing.naming import LONGEST_NAME
from store.importing.person_rows import PersonRow, read_contact, read_people
from store.importing.refusal import Unreadable
from store.importing.table import Value
from store.importing.text import line_of, one_line, split, text_of
from store.importing.values import (
    band_of,
    employees_of,
    kind_of,
    listing_of,
    postcode_of,
    size_of,
    website_of,
)
from store.kinds import NeedKind

LONGEST_REF = 200
LONGEST_WEBSITE = 500
_LONGEST_SUMMARY = 20_000
_PLACE_LIMITS = {"town": 120, "county": 120, "region": 120, "postcode": 20, "country": 120}
PLACE_FIELDS = tuple(_PLACE_LIMITS)
_MOST_SITES = 50
_POSTCODE_INSIDE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"(?:(?:grand |sub[- ]?)?totals?\b.{0,20}|[\d\W_]+|n/?a)", re.IGNORECASE)
_ONLY_ONE = frozenset(("county", "region", "country"))  # said once, they hold for every site


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """`given` and `places` hold what the row fills; blank cells aren't in them. Places are parallel lists.

    `size_derived`: the size isn't the row's own word, but follows from its number of employees.
    """

    ref: str
    name: str
    given: dict[str, Any]
    places: dict[str, tuple[str, ...]]
    wishes: dict[NeedKind, tuple[str, ...]]
    contact: PersonRow | None
    people: tuple[PersonRow, ...]
    size_derived: bool


def read_organisation(cells: Cells) -> OrganisationRow:
    """Raises Unreadable when the row is to be rejected."""
    ref, name = line_of(cells.raw("ref")), line_of(cells.raw("name"))
    if len(name) > LONGEST_NAME:
        raise Unreadable(f"the name is {len(name):,} characters long; {LONGEST_NAME} is the most")
    if len(ref) > LONGEST_REF:
        raise Unreadable(f"the ref is {len(ref):,} characters long; {LONGEST_REF} is the most")
    if _NOT_A_NAME.fullmatch(name) and not ref:
        raise Unreadable(f"“{name}” is not the name of an organisation")
    wishes = {NeedKind.NEED: tuple(cells.items("needs")), NeedKind.OFFER: tuple(cells.items("offers"))}
    return OrganisationRow(
        ref=ref,
        name=name,
        given=_given(cells, name),
        places=_places(cells),
        wishes={kind: texts for kind, texts in wishes.items() if texts},
        contact=read_contact(cells),
        people=tuple(read_people(cells)),
        size_derived="size" not in cells,
    )


def _given(cells: Cells, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": name,
        "aliases": cells.items("aliases"),
        "kind": cells.typed("kind", kind_of),
        "sector": cells.line("sector", limit=100),
        "summary": cells.text("summary", limit=_LONGEST_SUMMARY),
        "capabilities": cells.items("capabilities", commas=True),
        "tags": cells.items("tags", commas=True),
        **_staff(cells),
        "founded": cells.typed("founded", year_of),
        "website": cells.typed("website", _website),
        "membership": cells.line("membership", limit=100),
        "member_since": cells.typed("member_since", date_of),
        "member_until": cells.typed("member_until", date_of),
        "confirmed_on": cells.typed("confirmed_on", date_of),
        "listing": cells.typed("listing", listing_of),
    }
    return {field: value for field, value in values.items() if value is not None and value not in ("", [])}


def _staff(cells: Cells) -> dict[str, Any]:
    """The number and its band. A column of numbers often holds ranges: those are a band without a number."""
    size = cells.typed("size", size_of)
    employees: int | None = None
    if "employees" in cells:
        try:
            employees = employees_of(cells.raw("employees"))
        except Unreadable:
            band = cells.typed("employees", size_of)
            size = size or band
    if size is None and employees is not None:
        size = band_of(employees)
    return {"size": size, "employees": employees, "employees_year": cells.typed("employees_year", year_of)}


def _website(cell: Value) -> str:
    """The first address of the cell."""
    words = text_of(cell).split()
    website = website_of(words[0].rstrip(";,") if len(words) > 1 else " ".join(words))
    if len(website) > LONGEST_WEBSITE:
        raise Unreadable(f"is longer than {LONGEST_WEBSITE} characters")
    return website


def _places(cells: Cells) -> dict[str, tuple[str, ...]]:
    """Parallel lists of one length, one for each filled column."""
    columns = {field: _parts(cells, field) for field in PLACE_FIELDS if field in cells}
    if "postcode" not in columns and (found := _POSTCODE_INSIDE.search(text_of(cells.raw("address")))):
        columns["postcode"] = [f"{found[1]} {found[2]}".upper()]
    columns = {field: parts for field, parts in columns.items() if any(parts)}
    most = max((len(parts) for parts in columns.values()), default=0)
    if most > _MOST_SITES:
        cells.note("town", f"names {most} sites; the first {_MOST_SITES} were taken")
    return {field: _stretched(field, parts, min(most, _MOST_SITES)) for field, parts in columns.items()}


def _parts(cells: Cells, field: str) -> list[str]:
    cell = cells.raw(field)
    tidy: Callable[[str], str] = postcode_of if field == "postcode" else one_line
    parts = cell if isinstance(cell, tuple) else split(text_of(cell))
    limit = _PLACE_LIMITS[field]
    tidied = [tidy(part) for part in parts]
    if any(len(part) > limit for part in tidied):
        cells.note(field, f"is longer than {limit} characters; cut")
    return [part[:limit].rstrip() for part in tidied]


def _stretched(field: str, parts: list[str], length: int) -> tuple[str, ...]:
    if len(parts) == 1 and field in _ONLY_ONE:
        return tuple(parts * length)
    return tuple((parts + [""] * length)[:length])
