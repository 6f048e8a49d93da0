"""The mail desk as a worker: woken by the listener, patient with a failing database, stopped between two mails."""

import asyncio
import smtplib
import sqlite3
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from mail.desk import MailDesk
from mail.inbound import InboundMail
from mail.smtp import listen
from mail.trust import Trust
from store.errors import StoreClosed
from store.inbox import Received
from store.search.live import LiveIndex
from store.store import Store
from tests.factories import add_golden_region
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    outcomes,
    words_of,
)

REFUSING = {
    "sqlite": "CREATE TRIGGER refusing BEFORE INSERT ON outbox WHEN NEW.recipient = 'm1@firm.example' "
    "BEGIN SELECT RAISE(FAIL, 'CHECK constraint failed'); END",
    "postgresql": "ALTER TABLE outbox ADD CHECK (recipient <> 'm1@firm.example')",
}


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


def send(port: int, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(MEMBER, [OWN], raw)


async def test_a_mail_by_smtp_is_answered_and_the_answers_sender_woken(store: Store) -> None:
    await store.write(add_golden_region)
    woken: list[str] = []
    clock, stop = Clock(at(9)), asyncio.Event()
    desk = MailDesk(
        store=store,
        live=LiveIndex(),
        address=OWN,
        sender_name="whodoes",
        clock=clock,
        wake_delivery=lambda: woken.append("delivery"),
    )
    listener = await listen(
        store=store, host="127.0.0.1", port=0, protocol="smtp", address=OWN,
        max_bytes=100_000, wake=desk.wake, clock=clock,
    )  # fmt: skip
    working = asyncio.create_task(desk.run(stop))
    raw = a_mail("lateral flow tests in Chester?")
    for _ in range(2):  # its sender did not hear our 250
        await asyncio.to_thread(send, listener.port, raw)
    await until(lambda: bool(woken))
    stop.set()
    await working
    await listener.close()
    assert await store.read(outcomes) == ["answered"]
    (answer,) = await store.read(answers)
    assert "Fenwick Flow Diagnostics" in words_of(answer)


async def test_a_locked_database_delays_answers_and_loses_none(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("store.engine.BUSY_MS", 50)  # a setting of how long to wait, not a part of ours
    store = Store.open(sqlite_url)
    await arrive(store, a_mail("help"), now=at(9))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with a_working_desk(store, Clock(at(9))) as desk:
        await until(lambda: "mail.store_failed" in caplog.messages)
        assert await store.read(outcomes) == [""]
        other.execute("ROLLBACK")
        await all_worked_through(store, desk)
    assert await store.read(outcomes) == ["answered"]
    other.close()
    store.close()


async def test_an_inbox_that_cannot_be_read_just_now_is_read_later(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await arrive(sqlite_store, a_mail("help"), now=at(9))
    await sqlite_store.write(lambda s: s.execute(text("ALTER TABLE inbox RENAME TO away")) and None)
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        await until(lambda: "mail.store_failed" in caplog.messages)
        await sqlite_store.write(lambda s: s.execute(text("ALTER TABLE away RENAME TO inbox")) and None)
        await all_worked_through(sqlite_store, desk)
    assert await sqlite_store.read(outcomes) == ["answered"]


async def test_a_store_that_was_closed_ends_the_desk(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    store.close()
    with pytest.raises(StoreClosed):
        async with a_working_desk(store, Clock(at(9))):
            await asyncio.sleep(0)


async def test_told_to_stop_it_finishes_the_mails_in_hand_and_leaves_the_rest(sqlite_store: Store) -> None:
    for number in range(9):
        await arrive(sqlite_store, a_mail("help", sender=f"m{number}@firm.example"), now=at(9))
    stop = asyncio.Event()
    desk = MailDesk(
        store=sqlite_store,
        live=LiveIndex(),
        address=OWN,
        sender_name="whodoes",
        clock=Clock(at(9)),
        wake_delivery=stop.set,
    )
    await desk.run(stop)
    told = await sqlite_store.read(outcomes)
    assert 1 <= told.count("answered") <= 4
    assert told == sorted(told, reverse=True)
    assert told[-1] == ""


async def test_a_mail_that_fails_is_set_aside_and_takes_none_along_that_came_beside_it(store: Store) -> None:
    mails = [a_mail("help", sender=f"m{number}@firm.example") for number in range(9)]
    for mail in mails:
        await arrive(store, mail, now=at(9))

    def judge(_item: Received, mail: InboundMail) -> Trust:
        if mail.sender == "m1@firm.example":
            raise LookupError("no such judge")
        return Trust.PROVED

    async with a_working_desk(store, Clock(at(9)), judge=judge) as desk:
        await all_worked_through(store, desk)
    told = await store.read(outcomes)
    assert told == ["answered", "LookupError", *["answered"] * 7]


async def test_mails_are_judged_at_once_so_that_the_dns_of_one_keeps_no_other_waiting(store: Store) -> None:
    both = threading.Barrier(2, timeout=20)
    for number in range(2):
        await arrive(store, a_mail("help", sender=f"m{number}@firm.example"), now=at(9))

    def judge(_item: Received, _mail: InboundMail) -> Trust:
        both.wait()
        return Trust.PROVED

    async with a_working_desk(store, Clock(at(9)), judge=judge) as desk:
        await all_worked_through(store, desk)
    assert await store.read(outcomes) == ["answered", "answered"]


async def test_one_failure_inside_the_transaction_undoes_its_own_mail_alone(store: Store) -> None:
    """The one that fails does so in the midst of its writing: its answer is too much for the outbox of this test."""
    for number in range(9):
        await arrive(store, a_mail("help", sender=f"m{number}@firm.example"), now=at(9))
    await store.write(lambda session: session.execute(text(REFUSING[store.dialect])) and None)
    async with a_working_desk(store, Clock(at(9))) as desk:
        await all_worked_through(store, desk)
    told = await store.read(outcomes)
    assert [each == "answered" for each in told] == [number != 1 for number in range(9)]
    assert [mail["To"] for mail in await store.read(answers)] == [
        f"m{number}@firm.example" for number in range(9) if number != 1
    ]


async def test_two_processes_answer_each_mail_once_and_neither_stumbles(
    store: Store, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    mails = [a_mail("help", sender=f"m{number}@firm.example") for number in range(30)]
    for mail in mails:
        await arrive(store, mail, now=at(9))
    other = await asyncio.to_thread(Store.open, database_url)
    try:
        async with a_working_desk(store, Clock(at(9))) as desk, a_working_desk(other, Clock(at(9))):
            await all_worked_through(store, desk)
    finally:
        await asyncio.to_thread(other.close)
    assert await store.read(outcomes) == ["answered"] * len(mails)
    assert len(await store.read(answers)) == len(mails)
    assert not {"mail.failed", "mail.struck"} & set(caplog.messages)


async def test_recipients_in_comments_in_comments_cost_nobody_their_answer(sqlite_store: Store) -> None:
    nested = a_mail("help", Cc="somebody@firm.example").replace(b"somebody@firm.example", b"(" * 7000)
    await arrive(sqlite_store, nested, now=at(9))
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        await all_worked_through(sqlite_store, desk)
    assert await sqlite_store.read(outcomes) == ["answered"]


async def test_words_and_addresses_stay_out_of_the_log(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await arrive(sqlite_store, a_mail("who does xylography near Leeds?"), now=at(9))
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        await all_worked_through(sqlite_store, desk)
    logged = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "mail.done" in logged
    assert "xylography" not in logged
    assert MEMBER not in logged
