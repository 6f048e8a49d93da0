"""After an evening: thanks, two questions, and whom one missed, to the introduction that staff make of it; by mail and in Slack."""

from datetime import timedelta

from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.events.after_wording import thanks_key
from bot.assistant.events.attending import respond
from bot.assistant.introductions.quiet import quiet_of
from scheduler.events import keep_events
from store.events.feedback import Heard, heard
from store.events.slots import thanks_slot
from store.kinds import Medium, Rsvp, StaffRole, WishState
from store.models import Event
from store.people import by_id
from store.store import Store
from tests.bot.slack.planned import form, home, words
from tests.doubles.slack.records import ALICE, BOB
from tests.doubles.slack.server import SlackDouble
from tests.test_events import ADA, BEN, TITLE, an_evening, shown
from tests.whole_region import AT_ANY_HOUR, WholeRegion, a_region, add_member, words_of


async def over(region: WholeRegion, number: int, *guests: int) -> None:
    """They come, it is the next working day, and who came is thanked."""

    def come(session: Session) -> Event:
        for each in guests:
            act = Act(by_id(session, each), Medium.TERMINAL, f"t:{each}", region.house, region.clock())
            assert respond(session, number, Rsvp.YES, act).done
        event = session.get(Event, number)
        assert event is not None
        session.expunge(event)
        return event

    event = await region.store.write(come)
    ahead = thanks_slot(event.ends_at, event.zone, quiet_of(AT_ANY_HOUR)) - region.clock()
    region.clock.pass_days(ahead / timedelta(days=1) + 0.01)
    await keep_events(region.store, region.house, now=region.clock())
    region.wake()


async def said_of(store: Store, number: int) -> Heard:
    return await store.read(heard, number, letter_key=thanks_key(number))


async def test_by_mail(store: Store) -> None:
    async with a_region(store) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        ben = await add_member(store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        number = await an_evening(region)
        await over(region, number, ada, ben)
        thanks = await region.mail_to(ADA, f"Thank you for coming to {TITLE}")
        assert "    5    Excellent" in words_of(thanks)
        await region.write(
            ADA, "4\n\nMore time between the talks, please?\nMeet: Ben Larch\n\nBest wishes\nAda", to=thanks
        )
        told = words_of(await region.mail_to(ADA, "The team reads 4 of 5"))
        assert "“Ben Larch”" in told
        found = await said_of(store, number)
        [remark] = found.remarks
        assert (found.asked, remark.score, remark.words) == (2, 4, "More time between the talks, please?")
        assert [(each.words, each.name) for each in found.wishes] == [("Ben Larch", "Ada Finch")]

        bens = await region.mail_to(BEN, f"Thank you for coming to {TITLE}")
        await region.write(BEN, "Great evening, thank you both.", to=bens)
        assert "begins “Meet:”" in words_of(await region.mail_to(BEN, "The team reads what you wrote"))
        await region.write(BEN, "I'd have loved to meet somebody who does lateral flow tests", to=bens)
        await region.mail_to(BEN, "“somebody who does lateral flow tests”")
        await region.write(BEN, "who makes lateral flow tests?", to=bens)
        assert "Thank you" not in words_of(await region.mail_to(BEN, "1."))
        found = await said_of(store, number)
        assert [each.words for each in found.remarks if each.name == "Ben Larch"] == [
            "Great evening, thank you both."
        ]


async def test_who_is_thanked_answers_for_themselves_alone(sqlite_store: Store) -> None:
    async with a_region(sqlite_store) as region:
        ada = await add_member(sqlite_store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await add_member(sqlite_store, "Ben Larch", "Larkspur Vectors Ltd", address=BEN)
        number = await an_evening(region)
        await over(region, number, ada)
        thanks = await region.mail_to(ADA, "Thank you for coming")
        await region.write(BEN, "1\nAwful.", to=thanks)
        await region.mail_to(BEN, "written to somebody else")
        assert (await said_of(sqlite_store, number)).remarks == ()
        await region.write(ADA, "stop", to=thanks)
        await region.mail_to(ADA, "nothing unasked")
        assert (await said_of(sqlite_store, number)).remarks == ()


async def test_in_slack_to_the_introduction(store: Store) -> None:
    async with SlackDouble() as slack, a_region(store, slack=slack) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", slack=ALICE)
        ben = await add_member(
            store, "Ben Larch", "Larkspur Vectors Ltd", slack=BOB, staff_role=StaffRole.STAFF
        )
        number = await an_evening(region)
        await over(region, number, ada, ben)
        thanks = await shown(slack, ALICE, "Thank you for coming")
        await slack.block_action("letter:answer:4", user=ALICE, within=thanks)
        await slack.wait_for(lambda: any("The team reads 4 of 5" in each.text for each in slack.ephemerals))
        await slack.block_action("after:say", user=BOB, within=thanks)  # not his to answer
        await slack.wait_for(
            lambda: any("written to somebody else" in each.text for each in slack.ephemerals)
        )
        await slack.block_action("after:say", user=ALICE, within=thanks)
        view = await form(slack, ALICE, "after:say")
        assert "'value': '4'" in words(view)
        await slack.submit({"words": "Too <!channel> loud", "meet": "Ben Larch"}, user=ALICE)
        await form(slack, ALICE, "told", saying="“Ben Larch”")
        found = await said_of(store, number)
        assert [(each.score, each.words) for each in found.remarks] == [(4, "Too <!channel> loud")]

        await slack.block_action("after:wishes", user=BOB, within=await home(slack, BOB, saying="missed (1)"))
        view = await form(slack, BOB, "after:shown", saying="wanted to meet")
        assert "Ben Larch, Larkspur Vectors Ltd" in words(view)
        await slack.block_action("after:introduce:1", user=BOB, within=view)
        await form(slack, BOB, "after:shown", saying="I have asked")
        await shown(slack, BOB, "thinks you and")
        await shown(slack, ALICE, "thinks you and")
        assert [each.state for each in (await said_of(store, number)).wishes] == [WishState.INTRODUCED]
