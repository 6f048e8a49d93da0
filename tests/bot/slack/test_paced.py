"""Many posts at once, a Slack that asks for patience, and answers in between: all of it once, in order, at Slack's pace."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.calling import SlackCalls
from bot.slack.face import SlackFace
from bot.slack.pacing import Pace
from bot.slack.placed import placed_by
from bot.slack.sender import SlackSender
from scheduler.delivery import Delivery
from store.kinds import OutboxState
from store.outcome import Postponed, Sent
from store.store import Store
from tests.bot.slack.conftest import StartFace, a_message, right_now
from tests.bot.slack.outbox_of import in_channel, queue, settled, states, to_people
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL
from tests.doubles.slack.server import SlackDouble

Delivering = Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]
POST = "chat.postMessage"
FAST = 0.1  # seconds between two posts in a channel, where a test need not wait as long as Slack's users do
QUICK = Pace(apart=FAST, per_second=200, burst=100)


def channels(slack: SlackDouble, count: int) -> list[str]:
    names = [f"C{number:03d}" for number in range(count)]
    for name in names:
        slack.workspace.add_channel(name, name.lower(), members=(ALICE, BOB, BOT_USER))
    return names


@pytest.mark.parametrize(("places", "refused_for"), [(50, 0.5), (10, 0.5)])
async def test_fifty_posts_while_slack_refuses_all_go_out_once_and_no_faster_than_it_takes_them(
    start: StartFace,
    slack: SlackDouble,
    sqlite_store: Store,
    delivering: Delivering,
    places: int,
    refused_for: float,
) -> None:
    named = channels(slack, places)
    slack.limit_posts(1 / FAST)
    slack.refuse_posts(refused_for)
    await queue(
        sqlite_store,
        *(
            in_channel(f"news:{number}", named[number % places], text=f"news {number}")
            for number in range(50)
        ),
    )
    async with start(pace=QUICK) as face, delivering(face):
        found = await settled(sqlite_store)
    assert set(states(found).values()) == {OutboxState.SENT}
    assert sorted(message.text for message in slack.posted()) == sorted(f"news {n}" for n in range(50))
    for name in named:
        numbers = [int(message.text.split()[1]) for message in slack.posted(name)]
        assert numbers == sorted(numbers)
    assert slack.pace.shortest_gap() >= FAST
    assert slack.pace.refused <= 8  # not each of fifty messages asks whether it may


async def test_at_slacks_own_pace_nothing_is_ever_refused(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    named = channels(slack, 5)
    slack.limit_posts(1)
    await queue(sqlite_store, *(in_channel(f"news:{n}", named[n % 5], text=str(n)) for n in range(15)))
    async with start() as face, delivering(face):
        found = await settled(sqlite_store)
    assert set(states(found).values()) == {OutboxState.SENT}
    assert len(slack.posted()) == 15
    assert slack.pace.shortest_gap() >= 1
    assert slack.pace.refused == 0


async def test_a_busy_channel_holds_up_no_other(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    """Far more letters for one person than there are workers, and behind them one for somebody else."""
    letters = [to_people(f"letter:{number}", ALICE) for number in range(12)]
    await queue(sqlite_store, *letters, to_people("letter:bob", BOB))
    async with start(pace=replace(QUICK, apart=30.0)) as face, delivering(face):
        await slack.wait_for(lambda: slack.posted(BOB))
        assert len(slack.posted(ALICE)) == 1


async def test_an_answer_is_said_at_once_in_a_channel_full_of_letters(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    await queue(sqlite_store, *(in_channel(f"news:{n}", GENERAL, text=f"news {n}") for n in range(10)))
    drained = Pace(apart=30.0, per_second=0.01, burst=2, reserve=1)
    async with start(pace=drained) as face, delivering(face):
        await slack.wait_for(lambda: slack.posted())
        asked = await slack.mention("who does lateral flow tests?")
        await slack.wait_for(lambda: slack.posted(thread_ts=asked.ts))
    assert len(slack.posted()) == 2


async def test_an_answer_that_slack_refuses_shortly_is_said_when_it_may_be(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    """Without the delivery loop: it is not put off, since somebody waits."""
    slack.fail(POST, status=429, retry_after=0.2)
    await slack.mention("who does lateral flow tests?")
    found = await settled(sqlite_store)
    assert set(states(found).values()) == {OutboxState.SENT}
    assert {row.attempt for row in found.values()} == {1}


async def test_being_held_back_is_no_failure(slack: SlackDouble, sqlite_store: Store) -> None:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    sender = SlackSender(calls, placed=placed_by(sqlite_store, right_now), pace=Pace(apart=30.0))
    letter = replace(a_message(POST, channel=GENERAL, text="hello"), kind="letter")
    assert isinstance(await sender.send(letter), Sent)
    outcome = await sender.send(replace(letter, id=2))
    assert isinstance(outcome, Postponed)
    assert not outcome.tried
    assert outcome.wait is not None
    assert timedelta(seconds=29) < outcome.wait <= timedelta(seconds=30)
    await calls.close()


async def test_what_waits_for_its_turn_goes_back_when_whodoes_stops(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    pace = Pace(per_second=1, burst=1, reserve=0)
    sender = SlackSender(calls, placed=placed_by(sqlite_store, right_now), pace=pace)
    letter = replace(a_message(POST, channel=GENERAL, text="hello"), kind="letter")
    assert isinstance(await sender.send(letter), Sent)
    elsewhere = replace(letter, id=2, payload={"method": POST, "users": [ALICE], "arguments": {"text": "hi"}})
    waiting = asyncio.create_task(sender.send(elsewhere))
    await slack.wait_for(lambda: slack.calls_of("conversations.open"))
    await sender.close(5.0)
    assert isinstance(await waiting, Postponed)
    assert len(slack.posted()) == 1
    await calls.close()


async def test_a_refusal_for_good_is_kept_with_its_reason_and_holds_up_nothing(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.workspace.add_channel("C0OLD", "old", archived=True)
    await queue(sqlite_store, in_channel("news:1", "C0OLD"), in_channel("news:2", GENERAL))
    async with start(pace=QUICK) as face, delivering(face):
        found = await settled(sqlite_store)
    assert states(found) == {"news:1": OutboxState.FAILED, "news:2": OutboxState.SENT}
    assert found["news:1"].reply == "The channel is archived. (is_archived)"
