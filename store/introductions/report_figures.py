"""Figures of the report: each with what it counts and the records behind it, and what must add up held to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo


class Of(StrEnum):
    """What a figure's records are."""

    INTRODUCTION = "introduction"
    ORGANISATION = "organisation"
    PERSON = "person"


class Unit(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    DAYS = "days"
    POUNDS = "pounds"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included, on the wall clock of `zone`."""

    first: date
    last: date
    zone: str = "Europe/London"

    @property
    def start(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end


@lru_cache(maxsize=64)
def _midnight(day: date, zone: str) -> datetime:
    """In UTC, which a long log is compared with many times faster than with a wall clock."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Figure:
    """`records` are ids, each once and in order. `reference`: how a person is called where the report leaves the house."""

    name: str
    value: int | float | None  # None: there is nothing to work it out from
    definition: str
    records: tuple[int, ...] = ()
    of: Of = Of.INTRODUCTION
    unit: Unit = Unit.NUMBER
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    counts: str  # what is counted in it, and when
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Figures, or the log itself, that do not agree; `records` are the introductions to look at."""

    text: str
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    made_at: datetime
    sections: tuple[Section, ...]
    mismatches: tuple[Mismatch, ...]

    def figure(self, section: str, name: str) -> Figure:
        """The one of that name. Raises LookupError."""
        found = (
            each
            for part in self.sections
            if part.title == section
            for each in part.figures
            if each.name == name
        )
        if (figure := next(found, None)) is None:
            raise LookupError(f"{section}: {name}")
        return figure


def number(name: str, records: Iterable[int], definition: str, of: Of = Of.INTRODUCTION) -> Figure:
    """As many as there are records."""
    ids = tuple(sorted(set(records)))
    return Figure(name, len(ids), definition, ids, of)


def share(name: str, part: Figure, whole: Figure, definition: str) -> Figure:
    """In per cent, to one decimal; None of nothing."""
    value = None
    if part.value is not None and whole.value:
        value = round(100 * part.value / whole.value, 1)
    return Figure(name, value, definition, part.records, part.of, Unit.PERCENT)


def adds_up(whole: Figure, parts: Sequence[Figure]) -> Mismatch | None:
    """Whether each record of the whole is in exactly one of its parts, and the parts hold no other."""
    together = sorted(record for part in parts for record in part.records)
    if together == sorted(whole.records) and sum(part.value or 0 for part in parts) == whole.value:
        return None
    twice = {each for each, times in Counter(together).items() if times > 1}
    odd = twice | (set(together) ^ set(whole.records))
    names = ", ".join(part.name for part in parts)
    text = f"“{whole.name}” is {whole.value}, but its parts ({names}) come to {sum(part.value or 0 for part in parts)}"
    return Mismatch(text, tuple(sorted(odd)) if whole.of is Of.INTRODUCTION else ())
