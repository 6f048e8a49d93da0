"""The terminal face: one ask, a stream of asks, a conversation; members' words cannot play with the terminal."""

import asyncio
import json
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.cli.main import app
from store.models import AuditEntry, Introduction
from store.store import Store
from tests.factories import add_golden_region, add_organisation, add_person


@pytest.fixture(autouse=True)
def region(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.delenv("WHODOES_SETTINGS", raising=False)
    store = Store.open(sqlite_url)
    asyncio.run(store.write(add_golden_region))
    asyncio.run(
        store.write(
            add_organisation,
            name="\x1b[31mRed\x1b[0m \x07Bell Assays",
            summary="Assays\x1b]0;gotcha\x07 for gluten.",
            capabilities=["gluten assays"],
        )
    )
    store.close()


def whodoes(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def documents(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_ask_is_answered_with_its_reasons() -> None:
    result = whodoes("ask", "who", "does", "protien", "purifcation?")
    assert result.exit_code == 0
    assert "Oriel Protein Services" in result.stdout
    assert "I read “protien purifcation” as “protein purification”." in result.stdout


def test_the_json_answer_keeps_its_schema() -> None:
    [found] = documents(whodoes("ask", "--json", "viral vectors near Macclesfield"))
    assert set(found) == {
        "kind",
        "understood",
        "readings",
        "search",
        "hits",
        "nearest",
        "total",
        "full",
        "text",
        "next_words",
        "events",
        "awards",
        "introduction",
    }
    assert found["kind"] == "matches"
    assert found["search"] == {
        "topic": "viral vectors",
        "literally": [],
        "places": [
            {"said": "Macclesfield", "name": "Macclesfield", "nearness": "near", "radius_miles": None}
        ],
        "outside": [],
        "kinds": [],
        "sizes": [],
        "excluded": [],
        "without": [],
    }
    assert found["full"] == found["total"]
    hit = found["hits"][0]
    assert set(hit) == {
        "id", "ref", "name", "score", "why", "excerpt", "place", "distance_miles", "confirmed_on",
    }  # fmt: skip
    assert hit["name"] == "Larkspur Vectors Ltd"
    assert hit["why"]
    assert hit["confirmed_on"] == "2026-09-01"
    assert hit["distance_miles"] < 5


def test_a_stream_takes_plain_lines_and_json_lines_and_keeps_their_ids() -> None:
    stream = "\n".join(
        [
            json.dumps({"id": "q7", "text": "viral vectors", "k": 1}),
            "",
            "falconry displays",
            json.dumps({"id": 9, "text": "tell me about Larkspur"}),
            '{"not": "an ask"}',
            '{"broken',
        ]
    )
    found = documents(whodoes("ask", "--json", "-", stdin=stream))
    assert [each["id"] for each in found] == ["q7", "3", "9", "5", "6"]
    assert len(found[0]["hits"]) == 1
    assert found[0]["total"] > 1
    assert (found[1]["kind"], found[1]["hits"]) == ("no_match", [])
    assert found[2]["kind"] == "organisation"


def test_a_stream_can_be_answered_in_words() -> None:
    result = whodoes("ask", "-", stdin="viral vectors\nthanks\n")
    assert "Larkspur Vectors Ltd" in result.stdout
    assert "You're welcome." in result.stdout


def test_piped_chat_answers_each_line_keeps_the_thread_and_ends() -> None:
    result = whodoes("chat", stdin="viral vectors\nonly in Manchester\n\nquit\nnever reached\n")
    assert result.exit_code == 0
    assert "in Manchester" in result.stdout
    assert "never reached" not in result.stdout


def test_members_words_cannot_play_with_the_terminal() -> None:
    result = whodoes("ask", "gluten assays")
    assert "Bell Assays" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00\x00"])
def test_an_empty_ask_is_told_what_to_do(text: str) -> None:
    [found] = documents(whodoes("ask", "--json", text))
    assert found["kind"] == "unclear"
    assert found["hits"] == []


def test_an_ask_of_ten_thousand_characters_is_answered() -> None:
    [found] = documents(whodoes("ask", "--json", "protein purification " + "and so on " * 1000))
    assert found["kind"] in {"matches", "no_match"}


def test_a_database_that_cannot_be_opened_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_DATABASE_URL", "mysql://nobody@nowhere/x")
    result = whodoes("ask", "viral vectors")
    assert result.exit_code == 1
    assert result.stderr == "whodoes keeps its data in SQLite or PostgreSQL, not in mysql.\n"


def test_settings_that_cannot_work_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_MAIL_PORT", "a door")
    result = whodoes("ask", "viral vectors")
    assert result.exit_code == 2
    assert "WHODOES_MAIL_PORT" in result.stderr


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("help", "help"),
        ("thanks!", "small_talk"),
        ("unsubscribe", "stopped"),
        ("what events are coming up?", "events"),
        ("contact for Oxtrellium please", "nobody_of_that_name"),
        ("tell me about Larkspur Vectors", "organisation"),
        ("who does falconry?", "no_match"),
        ("?", "unclear"),
    ],
)
def test_every_kind_of_answer_has_its_name_and_tells_what_was_searched(text: str, kind: str) -> None:
    [found] = documents(whodoes("ask", "--json", text))
    assert found["kind"] == kind
    assert (found["search"] is None) is (kind != "no_match")
    assert found["full"] is None


def test_what_was_ruled_out_is_told_field_by_field() -> None:
    [found] = documents(whodoes("ask", "--json", "viral vectors not in Leeds, not plasmids"))
    assert [place["name"] for place in found["search"]["outside"]] == ["Leeds"]
    assert found["search"]["without"] == ["plasmids"]
    assert found["understood"] == "viral vectors · not in Leeds · leaving out plasmids"


def test_who_sits_at_the_machine_may_ask_as_a_person_which_is_audited(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    asyncio.run(store.write(add_person, name="Alice Marsh", addresses=["alice@firm.example"]))
    talk = whodoes("chat", "--as", "Alice@Firm.example", stdin="viral vectors\nintroduce 1: 200 L of AAV\n")
    assert talk.exit_code == 0, talk.output
    assert "introduce 1" in talk.stdout
    assert "Larkspur Vectors Ltd" in talk.stdout
    (introduction,) = asyncio.run(store.read(lambda s: s.exec(select(Introduction)).all()))
    assert (introduction.seeks, introduction.requested_by) == ("200 L of AAV", "person:1")
    audited = asyncio.run(store.read(lambda s: s.exec(select(AuditEntry.actor, AuditEntry.action)).all()))
    assert ("cli", "asked as") in [tuple(each) for each in audited]
    store.close()


def test_an_address_nobody_has_asks_nothing() -> None:
    result = whodoes("ask", "--as", "nobody@firm.example", "viral vectors")
    assert result.exit_code == 1
    assert "Nobody in the directory has the address nobody@firm.example." in result.output
