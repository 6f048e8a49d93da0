"""What an import would do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from store.importing.table import Column, Subject
from store.kinds import NeedKind
from store.places.place import Point


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MERGED = "merged"  # the same as an earlier row of the file, and added to it
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as people read it."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """`number` is the row in the file; `reason` says why it was rejected or merged, `notes` what to look at."""

    number: int
    name: str
    fate: Fate
    reason: str = ""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteWork:
    town: str = ""
    county: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class OrganisationWork:
    """What to write of one organisation. A `key` below zero is a new one; None: leave as it is."""

    key: int
    values: dict[str, Any]
    sites: tuple[SiteWork, ...] | None
    wishes: dict[NeedKind, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PersonWork:
    """What to write of one person. `organisation` may be the key of a new one; `addresses` is all of them, in order."""

    key: int
    organisation: int | None
    left: int | None  # the organisation they were at before
    values: dict[str, Any]
    addresses: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class EventWork:
    key: int
    values: dict[str, Any]


Work: TypeAlias = OrganisationWork | PersonWork | EventWork


@dataclass(frozen=True, slots=True)
class Plan:
    subject: Subject
    sheet: str
    rows: tuple[RowPlan, ...]
    work: tuple[Work, ...]
    notes: tuple[str, ...]
    ignored: tuple[Column, ...]

    @property
    def counts(self) -> "Counts":
        return count(self.rows)

    @property
    def rejected(self) -> tuple[RowPlan, ...]:
        return tuple(row for row in self.rows if row.fate is Fate.REJECTED)


@dataclass(frozen=True, slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0

    @property
    def accepted(self) -> int:
        return self.new + self.changed + self.unchanged + self.merged


def count(rows: Sequence[RowPlan]) -> Counts:
    by_fate = Counter(row.fate for row in rows)
    return Counts(
        new=by_fate[Fate.NEW],
        changed=by_fate[Fate.CHANGED],
        unchanged=by_fate[Fate.UNCHANGED],
        merged=by_fate[Fate.MERGED],
        rejected=by_fate[Fate.REJECTED],
    )
