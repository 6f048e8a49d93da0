"""One row's cells by field: takes typed values out and remembers, in words, what could not be used."""

from collections.abc import Callable
from typing import TypeVar

from store.importing.refusal import Unreadable
from store.importing.table import Line, Table, Value, is_blank
from store.importing.text import line_of, list_of, text_of

T = TypeVar("T")

LONGEST_ITEM = 500
MOST_ITEMS = 300


class Cells:
    """The filled cells of a row; a blank one is as if its column weren't there."""

    def __init__(self, table: Table, line: Line) -> None:
        self.number = line.number
        self.notes: list[str] = []
        self._values = {
            column.field: cell
            for column, cell in zip(table.columns, line.cells, strict=False)
            if column.field and not is_blank(cell)
        }

    def __contains__(self, field: str) -> bool:
        return field in self._values

    def raw(self, field: str) -> Value:
        return self._values.get(field)

    def typed(self, field: str, parse: Callable[[Value], T]) -> T | None:
        """The field's value; None when blank, or unreadable and noted."""
        if field not in self._values:
            return None
        try:
            return parse(self._values[field])
        except Unreadable as problem:
            self.note(field, f"{problem}; not taken")
            return None

    def line(self, field: str, *, limit: int) -> str:
        return self._cut(field, line_of(self.raw(field)), limit)

    def text(self, field: str, *, limit: int) -> str:
        return self._cut(field, text_of(self.raw(field)), limit)

    def items(self, field: str, *, commas: bool = False) -> list[str]:
        items = list_of(self.raw(field), commas=commas) if field in self._values else []
        if len(items) > MOST_ITEMS:
            self.note(field, f"has {len(items)} items; the first {MOST_ITEMS} were taken")
        return [self._cut(field, item, LONGEST_ITEM) for item in items[:MOST_ITEMS]]

    def note(self, field: str, remark: str) -> None:
        self.notes.append(f"{field.replace('_', ' ')}: {remark}")

    def _cut(self, field: str, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        self.note(field, f"is {len(text):,} characters long; cut to {limit:,}")
        return text[:limit].rstrip()
