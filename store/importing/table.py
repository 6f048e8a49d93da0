"""What a file holds once it is read: lines of cells with their numbers, then a table with known columns."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias

# A datetime is a date and a bool an int, as in Python; a tuple is a list the file itself kept apart (JSON).
Value: TypeAlias = str | int | float | date | time | tuple[str, ...] | None


WIDEST = 400  # columns; what stands further right is a stray mark


class Subject(StrEnum):
    """What the rows of a file are about."""

    ORGANISATIONS = "organisations"
    PEOPLE = "people"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the row as a spreadsheet shows it, blank ones counted; in JSONL the line of the file."""

    number: int
    cells: tuple[Value, ...]

    @property
    def blank(self) -> bool:
        return all(is_blank(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not even be read."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or a whole file of text. `headed`: its first line is known to be the headings."""

    name: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the file heads it. `field` is "" when we don't know it; `guess` is then the nearest we do."""

    heading: str
    field: str
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under understood headings. `sheet` is "" unless the file is a workbook."""

    subject: Subject
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def ignored(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.heading and not column.field)


def is_blank(cell: Value) -> bool:
    if isinstance(cell, tuple):
        return all(is_blank(item) for item in cell)
    return cell is None or (isinstance(cell, str) and not cell.strip("\ufeff\u200b \t\r\n\xa0"))
