"""Lines up rows of text under headings, for a terminal or a file."""

from collections.abc import Iterable, Iterator, Sequence


def lined_up(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    table = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(len(row[at]) for row in table if at < len(row)) for at in range(len(headings))]
    for row in table:
        first, *others = row
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=False))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()


def figure(value: float | None, digits: int = 3) -> str:
    """As .859; nothing where there is none."""
    if value is None:
        return "-"
    told = f"{value:,.{digits}f}"
    return told.removeprefix("0") if 0 <= value < 1 and digits > 1 else told
