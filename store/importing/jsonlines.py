"""Reads JSONL (one object a line), or one JSON list of objects; lists inside stay lists."""

import json
from collections.abc import Iterator
from typing import Any

from store.importing.delimited import decode
from store.importing.refusal import ImportRefused
from store.importing.table import Broken, Grid, Line, Value


def read_json_lines(data: bytes) -> Grid:
    text, notes = decode(data)
    records: list[tuple[int, dict[str, Any]]] = []
    broken: list[Broken] = []
    for number, thing in _things(text):
        if isinstance(thing, dict):
            records.append((number, thing))
        else:
            broken.append(Broken(number, thing if isinstance(thing, str) else "is not a JSON object"))
    keys = list(dict.fromkeys(key for _, record in records for key in record))
    lines = (Line(number, tuple(_value(record.get(key)) for key in keys)) for number, record in records)
    return Grid("", (Line(0, tuple(keys)), *lines), notes, tuple(broken), headed=True)


def _things(text: str) -> Iterator[tuple[int, object]]:
    """Each line's object; a text instead says why the line has none."""
    if text.lstrip().startswith("["):
        try:
            yield from enumerate(json.loads(text), 1)
        except (ValueError, RecursionError) as error:
            raise ImportRefused(f"The JSON cannot be read ({error}).") from None
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                thing = json.loads(line)
            except (ValueError, RecursionError):
                yield number, "cannot be read as JSON"
            else:
                yield number, thing if isinstance(thing, dict) else 0


def _value(thing: object) -> Value:
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    if thing is None or isinstance(thing, str | int | float):
        return thing
    if isinstance(thing, list):
        return tuple(_text(item) for item in thing)  # blanks too: parallel lists count on their places
    return _text(thing)


def _text(thing: object) -> str:
    """A person given as an object is written as the people column writes one: Name (role) <address>."""
    if isinstance(thing, dict):
        parts = {str(key).lower(): str(value).strip() for key, value in thing.items() if value}
        role = parts.get("role") or parts.get("title") or parts.get("job_title")
        address = parts.get("email") or parts.get("address")
        words = [parts.get("name", ""), f"({role})" if role else "", f"<{address}>" if address else ""]
        return " ".join(word for word in words if word)
    return "" if thing is None else str(thing)
