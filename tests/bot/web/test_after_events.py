"""The page of a letter that thanks a guest: two questions and a wish; opened it changes nothing, sent it is kept."""

from sqlmodel import Session, select

from bot.assistant.events.after_wording import thanks
from store.events.guests import enter
from store.events.seats import hold, take
from store.kinds import EventKind, EventState
from store.models import Event, EventFeedback, LetterRecord, MeetingWish
from store.store import Store
from tests.bot.web.test_letters import ALICE, HOUSE, NOW, visiting
from tests.factories import add_event, add_organisation, add_person


def thanked(session: Session) -> str:
    """Alice was at an evening that is over; returns the token of the letter she has."""
    firm = add_organisation(session, name="Marsh & Sons")
    alice = add_person(session, name="Alice Marsh", addresses=[ALICE], organisation_id=firm)
    add_event(
        session, title="Winter <b>evening</b>", starts_at=NOW.replace(day=19), kind=EventKind.NETWORKING, state=EventState.OPEN
    )  # fmt: skip
    event = hold(session, session.exec(select(Event.id)).one() or 0)
    assert event is not None
    take(session, event, enter(session, event.id or 0, alice, source="asked"), 1, now=NOW)
    HOUSE.letterbox.post(session, thanks(event), [alice], now=NOW)
    return session.exec(select(LetterRecord)).one().token


def kept(session: Session) -> tuple[list[tuple[int | None, str]], list[str]]:
    said = [(row.score, row.words) for row in session.exec(select(EventFeedback))]
    return said, [row.words for row in session.exec(select(MeetingWish).order_by("id"))]


async def test_a_guest_answers_all_at_once(store: Store) -> None:
    token = await store.write(thanked)
    async with visiting(store) as client:
        page = await (await client.get(f"/l/{token}?word=1&words=no")).text()
        assert "Winter &lt;b&gt;evening&lt;/b&gt;" in page
        assert page.count("<textarea") == 2
        assert ">Excellent</button>" in page
        assert "Below the number" not in page  # how to answer a mail
        assert await store.read(kept) == ([], [])
        said = {"word": "4", "words": "Shorter <script> talks", "meet": "Tom Alder\nnobody\nMeet: Ivy Stone"}
        answer = await client.post(f"/l/{token}", data=said)
        assert (answer.status, "The team reads 4 of 5" in await answer.text()) == (200, True)
        assert await store.read(kept) == ([(4, "Shorter <script> talks")], ["Tom Alder", "Ivy Stone"])
        again = await (await client.get(f"/l/{token}")).text()
        assert "You answered “4”" in again
        assert "<textarea" not in again


async def test_it_can_be_sent_without_a_number_but_not_empty(store: Store) -> None:
    token = await store.write(thanked)
    async with visiting(store) as client:
        empty = await (await client.post(f"/l/{token}", data={"word": "said"})).text()
        assert "a number from 1 to 5" in empty
        assert await store.read(kept) == ([], [])
        assert (await client.post(f"/l/{token}", data={"word": "6"})).status == 400
        await client.post(f"/l/{token}", data={"word": "said", "words": "Lovely. " * 900})
        [(score, words)] = (await store.read(kept))[0]
        assert score is None
        assert len(words) <= 2000


async def test_another_site_sends_nothing(store: Store) -> None:
    token = await store.write(thanked)
    async with visiting(store) as client:
        headers = {"Origin": "https://elsewhere.example"}
        assert (await client.post(f"/l/{token}", data={"word": "1"}, headers=headers)).status == 403
        assert await store.read(kept) == ([], [])
