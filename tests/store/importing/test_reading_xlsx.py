"""Excel workbooks as people really have them."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from store.importing.reading import read_table
from store.importing.refusal import ImportRefused
from tests.store.importing.tables import excel_file


def test_numbers_dates_truths_and_errors_come_as_they_are(tmp_path: Path) -> None:
    path = excel_file(
        tmp_path,
        ["Name", "Staff", "Joined", "Public", "Town"],
        ["Larkspur", 12.0, date(2024, 3, 12), True, "#N/A"],
        [],
        ["Tamarisk", "c. 50", None, False, None],
    )
    first, second = read_table(path).rows
    assert first.cells[:2] == ("Larkspur", 12)
    assert isinstance(first.cells[2], date)
    assert first.cells[3:] == ("yes",)  # a cell that holds an error holds nothing
    assert (second.number, second.cells[3]) == (4, "no")


def test_the_sheet_with_a_name_column_is_chosen_and_told(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        members = book.create_sheet("Members 2026")
        members.append(["Organisation", "Town"])
        members.append(["Larkspur", "Crewe"])
        hidden = book.create_sheet("Old")
        hidden.append(["Organisation", "Town", "Postcode", "Website"])
        hidden.append(["Gone", "Crewe", "CW1", "x.example"])
        hidden.sheet_state = "hidden"

    path = excel_file(tmp_path, ["Notes"], ["Please keep tidy"], fill=fill)
    table = read_table(path)
    assert table.sheet == "Members 2026"
    assert table.rows[0].cells == ("Larkspur", "Crewe")
    assert table.notes[0] == "Read the sheet “Members 2026”; not “Sheet” (choose with --sheet)."
    assert read_table(path, "members 2026").sheet == "Members 2026"
    with pytest.raises(ImportRefused, match=r"no sheet “Nope”\. It has: “Sheet”, “Members 2026”"):
        read_table(path, "Nope")
    with pytest.raises(ImportRefused, match="sheet “Sheet” has no column for the name"):
        read_table(path, "Sheet")


def test_merged_headings_and_cells_belong_to_all_they_cover(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        for area in ("A1:A2", "B1:C1", "D3:D4", "A6:D6"):
            sheet.merge_cells(area)

    path = excel_file(
        tmp_path,
        ["Organisation", "Contact", None, "County"],
        [None, "Name", "Email", "County"],
        ["Larkspur", "Jo Lark", "jo@l.example", "Cheshire"],
        ["Tamarisk", "Kim Tam", "kim@t.example", None],
        fill=fill,
    )
    table = read_table(path)
    assert [column.field for column in table.columns] == ["name", "contact_name", "contact_email", "county"]
    assert table.rows[1].cells[3] == "Cheshire"


def test_formulas_count_by_their_stored_result(tmp_path: Path) -> None:
    path = excel_file(tmp_path, ["Name", "Town"], ["Larkspur", '=CONCATENATE("Cre","we")'])
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for item in old.infolist():
            text = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                text = (
                    text.replace(b"</f><v></v>", b"</f><v>Crewe</v>")
                    .replace(b"</f><v />", b"</f><v>Crewe</v>")
                    .replace(b"</f><v/>", b"</f><v>Crewe</v>")
                    .replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>')
                )
            new.writestr(item, text)
    path.write_bytes(data.getvalue())
    assert read_table(path).rows[0].cells == ("Larkspur", "Crewe")


def test_a_link_behind_a_word_is_the_website(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        assert book.active is not None
        book.active["B2"].hyperlink = "https://larkspur.example/"

    path = excel_file(tmp_path, ["Name", "Website"], ["Larkspur", "Website"], fill=fill)
    assert read_table(path).rows[0].cells == ("Larkspur", "https://larkspur.example/")


def test_a_sheet_formatted_to_its_last_row_is_read_at_once(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        assert book.active is not None
        book.active["XFD1048576"].font = Font(bold=True)
        book.active["XFC3"] = "a stray mark"

    table = read_table(excel_file(tmp_path, ["Name"], ["Larkspur"], fill=fill))
    assert [line.cells for line in table.rows] == [("Larkspur",)]


def zipped(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and then nothing", "damaged"),
        (zipped(xl__workbook_DOT_xml="<nonsense"), "damaged"),
        (zipped(xl__workbook_DOT_xml="x" * 101 * 1024 * 1024), "100 MB"),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (zipped(word__document_DOT_xml="<x/>"), "Word document"),
        (zipped(xl__workbook_DOT_bin="x"), "binary Excel"),
        (zipped(notes_DOT_txt="x"), "ZIP file"),
    ],
)
def test_damaged_bloated_and_foreign_archives_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "members.xlsx"
    path.write_bytes(data)
    with pytest.raises(ImportRefused, match=reason):
        read_table(path)


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = excel_file(tmp_path, ["Name"], *([f"Firm {number}"] for number in range(200)))
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(ImportRefused, match="damaged"):
        read_table(path)


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="empty"):
        read_table(excel_file(tmp_path))


@pytest.mark.parametrize("row", [["Town", "Postcode"], [1, 2]])
def test_a_workbook_without_a_name_column_says_what_it_saw(tmp_path: Path, row: list[Any]) -> None:
    with pytest.raises(ImportRefused, match=f"no column for the name.*{row[0]}, {row[1]}"):
        read_table(excel_file(tmp_path, row, row))
