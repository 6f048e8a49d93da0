"""Staff write to ask+announce@…, and a word on the letter that follows sends it; nobody else can."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from mail.desk import MailDesk
from mail.letters import MailCarrier
from mail.render.reply import From
from store.kinds import CampaignState, Medium, StaffRole
from store.models import Campaign, LetterRecord
from store.store import Store
from tests.factories import add_organisation, add_person
from tests.mail.correspondence import (
    MEMBER,
    OWN,
    STRANGER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    words_of,
)

ALL = "ask+announce@cluster.example"
HOUSE = House("Northmoor", letterbox=Letterbox({Medium.EMAIL: MailCarrier(From(OWN, "whodoes"))}))


@pytest.fixture
async def desk(store: Store, now: datetime) -> AsyncIterator[MailDesk]:
    def furnish(session: Session) -> None:
        firm = add_organisation(session, name="Larkspur")
        add_person(session, name="Ada Author", addresses=[MEMBER], staff_role=StaffRole.STAFF)
        for each in range(3):
            add_person(
                session, name=f"Reader {each}", organisation_id=firm, addresses=[f"r{each}@lark.example"]
            )

    await store.write(furnish)
    async with a_working_desk(store, Clock(now), house=HOUSE) as working:
        yield working


async def written(
    store: Store, desk: MailDesk, raw: bytes, now: datetime, to: str = ALL, sender: str = MEMBER
) -> None:
    await arrive(store, raw, now=now, to=to, mail_from=sender)
    desk.wake()
    await all_worked_through(store, desk)


def _campaigns(session: Session) -> list[tuple[str, str, CampaignState, int]]:
    return [(row.subject, row.body, row.state, row.expected) for row in session.exec(select(Campaign))]


def _letter_token(session: Session) -> str:
    return session.exec(select(LetterRecord).order_by(col(LetterRecord.id).desc())).all()[0].token


@pytest.mark.parametrize(
    ("word", "state"), [("send", CampaignState.SCHEDULED), ("cancel", CampaignState.DRAFT)]
)
async def test_a_mail_becomes_a_draft_and_its_author_s_word_sends_it_or_lets_it_be(
    store: Store, desk: MailDesk, now: datetime, word: str, state: CampaignState
) -> None:
    await written(store, desk, a_mail("Come **all**.", subject="Autumn evening", To=ALL), now)
    assert await store.read(_campaigns) == [("Autumn evening", "Come **all**.", CampaignState.DRAFT, 4)]
    asked = (await store.read(answers))[-1]
    assert "Shall I send it?" in words_of(asked)
    assert "4 people" in words_of(asked)
    token = await store.read(_letter_token)
    reply = a_mail(word, subject="Re: To be sent?", In_Reply_To=f"<letter.{token}@cluster.example>")
    await written(store, desk, reply, now, to=OWN)
    assert (await store.read(_campaigns))[0][2] is state


async def test_a_word_on_what_was_changed_since_counts_no_more(sqlite_store: Store, now: datetime) -> None:
    def furnish(session: Session) -> None:
        add_person(session, name="Ada Author", addresses=[MEMBER], staff_role=StaffRole.STAFF)

    await sqlite_store.write(furnish)
    async with a_working_desk(sqlite_store, Clock(now), house=HOUSE) as desk:
        await written(sqlite_store, desk, a_mail("Come.", subject="Evening", To=ALL), now)
        token = await sqlite_store.read(_letter_token)
        await sqlite_store.write(lambda session: setattr(session.get_one(Campaign, 1), "version", 2))
        reply = a_mail("send", In_Reply_To=f"<letter.{token}@cluster.example>")
        await written(sqlite_store, desk, reply, now, to=OWN)
        assert (await sqlite_store.read(_campaigns))[0][2] is CampaignState.DRAFT
        assert "changed since that letter" in words_of((await sqlite_store.read(answers))[-1])


@pytest.mark.parametrize("sender", [STRANGER, "r1@lark.example"])
async def test_nobody_but_the_staff_can(store: Store, desk: MailDesk, now: datetime, sender: str) -> None:
    raw = a_mail("Buy this.", sender=sender, subject="Offer", To=ALL)
    await written(store, desk, raw, now, sender=sender)
    assert await store.read(_campaigns) == []
    assert "Only the staff can write to everybody" in words_of((await store.read(answers))[-1])


async def test_a_mail_that_cannot_be_one_is_answered_with_why(
    store: Store, desk: MailDesk, now: datetime
) -> None:
    await written(store, desk, a_mail("Come.", subject=" ", To=ALL), now)
    assert await store.read(_campaigns) == []
    assert "needs a subject" in words_of((await store.read(answers))[-1])
