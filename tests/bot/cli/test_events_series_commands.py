"""`whodoes events series`: begun, listed, changed, left out and ended from the machine."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", f"sqlite:///{tmp_path / 'series.db'}")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["events", "series", *(str(word) for word in words)])


def test_a_series_from_its_beginning_to_its_end() -> None:
    assert "There is no series" in run("list").output
    rule = "FREQ=YEARLY;COUNT=3"
    assert (
        "is a series now"
        in run("plan", "Forum", "--rule", rule, "--first", "1 March 2037 9:30", "--everyone").output
    )
    assert "1  Forum: FREQ=YEARLY;COUNT=3, from 2037-03-01 09:30 Europe/London" in run("list").output
    assert "Forum is changed" in run("change", 1, "--venue", "Mill Hall").output
    assert run("change", 1).exit_code == 2
    assert "no such event" in run("skip", 5).output
    assert "has ended" in run("end", 1).output
    assert "Forum (ended)" in run("list").output


@pytest.mark.parametrize("first", ["1 March 2037", "2037-03-01T09:30+00:00", "soon"])
def test_a_first_without_its_time_is_asked_back(first: str) -> None:
    assert run("plan", "Forum", "--rule", "FREQ=YEARLY", "--first", first).exit_code == 2


def test_a_programme_and_sponsors_are_put_together() -> None:
    def events(*words: str) -> str:
        return CliRunner().invoke(app, ["events", *words]).output

    events("plan", "Forum", "--starts", "1 March 2037 9:30")
    assert "1. 10:00 Scale-up (Ina Holm)" in events("programme", "1", "--add", "10:00 Scale-up | Ina Holm")
    assert "no programme" in events("programme", "1", "--remove", "1")
    assert "[ ] a stand" in events("sponsors", "1", "--add", "Wharf Bank", "--promise", "a stand")
    assert "[x] a stand" in events("sponsors", "1", "--kept", "Wharf Bank")
    assert "no sponsors" in events("sponsors", "1", "--remove", "Wharf Bank")
    assert "no sponsors" in events("sponsors", "1")
