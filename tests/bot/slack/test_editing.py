"""Questions edited or taken back, and answers that a channel does not take."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlmodel import select

from bot.slack.arrivals import Shortcut
from bot.slack.face import SlackFace
from store import inbox
from store.inbox import Arrival
from store.kinds import InboxState, Medium
from store.models import InboxItem, Introduction
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.test_commands import add_alice
from tests.bot.slack.test_pressing import ASK
from tests.doubles.slack.records import ALICE, GENERAL, JSON, Message
from tests.doubles.slack.server import SlackDouble


async def test_where_a_channel_takes_nothing_the_answer_comes_directly(
    start: StartFace, slack: SlackDouble, sqlite_store: Store, delivering: Callable[..., Any]
) -> None:
    gone = Shortcut("who_can_help", GENERAL, ALICE, ASK, "1.1", "t", f"{slack.url}/respond/gone")
    arrival = Arrival(Medium.SLACK, "shortcut:t", "shortcut", asdict(gone))
    await sqlite_store.write(inbox.receive, arrival, now=right_now())
    async with start() as face, delivering(face):
        (found,) = await slack.wait_for(lambda: slack.posted(ALICE))
    assert "Fenwick Flow Diagnostics" in found.text
    assert not slack.ephemerals


def changed(message: Message, *, text: str = "", **fields: Any) -> JSON:
    """A direct message edited, or, without a text, deleted."""
    before = {"user": ALICE, "ts": message.ts, "text": message.text, "team": "T0CLUSTER"}
    event: JSON = {"type": "message", "channel": message.channel, "channel_type": "im", "hidden": True}
    event |= {"previous_message": before, "event_ts": "1.1"}
    if not text:
        return event | {"subtype": "message_deleted", "deleted_ts": message.ts} | fields
    after = {**before, "text": text, "edited": {"user": ALICE, "ts": "1.1"}}
    return event | {"subtype": "message_changed", "message": after} | fields


async def asked_directly(slack: SlackDouble, text: str) -> Message:
    await slack.dm(text)
    await slack.wait_for(lambda: slack.posted(ALICE))
    return next(each for each in slack.messages(ALICE) if not each.by_bot)


async def test_an_edited_question_edits_its_answer_and_one_taken_back_takes_it_away(
    socket_face: SlackFace, slack: SlackDouble, delivering: Callable[..., Any]
) -> None:
    async with delivering(socket_face):
        question = await asked_directly(slack, ASK)
        (first,) = slack.posted(ALICE)
        await slack.event(changed(question, text="who does protein purification?"))
        await slack.wait_for(lambda: "Oriel Protein Services" in slack.posted(ALICE)[0].text)
        await slack.event(changed(question, text="who makes viral vectors?"))
        await slack.wait_for(lambda: "Larkspur" in slack.posted(ALICE)[0].text)
        assert slack.posted(ALICE)[0].ts == first.ts
        await slack.event(changed(question))
        await slack.wait_for(lambda: not slack.posted(ALICE))


async def test_what_is_edited_late_or_by_a_program_changes_nothing(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    question = await asked_directly(slack, ASK)
    old = replace(question, ts="1600000000.000100")
    unfolded = changed(question, text=question.text)
    ours = changed(question, text="x", previous_message={"bot_id": "B1", "user": "U1", "ts": question.ts})
    for event in (changed(old, text="anything"), changed(old), unfolded, ours):
        assert (await slack.event(event)).ok
    kinds = select(InboxItem.kind).where(InboxItem.state == InboxState.DONE)
    while len(await sqlite_store.read(lambda session: list(session.exec(kinds)))) < 3:
        await asyncio.sleep(0.02)
    assert [message.edited for message in slack.posted(ALICE)] == [False]


async def test_an_edit_does_not_ask_for_a_second_introduction(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    question = await asked_directly(slack, "introduce me to Fenwick Flow Diagnostics")
    await slack.event(changed(question, text="introduce me to Oriel Protein Services"))
    kinds = select(InboxItem.kind).where(InboxItem.state == InboxState.DONE)
    while len(await sqlite_store.read(lambda session: list(session.exec(kinds)))) < 2:
        await asyncio.sleep(0.02)
    assert len(await sqlite_store.read(lambda session: list(session.exec(select(Introduction))))) == 1
