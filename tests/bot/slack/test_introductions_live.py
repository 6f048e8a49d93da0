"""The whole of an introduction over Slack itself: request, yes, one conversation of both, and what came of it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest
from sqlmodel import Session, select

from bot.assistant.house import House
from bot.assistant.introductions.ticking import tick
from bot.assistant.letters import Letterbox
from bot.slack.face import SlackFace
from bot.slack.letters import SlackCarrier
from scheduler.delivery import Delivery
from store.introductions.rules import Rules
from store.kinds import IntroductionState, Medium
from store.models import Introduction, IntroductionOutcome, Organisation
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, ChannelKind, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person

Delivering: TypeAlias = Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]
HOUSE = House(
    "Northmoor",
    rules=Rules(quiet_from=0, quiet_until=0),
    letterbox=Letterbox({Medium.SLACK: SlackCarrier()}),
)
FIRM = "<!channel> & Sons <b>"


@pytest.fixture
async def people(sqlite_store: Store) -> None:
    def seed(session: Session) -> None:
        ids = {each.name: each.id for each in session.exec(select(Organisation))}
        add_person(
            session, name="Ada Finch", organisation_id=ids["Larkspur Vectors Ltd"], slack_user_id=ALICE
        )
        add_person(session, name="Ben Oduya", organisation_id=ids[FIRM], slack_user_id=BOB)

    await sqlite_store.write(seed)


def showing(slack: SlackDouble, user: str, words: str) -> list[Message]:
    """What the bot has said to them directly that shows these words now."""
    return [each for each in slack.posted(user) if words in str(each.blocks)]


def opened(slack: SlackDouble, callback: str) -> bool:
    """Whether this form is open: what an earlier one turned into may be open still."""
    return any(view.body.get("callback_id") == callback for view in slack.workspace.views.values())


async def introduced(store: Store) -> None:
    """Tick until they are: Slack shows a message a moment before the outbox has it written down as sent."""
    async with asyncio.timeout(10):
        while await state(store) is not IntroductionState.INTRODUCED:
            await asyncio.sleep(0.02)
            await store.write(tick, HOUSE, right_now())


async def state(store: Store) -> IntroductionState:
    def read(session: Session) -> IntroductionState:
        return session.exec(select(Introduction)).one().state

    return await store.read(read)


async def test_a_request_becomes_a_conversation_of_both_and_then_an_outcome(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, delivering: Delivering, people: None
) -> None:
    async with start(house=HOUSE) as face, delivering(face):
        await slack.dm("who makes labels for laboratories?", user=ALICE)
        (answer,) = await slack.wait_for(lambda: showing(slack, ALICE, "intro:hit:1"))
        await slack.block_action("intro:hit:1", user=ALICE, within=answer)
        await slack.wait_for(lambda: opened(slack, "intro:request"))
        assert "asked for" in str(slack.modal(user=ALICE).body)
        await slack.submit({"seeks": "freezer labels for <!here>", "unnamed": ["unnamed"]}, user=ALICE)
        (asked,) = await slack.wait_for(lambda: showing(slack, BOB, "would like to be introduced to you"))
        assert "Ada Finch" not in str(asked.blocks)
        await slack.block_action("letter:answer:yes", user=BOB, within=asked)
        (together,) = await slack.wait_for(lambda: said_to_both(slack))
        assert slack.workspace.channels[together.channel].members == {ALICE, BOB, BOT_USER}
        assert sorted(set(slack.mentions)) == [ALICE, BOB]
        await slack.wait_for(lambda: showing(slack, BOB, "You said yes on"))
        assert not showing(slack, BOB, "letter:answer:yes")

        await introduced(sqlite_store)
        await slack.home_opened(user=ALICE)
        await slack.wait_for(lambda: ALICE in slack.workspace.homes)
        await slack.wait_for(lambda: "intro:details" in str(slack.home(user=ALICE).body))
        await slack.block_action("intro:details", user=ALICE, within=slack.home(user=ALICE))
        await slack.wait_for(lambda: opened(slack, "intro:details"))
        await slack.submit({"stage": "met", "pounds": "25000", "may_tell": "yes"}, user=ALICE)
        await slack.wait_for(lambda: "Good to hear" in str(slack.home(user=ALICE).body))
        assert await sqlite_store.read(outcomes) == [(IntroductionState.MET, 25_000)]
        await slack.wait_for(lambda: showing(slack, ALICE, "you met"))


def said_to_both(slack: SlackDouble) -> list[Message]:
    of_both = {each.id for each in slack.workspace.channels.values() if each.kind is ChannelKind.MPIM}
    return [each for each in slack.posted() if each.channel in of_both]


def outcomes(session: Session) -> list[Any]:
    return [(row.stage, row.pounds) for row in session.exec(select(IntroductionOutcome))]
