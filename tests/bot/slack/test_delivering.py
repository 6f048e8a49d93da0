"""Nothing lost, nothing twice: repeats, refusals, broken connections, restarts."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.house import House
from bot.slack.arrivals import Click
from bot.slack.buttons import Carried
from bot.slack.desk import AT_ONCE
from bot.slack.doing import Here
from bot.slack.face import SlackFace
from bot.slack.hearing import arrival_of
from bot.slack.work import handle
from scheduler.delivery import Delivery
from store import inbox
from store.inbox import Arrival, Received
from store.kinds import InboxState, Medium, OutboxState
from store.models import InboxItem, OutboxMessage
from store.outcome import Postponed
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import StartFace, a_message, face_of, mounted, right_now
from tests.doubles.slack.payloads import event_callback
from tests.doubles.slack.records import ALICE, GENERAL, JSON
from tests.doubles.slack.server import SlackDouble

Delivering = Callable[[SlackFace], AbstractAsyncContextManager[Delivery]]
ASK = "who does lateral flow tests?"
MESSAGE = a_message("chat.postMessage", channel=GENERAL, text="hello")


def outbox_states(session: Session) -> list[OutboxState]:
    return [row.state for row in session.exec(select(OutboxMessage).order_by("id"))]


def inbox_states(session: Session) -> list[InboxState]:
    return [row.state for row in session.exec(select(InboxItem).order_by("id"))]


async def settled(slack: SlackDouble, store: Store) -> list[OutboxState]:
    """Until nothing is under way any more."""
    end = asyncio.get_running_loop().time() + 15
    while True:
        states = await store.read(outbox_states)
        if states and not {OutboxState.QUEUED, OutboxState.SENDING} & set(states):
            return states
        assert asyncio.get_running_loop().time() < end, states
        await asyncio.sleep(0.02)


def a_mention(slack: SlackDouble, text: str = ASK) -> JSON:
    """A member's question that Slack has not brought yet."""
    message = slack.member_says(text, user=ALICE, channel=GENERAL)
    event = {"type": "app_mention", "user": ALICE, "channel": GENERAL, "ts": message.ts, "text": text}
    return event_callback(event, event_id=f"Ev{message.ts}", at=0)


def keep(session: Session, body: JSON) -> Received:
    """As the middleware does it, when nothing else came after."""
    arrival = arrival_of(body)
    assert arrival is not None
    item_id = inbox.receive(session, arrival, now=right_now())
    assert item_id is not None
    return Received(
        item_id, Medium.SLACK, arrival.event_id, arrival.kind, arrival.payload, None, 0, right_now()
    )


