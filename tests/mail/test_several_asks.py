"""Mails with several asks, from the inbox to the answer and on: one mail, its numbers counted through."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
from sqlmodel import Session, col, select

from mail.desk import MailDesk
from store.models import AskRecord, Introduction, IntroductionParty, Organisation
from store.store import Store
from tests.factories import add_event, add_organisation, add_person
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
    words_of,
)

THREE = """Hello,

Three questions from our side:

1. Who does freeze drying?
2. Who breeds axolotls?
3. And who makes stents? They should be in Cheshire.

Thanks
Alice
"""
TWO = "Hi,\n\nwho makes stents in Cheshire? Also, who does freeze drying?\n\nAlice"


def furnish(session: Session) -> None:
    for number in range(1, 13):
        add_organisation(session, name=f"Dryer {number}", capabilities=["freeze drying"], town="Leeds")
    for number in range(1, 4):
        there = add_organisation(
            session, name=f"Stentor {number}", capabilities=["stents"], town="Chester", county="Cheshire"
        )
        add_person(
            session, name=f"Sten {number}", organisation_id=there, addresses=[f"sten{number}@x.example"]
        )
    add_person(session, name="Alice Marsh", addresses=[MEMBER])


class Letters:
    """A member and the assistant writing to each other."""

    def __init__(self, store: Store, desk: MailDesk) -> None:
        self.store = store
        self._desk = desk

    async def write(self, text: str, *, to: EmailMessage | None = None, sender: str = MEMBER) -> EmailMessage:
        headers = {"In_Reply_To": to["Message-ID"], "To": to["Reply-To"] or to["From"]} if to else {}
        await arrive(self.store, a_mail(text, sender=sender, **headers), mail_from=sender, now=at(9))
        await all_worked_through(self.store, self._desk)
        assert (await self.store.read(outcomes))[-1] == "answered"
        return [mail for mail in await self.store.read(answers) if mail["To"] == sender][-1]

    async def said(self, text: str, *, to: EmailMessage) -> str:
        return words_of(await self.write(text, to=to))


@pytest.fixture
async def letters(sqlite_store: Store) -> AsyncIterator[Letters]:
    await sqlite_store.write(furnish)
    async with a_working_desk(sqlite_store, Clock(at(9))) as desk:
        yield Letters(sqlite_store, desk)


def numbered(text: str) -> dict[int, str]:
    """The numbered lines of an answer."""
    parts = (line.partition(". ") for line in text.splitlines())
    return {int(number): name for number, dot, name in parts if dot and number.isdigit()}


def asks(session: Session) -> list[tuple[str, str, bool, int | None]]:
    rows = session.exec(select(AskRecord).order_by(col(AskRecord.id))).all()
    return [(row.text, row.answer_kind, row.missed, row.inbox_id) for row in rows]


def introduced(session: Session) -> list[str]:
    """Whom introductions were asked to."""
    found = select(Organisation.name).where(
        col(IntroductionParty.organisation_id) == Organisation.id,
        col(IntroductionParty.introduction_id) == Introduction.id,
    )
    return [name for name in session.exec(found) if name]


async def test_each_ask_has_its_section_and_the_numbers_count_through(store: Store) -> None:
    await store.write(furnish)
    async with a_working_desk(store, Clock(at(9))) as desk:
        letters = Letters(store, desk)
        text = words_of(await letters.write(THREE))
        kept = await store.read(asks)
        assert text.index("QUESTION 1 OF 3") < text.index("QUESTION 2 OF 3") < text.index("QUESTION 3 OF 3")
        assert "> who does freeze drying?" in text.casefold()
        assert "I found nobody here for “breeds axolotls”." in text
        assert "Looked for: stents · in Cheshire" in text
        assert sorted(numbered(text)) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert [name.split()[0] for name in numbered(text).values()] == ["Dryer"] * 5 + ["Stentor"] * 3
        assert [kind for _, kind, _, _ in kept] == ["matches", "no_match", "matches"]
        assert [missed for _, _, missed, _ in kept] == [False, True, False]
        assert len({inbox for _, _, _, inbox in kept}) == 1
        assert len(await store.read(answers)) == 1
        mail = (await store.read(answers))[0]
        assert "Sten" in await letters.said("who at 7?", to=mail)
        assert sorted(numbered(await letters.said("more of question 1", to=mail))) == [6, 7, 8, 9, 10]


async def test_a_number_means_its_organisation_whatever_list_it_is_in(letters: Letters) -> None:
    mail = await letters.write(THREE)
    names = numbered(words_of(mail))
    for number in (2, 7, 5, 6):
        assert names[number] in await letters.said(f"who at {number}?", to=mail)
    assert "goes from 1 to 8." in await letters.said("who at 9?", to=mail)
    assert "goes from 1 to 8." in await letters.said("introduce 9", to=mail)


async def test_an_introduction_goes_to_the_number_in_that_mail(letters: Letters) -> None:
    mail = await letters.write(THREE)
    names = numbered(words_of(mail))
    noted = await letters.write("introduce 7", to=mail)
    assert await letters.store.read(introduced) == [names[7]]
    await letters.write("introduce 2", to=noted)  # a reply to what we said since still means that mail's list
    assert sorted(await letters.store.read(introduced)) == sorted([names[7], names[2]])


async def test_to_whom_is_asked_where_no_number_was_said(letters: Letters) -> None:
    mail = await letters.write(THREE)
    assert "To which of them?" in await letters.said("introduce us", to=mail)


async def test_more_goes_on_with_the_last_and_keeps_counting(letters: Letters) -> None:
    first = await letters.write(TWO)
    assert sorted(numbered(words_of(first))) == [1, 2, 3, 4, 5, 6, 7, 8]
    second = await letters.write("more", to=first)
    text = words_of(second)
    assert "The next 5 of 12, with the numbers 9 to 13." in text
    assert sorted(numbered(text)) == [9, 10, 11, 12, 13]
    assert numbered(text)[10] in await letters.said("who at 10?", to=second)
    assert numbered(words_of(first))[2] in await letters.said("who at 2?", to=second)


async def test_more_of_a_question_that_has_no_more_names_those_that_have(letters: Letters) -> None:
    mail = await letters.write(THREE)
    assert "Of the same mail there is still “more of question 1”." in await letters.said("more", to=mail)
    assert "I have no list for that question" in await letters.said("more of question 9", to=mail)


async def test_words_without_a_number_go_on_with_the_last_question(letters: Letters) -> None:
    mail = await letters.write(TWO)
    assert "go on with question 2" in words_of(mail)
    assert "Looked for: freeze drying · fewer than 250 people" in await letters.said("only SMEs", to=mail)


async def test_the_next_words_are_said_once_and_mean_what_they_say(letters: Letters) -> None:
    text = words_of(await letters.write(THREE))
    assert text.count("To go on, reply") == 1
    assert text.split("first line:\n")[1].split() == [
        "more", "of", "question", "1", "who", "at", "1?", "introduce", "1", "only", "SMEs",
    ]  # fmt: skip


async def test_an_ask_is_read_by_itself_and_not_as_narrowing_the_one_above(letters: Letters) -> None:
    text = words_of(await letters.write("Who does freeze drying? Also, any investors in Leeds?"))
    assert "Looked for: investors in Leeds" not in text
    assert "freeze drying · in Leeds" not in text


async def test_an_ask_is_said_back_without_the_story_that_leads_up_to_it(letters: Letters) -> None:
    story = "We have had a busy year with two audits and a move, and the weather has been awful. " * 3
    text = words_of(
        await letters.write(f"{story}Who does freeze drying? Ideally in Leeds.\n\nAlso, who makes stents?")
    )
    assert "> Who does freeze drying? Ideally in Leeds.\n" in text
    assert "busy year" not in text


async def test_more_asks_than_are_answered_at_once_are_named(letters: Letters) -> None:
    things = ("catheters", "pumps", "valves", "balloons", "sheaths", "wires", "needles", "gowns", "masks")
    listed = "\n".join(f"{number}. who makes {each}?" for number, each in enumerate(things, 1))
    text = words_of(await letters.write(listed))
    assert "QUESTION 5 OF 5" in text
    assert "You asked 9 things in one mail. Here are the first 5" in text
    assert "“Who makes wires?”, “Who makes needles?”, “Who makes gowns?” and 1 more" in text


async def test_events_among_the_asks_have_no_numbers_that_could_be_taken_for_organisations(
    letters: Letters,
) -> None:
    await letters.store.write(
        lambda session: add_event(session, title="Winter evening", starts_at=at(18).replace(month=12))
    )
    mail = await letters.write("When is the next event? And who makes stents?")
    assert "- Winter evening" in words_of(mail)
    assert sorted(numbered(words_of(mail))) == [1, 2, 3]


async def test_a_word_on_the_first_line_and_an_ask_below_are_both_answered(letters: Letters) -> None:
    mail = await letters.write("who does freeze drying?")
    text = await letters.said("more please\n\nAlso, who makes stents?", to=mail)
    assert "Numbers 6 to 10 of 12." in text
    assert "Stentor" in text
    assert sorted(numbered(text)) == [6, 7, 8, 9, 10, 11, 12, 13]


async def test_a_stranger_gets_the_sections_too_and_nobodys_name(letters: Letters) -> None:
    mail = await letters.write(THREE, sender=STRANGER)
    assert "QUESTION 3 OF 3" in words_of(mail)
    assert "introduce" not in words_of(mail)
    assert "Sten 1" not in words_of(mail)


async def test_the_same_mail_twice_is_answered_once(letters: Letters) -> None:
    raw = a_mail(THREE, message_id="three@firm.example")
    for copy in (raw, raw + b"\r\nA list's footer\r\n"):
        await arrive(letters.store, copy, now=at(9))
    await all_worked_through(letters.store, letters._desk)
    assert await letters.store.read(outcomes) == ["answered", "answered before"]
    assert len(await letters.store.read(asks)) == 3
