"""Staff hear what did not arrive: all of it, once, without its content, and never in a circle."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.letters import MailCarrier
from mail.render.reply import From
from scheduler.undelivered import tell_staff
from store import outbox
from store.introductions.rules import Rules
from store.kinds import Medium, OutboxState, StaffRole
from store.models import LetterRecord, OutboxMessage
from store.outcome import Outcome, Postponed, Refused, Unknown
from store.store import Store
from tests.factories import NOW, add_person
from tests.mail.correspondence import as_read, words_of

CARRIER = MailCarrier(From("ask@cluster.example", "whodoes"))
HOUSE = House("Harrowdale", Rules(quiet_from=0, quiet_until=0), Letterbox({Medium.EMAIL: CARRIER}))


def furnish(session: Session) -> None:
    add_person(session, name="Sam Reed", addresses=["sam@cluster-office.example"], staff_role=StaffRole.STAFF)
    add_person(session, name="Ida Bell", addresses=["ida@cluster-office.example"], staff_role=StaffRole.ADMIN)


def fail(session: Session, name: str, outcome: Outcome, now: datetime) -> None:
    draft = outbox.Draft(
        f"answer:{name}", Medium.EMAIL, "answer", f"{name}@firm.example", body=b"secret words"
    )
    taken = outbox.enqueue_claimed(session, draft, owner="test", now=now)
    assert taken is not None
    assert outbox.settle(session, taken, outcome, now=now)


def told(session: Session) -> list[str]:
    rows = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.dedup_key).startswith("letter:"))
        .order_by(col(OutboxMessage.id))
    )
    return [f"{row.recipient}\n{words_of(as_read(row.body or b''))}" for row in rows]


async def test_all_of_the_staff_hear_of_all_that_failed_in_one_letter_each(store: Store) -> None:
    await store.write(furnish)
    assert not await tell_staff(store, HOUSE, now=NOW)
    await store.write(fail, "ada", Refused("550 5.1.1 no such <user>"), NOW)
    await store.write(fail, "ben", Unknown("the relay went silent"), NOW + timedelta(minutes=1))
    assert await tell_staff(store, HOUSE, now=NOW + timedelta(minutes=5))
    letters = await store.read(told)
    assert len(letters) == 2
    for letter in letters:
        assert "2 messages did not arrive" in letter
        assert "ada@firm.example: answer to an ask (1): 550 5.1.1 no such <user>" in letter
        assert "Of 1 nobody can know" in letter
        assert "secret words" not in letter


async def test_nothing_is_told_twice_and_what_comes_later_an_hour_later(store: Store) -> None:
    await store.write(furnish)
    await store.write(fail, "ada", Refused("550"), NOW)
    assert await tell_staff(store, HOUSE, now=NOW + timedelta(minutes=5))
    await store.write(fail, "cleo", Refused("550"), NOW + timedelta(minutes=10))
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(minutes=20))
    assert await tell_staff(store, HOUSE, now=NOW + timedelta(minutes=70))
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(hours=9))
    letters = await store.read(told)
    assert len(letters) == 4
    assert "cleo" in letters[2]
    assert "ada" not in letters[2]


async def test_a_letter_about_failures_that_fails_is_no_news(store: Store) -> None:
    await store.write(furnish)
    await store.write(fail, "ada", Refused("550"), NOW)
    assert await tell_staff(store, HOUSE, now=NOW)

    def refuse_all(session: Session) -> None:
        for message in outbox.claim(session, owner="test", media=[Medium.EMAIL], now=NOW):
            outbox.settle(session, message, Refused("550 staff are away"), now=NOW + timedelta(minutes=1))

    await store.write(refuse_all)
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(days=1))


async def test_mail_that_waits_too_long_is_told_once_a_day(store: Store) -> None:
    await store.write(furnish)
    await store.write(fail, "ada", Postponed("The relay cannot be reached"), NOW)
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(hours=3))
    assert await tell_staff(store, HOUSE, now=NOW + timedelta(hours=5))
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(hours=6))
    assert "waited for more than 4 hours" in (await store.read(told))[0]


async def test_one_reader_s_full_mailbox_is_no_word_about_the_relay(store: Store) -> None:
    await store.write(furnish)
    await store.write(fail, "ada", Postponed("452 4.2.2 mailbox full"), NOW)
    assert not await tell_staff(store, HOUSE, now=NOW + timedelta(hours=5))


async def test_without_staff_nothing_is_written(store: Store) -> None:
    await store.write(fail, "ada", Refused("550"), NOW)
    assert not await tell_staff(store, HOUSE, now=NOW)
    assert await store.read(lambda session: session.exec(select(LetterRecord)).all()) == []


@pytest.mark.parametrize("hours", [1, 60, 130])
async def test_a_mail_is_tried_for_five_days_and_then_staff_hear(store: Store, hours: int) -> None:
    await store.write(furnish)

    def try_until(session: Session) -> OutboxState:
        now = NOW
        outbox.enqueue(
            session, outbox.Draft("answer:x", Medium.EMAIL, "answer", "x@firm.example", body=b"x"), now=now
        )
        while now < NOW + timedelta(hours=hours):
            for message in outbox.claim(session, owner="test", media=[Medium.EMAIL], now=now):
                outbox.settle(session, message, Postponed("451 later"), now=now)
            now += timedelta(minutes=1)
        return OutboxState(session.exec(select(OutboxMessage.state)).one())

    state = await store.write(try_until)
    assert state is (OutboxState.FAILED if hours > 120 else OutboxState.QUEUED)
    if state is OutboxState.FAILED:
        assert await tell_staff(store, HOUSE, now=NOW + timedelta(hours=hours))
        assert "451 later" in (await store.read(told))[0]
