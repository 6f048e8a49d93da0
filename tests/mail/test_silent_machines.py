"""Machines that no header gives away get few answers, are kept all the same, and take nobody else's answer."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from mail.backstop import (
    ANSWERS_A_DAY,
    ANSWERS_AN_HOUR,
    SAME_OF_A_DOMAIN_AN_HOUR,
    TO_UNKNOWN_A_DAY,
    TO_UNKNOWN_OF_A_DOMAIN_A_DAY,
)
from store.answered import Answered, note_answered
from store.inbox import Arrival, receive
from store.kinds import Medium
from store.store import Store
from tests.mail.correspondence import (
    MEMBER,
    STRANGER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    outcomes,
)
from tests.mail.test_conversation import Office, furnish


@pytest.fixture
async def office(sqlite_store: Store) -> AsyncIterator[Office]:
    await sqlite_store.write(furnish)
    clock = Clock(at(0))
    async with a_working_desk(sqlite_store, clock) as desk:
        yield Office(sqlite_store, desk, clock)


async def all_came(office: Office, mails: list[tuple[bytes, str]]) -> list[str]:
    """What became of each; they came together."""
    for raw, sender in mails:
        await arrive(office.store, raw, mail_from=sender, now=office.clock())
    await all_worked_through(office.store, office.desk)
    return await office.store.read(outcomes)


async def test_an_absence_from_ever_new_addresses_is_soon_left_alone(office: Office) -> None:
    words = "Thank you for your mail of 23 November. I shall read it when I am back, on day {}."
    senders = [f"case-{number}@crm.example" for number in range(20)]
    became = await all_came(
        office, [(a_mail(words.format(at), sender=each), each) for at, each in enumerate(senders)]
    )
    assert became.count("answered") == SAME_OF_A_DOMAIN_AN_HOUR
    assert {each for each in became if each != "answered"} == {
        "not answered: people nobody knows of that domain said the same within the hour"
    }


async def test_one_that_never_says_the_same_has_what_its_domain_may_have(office: Office) -> None:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
    mails = [
        (a_mail(f"who does {each * 3} and {each * 4} near {each * 5}?", sender=f"{number}@crm.example"), "x@crm.example")
        for number, each in enumerate(letters, start=1)
    ]  # fmt: skip
    became = await all_came(office, mails)
    assert 1 <= became.count("answered") <= TO_UNKNOWN_OF_A_DOMAIN_A_DAY
    assert await office.ask(a_mail("who does lateral flow tests?")) == "answered", (
        "a member is not kept waiting"
    )


async def test_a_ticket_system_that_numbers_all_it_says_is_stopped_within_the_day(office: Office) -> None:
    said = "[#{n}] Your request {n} was received and will be looked at. You wrote: {before}"
    before, became = "", []
    for number in range(4 * ANSWERS_AN_HOUR):
        became.append(await office.ask(a_mail(said.format(n=number, before=before[-200:]))))
        before = f"{number} {before}"
        office.clock.now += timedelta(minutes=2)
    sent = await office.store.read(answers)
    hours = 2  # forty times two minutes
    assert became.count("answered") <= hours * ANSWERS_AN_HOUR
    assert len(sent) <= became.count("answered") + hours, "and the word that there is a pause, once an hour"
    assert became.count("answered") < ANSWERS_A_DAY
    assert len(await office.store.read(outcomes)) == len(became), "all are kept"


async def test_an_unknown_ticket_system_is_answered_once(office: Office) -> None:
    became = [await office.ask(a_mail(f"Ticket {number} was opened", sender=STRANGER)) for number in range(5)]
    assert became.count("answered") == 1


@pytest.mark.parametrize(
    "shown", [{}, {"List_Id": "<all.club.example>"}, {"X_BeenThere": "all@club.example"}]
)
async def test_a_list_that_has_us_among_its_readers_hears_nothing(
    office: Office, shown: dict[str, str]
) -> None:
    mails = [
        (a_mail(f"Who has seen sample {number}?", sender=f"{number}@club.example", To="all@club.example", **shown), "x@club.example")
        for number in range(5)
    ]  # fmt: skip
    became = await all_came(office, mails)
    assert "answered" not in became
    assert await office.store.read(answers) == []


async def test_strangers_have_so_many_answers_a_day_however_many_they_are(office: Office) -> None:
    def remember(session: Session) -> None:
        for number in range(TO_UNKNOWN_A_DAY):
            mail = receive(session, Arrival(Medium.EMAIL, f"before-{number}", "mail"), now=at(0))
            assert mail is not None
            counted = Answered(mail, f"a@{number}.example", "thread", f"{number}", known=False)
            note_answered(session, counted, now=at(0))

    await office.store.write(remember)
    office.clock.now = at(8)
    assert "as many answers as a day may bring" in await office.ask(a_mail("viral vectors", sender=STRANGER))
    assert await office.ask(a_mail("viral vectors", sender=MEMBER)) == "answered"
