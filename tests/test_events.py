"""An evening from the invitation to the seat that went to the next: by mail over real SMTP, and in Slack."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.events.planning import announce, cancel, change, plan
from scheduler.events import keep_events
from store.events.inviting import Audience, to_keep
from store.kinds import Medium, Rsvp, Seat
from store.models import Attendance
from store.people import Stranger
from store.store import Store
from tests.doubles.slack.records import ALICE, BOB, Message
from tests.doubles.slack.server import SlackDouble
from tests.whole_region import PATIENCE, WholeRegion, a_region, add_member, words_of

ADA, BEN, CLEO = "ada@oriel.example", "ben@larkspur.example", "cleo@fenwick.example"
TITLE = "Winter networking evening"


async def by_staff(region: WholeRegion, action: Callable[[Session, Act], Told]) -> int:
    act = Act(Stranger(), Medium.TERMINAL, "terminal:1", region.house, region.clock())
    told = await region.store.write(action, act)
    assert told.done, told.text
    assert told.about is not None
    await tick(region)
    return told.about


async def tick(region: WholeRegion) -> None:
    await keep_events(region.store, region.house, now=region.clock())
    region.wake()


async def an_evening(region: WholeRegion, **fields: Any) -> int:
    starts_at = (region.clock() + timedelta(days=60)).replace(minute=30, second=0, microsecond=0)
    given = {"title": TITLE, "starts_at": starts_at, "audience": to_keep(Audience(everyone=True)), **fields}
    number = await by_staff(region, lambda session, act: plan(session, given, act))
    return await by_staff(region, lambda session, act: announce(session, number, act))


async def seats(store: Store) -> dict[int | None, tuple[Seat, Rsvp]]:
    def look(session: Session) -> dict[int | None, tuple[Seat, Rsvp]]:
        return {row.person_id: (row.seat, row.rsvp) for row in session.exec(select(Attendance))}

    return await store.read(look)


def entry_of(mail: EmailMessage) -> Any:
    file = next(part for part in mail.walk() if part.get_content_type() == "application/ics")
    calendar = icalendar.Calendar.from_ical(file.get_content())
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


async def test_an_evening_by_mail(store: Store) -> None:
    async with a_region(store) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        ben = await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        number = await an_evening(region, capacity=1, venue="Wharf Hall", join_url="https://meet.example/x")
        invitation = await region.mail_to(ADA, f"You are invited to {TITLE}")
        assert "https://meet.example" not in invitation.as_string()
        calendar, entry = entry_of(invitation)
        assert (calendar["METHOD"], entry["SEQUENCE"]) == ("REQUEST", 0)

        await region.write(ADA, "Yes please!\n\nAda", to=invitation)
        await region.mail_to(ADA, f"You have a seat: {TITLE}")
        ticket = await region.mail_to(ADA, f"You have a seat at {TITLE}")
        assert "https://meet.example/x" in words_of(ticket)
        assert entry_of(ticket)[1]["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"

        await region.write(BEN, "yes", to=await region.mail_to(BEN, "You are invited"))
        await region.mail_to(BEN, "number 1 in the queue")
        await region.write(ADA, "no", to=ticket)
        await region.mail_to(ADA, "Your seat goes to the next")
        offer = await region.mail_to(BEN, "A seat has become free")
        await region.write(BEN, "yes", to=offer)
        await region.mail_to(BEN, f"You have a seat: {TITLE}")
        assert await seats(store) == {ada: (Seat.NONE, Rsvp.NO), ben: (Seat.HELD, Rsvp.YES)}

        await by_staff(region, lambda session, act: change(session, number, {"venue": "Mill Hall"}, act))
        changed = await region.mail_to(BEN, "has changed")
        _, entry = entry_of(changed)
        assert (str(entry["LOCATION"]), entry["SEQUENCE"]) == ("Mill Hall", 1)
        assert entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
        await by_staff(region, lambda session, act: cancel(session, number, "The hall is flooded.", act))
        calendar, entry = entry_of(await region.mail_to(BEN, "The hall is flooded."))
        assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
        assert not any("cancelled" in told.lower() for told in region.unread(ADA))


async def test_a_guest_and_a_substitute_by_mail(sqlite_store: Store) -> None:
    async with a_region(sqlite_store) as region:
        await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await add_member(sqlite_store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        await an_evening(region)
        await region.write(ADA, "Yes, with Gil Oak", to=await region.mail_to(ADA, "You are invited"))
        await region.mail_to(ADA, "two seats for yourself and Gil Oak")
        await region.write(
            BEN, "Yes\nIvy Elm will come in my place.", to=await region.mail_to(BEN, "You are invited")
        )
        await region.mail_to(BEN, "Ivy Elm comes in your place")


async def test_a_calendar_answers_for_its_reader_and_for_nobody_else(store: Store) -> None:
    async with a_region(store) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        ben = await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        await an_evening(region)
        invitation = await region.mail_to(ADA, "You are invited")
        uid = str(entry_of(invitation)[1]["UID"])
        await region.answer_by_calendar(ADA, uid, "ACCEPTED")
        await region.mail_to(ADA, f"You have a seat: {TITLE}")
        await region.answer_by_calendar(BEN, uid, "DECLINED", attendee=ADA)
        await region.mail_to(BEN, "somebody else's invitation")
        assert (await seats(store))[ada] == (Seat.HELD, Rsvp.YES)
        await region.answer_by_calendar(BEN, uid, "TENTATIVE")
        await region.mail_to(BEN, "Noted as perhaps")
        assert (await seats(store))[ben] == (Seat.NONE, Rsvp.MAYBE)


async def test_an_evening_in_slack(store: Store) -> None:
    async with SlackDouble() as slack, a_region(store, slack=slack) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", slack=ALICE)
        ben = await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", slack=BOB)
        await an_evening(region, capacity=1)
        invitation = await shown(slack, ALICE, f"You are invited to {TITLE}")
        await slack.block_action("letter:answer:yes", user=ALICE, within=invitation)
        await until(store, {ada: (Seat.HELD, Rsvp.YES)})
        bens = await shown(slack, BOB, f"You are invited to {TITLE}")
        await slack.block_action("letter:answer:yes", user=BOB, within=bens)
        await until(store, {ada: (Seat.HELD, Rsvp.YES), ben: (Seat.WAITING, Rsvp.YES)})
        await slack.block_action("letter:answer:no", user=BOB, within=invitation)  # not his to press
        await slack.block_action("letter:answer:no", user=ALICE, within=invitation)
        offer = await shown(slack, BOB, "A seat has become free")
        await slack.block_action("letter:answer:yes", user=BOB, within=offer)
        await until(store, {ada: (Seat.NONE, Rsvp.NO), ben: (Seat.HELD, Rsvp.YES)})


async def shown(slack: SlackDouble, user: str, saying: str) -> Message:
    """The latest message to this person that says so, as it reads now."""

    def said() -> list[Message]:
        return [each for each in slack.posted(user) if saying in f"{each.text} {each.blocks}"]

    return (await slack.wait_for(said, PATIENCE))[-1]


async def until(store: Store, wanted: dict[int | None, tuple[Seat, Rsvp]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while {who: each for who, each in (await seats(store)).items() if each[1] is not Rsvp.NONE} != wanted:
            await asyncio.sleep(0.02)