async def test_an_event_that_comes_three_times_is_answered_once(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    delivery = await slack.mention(ASK, copies=3)
    assert delivery.ok
    assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert len(slack.posted()) == 1
    assert await sqlite_store.read(inbox_states) == [InboxState.DONE]


async def test_two_processes_on_one_app_answer_once(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    async with start(), start():
        await slack.connected(2)
        delivery = await slack.mention(ASK, copies=2)
        assert delivery.ok
        assert await settled(slack, sqlite_store) == [OutboxState.SENT]
        assert len(slack.posted()) == 1


async def test_told_to_wait_it_waits_and_answers(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=0.2)
    async with delivering(socket_face):
        await slack.mention(ASK)
        assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert [call.result for call in slack.calls_of("chat.postMessage")] == ["ratelimited", "ok"]


async def test_accepted_without_a_word_it_is_found_and_not_said_again(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.drop("chat.postMessage", accepted=True)
    async with delivering(socket_face):
        await slack.mention(ASK)
        assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert len(slack.posted()) == 1


async def test_lost_on_the_way_it_is_said_again(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.drop("chat.postMessage", accepted=False)
    async with delivering(socket_face):
        await slack.mention(ASK)
        assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert len(slack.posted()) == 1


async def test_a_fault_of_slacks_own_is_looked_into_and_tried_again(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, delivering: Delivering
) -> None:
    slack.fail("chat.postMessage", status=503)
    slack.fail("conversations.replies", status=429, retry_after=0.1)
    async with delivering(socket_face):
        await slack.dm(ASK)
        assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert len(slack.posted()) == 1


@pytest.mark.parametrize("posted_before_the_crash", [True, False])
async def test_killed_in_mid_answer_it_is_answered_once(
    start: StartFace,
    slack: SlackDouble,
    sqlite_store: Store,
    live: LiveIndex,
    delivering: Delivering,
    posted_before_the_crash: bool,
) -> None:
    """The row says "sending" and nobody knows whether it was: Slack does."""
    body = a_mention(slack)
    await sqlite_store.read(live.catch_up)
    received = await sqlite_store.write(keep, body)
    then = Here(live.index, House(), "a dead process", right_now() - timedelta(hours=1))
    (message,) = (await sqlite_store.write(handle, received, here=then)).messages
    async with start() as face:
        if posted_before_the_crash:
            await face.sender.send(message)
        async with delivering(face):
            assert await settled(slack, sqlite_store) == [OutboxState.SENT]
    assert len(slack.posted()) == 1


async def test_what_was_accepted_before_a_crash_is_answered_at_the_next_start(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    body = a_mention(slack)
    await sqlite_store.write(keep, body)
    async with start():
        await slack.wait_for(lambda: slack.posted())
    assert await sqlite_store.read(inbox_states) == [InboxState.DONE]
    assert len(slack.posted()) == 1


async def test_a_stop_finishes_the_answer_in_hand(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    slack.delay("chat.postMessage", 0.5)
    async with start():
        await slack.mention(ASK)
    assert await sqlite_store.read(outbox_states) == [OutboxState.SENT]
    assert len(slack.posted()) == 1


async def test_a_stop_does_not_wait_for_ever(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    slack.delay("chat.postMessage", 30)
    async with start(stop_within=0.2):
        await slack.mention(ASK)
        while await sqlite_store.read(outbox_states) != [OutboxState.SENDING]:
            await asyncio.sleep(0.01)
    assert await sqlite_store.read(outbox_states) == [OutboxState.SENDING]


async def test_after_a_stop_nothing_more_is_begun(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    face = face_of(slack, sqlite_store, live, transport="http")
    await face.start()
    runner = await mounted(slack, face)
    await face.stop(1)
    assert not (await slack.mention(ASK)).ok
    assert isinstance(await face.sender.send(MESSAGE), Postponed)
    assert not slack.posted()
    assert isinstance(await face.sender.look_up(MESSAGE), Postponed)  # looking does no harm, and settles it
    await runner.cleanup()


async def test_a_question_that_cannot_be_worked_through_is_set_aside_and_its_asker_told(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    body = a_mention(slack)
    await sqlite_store.write(keep_broken, body)
    async with start():
        (apology,) = await slack.wait_for(lambda: slack.posted())
    assert "Something went wrong on my side" in apology.text
    assert "S1" in apology.text
    assert await sqlite_store.read(inbox_states) == [InboxState.SET_ASIDE]
    assert "lateral" not in caplog.text


def keep_broken(session: Session, body: JSON) -> None:
    """A row whose kind of trouble only shows once it is worked on."""
    keep(session, body)
    row = session.exec(select(InboxItem)).one()
    row.payload = row.payload | {"text": None}


async def test_a_command_that_cannot_be_worked_through_is_told_to_its_user_alone(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    url = slack.urls.issue(GENERAL, ALICE)
    payload = {"channel": GENERAL, "user": ALICE, "text": None, "trigger": "t", "response_url": url}
    arrival = Arrival(Medium.SLACK, "broken", "command", payload)
    await sqlite_store.write(inbox.receive, arrival, now=right_now())
    async with start():
        (apology,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "tell the team this number: S1" in apology.text
    assert await sqlite_store.read(inbox_states) == [InboxState.SET_ASIDE]


async def test_a_click_that_cannot_be_worked_through_is_told_to_its_user_alone(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    async with start():
        asked = await slack.mention(ASK)
        await settled(slack, sqlite_store)
    ask = f"slack:{GENERAL}:{asked.ts}"
    click = Click(
        GENERAL, ALICE, "alice", "no_verdict", Carried(ask, f"answer:{ask}").dump(), "1.2",
        slack.urls.issue(GENERAL, ALICE),
    )  # fmt: skip
    arrival = Arrival(Medium.SLACK, "broken", "click", asdict(click) | {"action": None})
    await sqlite_store.write(inbox.receive, arrival, now=right_now())
    async with start():
        (apology,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "tell the team this number: S2" in apology.text


@pytest.mark.parametrize("kind", ["said", "of another version"])
async def test_a_row_of_another_version_is_set_aside(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, kind: str
) -> None:
    arrival = Arrival(Medium.SLACK, "strange", kind, {"strange": True})
    await sqlite_store.write(inbox.receive, arrival, now=right_now())
    async with start():
        while await sqlite_store.read(inbox_states) != [InboxState.SET_ASIDE]:
            await asyncio.sleep(0.01)
    assert not slack.posted()


async def test_what_the_database_could_not_take_is_tried_again(
    start: StartFace,
    slack: SlackDouble,
    sqlite_store: Store,
    sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A full disk stands for all that a database may suffer for a while."""
    await sqlite_store.write(keep, a_mention(slack))
    alter(sqlite_url, a_failing_ask("database or disk is full"))
    async with start(sweep_seconds=0.05):
        await slack.wait_for(lambda: "slack.store_failed" in caplog.text)
        alter(sqlite_url, "DROP TRIGGER failing")
        await slack.wait_for(lambda: slack.posted())
    assert await sqlite_store.read(inbox_states) == [InboxState.DONE]
    assert len(slack.posted()) == 1


async def test_what_the_database_will_never_take_is_set_aside_and_its_asker_told(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, sqlite_url: str
) -> None:
    """Else it would be tried for ever, and whoever asked would wait as long."""
    await sqlite_store.write(keep, a_mention(slack))
    alter(sqlite_url, a_failing_ask("CHECK constraint failed"))
    async with start():
        (apology,) = await slack.wait_for(lambda: slack.posted())
    assert "Something went wrong on my side" in apology.text
    assert await sqlite_store.read(inbox_states) == [InboxState.SET_ASIDE]


async def test_of_many_that_waited_a_few_are_said_at_once(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    """A hundred calls at once only wait for each other, and the last of them would be given up, half said."""
    for number in range(50):
        await sqlite_store.write(keep, a_mention(slack, f"{ASK} {number}"))
    for _ in range(50):
        slack.delay("chat.postMessage", 0.05)
    at_once = 0
    async with start():
        while len(slack.posted()) < 50:
            at_once = max(at_once, (await sqlite_store.read(outbox_states)).count(OutboxState.SENDING))
            await asyncio.sleep(0.005)
    assert 0 < at_once <= AT_ONCE


async def test_told_to_stop_it_leaves_what_was_not_begun(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    for number in range(AT_ONCE + 5):
        await sqlite_store.write(keep, a_mention(slack, f"{ASK} {number}"))
        slack.delay("chat.postMessage", 0.3)
    async with start():
        while len(await sqlite_store.read(outbox_states)) < AT_ONCE:
            await asyncio.sleep(0.005)
    assert len(slack.posted()) == AT_ONCE
    assert (await sqlite_store.read(inbox_states)).count(InboxState.RECEIVED) == 5


def a_failing_ask(reason: str) -> str:
    return f"CREATE TRIGGER failing BEFORE INSERT ON ask BEGIN SELECT RAISE(ABORT, '{reason}'); END"


def alter(url: str, statement: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)


async def test_a_database_that_is_gone_takes_nothing_and_says_so(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    async with start(transport="http"):
        await asyncio.to_thread(sqlite_store.close)
        assert not (await slack.mention(ASK)).ok
        delivery = await slack.slash_command("lateral flow tests")
        assert delivery.ok
        assert "have not kept it" in slack.ephemerals[0].text


async def test_a_burst_is_acknowledged_in_time_and_all_of_it_answered(
    face: SlackFace, slack: SlackDouble
) -> None:
    deliveries = await asyncio.gather(*(slack.mention(f"{ASK} {number}") for number in range(60)))
    assert all(delivery.ok for delivery in deliveries)
    await slack.wait_for(lambda: len(slack.posted()) == 60, timeout=30)
    assert max(ack.seconds for ack in slack.acks) < 3
    assert {message.thread_ts for message in slack.posted()} == {delivery.ts for delivery in deliveries}
