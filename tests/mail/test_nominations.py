"""Nominations by mail, as people write them, and who won, asked by mail."""

import pytest
from sqlmodel import Session, select

from bot.assistant.awards.deciding import decide_winner
from store.awards.listing import entries
from store.models import AskRecord, AwardDraft, AwardNomination
from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.assistant.awards.dinner import CLOSES, TOLD_AT, act, furnish
from tests.mail.correspondence import (
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

BEN = "ben@dinner.example"


class Office:
    """A desk where there are awards; `send` puts one mail before it and returns the words of the last answer."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self._live = store, Clock(at()), LiveIndex(Gazetteer.load())

    async def send(self, text: str, *, sender: str = BEN, subject: str = "A question", **headers: str) -> str:
        raw = a_mail(text, sender=sender, subject=subject, **headers)
        await arrive(self.store, raw, mail_from=sender, now=self.clock.now)
        async with a_working_desk(self.store, self.clock, self._live) as desk:
            await all_worked_through(self.store, desk)
        return words_of((await self.store.read(answers))[-1])


@pytest.fixture
async def office(sqlite_store: Store) -> Office:
    await sqlite_store.write(furnish)
    return Office(sqlite_store)


def nominated(session: Session) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(each.category_id, each.name, each.reasons) for each in entries(session, 1)]


ADA = "Ada Finch, Oriel Protein Services"


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Awards", "nominate Ada Finch for Best Start-up: because she began twice", (1, ADA, ("she began twice",))),
        ("Awards", "Dear team,\n\nI would like to nominate Ada Finch for the best startup award.\nShe began twice.\n\nBest wishes\nBen", (1, ADA, ("She began twice.",))),
        ("Nomination", "Ada Finch for Rising Star: she began twice", (2, ADA, ("she began twice",))),
        ("Nomination", "Nominee: Ada Finch\nCategory: Rising Star\nReason: began\ntwice", (2, ADA, ("began\ntwice",))),
        ("Nomination: Rising Star", "Ada Finch, because she began twice", (2, ADA, ("she began twice",))),
        ("Nomination for Ada Finch for Rising Star", "She began twice", (2, ADA, ("She began twice",))),
        ("Award nomination", "The night shift for Best Start-up", (1, "The night shift", ())),
    ],
)  # fmt: skip
async def test_a_nomination_is_taken_from_a_mail(
    office: Office, subject: str, text: str, found: tuple[int, str, tuple[str, ...]]
) -> None:
    told = await office.send(text, subject=subject)
    assert await office.store.read(nominated) == [found]
    assert "is nominated for" in told
    assert await office.store.read(outcomes) == ["nomination"]
    assert await office.store.read(lambda s: [each.text for each in s.exec(select(AskRecord))]) == [""]


async def test_what_a_mail_left_out_is_said_in_the_reply_to_the_question(office: Office) -> None:
    text = "I nominate Ada Finch for the best lunch: because it was good"
    told = await office.send(text, subject="Awards", message_id="first@dinner.example")
    assert "There is no category" in told
    assert "Best Start-up or Rising Star" in " ".join(told.split())
    assert await office.store.read(nominated) == []
    await office.send("rising star", subject="Re: Elsewhere", In_Reply_To="<x@cluster.example>")
    for word in ("Many thanks!", "help"):
        await office.send(word, subject="Re: Awards", References="<first@dinner.example>")
    assert await office.store.read(nominated) == []
    await office.send("I nominate them for Best Start-up", References="<first@dinner.example>")
    told = await office.send("The night shift", References="<first@dinner.example>")
    assert "is nominated for Best Start-up" in " ".join(told.split())
    told = await office.send("rising star, please", References="<first@dinner.example>")
    assert "is nominated for Rising Star" in " ".join(told.split())
    found = [(1, "The night shift", ()), (2, ADA, ("it was good",))]
    assert await office.store.read(nominated) == found
    assert await office.store.read(lambda s: s.exec(select(AwardDraft)).all()) == []


async def test_a_subject_that_is_only_repeated_nominates_nobody(office: Office) -> None:
    await office.send("Many thanks!", subject="Re: Nomination", In_Reply_To="<x@cluster.example>")
    assert await office.store.read(nominated) == []
    assert await office.store.read(lambda s: s.exec(select(AwardDraft)).all()) == []


async def test_strangers_and_late_mails_get_a_clear_answer_and_nominate_nobody(office: Office) -> None:
    text = "nominate Ada Finch for Rising Star"
    told = await office.send(text, sender="who@elsewhere.example", subject="Awards")
    assert "Members nominate" in told
    office.clock.now = CLOSES
    told = " ".join((await office.send(text, subject="Awards")).split())
    assert "Nominations for Region's Awards closed on Friday 5 February 2027, 17:00" in told
    assert await office.store.read(nominated) == []


async def test_the_same_mail_twice_nominates_once(office: Office) -> None:
    for _ in range(2):
        await office.send("nominate Ada Finch for Rising Star", message_id="same@dinner.example")
    assert len(await office.store.read(answers)) == 1
    assert len(await office.store.read(lambda s: s.exec(select(AwardNomination)).all())) == 1


async def test_who_won_is_answered_by_mail_from_the_instant_on(office: Office) -> None:
    await office.send("nominate Ada Finch for Best Start-up: because")
    await office.store.write(lambda session: decide_winner(session, 1, act(session, 5)).done)
    told = " ".join((await office.send("Hello,\n\nwho won Best Start-up?\n\nThanks\nBen")).split())
    assert "The winners of Region's Awards have not been made known yet." in told
    office.clock.now = TOLD_AT
    told = " ".join((await office.send("Hello,\n\nwho won Best Start-up?\n\nThanks\nBen")).split())
    assert f"{ADA} won Best Start-up at Region's Awards, 2027." in told
