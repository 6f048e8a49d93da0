"""What is pressed and sent in beside a question: hits, mistakes, the menu of a message, and what is stale or late."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.slack.arrivals import Shortcut, arrival_of
from bot.slack.calling import SlackCalls
from bot.slack.desk import SlackDesk
from bot.slack.face import SlackFace
from bot.slack.placed import placed_by
from bot.slack.sender import SlackSender
from store import inbox
from store.inbox import Arrival
from store.kinds import InboxState, Medium, ProposalState
from store.models import Feedback, InboxItem, Introduction, OutboxMessage, Person, Proposal
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import StartFace, right_now
from tests.bot.slack.test_commands import FIRM, add_alice, opened, told, words
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL, JSON, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_organisation, add_person

ASK = "who does lateral flow tests?"


async def answer(slack: SlackDouble) -> Message:
    return (await slack.wait_for(lambda: slack.posted(GENERAL)))[-1]


def proposals(session: Session) -> list[Proposal]:
    return list(session.exec(select(Proposal)))


def add_two(session: Session) -> None:
    for name in ("Selwick Optics", "Ravenglass Optics"):
        add_organisation(session, name=name, capabilities=["zebrafish imaging"])


async def test_a_hit_leads_to_an_introduction(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention(ASK)
    await slack.block_action("intro:hit:1", within=await answer(slack))
    form = await opened(slack, "intro:request")
    assert "Fenwick Flow Diagnostics" in words(form)
    assert "asked for" in words(form)  # why they fit, for its asker to change
    assert not (await slack.submit({"seeks": "two hundred kits"})).errors
    asked = await sqlite_store.read(lambda session: session.exec(select(Introduction)).one())
    assert asked.seeks == "two hundred kits"


async def test_whoever_is_no_member_is_told_how_to_become_known(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.mention(ASK)
    await slack.block_action("intro:hit:1", within=await answer(slack), user=BOB)
    notice = await told(slack)
    assert "link your Slack account" in notice.text
    assert notice.seen_by == BOB


async def test_a_wrong_entry_is_marked_and_told_to_the_team(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention("Fenwick Flow Diagnostics")
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    await opened(slack, "home:report")
    await slack.submit({"words": "They moved to <!channel> Crewe."})
    assert slack.modal().body["callback_id"] == "told"
    (kept,) = await sqlite_store.read(proposals)
    assert (kept.state, kept.words) == (ProposalState.OPEN, "They moved to <!channel> Crewe.")
    await slack.wait_for(lambda: "Marked out of date by Alice Finch" in slack.posted(GENERAL)[0].text)
    assert len(await sqlite_store.read(lambda session: list(session.exec(select(Feedback))))) == 1


async def test_of_several_one_says_whose_entry_is_wrong(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    await sqlite_store.write(add_alice)
    await slack.mention("who does zebrafish imaging?")
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    form = await opened(slack, "mistake:which")
    options = form["blocks"][0]["element"]["options"]
    assert {each["text"]["text"] for each in options} == {"Selwick Optics", "Ravenglass Optics"}
    await slack.submit({"organisation": options[1]["value"], "words": "They closed."})
    (kept,) = await sqlite_store.read(proposals)
    assert str(kept.organisation_id) == options[1]["value"]


async def test_ones_own_entry_is_edited_at_once(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.mention(FIRM)
    await slack.block_action("feedback_out_of_date", within=await answer(slack))
    await opened(slack, "home:listing")


async def test_the_menu_of_a_message_answers_whoever_chose_it_alone(
    face: SlackFace, slack: SlackDouble
) -> None:
    message = slack.member_says(f"*{ASK}* <!channel>", user=BOB, channel=GENERAL)
    assert (await slack.shortcut("who_can_help", message=message)).ok
    found = await told(slack)
    assert (found.seen_by, found.channel) == (ALICE, GENERAL)
    assert "Fenwick Flow Diagnostics" in found.text
    await slack.block_action("share_here", within=found)
    assert "alice asked" in (await answer(slack)).text


async def test_a_message_without_words_says_so(socket_face: SlackFace, slack: SlackDouble) -> None:
    message = slack.member_says(":wave:", user=BOB, channel=GENERAL)
    await slack.shortcut("who_can_help", message=message)
    assert "no words" in (await told(slack)).text
    await slack.shortcut("of_yesterday", message=message, old=True)
    await slack.wait_for(lambda: "I don't do that any more" in slack.ephemerals[-1].text)


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


async def test_buttons_of_the_home_tab_are_answered_there(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_alice)
    await slack.home_opened()
    await slack.wait_for(lambda: ALICE in slack.workspace.homes)
    assert FIRM in words(slack.home().body)
    await slack.block_action("home:set_newsletters", value="off", within=slack.home())
    await slack.wait_for(lambda: "Switch newsletters on" in words(slack.home().body))
    assert not slack.ephemerals
    person = await sqlite_store.read(
        lambda session: session.exec(select(Person).where(Person.slack_user_id == ALICE)).one()
    )
    assert not person.newsletters


async def test_a_stale_button_of_the_home_tab_says_so_there(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.home_opened()
    await slack.wait_for(lambda: ALICE in slack.workspace.homes)
    home = slack.home()
    home.body["blocks"][-1] = {
        "type": "actions",
        "block_id": "old",
        "elements": [
            {"type": "button", "action_id": "of:yesterday", "text": {"type": "plain_text", "text": "Old"}}
        ],
    }
    await slack.block_action("of:yesterday", within=home)
    await slack.wait_for(lambda: "no longer works" in words(slack.home().body))


async def test_looking_at_the_messages_draws_no_home(socket_face: SlackFace, slack: SlackDouble) -> None:
    assert (await slack.home_opened(tab="messages")).ok
    assert (await slack.home_opened(user=BOB)).ok
    await slack.wait_for(lambda: BOB in slack.workspace.homes)
    assert ALICE not in slack.workspace.homes


@pytest.mark.parametrize("fault", ["internal_error", ""])
async def test_a_home_that_slack_does_not_take_is_drawn_at_the_next_look(
    socket_face: SlackFace, slack: SlackDouble, fault: str
) -> None:
    if fault:
        slack.fail("views.publish", error=fault)
    else:
        slack.drop("views.publish", accepted=False)
    await slack.home_opened(user=BOB)
    await slack.home_opened()
    await slack.wait_for(lambda: slack.workspace.homes)
    while BOB not in slack.workspace.homes or ALICE not in slack.workspace.homes:
        await slack.home_opened()
        await slack.home_opened(user=BOB)


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


async def test_who_is_confirmed_by_slack_is_known_without_a_code(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(
        lambda session: add_person(session, name="Bob Oduya", addresses=["bob@members.example"])
    )
    async with start(house=House("Northmoor")):
        await slack.home_opened(user=BOB)
        await slack.wait_for(lambda: BOB in slack.workspace.homes)
        assert "Bob Oduya" in words(slack.home(user=BOB).body)
        await slack.home_opened(user=ALICE)
        await slack.wait_for(lambda: ALICE in slack.workspace.homes)
        assert "Link my account" in words(slack.home(user=ALICE).body)
    assert len(slack.calls_of("users.info")) == 2


@pytest.mark.parametrize("fault", ["missing_scope", ""])
async def test_whom_slack_says_nothing_of_is_answered_all_the_same(
    socket_face: SlackFace, slack: SlackDouble, fault: str
) -> None:
    if fault:
        slack.fail("users.info", error=fault)
    else:
        slack.drop("users.info")
    await slack.mention(ASK)
    assert "Fenwick" in (await answer(slack)).text


async def test_a_member_of_another_workspace_is_not_taken_for_one_of_ours(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    slack.workspace.add_user("U0GUEST", "gus", team_id="T0ELSEWHERE")
    await sqlite_store.write(
        lambda session: add_person(session, name="Gus Vale", addresses=["gus@members.example"])
    )
    await slack.slash_command("me", user="U0GUEST")
    await slack.wait_for(lambda: slack.workspace.views)
    assert slack.modal(user="U0GUEST").body["callback_id"] == "home:link"


async def test_where_it_is_set_hits_are_cards_with_why_they_fit(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    await sqlite_store.write(add_alice)
    async with start(cards=True):
        await slack.mention("who does zebrafish imaging?")
        (row,) = [block for block in (await answer(slack)).blocks if block["type"] == "carousel"]
        assert "zebrafish imaging" in row["elements"][0]["body"]["text"]
        await slack.block_action("mistake:one:2", within=await answer(slack))
        await opened(slack, "home:report")
        await slack.submit({"words": "They closed."})
        assert len(await sqlite_store.read(proposals)) == 1


async def test_cards_that_slack_refuses_are_said_as_plain_blocks(
    start: StartFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_two)
    slack.fail("chat.postMessage", error="invalid_blocks")
    async with start(cards=True):
        await slack.mention("who does zebrafish imaging?")
        kinds = {block["type"] for block in (await answer(slack)).blocks}
    assert slack.mistakes == ["chat.postMessage: invalid_blocks: "]  # the refusal above
    slack.mistakes.clear()
    assert "carousel" not in kinds
    assert "actions" in kinds


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


async def test_staff_see_how_the_connection_is(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(lambda session: add_alice(session, staff=True))
    await slack.home_opened()
    await slack.wait_for(lambda: ALICE in slack.workspace.homes)
    assert "Slack: connected" in words(slack.home().body)


async def test_a_card_or_menu_of_another_version_explains_itself(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    for action in ("mistake:none:1", "mistake:one:1", "menu:of_yesterday", "intro:of_yesterday"):
        await slack.block_action(action, within=a_button(slack, action))
        await slack.wait_for(lambda: slack.ephemerals and "no longer works" in slack.ephemerals[-1].text)
        slack.ephemerals.clear()


def a_button(slack: SlackDouble, action: str) -> Message:
    old = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "Old"}, "value": "x"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [old]}]
    return slack.workspace.say(Message(GENERAL, slack.workspace.next_ts(), BOT_USER, "old", blocks))


async def test_an_answer_that_named_nobody_has_no_entry_to_be_wrong(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.mention("who does underwater basket weaving with xylophones?")
    found = await answer(slack)
    if "feedback_out_of_date" in words(found):
        await slack.block_action("feedback_out_of_date", within=found)
        await slack.wait_for(lambda: "Marked out of date" in slack.posted(GENERAL)[0].text)


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
