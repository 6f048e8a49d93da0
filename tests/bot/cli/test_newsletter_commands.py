"""`whodoes newsletter`, `subscribers` and `topics`: the month's issue and its readers, from the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.assistant.newsletter.issue_file import NOTE
from bot.cli.main import app
from store.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WHODOES_REGION", "Harrowdale")
    monkeypatch.setenv("WHODOES_WEB_URL", "https://pages.cluster.example")
    monkeypatch.setenv("WHODOES_MAIL_ADDRESS", "ask@cluster.example")
    monkeypatch.setenv("WHODOES_IDENTITY", "Harrowdale Network, 1 Mill Lane")
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


def run(*words: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def test_an_issue_is_drafted_edited_kept_and_looked_at(store: Store, tmp_path: Path) -> None:
    assert "No news wait" in run("newsletter", "news", "list").output
    assert "no issue yet" in run("newsletter", "list").output
    assert run("newsletter", "show").exit_code == 1
    assert (
        run("newsletter", "news", "add", "We \x1b[31mwon", "--text", "See https://ash.example/x.").exit_code
        == 0
    )
    assert run("newsletter", "news", "edit", 1, "--title", "We won").exit_code == 0
    assert run("newsletter", "news", "pick", 1).exit_code == 0
    assert "picked" in run("newsletter", "news", "list").output
    source = run("newsletter", "draft").output
    assert "### We won" in source
    refused = run("newsletter", "put", "-", typed=source)
    assert refused.exit_code == 1
    assert "still there" in refused.output
    file = tmp_path / "issue.md"
    file.write_text(source.replace(NOTE, "What a month!"))
    kept = run("newsletter", "put", file)
    assert kept.exit_code == 0, kept.output
    assert "broadcast 1" in kept.output
    assert "What a month!" in run("newsletter", "show").output
    assert "not yet" in run("newsletter", "list").output
    seen = run("newsletter", "preview").output
    assert "NEWS\n----" in seen
    assert "1 Mill Lane" in seen
    assert "https://pages.cluster.example/newsletter/draft/n" in seen
    page = tmp_path / "issue.html"
    assert "kB" in run("newsletter", "preview", "--html", page).output
    assert "What a month!" in page.read_text()
    assert run("newsletter", "preview", "--html", tmp_path / "no" / "x.html").exit_code == 1


def test_what_cannot_be_read_is_told_in_a_line(store: Store, tmp_path: Path) -> None:
    broken = tmp_path / "broken.md"
    broken.write_bytes(b"\xff\xfe\x00")
    long = tmp_path / "long.md"
    long.write_text("---\nissue: x\ntitle: x\n---\n\n" + "- x\n" * 4900)
    for file, why in ((tmp_path / "none.md", "cannot be read"), (broken, "cannot be read"), (long, "cut it")):
        told = run("newsletter", "put", file)
        assert told.exit_code == 1
        assert why in told.output
    assert run("newsletter", "news", "decline", 9).exit_code == 1


def test_subscribers_are_asked_listed_and_taken_off(store: Store) -> None:
    assert "There is nobody" in run("subscribers", "list").output
    assert run("subscribers", "list", "--state", "gone").exit_code == 2
    assert run("subscribers", "ask", "nonsense").exit_code == 1
    asked = run("subscribers", "ask", "bo@home.example", "--corporate", "--source", "sign-up sheet")
    assert asked.exit_code == 0, asked.output
    listed = run("subscribers", "list", "--state", "pending").output
    assert "corporate" in listed
    assert "sign-up" in listed
    assert run("subscribers", "end", "bo@home.example").exit_code == 0
    assert "ended" in run("subscribers", "list").output
    assert run("subscribers", "end", "no@home.example").exit_code == 1


def test_topics_are_added_changed_and_retired(store: Store) -> None:
    assert "newsletter" in run("topics", "list").output
    assert run("topics", "set", "skills", "Skills", "--about", "Courses").exit_code == 0
    assert "Courses" in run("topics", "list").output
    assert run("topics", "set", "two words", "x").exit_code == 1
    assert run("topics", "retire", "skills").exit_code == 0
    assert run("topics", "retire", "skills").exit_code == 1
    assert run("topics", "retire", "newsletter").exit_code == 1
    assert "retired" in run("topics", "list").output
