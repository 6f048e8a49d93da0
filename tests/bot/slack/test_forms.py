"""Forms sent in: answered in time or by a message, kept open when they cannot be kept, and of any version."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, select

from bot.slack.calling import SlackCalls
from bot.slack.desk import SlackDesk
from bot.slack.face import SlackFace
from bot.slack.hearing import arrival_of
from bot.slack.placed import placed_by
from bot.slack.sender import SlackSender
from store import inbox
from store.kinds import InboxState, Medium
from store.models import InboxItem, OutboxMessage
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.test_commands import add_alice, opened, words
from tests.bot.slack.test_pressing import ASK, proposals
from tests.doubles.slack.records import ALICE, JSON
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person


async def test_a_form_of_an_earlier_version_explains_itself(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await an_open_form(slack, callback="of:yesterday")
    await slack.submit({"words": "x"}, callback_id="of:yesterday")
    assert "from an earlier version" in words(slack.modal().body)


async def an_open_form(slack: SlackDouble, *, callback: str, metadata: str = "{}") -> None:
    """As an earlier version of ours had opened it."""
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    view = slack.modal()
    block = {
        "type": "input",
        "block_id": "words",
        "label": {"type": "plain_text", "text": "Words"},
        "element": {"type": "plain_text_input", "action_id": "filled"},
    }
    view.body.update(callback_id=callback, private_metadata=metadata, blocks=[block])


async def test_what_a_form_came_to_reaches_whoever_sent_it_after_a_crash_too(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    """It was kept, and then the process died: nobody waits for the acknowledgement any more."""
    firm = await sqlite_store.write(add_alice)
    body = a_report(firm, "They moved.")
    arrival = arrival_of(body)
    assert arrival is not None
    await sqlite_store.write(inbox.receive, arrival, now=right_now())
    async with start():
        await slack.wait_for(lambda: slack.workspace.scopes)
        while not (letters := await sqlite_store.read(outgoing)):
            await asyncio.sleep(0.02)
    assert [each.payload["users"] for each in letters] == [[ALICE]]
    assert len(await sqlite_store.read(proposals)) == 1


def outgoing(session: Session) -> list[OutboxMessage]:
    return list(session.exec(select(OutboxMessage).where(col(OutboxMessage.dedup_key).startswith("form:"))))


def a_report(organisation_id: int, text: Any) -> JSON:
    return {
        "type": "view_submission",
        "user": {"id": ALICE, "team_id": "T0CLUSTER"},
        "trigger_id": "1.2.3",
        "view": {
            "id": "V1",
            "callback_id": "home:report",
            "private_metadata": f'{{"organisation": {organisation_id}}}',
            "state": {"values": {"words": {"filled": {"type": "plain_text_input", "value": text}}}},
        },
    }


async def test_the_same_form_sent_twice_is_taken_once(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    firm = await sqlite_store.write(add_alice)
    arrival = arrival_of(a_report(firm, "They moved."))
    assert arrival is not None
    first = await sqlite_store.write(inbox.receive, arrival, now=right_now())
    assert await sqlite_store.write(inbox.receive, arrival, now=right_now()) is None
    assert first is not None


async def test_a_form_that_cannot_be_worked_through_is_set_aside_with_a_number(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await an_open_form(slack, callback="home:report", metadata='{"organisation": 99999999999999999999}')
    await slack.submit({"words": "x"}, callback_id="home:report")
    assert "tell the team this number: S" in words(slack.modal().body)
    states = await sqlite_store.read(
        lambda session: list(session.exec(select(InboxItem.state).where(InboxItem.kind == "form")))
    )
    assert states == [InboxState.SET_ASIDE]


async def test_what_cannot_be_done_in_time_is_said_and_kept(
    slack: SlackDouble, sqlite_store: Store, live: LiveIndex
) -> None:
    firm = await sqlite_store.write(add_alice)
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    desk = SlackDesk(
        store=sqlite_store,
        live=live,
        sender=SlackSender(calls, placed=placed_by(sqlite_store, right_now)),
        calls=calls,
        owner="test",
        clock=right_now,
        form_seconds=0.01,
    )
    received, repeated = await desk.keep(a_report(firm, "They moved."))
    assert received is not None
    assert not repeated
    await desk.finish(0)  # it stops, and begins nothing more
    answer = await desk.submit(received)
    assert "I write to you when it is done" in words(answer["view"])
    assert len(await sqlite_store.read(inbox.unfinished, Medium.SLACK)) == 1
    await calls.close()


async def test_a_form_left_open_too_long_is_answered_by_a_direct_message(
    socket_face: SlackFace, slack: SlackDouble, delivering: Callable[..., Any]
) -> None:
    async with delivering(socket_face):
        await slack.slash_command("")
        await opened(slack, "menu:asked")
        view = slack.modal()
        kept = json.loads(view.body["private_metadata"]) | {"opened": 1}
        view.body.update(private_metadata=json.dumps(kept))
        await slack.submit({"question": ASK})
        (found,) = await slack.wait_for(lambda: slack.posted(ALICE))
    assert "Fenwick Flow Diagnostics" in found.text


async def test_a_press_in_a_form_is_answered_in_the_form(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(lambda session: add_person(session, name="Ida Low", slack_user_id=ALICE))
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    await slack.block_action("menu:me", within=slack.modal())
    await slack.wait_for(lambda: slack.modal().body["callback_id"] == "told")
    assert "you belong to no organisation" in words(slack.modal().body).lower()


async def test_a_database_that_is_gone_offers_nothing_and_takes_nothing(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    sqlite_store.close()
    assert await slack.suggest("suggest:organisation", "fenwick") == []
    await slack.home_opened()
    assert "have not kept it" in (await slack.submit({"question": ASK})).errors["question"]
    assert slack.modal().body["callback_id"] == "menu:asked"  # what was typed is still there


async def test_a_form_that_is_closed_is_nothing(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.slash_command("")
    await opened(slack, "menu:asked")
    slack.modal().body.update(notify_on_close=True)
    assert (await slack.close()).ok
