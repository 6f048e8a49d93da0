"""Who won and who nominated, looked for in everything that leaves the house: answers, exports, calendars, mail, logs."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

from bot.assistant.awards.deciding import decide_winner
from bot.assistant.awards.planning import set_times
from bot.assistant.events.feeds import open_events, own_events
from bot.cli.main import app
from store.models import AuditEntry, OutboxMessage
from store.store import Store
from tests.bot.assistant.awards.dinner import act, asking, furnish
from tests.factories import NOW

WINNER, WHY = "Zephyrine Works", "because of quillwort"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WHODOES_VECTORS", "off")
    opened = Store.open(sqlite_url)
    asyncio.run(opened.write(decide))
    yield opened
    opened.close()


def decide(session: Session) -> None:
    """Entered years ahead of its time; the only nominator is Cleo Marsh."""
    furnish(session)
    asking(session, f"nominate {WINNER} for Best Start-up: {WHY}", by=3)
    assert decide_winner(session, 1, act(session, 5)).done


def run(*words: object) -> str:
    return CliRunner().invoke(app, [str(word) for word in words]).output


def public(folder: Path) -> str:
    """What anybody sees who is no approver: each command that shows something, and what an export holds."""
    run("export", folder / "out.csv")
    run("events", "guests", 1, "--to", folder / "guests.csv")
    asked = [run("ask", text) for text in ("who won the awards?", "awards", "who is shortlisted?")]
    asked.append(run("ask", "--json", "who won Best Start-up?"))
    shown = [
        run("events", "list"),
        run("events", "guests", 1),
        run("awards", "list"),
        run("awards", "show", 1),
    ]
    files = [(folder / name).read_text("utf-8-sig") for name in ("out.csv", "guests.csv")]
    return "\n".join((*asked, *shown, *files))


def calendars(session: Session) -> str:
    return "".join(str(each) for each in (*open_events(session, now=NOW), *own_events(session, 3, now=NOW)))


def kept_and_sent(session: Session) -> str:
    audited = [
        f"{each.actor} {each.action} {each.subject} {each.details}"
        for each in session.exec(select(AuditEntry))
    ]
    sent = [f"{each.payload} {each.body!r}" for each in session.exec(select(OutboxMessage))]
    return "\n".join(audited + sent)


def test_nothing_that_leaves_the_house_says_who_won_or_who_nominated(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        seen = public(tmp_path)
    assert "have not been made known yet" in seen
    assert "won Best Start-up" not in seen
    for secret in (WINNER, "quillwort", "person:3"):
        assert secret not in seen
    rest = asyncio.run(store.read(calendars)) + asyncio.run(store.read(kept_and_sent))
    logged = "\n".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records)
    for secret in ("Zephyrine", "quillwort", "person:3"):
        assert secret not in rest
        assert secret not in logged


def test_after_the_instant_the_terminal_tells_it_too(store: Store, tmp_path: Path) -> None:
    def now_known(session: Session) -> bool:
        return set_times(session, 1, {"winners_at": NOW}, act(session, 5)).done

    assert asyncio.run(store.write(now_known))
    seen = public(tmp_path)
    assert "Zephyrine Works won Best Start-up at Region's Awards, 2027." in " ".join(seen.split())
    assert '"kind": "awards"' in seen
    assert "quillwort" not in seen
