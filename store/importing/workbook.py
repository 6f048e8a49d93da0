"""Reads Excel workbooks (XLSX) without running, following or unpacking anything they should not hold."""

import io
import re
import warnings
import zipfile
from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any

import openpyxl

from store.importing.refusal import ImportRefused
from store.importing.table import WIDEST, Grid, Line, Value, is_blank
from store.importing.text import active, one_line

_LARGEST_UNPACKED = 100 * 1024 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376, ST_Xstring: how a cell holds what XML cannot
_CANNOT = "Save it as an Excel workbook (.xlsx) or CSV and import that."
_ZIPPED = {
    "word/": f"This is a Word document. {_CANNOT}",
    "ppt/": f"This is a PowerPoint presentation. {_CANNOT}",
    "xl/workbook.bin": f"This is a binary Excel workbook (.xlsb). {_CANNOT}",
    "Index/": f"This is an Apple Numbers file. {_CANNOT}",
}
_STARTS = (
    (b"%PDF", f"This is a PDF. {_CANNOT}"),
    (b"{\\rtf", f"This is a rich-text document. {_CANNOT}"),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it first."),
    (b"\x89PNG", f"This is a picture. {_CANNOT}"),
    (b"\xff\xd8\xff", f"This is a picture. {_CANNOT}"),
)


def is_workbook(data: bytes) -> bool:
    """Whether to read it with `read_workbook`; raises ImportRefused for other things that are zipped."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(item.file_size for item in archive.infolist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ImportRefused(
            f"The file is damaged: it cannot be unpacked. ({error}) Save it again and retry."
        ) from None
    if unpacked > _LARGEST_UNPACKED:
        raise ImportRefused("The workbook unpacks to more than 100 MB: more than a directory can be.")
    if b"opendocument" in kind:
        raise ImportRefused(f"This is an OpenDocument file (.ods, .odt). {_CANNOT}")
    for start, reason in _ZIPPED.items():
        if any(name.startswith(start) for name in names):
            raise ImportRefused(reason)
    if "xl/workbook.xml" not in names:
        raise ImportRefused("This is a ZIP file, not a spreadsheet. Unpack it and import the file inside.")
    return True


def foreign_format(data: bytes) -> str:
    """Why a file that is neither XLSX nor text cannot be read; "" when it may be text."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "The workbook is protected with a password. Save a copy without it."
        return f"This is an old Excel or Office file (.xls, .doc). {_CANNOT}"
    start = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        return f"This is a web page or XML, whatever its name says. Open it in Excel. {_CANNOT}"
    for magic, reason in _STARTS:
        if data.startswith(magic):
            return reason
    strange = sum(byte < 9 for byte in data[:4000])
    if (
        strange > 40
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        and not _every_other_is_nul(data[:4000])
    ):
        return f"This is not a table we can read. {_CANNOT}"
    return ""


def _every_other_is_nul(sample: bytes) -> bool:
    return max(sample[::2].count(0), sample[1::2].count(0)) > len(sample) * 0.3


def read_workbook(data: bytes) -> list[Grid]:
    """Each visible sheet, formulas by their stored results. Raises ImportRefused when it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on styles and extensions, which we don't look at
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            sheets = [_grid(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:
        raise ImportRefused(
            f"The workbook is damaged and cannot be read. Open it in Excel and save it again. ({type(error).__name__})"
        ) from error
    if not any(grid.lines for grid in sheets):
        raise ImportRefused("The workbook is empty.")
    return sheets


def _grid(sheet: Any) -> Grid:
    # `_cells` holds only what the file holds; the public iterators would fill out a million formatted, empty rows.
    rows: defaultdict[int, dict[int, Value]] = defaultdict(dict)
    for (row, column), cell in sheet._cells.items():
        value = _value(cell)
        if column <= WIDEST and not is_blank(value):
            rows[row][column] = value
    for merged in sheet.merged_cells.ranges:
        _spread(rows, merged)
    lines = tuple(
        Line(number, tuple(cells.get(column) for column in range(1, max(cells) + 1)))
        for number, cells in sorted(rows.items())
    )
    return Grid(one_line(str(sheet.title)), lines)


def _spread(rows: "defaultdict[int, dict[int, Value]]", merged: Any) -> None:
    """A cell merged over several rows belongs to each of them; one merged sideways stays one cell."""
    top = rows.get(merged.min_row, {}).get(merged.min_col)
    if top is None or merged.max_row - merged.min_row > 1000:
        return
    for row in range(merged.min_row + 1, merged.max_row + 1):
        if row in rows:
            rows[row].setdefault(merged.min_col, top)


def _value(cell: Any) -> Value:
    value = cell.value
    if cell.data_type == "e" or value is None:
        return None  # #N/A, #REF!: no value there
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        link = cell.hyperlink.target if cell.hyperlink else None
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        if (
            link
            and link.startswith(("http://", "https://"))
            and text.strip().lower()
            in {"website", "link", "visit", "web", "here", "click here", "visit website"}
        ):
            return str(link)
        return active(text)
    if isinstance(value, int | float | date | time):
        return value
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
