"""Cleans what people type into cells, and splits and joins the lists they keep in one."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time

from store.importing.table import Value

# Control characters, lone surrogates, noncharacters, and marks that turn the direction of the text around them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
_SPACES = re.compile(r"\s+")
_EDGES = re.compile(r"[^\S\n]*\n[^\S\n]*")
_INERT = re.compile(r"'+[=+\-@\t\r]")
_ACTIVE = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"\\([\\;\n])|([;\n])")
_BULLET = re.compile(r"^[•·▪●◦*–—-]\s+")


def text_of(cell: Value) -> str:
    """A cell as one cleaned text, its lines kept."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, tuple):
        return clean("\n".join(cell))
    return "" if cell is None else str(cell)


def line_of(cell: Value) -> str:
    """A cell as one line."""
    return one_line(text_of(cell))


def clean(text: str) -> str:
    """Without what cannot be seen or stored; one kind of line end; composed (NFC); no space at the edges."""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\xa0", " ")
    return _EDGES.sub("\n", unicodedata.normalize("NFC", lines)).strip()


def one_line(text: str) -> str:
    return _SPACES.sub(" ", clean(text)).strip()


def inert(text: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe in front, which `active` takes off again."""
    return f"'{text}" if _ACTIVE.match(text) else text


def active(text: str) -> str:
    return text[1:] if _INERT.match(text) else text


def list_of(cell: Value, *, commas: bool = False) -> list[str]:
    """The items of a list cell: split at semicolons and line ends (a backslash protects them), blank ones left out.

    With `commas`, a cell that has none of these splits at its commas.
    """
    if isinstance(cell, tuple):
        items = list(cell)
    elif isinstance(cell, str):
        items = split(_LINE_ENDS.sub("\n", cell.strip()))
        if len(items) == 1 and commas:
            items = items[0].split(",")
        elif len(items) > 1 and "\n" in cell:
            items = [_BULLET.sub("", item.strip()) for item in items]
    else:
        items = [text_of(cell)]
    return clean_list(items)


def clean_list(items: Sequence[str]) -> list[str]:
    """Each item on one line, blanks and repetitions left out."""
    return list(dict.fromkeys(item for each in items if (item := one_line(each))))


def split(text: str) -> list[str]:
    """The parts between semicolons or line ends, empty ones kept: parallel lists count on their places."""
    parts, current, start = [], "", 0
    for found in _PROTECTED.finditer(text):
        current += text[start : found.start()]
        start = found.end()
        if found[1]:
            current += found[1]
        else:
            parts.append(current)
            current = ""
    return [*parts, current + text[start:]]


def join(items: Sequence[str]) -> str:
    """A list as one cell that `list_of` takes apart again, whatever its items hold."""
    escaped = [_protected(item) for item in items]
    if len(escaped) == 1 and "," in escaped[0]:
        return f"{escaped[0]};"
    return "; ".join(escaped)


def join_parallel(parts: Sequence[str]) -> str:
    """Parallel lists keep their blanks, so that each part stays with its site; all blank is a blank cell."""
    return "; ".join(_protected(part) for part in parts) if any(parts) else ""


def _protected(item: str) -> str:
    return item.replace("\\", "\\\\").replace(";", "\\;")
