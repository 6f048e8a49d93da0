"""`whodoes events said`, `wishes` and `wish`: what guests said, and the introductions that come of whom they missed."""

import asyncio
import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.assistant.acting import Act
from bot.assistant.events.after_answers import say
from bot.assistant.events.after_words import Said
from bot.assistant.house import House
from bot.cli.main import app
from store.events.guests import enter
from store.events.seats import hold, take
from store.kinds import EventState, Medium
from store.models import Introduction
from store.people import by_id
from store.store import Store
from tests.factories import add_event, add_organisation, add_person

NOW = datetime.now(UTC).replace(microsecond=0)


def furnish(session: Session) -> None:
    """An evening yesterday, at which Ada, Ben and Mo were."""
    oriel = add_organisation(session, name="Oriel Protein Services")
    larkspur = add_organisation(session, name="Larkspur Vectors Ltd", capabilities=["cell sorting"])
    people = [
        add_person(session, name=name, organisation_id=firm, addresses=[f"{name[:3].lower()}@firm.example"])
        for name, firm in (("Ada Marsh", oriel), ("=Ben Ode", oriel), ("Mo \x1b[31mFell", larkspur))
    ]
    add_event(session, title="Autumn evening", starts_at=NOW - timedelta(days=1), state=EventState.OPEN)
    event = hold(session, 1)
    assert event is not None
    for each in people:
        take(session, event, enter(session, 1, each, source="asked"), 1, now=NOW - timedelta(days=2))
    for person, said in (
        (people[0], Said(4, "More \x1b[2Jtime.", ("anybody who does cell sorting", "Zorblax Quux"))),
        (people[1], Said(1, "=cmd()")),
    ):
        act = Act(by_id(session, person), Medium.EMAIL, f"mail:{person}", House(), NOW)
        assert say(session, 1, said, act).done


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    opened = Store.open(sqlite_url)
    asyncio.run(opened.write(furnish))
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["events", *(str(word) for word in words)])


@pytest.mark.usefixtures("store")
def test_what_was_said_is_shown_and_written(tmp_path: Path) -> None:
    told = run("said", 1).output
    assert "2 answered; 2.5 of 5 on average (1: 1, 4: 1)" in told
    assert "– Ada Marsh, Oriel Protein Services (4): More [2Jtime." in told.replace("  ", " ")
    assert "wanted to meet: “Zorblax Quux”" in told
    assert "\x1b" not in told
    file = tmp_path / "said.csv"
    assert "2 answers in" in run("said", 1, "--to", file).output
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["name", "organisation", "score"]
    assert rows[1][4] == "anybody who does cell sorting; Zorblax Quux"
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert run("said", 9).exit_code == 1


def test_a_wish_becomes_an_introduction_or_is_left(store: Store) -> None:
    told = run("wishes").output
    assert "1. Ada Marsh, Oriel Protein Services, wanted to meet: “anybody who does cell sorting”" in told
    assert "Larkspur Vectors Ltd: " in told
    assert "was there" in told
    assert "nobody in the directory that this could be" in told
    assert "\x1b" not in told
    assert run("wish", 1).exit_code == 2
    assert "1 suggestion for it" in run("wish", 1, "--introduce", 7).output
    asked = run("wish", 1, "--introduce", 1)
    assert asked.exit_code in {0, 1}, asked.output  # nobody can be reached from here: it is with the team
    assert len(asyncio.run(store.read(lambda session: session.exec(select(Introduction)).all()))) == 1
    assert "under way as introduction 1" in run("wish", 1, "--introduce", 1).output
    assert "has no “Nobody Known”" in run("wish", 2, "--to", "Nobody Known").output
    assert "Nobody is told" in run("wish", 2, "--leave").output
    assert "Nobody waits" in run("wishes").output
    shown = run("said", 1).output
    assert "(introduction 1)" in shown
    assert "(left)" in shown
    assert run("wish", 9, "--leave").exit_code == 1


@pytest.mark.usefixtures("store")
def test_another_than_the_suggested_can_be_named(store: Store) -> None:
    run("wish", 2, "--to", "Larkspur Vectors Ltd")
    [introduction] = asyncio.run(store.read(lambda session: session.exec(select(Introduction)).all()))
    assert "wanted to meet Larkspur Vectors Ltd at Autumn evening" in introduction.reason
