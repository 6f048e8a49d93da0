"""Strict checks of table and data_table blocks: shape, cells, and how much they may hold."""

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.checks import integer, items, keys, objects, one_of, shape, string, wrong
from tests.doubles.slack.records import JSON

ROWS_MOST = 100  # besides the header of a data_table
COLUMNS_MOST = 20
CHARACTERS_MOST = (
    10_000  # in all tables of a message: docs.slack.dev/reference/block-kit/blocks/data-table-block
)
ALIGN = {"left", "center", "right"}


def table(block: JSON, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/table-block"""
    yield from _rows(block.get("rows"), f"{at}/rows", least=1, most=ROWS_MOST)
    if "column_settings" in block:
        yield from items(block["column_settings"], f"{at}/column_settings", most=COLUMNS_MOST)
    for place, setting in objects(block.get("column_settings")):
        here = f"{at}/column_settings/{place}"
        yield from keys(setting, shape("", "align is_wrapped"), here)
        yield from one_of(setting, "align", here, ALIGN)


def data_table(block: JSON, at: str) -> Iterator[str]:
    """https://docs.slack.dev/reference/block-kit/blocks/data-table-block"""
    rows = block.get("rows")
    yield from _rows(rows, f"{at}/rows", least=2, most=ROWS_MOST + 1)
    yield from string(block.get("caption"), f"{at}/caption", most=3000)
    yield from integer(block, "page_size", at, least=1, most=100)
    yield from integer(block, "row_header_column_index", at, least=0, most=COLUMNS_MOST - 1)
    listed = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    if len({len(row) for row in listed}) > 1:
        yield wrong("all rows must have the same number of cells", f"{at}/rows")
    for place, cell in objects(listed[0] if listed else []):
        if cell.get("type") == "rich_text":
            yield wrong("rich_text is not allowed in the header", f"{at}/rows/0/{place}")


def characters(blocks: Any) -> int:
    """How many characters stand in the cells of all tables among these blocks."""
    tables = [block for _, block in objects(blocks) if block.get("type") in {"table", "data_table"}]
    rows = [row for block in tables if isinstance(block.get("rows"), list) for row in block["rows"]]
    return sum(_length(cell) for row in rows for _, cell in objects(row))


def _length(value: Any) -> int:
    if isinstance(value, list):
        return sum(_length(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(_length(item) for item in value.values())


def _rows(rows: Any, at: str, *, least: int, most: int) -> Iterator[str]:
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        yield wrong(f"must have {least} to {most} rows", at)
        return
    for place, row in enumerate(rows):
        yield from items(row, f"{at}/{place}", most=COLUMNS_MOST)
        for column, cell in objects(row):
            yield from _cell(cell, f"{at}/{place}/{column}")


def _cell(cell: JSON, at: str) -> Iterator[str]:
    match cell.get("type"):
        case "raw_text":
            yield from keys(cell, shape("text"), at)
            yield from string(cell.get("text"), f"{at}/text", most=CHARACTERS_MOST)
        case "raw_number":
            yield from keys(cell, shape("value", "text"), at)
            if isinstance(cell.get("value"), bool) or not isinstance(cell.get("value"), int | float):
                yield wrong("must be a number", f"{at}/value")
        case "rich_text":
            yield from keys(cell, shape("elements", "block_id"), at)
        case kind:
            yield wrong(f"unsupported type: {kind}", f"{at}/type")
