"""Writes an export as CSV, XLSX or JSONL, whole or not at all, with nothing in it that a spreadsheet would run."""

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from store.importing.exporting import Export, Parallel
from store.importing.refusal import ImportRefused
from store.importing.text import inert, join, join_parallel

_SPLITS = re.compile(r"[;\\\n]")
_LONGEST_EXCEL_CELL = 32_767
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class ExportRefused(ImportRefused):
    """The file was not written; one of that name that was there before still is."""


def write_export(export: Export, path: Path) -> None:
    """The ending of `path` says which kind of file. Raises ExportRefused."""
    writers: dict[str, Callable[[Export], bytes]] = {
        ".csv": as_csv,
        ".xlsx": as_xlsx,
        ".jsonl": as_json_lines,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ExportRefused(f"Name the file with .csv, .xlsx or .jsonl at the end, not “{path.name}”.")
    _replace(path, writer(export))


def _replace(path: Path, data: bytes) -> None:
    """Beside the file first, then in its place: a full disk must not cost the export of last month."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=path.suffix)
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written ({error.strerror or error}).") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise ExportRefused(f"{path} cannot be written ({error.strerror or error}).") from None


def as_csv(export: Export) -> bytes:
    """With the mark Excel needs to see that it is UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(export.headings)
    writer.writerows([inert(_cell_text(value)) for value in row] for row in export.rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(export: Export) -> bytes:
    rows = [
        [_excel_value(value, number=number) for value in row] for number, row in enumerate(export.rows, 2)
    ]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Directory")
    sheet.freeze_panes = "A2"
    sheet.append(export.headings)
    for row in rows:
        sheet.append([_excel_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_json_lines(export: Export) -> bytes:
    lines = (
        json.dumps(dict(zip(export.headings, map(_json_value, row), strict=True)), ensure_ascii=False)
        for row in export.rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Parallel):
        return join_parallel(value.parts)
    return join(value) if isinstance(value, tuple) else str(value)


def _excel_value(value: Any, *, number: int) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, int | date) and not isinstance(value, bool):
        return value
    text = _LOOKS_ESCAPED.sub("_x005F_", inert(_cell_text(value)))
    if len(text) > _LONGEST_EXCEL_CELL:
        raise ExportRefused(f"Row {number} has a text too long for an Excel cell. Export to .csv or .jsonl.")
    return text


def _excel_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.data_type = "s"  # never a formula, whatever it begins with
    return cell


def _json_value(value: Any) -> Any:
    if isinstance(value, Parallel):
        return (
            value.parts[0]
            if len(value.parts) == 1 and not _SPLITS.search(value.parts[0])
            else list(value.parts)
        )
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
