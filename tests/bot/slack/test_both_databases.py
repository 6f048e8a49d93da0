"""The Slack face on SQLite and on PostgreSQL: kept, answered, clicked, with words that databases are shy of."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from store.places.gazetteer import Gazetteer
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import face_of
from tests.doubles.slack.records import ALICE, BOB, GENERAL
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_golden_region


@pytest.fixture
async def two_faces(slack: SlackDouble, store: Store, gazetteer: Gazetteer) -> AsyncIterator[None]:
    """As two processes on one database would be."""
    if store.dialect == "postgresql":
        await store.write(add_golden_region)
    faces = [face_of(slack, store, LiveIndex(gazetteer)) for _ in range(2)]
    stop = asyncio.Event()
    for face in faces:
        await face.start()
    running = [asyncio.create_task(face.run(stop)) for face in faces]
    await slack.connected(2)
    yield
    stop.set()
    await asyncio.gather(*running)


@pytest.mark.usefixtures("two_faces")
async def test_asked_at_the_same_time_by_many_each_is_answered_once(slack: SlackDouble) -> None:
    asked = await asyncio.gather(
        *(slack.mention(f"who does lateral flow tests? {number}", copies=2) for number in range(12))
    )
    await slack.wait_for(lambda: len(slack.posted()) >= 12)
    assert sorted(str(message.thread_ts) for message in slack.posted()) == sorted(
        str(one.ts) for one in asked
    )


@pytest.mark.usefixtures("two_faces")
async def test_words_that_databases_are_shy_of_are_answered(slack: SlackDouble) -> None:
    said = slack.member_says("lateral flow", user=ALICE, channel=GENERAL)
    text = "who does lateral flow \0 \ud83d tests? \u202e %s ' \" \\ ;--"
    await slack.event({"type": "app_mention", "user": ALICE, "channel": GENERAL, "ts": said.ts, "text": text})
    (answer,) = await slack.wait_for(lambda: slack.posted())
    assert "Fenwick Flow Diagnostics" in answer.text


@pytest.mark.usefixtures("two_faces")
async def test_clicked_by_two_at_the_same_time_the_answer_holds_a_verdict_of_one(slack: SlackDouble) -> None:
    await slack.mention("who does lateral flow tests?")
    (answer,) = await slack.wait_for(lambda: slack.posted())
    await asyncio.gather(
        slack.block_action("feedback_useful", user=ALICE, within=answer),
        slack.block_action("feedback_not_useful", user=BOB, within=answer),
    )
    await slack.wait_for(lambda: len(slack.calls_of("chat.update")) == 2)
    assert slack.posted()[0].text.count("thanks") == 1


@pytest.mark.usefixtures("two_faces")
async def test_a_command_is_followed_up_by_the_next_one(slack: SlackDouble) -> None:
    await slack.slash_command("viral vectors")
    await slack.wait_for(lambda: slack.ephemerals)
    await slack.slash_command("only in Manchester")
    await slack.wait_for(lambda: len(slack.ephemerals) == 2)
    assert "Tamarisk" in slack.ephemerals[1].text
    assert "Larkspur" not in slack.ephemerals[1].text
