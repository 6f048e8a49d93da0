"""`whodoes outbox` as staff meet it: what has not gone out is shown, and one word settles each."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.cli.outbox import outbox_app
from store import outbox
from store.kinds import Medium, OutboxState
from store.models import AuditEntry, OutboxMessage
from store.outbox import Draft
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from store.store import Store


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", database_url)
    opened = Store.open(database_url)
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(outbox_app, [str(word) for word in words])


def tried(session: Session, outcome: Outcome | None, *, now: datetime) -> int:
    """A message that went this way; None: not tried yet."""
    number = len(session.exec(select(OutboxMessage)).all()) + 1
    to = f"reader{number}@firm.example"
    draft = Draft(f"answer:{number}", Medium.EMAIL, "answer", to, "ask@cluster.example", body=b"Hello")
    if outcome is None:
        message_id = outbox.enqueue(session, draft, now=now)
        assert message_id is not None
        return message_id
    claimed = outbox.enqueue_claimed(session, draft, owner="w", now=now)
    assert claimed is not None
    outbox.settle(session, claimed, outcome, now=now)
    return claimed.id


@pytest.fixture
def message(store: Store, now: datetime) -> Callable[[Outcome | None], int]:
    return lambda outcome: asyncio.run(store.write(tried, outcome, now=now))


def state_of(store: Store, message_id: int) -> OutboxState:
    return asyncio.run(store.read(lambda session: session.get_one(OutboxMessage, message_id).state))


def audited(store: Store) -> list[Any]:
    def read(session: Session) -> list[Any]:
        return [(e.actor, e.action, e.subject, e.details) for e in session.exec(select(AuditEntry))]

    return asyncio.run(store.read(read))


def test_what_needs_a_word_is_listed_with_the_last_word_of_the_other_side(message: Any) -> None:
    message(Unknown("The relay broke off \x1b[31m"))
    message(Refused("550 no such user"))
    message(Postponed("451 later"))
    message(Sent("250"))
    shown = run("list")
    assert shown.exit_code == 0
    assert "reader1@firm.example" in shown.stdout
    assert "550 no such user" in shown.stdout
    assert "reader3" not in shown.stdout
    assert "1 queued, 0 sending, 1 sent, 1 failed, 1 uncertain, 0 cancelled." in shown.stdout
    assert "whodoes outbox resend NUMBER" in shown.stdout
    assert "\x1b" not in shown.stdout
    assert "451 later" in run("list", "--waiting").stdout


def test_with_nothing_to_decide_nothing_is_asked() -> None:
    assert run("list").stdout == "0 queued, 0 sending, 0 sent, 0 failed, 0 uncertain, 0 cancelled.\n"


@pytest.mark.parametrize("outcome", [Unknown("?"), Refused("550")])
def test_one_word_sends_it_again(store: Store, message: Any, outcome: Outcome) -> None:
    number = message(outcome)
    assert run("resend", number).exit_code == 0
    assert state_of(store, number) is OutboxState.QUEUED
    assert [(actor, action) for actor, action, *_ in audited(store)] == [("cli", "outbox.resent")]
    again = run("resend", number)
    assert again.exit_code == 1
    assert "only an uncertain or failed one" in again.stderr


@pytest.mark.parametrize("outcome", [Unknown("?"), Refused("550"), Postponed("451"), None])
def test_one_word_settles_it(store: Store, message: Any, outcome: Outcome | None) -> None:
    number = message(outcome)
    was = state_of(store, number)
    assert f"it was {was.value}" in run("cancel", number).stdout
    assert state_of(store, number) is OutboxState.CANCELLED
    ((actor, action, subject, details),) = audited(store)
    assert (actor, action, subject) == ("cli", "outbox.dismissed", f"outbox:{number}")
    assert details["was"] == was.value


def test_what_was_sent_is_past_a_word(store: Store, message: Any) -> None:
    number = message(Sent("250"))
    for word in ("cancel", "resend"):
        assert run(word, number).exit_code == 1
    assert run("cancel", 999).exit_code == 1
    assert state_of(store, number) is OutboxState.SENT
    assert audited(store) == []
