"""Members answer events in Slack: by a button, by a form with a guest or a substitute, from the invitation or from Home."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from sqlmodel import Session, select

from bot.slack.face import SlackFace
from scheduler.delivery import Delivery
from scheduler.events import keep_events
from store.kinds import EventState, Rsvp, Seat
from store.models import Attendance, AuditEntry, Event, LetterRecord
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.planned import HOUSE, SOON, add_evening, add_team, form, home, words
from tests.doubles.slack.records import ALICE, BOB, Message
from tests.doubles.slack.server import SlackDouble

Delivering: TypeAlias = Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]
pytestmark = pytest.mark.usefixtures("team")


@pytest.fixture
async def team(sqlite_store: Store) -> None:
    await sqlite_store.write(add_team)


async def an_invitation(slack: SlackDouble, store: Store) -> Message:
    """Bob announces the evening; what Alice gets."""
    await slack.block_action("event:announce", user=BOB, within=await home(slack, BOB))

    async with asyncio.timeout(10):
        while not slack.posted(ALICE):
            await keep_events(store, HOUSE, now=right_now())
            await asyncio.sleep(0.02)
    return slack.posted(ALICE)[-1]


async def answers(store: Store) -> list[tuple[Rsvp, Seat, int, str, str]]:
    def read(session: Session) -> list[Any]:
        rows = session.exec(select(Attendance).where(Attendance.rsvp != Rsvp.NONE).order_by("id"))
        return [(row.rsvp, row.seat, row.seats, row.guest, row.substitute) for row in rows]

    return await store.read(read)


async def test_an_invitation_is_answered_with_a_guest_from_its_button(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, delivering: Delivering
) -> None:
    await sqlite_store.write(add_evening, capacity=40)
    async with start(house=HOUSE) as face, delivering(face):
        invitation = await an_invitation(slack, sqlite_store)
        assert "answer “" not in str(invitation.blocks)
        assert "With a guest, or somebody in my place" in str(invitation.blocks)
        await slack.block_action("event:company", user=ALICE, within=invitation)
        assert "Winter evening" in words(await form(slack, ALICE, "event:answer"))
        await slack.submit({"guest": "Dr. Ben O’Ode, jun."}, user=ALICE)
        await form(slack, ALICE, "told", saying="for yourself and Dr. Ben O’Ode, jun.")
        assert await answers(sqlite_store) == [(Rsvp.YES, Seat.HELD, 2, "Dr. Ben O’Ode, jun.", "")]

        def answered(session: Session) -> list[str]:
            return [each.answer for each in session.exec(select(LetterRecord)) if each.answered_at]

        assert await sqlite_store.read(answered) == ["yes"]
        await slack.block_action("letter:answer:no", user=ALICE, within=invitation)
        await slack.wait_for(lambda: any("you are not coming" in each.text for each in slack.ephemerals))
        assert [each[:2] for each in await answers(sqlite_store)] == [(Rsvp.NO, Seat.NONE)]


async def test_an_invitation_is_answered_by_its_reader_alone(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, delivering: Delivering
) -> None:
    await sqlite_store.write(add_evening)
    async with start(house=HOUSE) as face, delivering(face):
        invitation = await an_invitation(slack, sqlite_store)
        await slack.block_action("event:company", user=BOB, within=invitation)
        await slack.wait_for(
            lambda: any("written to somebody else" in each.text for each in slack.ephemerals)
        )
        assert not slack.workspace.views
        assert await answers(sqlite_store) == []


async def test_one_answers_from_home_and_sends_somebody_in_ones_place(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN)
    await slack.block_action("event:answer", user=ALICE, within=await home(slack, ALICE))
    await form(slack, ALICE, "event:answer")
    both = await slack.submit({"guest": "Ben Ode", "substitute": "Cleo Marsh"}, user=ALICE)
    assert both.errors.keys() == {"substitute"}
    no = await slack.submit({"guest": "", "answer": "no"}, user=ALICE)
    assert no.errors.keys() == {"answer"}
    await slack.submit({"answer": "yes"}, user=ALICE)
    await slack.wait_for(lambda: "Cleo Marsh comes in your place" in words(slack.home(user=ALICE)))
    assert await answers(sqlite_store) == [(Rsvp.YES, Seat.HELD, 1, "", "Cleo Marsh")]


@pytest.mark.usefixtures("socket_face")
async def test_the_form_comes_with_what_one_answered_and_takes_a_guest_back(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN, capacity=40)
    shown = await home(slack, ALICE)
    for said, told, stands in (
        ({"guest": "Ben Ode"}, "two seats for yourself and Ben Ode", (Rsvp.YES, Seat.HELD, 2, "Ben Ode", "")),
        ({}, "two seats for yourself and Ben Ode", (Rsvp.YES, Seat.HELD, 2, "Ben Ode", "")),
        ({"guest": ""}, "You have a seat: ", (Rsvp.YES, Seat.HELD, 1, "", "")),
        (
            {"substitute": "Cleo Marsh"},
            "Cleo Marsh comes in your place",
            (Rsvp.YES, Seat.HELD, 1, "", "Cleo Marsh"),
        ),
        ({"answer": "maybe"}, "Noted as perhaps", (Rsvp.MAYBE, Seat.HELD, 1, "", "Cleo Marsh")),
        ({"answer": "no"}, "you are not coming", (Rsvp.NO, Seat.NONE, 1, "", "")),
    ):
        await slack.block_action("event:answer", user=ALICE, within=shown)
        await form(slack, ALICE, "event:answer")
        assert (await slack.submit(said, user=ALICE)).errors == {}
        await noticed(slack, told)
        assert await answers(sqlite_store) == [stands]


async def noticed(slack: SlackDouble, told: str) -> None:
    await slack.wait_for(lambda: told in words(slack.home(user=ALICE)))


@pytest.mark.usefixtures("socket_face")
async def test_a_full_event_puts_one_in_the_queue_and_says_so(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN, capacity=0)
    await slack.block_action("event:answer", user=ALICE, within=await home(slack, ALICE))
    await form(slack, ALICE, "event:answer")
    await slack.submit(user=ALICE)
    await slack.wait_for(lambda: "You are number 1 in the queue" in words(slack.home(user=ALICE)))


@pytest.mark.usefixtures("socket_face")
async def test_what_is_called_off_or_over_or_not_announced_takes_no_answer(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN)
    old = await home(slack, ALICE)
    await slack.block_action("event:answer", user=ALICE, within=old)
    await form(slack, ALICE, "event:answer")

    def set_state(session: Session, state: EventState) -> None:
        event = session.exec(select(Event)).one()
        event.state = state
        session.add(event)

    await sqlite_store.write(set_state, EventState.CANCELLED)
    await slack.submit(user=ALICE)
    await form(slack, ALICE, "told", saying="does not take place")
    await sqlite_store.write(set_state, EventState.PLANNED)
    await slack.block_action("event:answer", user=ALICE, within=old)
    await slack.wait_for(lambda: "I know of no such event." in words(slack.home(user=ALICE)))
    assert await answers(sqlite_store) == []


@pytest.mark.usefixtures("socket_face")
async def test_who_is_not_known_is_offered_no_answer_and_an_old_button_gives_none(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN)
    old = await home(slack, ALICE)

    def forget(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE person SET slack_user_id = NULL WHERE name LIKE 'Ada%'")

    await sqlite_store.write(forget)
    await slack.block_action("event:answer", user=ALICE, within=old)
    await slack.wait_for(lambda: "Only people the directory knows" in words(slack.home(user=ALICE)))
    assert "event:answer" not in words(await home(slack, ALICE))


@pytest.mark.usefixtures("socket_face")
async def test_staff_see_the_guests_by_pages_and_mark_who_came(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    def seed(session: Session) -> None:
        event_id = add_evening(
            session, state=EventState.OPEN, starts_at=SOON - timedelta(days=31), title="Evening <!here>"
        )
        for number in range(25):
            row = Attendance(
                event_id=event_id, name=f"Guest {number:02} <!channel>", organisation="& Sons *x*",
                address=f"g{number}@x.example", token=f"t{number}", rsvp=Rsvp.YES, seat=Seat.HELD, guest="Gil <b>",
            )  # fmt: skip
            session.add(row)

    await sqlite_store.write(seed)
    await slack.block_action("event:list", user=BOB, within=await home(slack, BOB))
    listed = await form(slack, BOB, "event:shown", saying="25 seats taken")
    await slack.block_action("event:guests", user=BOB, within=listed)
    page = await form(slack, BOB, "event:shown", saying="Guest 19")
    assert "Guest 20" not in words(page)
    await slack.block_action("event:guests:more", user=BOB, within=page)
    page = await form(slack, BOB, "event:shown", saying="Guest 24")
    await slack.block_action("event:came", user=BOB, within=page)
    page = await form(slack, BOB, "event:shown", saying="✓ came")
    assert "1 marked as having come." in words(page)
    await slack.block_action("event:came", user=BOB, within=page)
    page = await form(slack, BOB, "event:shown", saying="1 marked as absent.")
    asked = await slack.block_action("event:came:all", user=BOB, within=page)
    assert "25 people with a seat" in (asked.asked or {})["text"]["text"]
    page = await form(slack, BOB, "event:shown", saying="25 marked as having come.")
    await slack.block_action("event:guests:earlier", user=BOB, within=page)
    page = await form(slack, BOB, "event:shown", saying="Guest 00")
    await slack.block_action("event:list", user=BOB, within=page)
    await form(slack, BOB, "event:shown", saying="25 came")

    def marked(session: Session) -> list[Any]:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == "event.marked"))
        return [row.details for row in rows]

    assert len(await sqlite_store.read(marked)) == 3


async def test_an_answer_that_names_an_event_leads_to_the_form(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN)
    await slack.slash_command("events", user=ALICE)
    (answer,) = await slack.wait_for(lambda: slack.ephemerals)
    await slack.block_action("event:answer", user=ALICE, within=answer)
    await form(slack, ALICE, "event:answer", saying="Winter evening")
    await slack.submit(user=ALICE)
    await form(slack, ALICE, "told", saying="You have a seat: ")
    assert [each[:2] for each in await answers(sqlite_store)] == [(Rsvp.YES, Seat.HELD)]
