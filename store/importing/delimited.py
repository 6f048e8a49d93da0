"""Reads CSV as people really have it: any usual separator, any usual encoding, and never a formula."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from store.importing.headings import best_headings
from store.importing.refusal import ImportRefused
from store.importing.table import WIDEST, Grid, Line
from store.importing.text import active

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 40  # records read to tell the separator
_LONGEST_CELL = 1_000_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_delimited(data: bytes) -> Grid:
    text, notes = decode(data)
    text, told = _told_separator(text)
    separator = told or _separator(text)
    if separator != ",":
        name = {"\t": "tabs", ";": "semicolons", "|": "bars"}.get(separator, f"“{separator}”")
        notes = (*notes, f"Columns are separated by {name}.")
    lines = tuple(
        Line(number, tuple(active(cell) for cell in cells[:WIDEST]))
        for number, cells in enumerate(_records(text, separator), 2 if told else 1)
        if any(cell.strip() for cell in cells)
    )
    return Grid("", lines, notes)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, without NULs, and a note when we had to judge its encoding."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _clean(data.decode(encoding, errors="replace")), ()
    if encoding := _wide_encoding(data):
        return _clean(data.decode(encoding, errors="replace")), ("Read as UTF-16.",)
    try:
        return _clean(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        text = "\n".join(_decode_line(line) for line in data.split(b"\n"))
        return _clean(text), ("Read as Windows-1252 (Western European).",)


def _clean(text: str) -> str:
    return text.replace("\0", "").removeprefix("\ufeff")


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without its mark shows as a NUL in every other byte."""
    sample = data[:2000]
    if len(sample) < 4:
        return ""
    even, odd = sample[::2].count(0) / len(sample[::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.6 and even < 0.2:
        return "utf-16-le"
    if even > 0.6 and odd < 0.2:
        return "utf-16-be"
    return ""


def _decode_line(line: bytes) -> str:
    """Files put together from several sources mix encodings: each line is judged by itself."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _told_separator(text: str) -> tuple[str, str]:
    """Excel's own first line, "sep=;"."""
    first, _, rest = text.partition("\n")
    first = first.strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return rest, first[4]
    return text, ""


def _separator(text: str) -> str:
    """The one under which some early row reads best as headings; among equals, the one that gives more columns."""
    sample = "".join(text.splitlines(keepends=True)[: _LOOKED_AT * 2])
    return max(_SEPARATORS, key=lambda separator: _promise(sample, separator))


def _promise(sample: str, separator: str) -> tuple[float, float]:
    csv.field_size_limit(_LONGEST_CELL)
    records: list[list[str]] = []
    with suppress(csv.Error):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        records.extend(cells[:WIDEST] for cells in islice(reader, _LOOKED_AT))
    headings = [best_headings(cells) for cells in records]
    score = max((each.score for each in headings if each), default=0.0)
    wide = sum(len(cells) > 1 for cells in records)
    return score, wide


def _records(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    last = before = 0
    try:
        for cells in reader:
            yield cells
            last, before = before, reader.line_num
    except csv.Error as error:
        raise ImportRefused(
            f"The file cannot be read as a table near line {before + 1} ({error}). "
            "Is a quotation mark opened there and never closed?"
        ) from None
    if before - last > 1 and _unclosed(text, last, separator):
        raise ImportRefused(
            f"A quotation mark opened in line {last + 1} is never closed, so the rest of the file "
            "cannot be told apart. Close it (or take it out) and try again."
        )


def _unclosed(text: str, line: int, separator: str) -> bool:
    """Whether the record that begins after `line` lines ends inside quotation marks."""
    rest = "".join(list(io.StringIO(text, newline=""))[line:])
    try:
        list(csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
