"""Questions in Slack: mentions, direct messages, the slash command, and what follows an answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, delete, select

from bot.slack.demo import ask_in_slack
from bot.slack.face import SlackFace
from store.kinds import Verdict
from store.models import AskRecord, Feedback, InboxItem, OutboxMessage
from store.search.live import LiveIndex
from store.store import Store
from tests.bot.slack.conftest import StartFace
from tests.doubles.slack.records import ALICE, BOB, BOT_USER, GENERAL, Message
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_organisation, add_person


async def answers(slack: SlackDouble, count: int = 1, channel: str = GENERAL) -> list[Message]:
    await slack.wait_for(lambda: len(slack.posted(channel)) >= count)
    return slack.posted(channel)


def labels(message: Message) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def add_twelve(session: Session) -> None:
    for number in range(12):
        add_organisation(
            session, name=f"Cryo House {number:02}", capabilities=["cryogenic storage"], town="Leeds"
        )


def add_ana(session: Session) -> int:
    return add_person(session, name="Ana Quill", slack_user_id=ALICE)


async def test_a_mention_is_answered_once_and_in_its_thread(face: SlackFace, slack: SlackDouble) -> None:
    delivery = await slack.mention("who does lateral flow tests?")
    answer = await answers(slack)
    assert delivery.ok
    assert [message.thread_ts for message in answer] == [delivery.ts]
    assert "Fenwick Flow Diagnostics" in answer[0].text


async def test_a_direct_message_is_answered_under_it(face: SlackFace, slack: SlackDouble) -> None:
    delivery = await slack.dm("protein purification?")
    (answer,) = await answers(slack, channel=ALICE)
    assert answer.thread_ts == delivery.ts
    assert "Oriel Protein Services" in answer.text


async def test_a_follow_up_in_the_thread_keeps_what_was_asked(face: SlackFace, slack: SlackDouble) -> None:
    first = await slack.mention("who makes viral vectors?")
    await answers(slack)
    await slack.mention("only in Manchester", thread_ts=first.ts)
    second = (await answers(slack, 2))[-1]
    assert second.thread_ts == first.ts
    assert "Tamarisk Gene Works" in second.text
    assert "Larkspur" not in second.text


async def test_in_a_direct_conversation_one_may_just_type_on(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    first = await slack.dm("who does cryogenic storage?")
    await answers(slack, 1, ALICE)
    await slack.dm("thanks")
    await answers(slack, 2, ALICE)
    third = await slack.dm("more")
    answer = (await answers(slack, 3, ALICE))[-1]
    assert answer.thread_ts == third.ts
    assert "Numbers 6 to 10 of 12" in answer.text

    await slack.dm("more", thread_ts=third.ts)
    assert "Numbers 11 to 12 of 12" in (await answers(slack, 4, ALICE))[-1].text
    await slack.dm("more", thread_ts=first.ts)
    assert "Numbers 6 to 10 of 12" in (await answers(slack, 5, ALICE))[-1].text


async def test_a_command_is_answered_to_the_asker_alone_until_shared(
    face: SlackFace, slack: SlackDouble
) -> None:
    await slack.slash_command("lateral flow tests", user=BOB)
    (answer,) = await slack.wait_for(lambda: slack.ephemerals)
    assert answer.seen_by == BOB
    assert "Share here" in labels(answer)
    assert not slack.posted()

    await slack.block_action("share_here", user=BOB)
    (shared,) = await answers(slack)
    assert shared.thread_ts is None
    assert "bob asked “lateral flow tests” and shares the answer" in shared.text
    assert "Fenwick Flow Diagnostics" in shared.text
    await slack.wait_for(lambda: "Share here" not in labels(slack.ephemerals[0]))


async def test_a_shared_answer_takes_verdicts_where_it_stands(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await slack.slash_command("lateral flow tests", user=BOB)
    await slack.wait_for(lambda: slack.ephemerals)
    await slack.block_action("share_here", user=BOB)
    (shared,) = await answers(slack)
    await slack.block_action("feedback_useful", user=ALICE, within=shared)
    await slack.wait_for(lambda: "Marked useful by alice" in slack.posted()[0].text)
    assert "shares the answer" in slack.posted()[0].text
    assert [verdict.actor for verdict in await verdicts(sqlite_store)] == [f"slack:{ALICE}"]


async def test_sharing_twice_shares_once(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.slash_command("lateral flow tests")
    (answer,) = await slack.wait_for(lambda: slack.ephemerals[:])
    await slack.block_action("share_here", within=answer)
    await answers(slack)
    await slack.block_action("share_here", within=answer)
    await slack.wait_for(lambda: slack.ephemerals[-1].text == "You have shared that already.")
    assert len(slack.posted()) == 1


@pytest.mark.parametrize("text", ["help", " Help? ", "what can you do?"])
async def test_help_says_what_can_be_asked(socket_face: SlackFace, slack: SlackDouble, text: str) -> None:
    await slack.slash_command(text)
    (answer,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "who does viral vector manufacturing near Macclesfield?" in answer.text


async def test_a_bare_mention_says_what_can_be_asked(socket_face: SlackFace, slack: SlackDouble) -> None:
    await slack.mention("")
    (answer,) = await answers(slack)
    assert "Ask me who does something here" in answer.text


async def test_show_more_changes_the_message_in_place(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    await slack.mention("who does cryogenic storage?")
    (first,) = await answers(slack)
    assert "Show more (7)" in labels(first)

    await slack.block_action("show_more")
    await slack.wait_for(lambda: slack.posted()[0].edited)
    (second,) = slack.posted()
    assert (second.ts, second.thread_ts) == (first.ts, first.thread_ts)
    assert "Numbers 6 to 10 of 12" in second.text
    assert labels(second)[:2] == ["Back to 1–5", "Show more (2)"]

    await slack.block_action("show_earlier")
    await slack.wait_for(lambda: names(slack.posted()[0]) == names(first))


def names(message: Message) -> list[str]:
    return [line for line in message.text.splitlines() if "Cryo House" in line]


async def test_more_is_understood_in_the_thread_too(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    first = await slack.mention("who does cryogenic storage?")
    await answers(slack)
    await slack.mention("more", thread_ts=first.ts)
    second = (await answers(slack, 2))[-1]
    assert "Numbers 6 to 10 of 12" in second.text


async def test_show_more_on_a_command_changes_what_the_asker_sees(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    await slack.slash_command("cryogenic storage")
    await slack.wait_for(lambda: slack.ephemerals)
    await slack.block_action("show_more")
    await slack.wait_for(lambda: "Numbers 6 to 10 of 12" in slack.ephemerals[0].text)
    assert len(slack.ephemerals) == 1


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        ("feedback_useful", Verdict.USEFUL),
        ("feedback_not_useful", Verdict.NOT_USEFUL),
        ("feedback_out_of_date", Verdict.OUT_OF_DATE),
    ],
)
async def test_a_verdict_is_kept_and_takes_the_place_of_its_buttons(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store, action: str, verdict: Verdict
) -> None:
    await sqlite_store.write(add_ana)
    await slack.mention("who does lateral flow tests?")
    await answers(slack)
    await slack.block_action(action)
    await slack.wait_for(lambda: not labels(slack.posted()[0]))
    assert f"Marked {verdict.value} by Ana Quill — thanks." in slack.posted()[0].text
    (kept,) = await verdicts(sqlite_store)
    assert (kept.verdict, kept.actor) == (verdict, f"slack:{ALICE}")


async def verdicts(store: Store) -> list[Feedback]:
    return await store.read(lambda session: list(session.exec(select(Feedback))))


async def test_a_verdict_stays_when_more_is_shown(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    await slack.mention("who does cryogenic storage?")
    await answers(slack)
    await slack.block_action("feedback_useful")
    await slack.wait_for(lambda: "Marked useful" in slack.posted()[0].text)
    await slack.block_action("show_more")
    await slack.wait_for(lambda: "Numbers 6 to 10" in slack.posted()[0].text)
    assert "Marked useful" in slack.posted()[0].text
    assert labels(slack.posted()[0]) == ["Back to 1–5", "Show more (2)"]


async def test_a_known_person_is_remembered_as_the_asker(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    ana = await sqlite_store.write(add_ana)
    await slack.mention("who does lateral flow tests?")
    await answers(slack)
    asked = await sqlite_store.read(lambda session: session.exec(select(AskRecord)).one().person_id)
    assert asked == ana


async def test_a_name_that_would_call_everybody_calls_nobody(face: SlackFace, slack: SlackDouble) -> None:
    await slack.mention("who does laboratory signage?")
    (answer,) = await answers(slack)
    assert "&lt;!channel&gt; &amp; Sons &lt;b&gt;" in answer.text
    assert not slack.pings


async def test_links_and_mentions_in_a_question_do_not_get_in_its_way(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    await slack.mention(f"who does *lateral flow* tests, <@{BOB}>? see <https://a.example|this>", raw=True)
    (answer,) = await answers(slack)
    assert "Fenwick Flow Diagnostics" in answer.text
    assert not slack.mentions


NOT_QUESTIONS: list[dict[str, Any]] = [
    {"type": "app_mention", "bot_id": "B0OTHER", "user": "U0OTHERBOT"},
    {"type": "app_mention", "user": BOT_USER},
    {"type": "message", "channel_type": "im", "subtype": "message_changed", "hidden": True},
    {"type": "message", "channel_type": "im", "subtype": "bot_message", "user": ALICE},
    {"type": "message", "channel_type": "channel", "user": ALICE},
    {"type": "message", "channel_type": "im"},
    {"type": "app_home_opened", "user": ALICE, "tab": "home"},
    {"type": "team_join", "user": {"id": ALICE}},
]


@pytest.mark.parametrize("event", NOT_QUESTIONS)
async def test_what_is_no_question_is_acknowledged_and_neither_kept_nor_answered(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store, event: dict[str, Any]
) -> None:
    said = {"channel": GENERAL, "ts": "1700000000.000100", "text": "who does proteomics?"}
    delivery = await slack.event(said | event)
    assert delivery.ok
    assert not slack.posted()
    assert not await sqlite_store.read(lambda session: list(session.exec(select(InboxItem))))


async def test_an_edited_question_keeps_its_answer(socket_face: SlackFace, slack: SlackDouble) -> None:
    first = await slack.mention("who does lateral flow tests?")
    await answers(slack)
    event = {"type": "app_mention", "user": ALICE, "channel": GENERAL, "ts": first.ts, "text": "and signage?"}
    await slack.event(event, event_id="EvEdited")
    await slack.mention("protein purification")
    texts = [message.text for message in await answers(slack, 2)]
    assert len(texts) == 2
    assert "Oriel" in texts[1]


async def test_an_old_button_explains_itself(face: SlackFace, slack: SlackDouble) -> None:
    old = {"type": "button", "action_id": "from_long_ago", "text": {"type": "plain_text", "text": "Old"}}
    message = slack.workspace.say(
        Message(
            GENERAL,
            slack.workspace.next_ts(),
            BOT_USER,
            "old",
            [{"type": "actions", "block_id": "b", "elements": [old]}],
        )
    )
    delivery = await slack.block_action("from_long_ago", within=message)
    assert delivery.ok
    (notice,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "no longer works" in notice.text
    assert notice.seen_by == ALICE


async def test_a_button_of_an_answer_that_is_forgotten_explains_itself(
    socket_face: SlackFace, slack: SlackDouble
) -> None:
    held = '{"ask":"slack:C1:1.2","at":"answer:slack:C1:1.2","first":6}'
    old = {
        "type": "button",
        "action_id": "show_more",
        "text": {"type": "plain_text", "text": "More"},
        "value": held,
    }
    message = slack.workspace.say(
        Message(
            GENERAL,
            slack.workspace.next_ts(),
            BOT_USER,
            "old",
            [{"type": "actions", "block_id": "b", "elements": [old]}],
        )
    )
    await slack.block_action("show_more", within=message)
    (notice,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "no longer works" in notice.text


async def test_a_verdict_on_an_ask_that_is_forgotten_explains_itself(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await slack.mention("who does lateral flow tests?")
    await answers(slack)
    await sqlite_store.write(forget_asks)
    await slack.block_action("feedback_useful")
    (notice,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "no longer works" in notice.text


async def test_more_of_an_ask_that_is_forgotten_explains_itself(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_twelve)
    await slack.mention("who does cryogenic storage?")
    await answers(slack)
    await sqlite_store.write(forget_asks)
    await slack.block_action("show_more")
    (notice,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "Please ask again" in notice.text
    assert not slack.posted()[0].edited


def forget_asks(session: Session) -> None:
    session.execute(delete(AskRecord))


async def test_an_unknown_command_is_answered_like_ours(socket_face: SlackFace, slack: SlackDouble) -> None:
    delivery = await slack.slash_command("lateral flow tests", command="/find", old=True)
    assert delivery.ok
    (answer,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "Fenwick" in answer.text


async def test_an_unknown_shortcut_is_acknowledged(face: SlackFace, slack: SlackDouble) -> None:
    assert (await slack.shortcut("from_long_ago", old=True)).ok


async def test_a_question_of_ten_thousand_characters_is_answered(
    start: StartFace, slack: SlackDouble
) -> None:
    async with start():
        await slack.dm("who does lateral flow tests? " + "please " * 1430)
        (answer,) = await answers(slack, channel=ALICE)
        assert answer.text


async def test_the_demo_answers_without_slack(
    sqlite_store: Store, live: LiveIndex, clock: Callable[[], datetime]
) -> None:
    await ask_in_slack("who does *lateral flow* tests?", store=sqlite_store, live=live, clock=clock)
    row = await sqlite_store.read(lambda session: session.exec(select(OutboxMessage)).one())
    assert "Fenwick Flow Diagnostics" in row.payload["arguments"]["text"]
