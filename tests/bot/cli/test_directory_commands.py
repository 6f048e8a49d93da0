"""`whodoes import` and `whodoes export` as somebody at a terminal meets them."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.directory import export_command, import_command
from tests.store.importing.tables import csv_file, excel_file

app = typer.Typer(pretty_exceptions_enable=False)
app.command("import")(import_command)
app.command("export")(export_command)

MEMBERS = "Name,About,Town,Sauce\nLarkspur,Vectors,Crewe,x\nTamarisk,Cells,Leeds,y\n,nothing,,\n"


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_an_import_sums_up_and_tells_what_was_rejected(tmp_path: Path) -> None:
    result = run("import", csv_file(tmp_path, MEMBERS))
    assert result.exit_code == 0
    assert "3 rows of organisations" in result.stdout
    assert "row 4: there is no name" in result.stdout
    assert "Ignored the column “Sauce”." in result.stdout
    told = [line.split() for line in result.stdout.splitlines()]
    assert ["new", "2"] in told
    assert ["rejected", "1"] in told
    assert "\x1b" not in result.output


def test_a_dry_run_shows_changes_and_writes_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, MEMBERS)
    assert "Dry run: nothing was written." in run("import", path, "--dry-run").stdout
    assert ["new", "2"] in [line.split() for line in run("import", path).stdout.splitlines()]
    path.write_text(f"Name,About,Town\nLarkspur,{'x' * 100},\nTamarisk,,York\n")
    shown = run("import", path, "--dry-run").stdout
    assert f"row 2: Larkspur: summary: Vectors → {'x' * 59}…" in shown
    assert "row 3: Tamarisk: town: Leeds → York" in shown
    assert ["changed", "2"] in [line.split() for line in run("import", path).stdout.splitlines()]
    assert ["unchanged", "2"] in [line.split() for line in run("import", path).stdout.splitlines()]


def test_only_the_first_rejected_rows_are_told_unless_all_are_asked_for(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Name,About\nLarkspur,x\n" + ",x\n" * 25)
    shown = run("import", path).stdout
    assert "row 22:" in shown
    assert "row 23:" not in shown
    assert "and 5 more rows (--verbose tells all)" in shown
    assert "row 27:" in run("import", path, "--verbose").stdout


def test_rows_told_twice_are_named(tmp_path: Path) -> None:
    shown = run("import", csv_file(tmp_path, "Name,Contact\nLarkspur,Jo\nLarkspur Ltd,Kim\n")).stdout
    assert "row 3: Larkspur: the same organisation as row 2; added to it" in shown


def test_an_import_of_which_nothing_was_accepted_fails(tmp_path: Path) -> None:
    assert run("import", csv_file(tmp_path, "Name,About\n,x\n")).exit_code == 1


@pytest.mark.parametrize("text", ["", "Town\nCrewe\n", "%PDF-1.4"])
def test_a_file_that_cannot_be_imported_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    result = run("import", csv_file(tmp_path, text))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("members.csv: ")
    assert len(result.stderr.splitlines()) == 1


def test_hostile_words_reach_the_terminal_as_words(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Name,Type,[red]x\x1b[31m\n[bold]Larkspur[/bold]\x1b[2J,[blink]odd,z\n")
    shown = run("import", path, "--verbose").stdout
    assert "\x1b" not in shown
    assert "[bold]Larkspur[/bold][2J: kind: “[blink]odd”" in shown
    assert "“[red]x[31m”" in shown


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = excel_file(tmp_path, ["Name"], ["Larkspur"])
    assert run("import", path, "--sheet", "sheet").exit_code == 0
    assert "no sheet “Nope”" in run("import", path, "--sheet", "Nope").stderr


def test_an_export_comes_back_unchanged_in_every_kind(tmp_path: Path) -> None:
    run("import", csv_file(tmp_path, MEMBERS))
    run("import", csv_file(tmp_path, "Full name,Organisation,Email\nJo Lark,Larkspur,jo@l.example\n"))
    run("import", csv_file(tmp_path, "Event,Date,Venue\nEvening,12/03/2027,Hall\n"))
    for ending in ("csv", "xlsx", "jsonl"):
        for words, told in (
            (("--all",), "2 organisations"),
            (("--people",), "1 people"),
            (("--events",), "1 events"),
        ):
            path = tmp_path / f"out.{ending}"
            result = run("export", path, *words)
            assert result.stdout == f"{told} written to {path}.\n"
            assert ["unchanged", told[0]] in [
                line.split() for line in run("import", path).stdout.splitlines()
            ]


def test_an_export_that_makes_no_sense_says_why(tmp_path: Path) -> None:
    assert run("export", tmp_path / "out.csv", "--people", "--events").exit_code == 2
    result = run("export", tmp_path / "out.pdf")
    assert result.exit_code == 1
    assert "“out.pdf”" in result.stderr


def test_a_database_that_cannot_be_opened_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", f"sqlite:///{csv_file(tmp_path, 'no database' * 100)}")
    result = run("import", csv_file(tmp_path, MEMBERS, name="ok.csv"))
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
