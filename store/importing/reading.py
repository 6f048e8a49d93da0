"""Turns a file into a table: which kind of file it is, which sheet, which row holds the headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.importing.delimited import read_delimited
from store.importing.headings import Headings, best_headings, plain
from store.importing.jsonlines import read_json_lines
from store.importing.refusal import ImportRefused
from store.importing.table import Grid, Line, Subject, Table, Value, is_blank
from store.importing.workbook import foreign_format, is_workbook, read_workbook

LARGEST_FILE = 50 * 1024 * 1024
_HEADINGS_WITHIN = 40  # lines looked at for the headings; above them are titles and remarks


@dataclass(frozen=True, slots=True)
class Sought:
    """What a file is read for: `read` understands a line (with the one above it) as headings; `missing` is said where none is."""

    read: Callable[[Sequence[Value], Sequence[str]], Headings | None]
    missing: str


DIRECTORY = Sought(
    best_headings,
    "has no column for the name of the organisation, and that is the one column needed. "
    "Head it “Name” or “Organisation”.",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A grid whose headings were found in its line `index`."""

    grid: Grid
    index: int
    headings: Headings


def read_table(path: Path, sheet: str | None = None, *, sought: Sought = DIRECTORY) -> Table:
    """The file's rows under understood headings. Raises ImportRefused, with words for the person who chose it."""
    data = _bytes_of(path)
    if is_workbook(data):
        return _of_workbook(read_workbook(data), sheet, sought)
    if sheet is not None:
        raise ImportRefused("Only an Excel workbook has sheets; this file is plain text. Leave --sheet out.")
    if reason := foreign_format(data):
        raise ImportRefused(reason)
    grid = read_json_lines(data) if _looks_like_json(data) else read_delimited(data)
    if len(grid.lines) <= grid.headed and not grid.broken:
        raise ImportRefused("The file is empty: it needs a row of headings and rows below it.")
    found = _find(grid, sought)
    if found is None:
        raise ImportRefused(_no_headings(grid, sought))
    return _table(found, ())


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImportRefused(f"{path.name} is a folder, not a file.")
        if path.stat().st_size > LARGEST_FILE:
            raise ImportRefused("The file is larger than 50 MB: more than a directory can be. Split it up.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ImportRefused(f"There is no file {path}.") from None
    except OSError as error:
        raise ImportRefused(f"The file cannot be read ({error.strerror or error}).") from None
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise ImportRefused("The file is empty: it needs a row of headings and rows below it.")
    return data


def _looks_like_json(data: bytes) -> bool:
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").replace(b"\0", b"")
    return start.startswith((b"{", b"[{", b"[ {", b"[\n", b"[\r\n"))


def _of_workbook(grids: Sequence[Grid], sheet: str | None, sought: Sought) -> Table:
    if sheet is not None:
        named = [grid for grid in grids if grid.name.casefold().strip() == sheet.casefold().strip()]
        if not named:
            names = ", ".join(f"“{grid.name}”" for grid in grids)
            raise ImportRefused(f"The workbook has no sheet “{sheet}”. It has: {names}.")
        found = _find(named[0], sought)
        if found is None:
            raise ImportRefused(_no_headings(named[0], sought))
        return _table(found, ())
    candidates = [found for grid in grids if (found := _find(grid, sought))]
    if not candidates:
        full = [grid for grid in grids if grid.lines]
        raise ImportRefused(_no_headings(full[0], sought) if full else "The workbook is empty.")
    # A sheet of organisations comes before its companions; then the better understood, then the longer.
    best = max(
        candidates,
        key=lambda each: (
            each.headings.subject is Subject.ORGANISATIONS,
            each.headings.score,
            len(each.grid.lines),
        ),
    )
    others = [grid.name for grid in grids if grid is not best.grid and grid.lines]
    note = f"Read the sheet “{best.grid.name}”"
    if others:
        note += "; not " + ", ".join(f"“{name}”" for name in others) + " (choose with --sheet)"
    return _table(best, (f"{note}.",) if len(grids) > 1 else ())


def _find(grid: Grid, sought: Sought) -> _Found | None:
    """The line that reads best as headings, the first of equals."""
    within = grid.lines[:1] if grid.headed else grid.lines[:_HEADINGS_WITHIN]
    best: _Found | None = None
    for index, line in enumerate(within):
        above = _group_headings(within[index - 1], line) if index else ()
        headings = sought.read(line.cells, above)
        if headings and (best is None or headings.score > best.headings.score):
            best = _Found(grid, index, headings)
    return best


def _group_headings(upper: Line, lower: Line) -> tuple[str, ...]:
    """The line above as headings of groups, each spread to the right; () when it is a title or far away."""
    filled = [cell for cell in upper.cells if not is_blank(cell)]
    if lower.number - upper.number > 2 or len(filled) < 2:
        return ()
    spread, current = [], ""
    for cell in upper.cells:
        current = cell.strip() if isinstance(cell, str) and cell.strip() else current
        spread.append(current)
    return tuple(spread)


def _table(found: _Found, notes: tuple[str, ...]) -> Table:
    grid, columns = found.grid, found.headings.columns
    remarks = [*notes, *grid.notes]
    skipped = [line.number for line in grid.lines[: found.index]]
    if skipped:
        remarks.append(
            f"The headings are in row {grid.lines[found.index].number}; what stands above them was passed over."
        )
    rows = []
    for line in grid.lines[found.index + 1 :]:
        if _repeats(line, grid.lines[found.index]):
            remarks.append(f"Row {line.number} repeats the headings and was passed over.")
        elif not line.blank:
            rows.append(line)
    if not rows and not grid.broken:
        raise ImportRefused("There are headings, but no rows below them.")
    return Table(found.headings.subject, grid.name, columns, tuple(rows), tuple(remarks), grid.broken)


def _repeats(line: Line, headings: Line) -> bool:
    filled = [
        (cell, head) for cell, head in zip(line.cells, headings.cells, strict=False) if not is_blank(cell)
    ]
    same = sum(_same(cell, head) for cell, head in filled)
    return (same > 1 and same >= 0.6 * len(filled)) or (same == len(filled) == 1)


def _same(cell: Value, head: Value) -> bool:
    return isinstance(cell, str) and isinstance(head, str) and len(cell) < 200 and plain(cell) == plain(head)


def _no_headings(grid: Grid, sought: Sought) -> str:
    where = f"The sheet “{grid.name}”" if grid.name else "The file"
    first = next((line for line in grid.lines if not line.blank), None)
    seen = [str(cell).strip()[:40] for cell in first.cells if not is_blank(cell)][:8] if first else []
    told = f" Its first row reads: {', '.join(seen)}." if seen else ""
    return f"{where} {sought.missing}{told}"
