"""CSV as people really have it."""

from pathlib import Path

import pytest

from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from store.importing.table import Table
from tests.store.importing.tables import csv_file


def cells(table: Table, field: str) -> list[object]:
    at = [column.field for column in table.columns].index(field)
    return [line.cells[at] for line in table.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_any_usual_separator_and_encoding_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    text = f"Name{separator}Town{separator}What they do\r\nCafé Müller Analytics{separator}Crewe{separator}Assays – all sorts\r\n"
    table = read_table(csv_file(tmp_path, text, encoding=encoding))
    assert cells(table, "name") == ["Café Müller Analytics"]
    assert cells(table, "summary") == ["Assays – all sorts"]


def test_lines_of_mixed_encodings_are_each_read_in_their_own(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("Name\nCafé One\n".encode() + "Café Two\n".encode("cp1252"))
    table = read_table(path)
    assert cells(table, "name") == ["Café One", "Café Two"]
    assert any("1252" in note for note in table.notes)


def test_a_separator_inside_a_text_does_not_mislead(tmp_path: Path) -> None:
    text = 'Name;What they do\nLarkspur;"cells, vectors, plasmids, assays"\nTamarisk;a, b, c, d, e\n'
    assert cells(read_table(csv_file(tmp_path, text)), "summary") == [
        "cells, vectors, plasmids, assays",
        "a, b, c, d, e",
    ]


def test_excels_own_separator_line_is_obeyed(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, "sep=|\nName|Town\nLarkspur|Crewe\n"))
    assert cells(table, "town") == ["Crewe"]
    assert table.rows[0].number == 3


def test_titles_blank_lines_and_repeated_headings_are_passed_over(tmp_path: Path) -> None:
    text = (
        "Members of the cluster\nUpdated March 2024\n\nName,Town,Postcode\n\nLarkspur,Crewe,CW1 9ZZ\n,,\n"
        "NAME,town,Post code\nTamarisk,Leeds,LS1 9ZZ\n,,\n"
    )
    table = read_table(csv_file(tmp_path, text))
    assert [(line.number, line.cells[0]) for line in table.rows] == [(6, "Larkspur"), (9, "Tamarisk")]
    assert any("row 4" in note for note in table.notes)
    assert any("Row 8 repeats the headings" in note for note in table.notes)


def test_two_heading_rows_are_read_together(tmp_path: Path) -> None:
    text = "Organisation,,Contact,,Where\nName,Website,Name,Email,Town\nLarkspur,l.example,Jo Lark,jo@l.example,Crewe\n"
    table = read_table(csv_file(tmp_path, text))
    assert [column.field for column in table.columns] == [
        "name",
        "website",
        "contact_name",
        "contact_email",
        "town",
    ]
    assert len(table.rows) == 1


def test_a_row_over_several_lines_counts_as_one(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, 'Name,About\nLarkspur,"one\ntwo\nthree"\nTamarisk,x\n'))
    assert [line.number for line in table.rows] == [2, 3]


def test_old_mac_line_ends_and_trailing_empty_columns_do_no_harm(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, "Name,Town,,,,\rLarkspur,Crewe,,,,\rTamarisk,Leeds,,,,\r"))
    assert cells(table, "town") == ["Crewe", "Leeds"]
    assert table.ignored == ()


def test_a_quotation_mark_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'Name,About\nLarkspur,x\nTamarisk,"never closed\nFenwick,y\nOriel,z\n'
    with pytest.raises(ImportRefused, match="line 3 is never closed"):
        read_table(csv_file(tmp_path, text))


def test_an_inch_mark_inside_a_cell_is_not_a_quotation(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, 'Name,About\nLarkspur,6" wafers\nTamarisk,"a\nb"\n'))
    assert cells(table, "summary") == ['6" wafers', "a\nb"]


def test_an_endless_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="near line 2"):
        read_table(csv_file(tmp_path, 'Name\n"' + "x" * 1_100_000 + "\n"))


def test_unknown_columns_are_told(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, "Name,Shoe size,Memberschip tear\nLarkspur,9,gold\n"))
    assert [(column.heading, column.guess) for column in table.ignored] == [
        ("Shoe size", ""),
        ("Memberschip tear", "membership"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (b"\xff\xfe", "empty"),
        (b"Town,Postcode\nCrewe,CW1\n", "no column for the name"),
        (b"Name,Town\n", "no rows below"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Excel"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "web page"),
        (b"\x1f\x8b\x08\0\0", "compressed"),
        (b"{\\rtf1 hello}", "rich-text"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(8)) * 100, "not a table"),
    ],
)
def test_what_cannot_be_a_table_is_refused_by_its_name(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(data)
    with pytest.raises(ImportRefused, match=reason):
        read_table(path)


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="There is no file"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(ImportRefused, match="is a folder"):
        read_table(tmp_path)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    with pytest.raises(ImportRefused, match="50 MB"):
        read_table(huge)


def test_plain_text_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="--sheet"):
        read_table(csv_file(tmp_path, "Name\nLarkspur\n"), "Members")


def test_refusal_shows_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="Crewe, CW1"):
        read_table(csv_file(tmp_path, "Crewe,CW1\nLeeds,LS1\n"))
