"""`whodoes evaluate`: the answers' figures on judged asks, and nothing left behind."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.cli.judged import Answered, JudgedAsk, measure
from bot.cli.main import app
from store.models import AskRecord
from store.store import Store
from tests.factories import add_organisation

ASKS: list[dict[str, Any]] = [
    {"id": "1", "text": "who does protein purification?", "class": "a"},
    {"id": "2", "text": "who does viral vectors?", "class": "a"},
    {"id": "3", "text": "who counts snails?", "class": "b", "none": True},
    {"id": "4", "text": "protein purification in Exeter", "class": "b", "none": True, "sub": "noplace"},
    {"id": "5", "text": "who does juggling?", "class": "b"},
]
JUDGMENTS: list[dict[str, Any]] = [
    {"qid": "1", "org": "oriel", "grade": 2},
    {"qid": "2", "org": "oriel", "grade": 0},
    {"qid": "2", "org": "larkspur", "grade": 1},
    {"qid": "2", "org": "elsewhere", "grade": 1},
    {"qid": "5", "org": "larkspur", "grade": 2},
]
ORGANISATIONS = (
    {"ref": "oriel", "name": "Oriel Protein Services", "summary": "Protein purification.", "town": "Leeds"},
    {"ref": "larkspur", "name": "Larkspur", "summary": "A maker of viral vectors.", "town": "Crewe"},
)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *(str(word) for word in words)])


def lines(folder: Path, name: str, rows: Sequence[object]) -> Path:
    path = folder / name
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def judged(
    folder: Path, asks: Sequence[object] = ASKS, judgments: Sequence[object] = JUDGMENTS
) -> list[object]:
    queries, qrels = lines(folder, "queries.jsonl", asks), lines(folder, "qrels.jsonl", judgments)
    return ["--queries", queries, "--qrels", qrels]


@pytest.fixture
def region(database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("WHODOES_DATABASE_URL", database_url)
    monkeypatch.delenv("WHODOES_SETTINGS", raising=False)
    for each in ORGANISATIONS:
        asyncio.run(store.write(add_organisation, **each))  # type: ignore[arg-type]  # a factory's fields
    return store


def test_the_answers_are_measured_by_class_and_leave_no_record(region: Store, tmp_path: Path) -> None:
    result = run(*judged(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["organisations"], told["judged_but_unknown"]) == (2, 1)
    half_found = 1 / (1 + 0.6309297535714575)  # one of two that are due, in the first place
    assert told["classes"]["a"] == pytest.approx(
        {
            "asks": 2,
            "ndcg5": (1 + half_found) / 2,
            "ndcg10": (1 + half_found) / 2,
            "mrr": 1.0,
            "recall10": 0.75,
            "wrongly_refused": 0.0,
            "none_right": None,
        }
    )
    assert told["classes"]["b"]["wrongly_refused"] == 1.0
    assert told["classes"]["b"]["none_right"] == 1.0
    assert told["classes"]["b-noplace"]["none_right"] == 1.0
    assert told["all"]["asks"] == 4
    assert told["latency_ms"]["p50"] <= told["latency_ms"]["p99"]

    def recorded(session: Session) -> int:
        return len(session.exec(select(AskRecord)).all())

    assert asyncio.run(region.read(recorded)) == 0


def test_the_figures_are_a_table_on_any_file_of_organisations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", f"sqlite:///{tmp_path}/never.sqlite3")
    orgs = lines(tmp_path, "orgs.jsonl", ORGANISATIONS)
    shown = run(*judged(tmp_path), "--orgs", orgs)
    assert shown.exit_code == 0, shown.output
    rows = {cells[0]: cells for line in shown.stdout.splitlines() if (cells := line.split())}
    assert rows["class"][1:3] == ["asks", "nDCG@5"]
    assert rows["a"] == ["a", "2", "0.807", "0.807", "1.000", "0.750", "0.000", "-"]
    assert rows["b-noplace"] == ["b-noplace", "1", "-", "-", "-", "-", "-", "1.000"]
    assert "5 asks of 2 organisations" in shown.stdout
    assert "1 of the organisations judged is not in this directory" in shown.stdout
    assert not (tmp_path / "never.sqlite3").exists()


def test_without_the_lexicon_its_meanings_find_nobody(tmp_path: Path) -> None:
    orgs = lines(tmp_path, "orgs.jsonl", [{"name": "Passing", "ref": "p", "summary": "Contract research."}])
    files = judged(tmp_path, [{"id": "1", "text": "CROs"}], [{"qid": "1", "org": "p"}])
    with_it = json.loads(run(*files, "--orgs", orgs, "--json").stdout)
    without = json.loads(run(*files, "--orgs", orgs, "--json", "--without-lexicon").stdout)
    assert (with_it["all"]["mrr"], without["all"]["mrr"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("asks", "judgments", "told"),
    [
        ([], JUDGMENTS, "queries.jsonl has no asks in it."),
        (["{"], JUDGMENTS, "queries.jsonl, line 1 is not a JSON object."),
        (["", "[1]"], JUDGMENTS, "queries.jsonl, line 2 is not a JSON object."),
        ([{"id": "1"}], JUDGMENTS, "queries.jsonl, line 1: “text” is missing or is no text."),
        ([{"id": 1, "text": "x"}], JUDGMENTS, "“id” is missing or is no text."),
        ([{"id": "9", "text": "x"}], JUDGMENTS, "ask 9 has no judgment in qrels.jsonl"),
        (ASKS, [{"qid": "1", "org": "p", "grade": "2"}], "qrels.jsonl, line 1: “grade” is a number"),
        (ASKS, [{"qid": "1", "org": "p", "grade": 99999}], "“grade” is a number"),
        (ASKS, [{"qid": "1"}], "“org” is missing"),
    ],
)
def test_files_that_make_no_sense_are_refused_in_one_line(
    tmp_path: Path, asks: list[object], judgments: list[object], told: str
) -> None:
    result = run(*judged(tmp_path, asks, judgments))
    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_files_that_cannot_be_read_are_refused_in_one_line(tmp_path: Path) -> None:
    files = judged(tmp_path)
    assert "gone.jsonl cannot be read: No such file" in run(*files[:3], tmp_path / "gone.jsonl").stderr
    (tmp_path / "qrels.jsonl").write_bytes(b"\xff\xfe\x00")
    assert "qrels.jsonl cannot be read: it is not UTF-8 text." in run(*files).stderr
    files = judged(tmp_path)
    result = run(*files, "--orgs", lines(tmp_path, "orgs.csv", ["Town", "Crewe"]))
    assert result.exit_code == 1
    assert result.stderr.startswith("orgs.csv: ")


def test_the_measures_are_those_of_the_textbook() -> None:
    ask = JudgedAsk("1", "x", "a", nobody=False, apart=False, relevant={"p": 2, "q": 1, "r": 1})
    (measured, _) = measure([Answered(ask, ("z", "q", "p"), 1.0)]).values()
    ideal = 3 + 1 / 1.584962500721156 + 1 / 2
    assert measured.ndcg10 == pytest.approx((1 / 1.584962500721156 + 3 / 2) / ideal)
    assert measured.mrr == 0.5
    assert measured.recall10 == pytest.approx(2 / 3)
