"""JSONL, and a JSON list."""

from pathlib import Path

import pytest

from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from tests.store.importing.tables import csv_file


def test_each_line_is_a_row_and_its_lists_stay_lists(tmp_path: Path) -> None:
    text = '{"id": "a:1", "name": "Larkspur", "people": ["Jo Lark", {"name": "Kim", "role": "CEO", "email": "kim@l.example"}]}\n\n{"name": "Tamarisk", "source": "x", "public": true, "employees": 12}\n'
    table = read_table(csv_file(tmp_path, text, name="orgs.jsonl"))
    assert [column.field for column in table.columns] == ["ref", "name", "people", "", "listing", "employees"]
    assert table.rows[0].cells[2] == ("Jo Lark", "Kim (CEO) <kim@l.example>")
    assert [line.number for line in table.rows] == [1, 3]
    assert table.rows[1].cells[4] == "yes"


def test_a_line_that_cannot_be_read_is_rejected_alone(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, '{"name": "Larkspur"}\n{"name": \n[1]\n7\n'))
    assert [(each.number, each.reason) for each in table.broken] == [
        (2, "cannot be read as JSON"),
        (3, "is not a JSON object"),
        (4, "is not a JSON object"),
    ]


def test_a_list_of_objects_is_read_too(tmp_path: Path) -> None:
    table = read_table(
        csv_file(tmp_path, '[{"name": "Larkspur", "address": {"name": "x"}}, null]', name="a.json")
    )
    assert len(table.rows) == 1
    assert table.broken[0].number == 2


def test_broken_or_nameless_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="JSON cannot be read"):
        read_table(csv_file(tmp_path, '[{"name": "Larkspur"'))
    with pytest.raises(ImportRefused, match="no column for the name"):
        read_table(csv_file(tmp_path, '{"town": "Crewe"}\n'))
