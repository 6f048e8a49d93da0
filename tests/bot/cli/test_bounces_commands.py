"""`whodoes bounces` as staff meet it: what came back, the mail that told it, and one word to undo it."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.cli.bounces import bounces_app
from store.bounced import Told, record
from store.bounces import suppressed
from store.inbox import Arrival, receive
from store.kinds import BounceKind, BounceProof, Medium
from store.models import AuditEntry
from store.store import Store
from tests.conftest import NOW
from tests.mail.bounces.reports import ADA, BEN, a_report, message_to


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", database_url)
    opened = Store.open(database_url)
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(bounces_app, [str(word) for word in words])


def came_back(
    session: Session, address: str, *, reason: str, raw: bytes | None, believed: bool = True
) -> int:
    inbox_id = receive(session, Arrival(Medium.EMAIL, reason, "mail", {}, raw), now=NOW)
    number = message_to(session, address, key=f"answer:{reason}") if believed else None
    told = Told(
        address, BounceKind.HARD, BounceProof.TOKEN, "5.1.1", reason, believed=believed,
        inbox_id=inbox_id, outbox_id=number,
    )  # fmt: skip
    return record(session, told, now=NOW)


def test_nothing_to_show_is_said() -> None:
    assert run("list").stdout == "Nothing came back.\n"


def test_the_list_shows_what_came_back_and_which_addresses_are_skipped(store: Store) -> None:
    asyncio.run(store.write(came_back, ADA, reason="no such \x1b[31muser", raw=None))
    asyncio.run(store.write(came_back, BEN, reason="gone", raw=None, believed=False))
    shown = run("list").stdout
    assert f"{ADA}: no mail goes there, since 2026-11-23 (hard: no such  [31muser)" in shown
    assert "\x1b" not in shown
    assert "not believed" in " ".join(shown.split())
    assert shown.index(BEN) < shown.index(ADA), "newest first"
    assert "whodoes bounces undo" in shown


def test_one_is_shown_with_the_mail_that_told_it_and_nothing_in_it_reaches_the_terminal(store: Store) -> None:
    raw = a_report(ADA).replace(b"It could", b"\x1b]0;owned\x07It could") + b"\xff" + b"x" * 200_000
    number = asyncio.run(store.write(came_back, ADA, reason="unknown", raw=raw))
    shown = run("show", number).stdout
    assert f"{ADA}: hard 5.1.1, known by token, about message 1" in shown
    assert "Final-Recipient: rfc822; ada@larkspur.example" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "bytes more." in shown


def test_of_one_whose_mail_is_gone_what_is_known_is_shown(store: Store) -> None:
    number = asyncio.run(store.write(came_back, BEN, reason="unknown", raw=None, believed=False))
    shown = run("show", number).stdout
    assert "kept no longer" in shown
    assert "not believed" in shown
    missing = run("show", 99)
    assert (missing.exit_code, missing.stderr) == (1, "There is no bounce 99.\n")


def test_undoing_by_number_lets_mail_go_there_again_and_is_audited(store: Store) -> None:
    number = asyncio.run(store.write(came_back, ADA, reason="unknown", raw=None))
    assert f"Undone for {ADA}." in run("undo", number).stdout
    assert asyncio.run(store.read(suppressed, ADA, now=NOW)) is None
    audited = asyncio.run(
        store.read(lambda session: [(e.actor, e.action, e.subject) for e in session.exec(select(AuditEntry))])
    )
    assert ("cli", "bounce.undone", f"bounce:{number}") in audited
    assert "undone" in run("show", number).stdout
    assert run("undo", number).exit_code == 1, "once"


def test_undoing_by_address_undoes_all_of_it(store: Store) -> None:
    asyncio.run(store.write(came_back, ADA, reason="unknown", raw=None))
    asyncio.run(store.write(came_back, ADA, reason="unknown still", raw=None))
    assert run("undo", ADA.upper()).exit_code == 0
    assert asyncio.run(store.read(suppressed, ADA, now=NOW)) is None


def test_undoing_one_of_two_says_that_the_other_stands(store: Store) -> None:
    number = asyncio.run(store.write(came_back, ADA, reason="unknown", raw=None))
    asyncio.run(store.write(came_back, ADA, reason="unknown still", raw=None))
    assert "Others still stand: " in run("undo", number).stdout


@pytest.mark.parametrize("which", ["7", "nobody@oriel.example", "9" * 30, "Ada"])
def test_what_is_not_there_cannot_be_undone_and_that_is_said(which: str) -> None:
    result = run("undo", which)
    assert result.exit_code == 1
    assert result.stderr
