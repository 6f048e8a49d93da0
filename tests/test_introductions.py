"""An introduction from the ask to what came of it: all by mail, all in Slack, and mixed."""

from sqlmodel import Session, select

from store.introductions.steps import NEXT
from store.kinds import Consent
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionOutcome, IntroductionParty, IntroductionStep
from store.store import Store
from tests.whole_region import a_region, add_member, words_of

ADA, BEN = "ada@oriel.example", "ben@larkspur.example"


def steps_of(session: Session) -> list[State]:
    """The states the one introduction went through; each follows from the one before."""
    rows = session.exec(select(IntroductionStep).order_by(IntroductionStep.id)).all()  # type: ignore[arg-type]  # a column
    assert all(row.actor and row.at.tzinfo for row in rows)
    moved = [row for row in rows if row.was is not row.state]
    assert all(row.was is None or row.state in NEXT[row.was] for row in moved)
    return [row.state for row in moved]


def consents(session: Session) -> list[tuple[Consent, bool]]:
    rows = session.exec(select(IntroductionParty).order_by(IntroductionParty.id)).all()  # type: ignore[arg-type]  # a column
    return [(row.consent, bool(row.evidence and row.medium)) for row in rows]


async def test_the_whole_story_by_mail(store: Store) -> None:
    async with a_region(store) as region:
        await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA, role="Head of R&D")
        await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN, role="Director")

        await region.write(ADA, "Who does viral vector manufacturing near Macclesfield?")
        answer = await region.mail_to(ADA, "1. Larkspur Vectors Ltd")
        assert "introduce 1" in words_of(answer)
        assert "Ben" not in words_of(answer)

        await region.write(ADA, "Introduce 1 please: we need 200 litres of AAV by June", to=answer)
        await region.mail_to(ADA, "I have asked Larkspur Vectors Ltd")
        request = await region.mail_to(BEN, "Ada Finch of Oriel Protein Services would like to be introduced")
        assert "200 litres of AAV by June" in words_of(request)
        assert ADA not in request.as_string()

        await region.write(BEN, "Yes please, happy to.\n\nBen", to=request)
        await region.mail_to(BEN, "Thank you")
        together = await region.mail_to(ADA, "You both said yes")
        assert together["Message-ID"] == (await region.mail_to(BEN, "You both said yes"))["Message-ID"]
        assert ADA in together["To"]
        assert BEN in together["Reply-To"]
        await region.until_moved_on()
        assert (await store.read(steps_of))[-1] is State.INTRODUCED
        assert await store.read(consents) == [(Consent.YES, True), (Consent.YES, True)]

        await region.time_comes(days=14)
        await region.write(ADA, "met", to=await region.mail_to(ADA, "Did you meet"))
        await region.mail_to(ADA, "Good to hear")
        await region.mail_to(BEN, "Did you meet")

        await region.time_comes(days=77)
        await region.mail_to(ADA, "What came of it")
        question = await region.mail_to(BEN, "What came of it")
        await region.write(BEN, "In talks. A pilot run in spring.", to=question)
        await region.mail_to(BEN, "Good to hear")
        await region.mail_to(ADA, "in talks")  # the one who asked hears of it

        await region.time_comes()
        assert not region.unread(ADA) + region.unread(BEN)
        assert await store.read(steps_of) == [
            State.REQUESTED, State.ASKED, State.ACCEPTED, State.INTRODUCED, State.MET, State.IN_TALKS,
        ]  # fmt: skip
        outcomes = await store.read(lambda session: session.exec(select(IntroductionOutcome.words)).all())
        assert any("pilot" in words for words in outcomes)


async def test_a_no_by_mail_reaches_the_asker_as_not_now_and_no_more(sqlite_store: Store) -> None:
    async with a_region(sqlite_store) as region:
        await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await add_member(sqlite_store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        await region.write(ADA, "introduce me to Larkspur Vectors: AAV")
        await region.mail_to(ADA, "I have asked Larkspur Vectors Ltd")
        request = await region.mail_to(BEN, "would like to be introduced to you")
        await region.write(BEN, "No thanks, we do not work with these people.", to=request)
        await region.mail_to(BEN, "That is fine")
        news = words_of(await region.mail_to(ADA, "It isn't the right time"))
        assert "these people" not in news
        assert "Ben" not in news
        state = await sqlite_store.read(lambda session: session.exec(select(Introduction.state)).one())
        assert state is State.NOT_NOW
        await region.time_comes(days=100)
        assert not region.unread(ADA) + region.unread(BEN)
