"""What the sender says of each way a message can go, and how it looks up what is in doubt."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.slack.calling import SlackCalls
from bot.slack.placed import NEVER_OUT, At
from bot.slack.sender import SlackSender
from bot.slack.verdicts import retry_after
from store.outbox import Claimed
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from tests.bot.slack.conftest import a_message
from tests.doubles.slack.records import ALICE, GENERAL, Message
from tests.doubles.slack.server import SlackDouble

HELLO = a_message("chat.postMessage", channel=GENERAL, text="hello")


def at(message: Message) -> str:
    """As a sender tells where it stands."""
    return f"{message.channel}/{message.ts}"


async def nothing_before(_change: Claimed) -> At | Outcome:
    """An outbox in which nothing went out yet that could be changed."""
    return NEVER_OUT


@pytest.fixture
async def sender(slack: SlackDouble) -> AsyncIterator[SlackSender]:
    calls = SlackCalls(token=slack.tokens.bot, api_url=slack.api_url)
    yield SlackSender(calls, placed=nothing_before)
    await calls.close()


async def test_a_post_is_sent_under_its_key(sender: SlackSender, slack: SlackDouble) -> None:
    outcome = await sender.send(HELLO)
    (posted,) = slack.posted()
    assert outcome == Sent(at(posted))
    assert posted.metadata == {"event_type": "whodoes_delivery", "event_payload": {"key": "test:1"}}


async def test_a_change_is_sent(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(HELLO)
    ts = slack.posted()[0].ts
    assert await sender.send(a_message("chat.update", channel=GENERAL, ts=ts, text="changed")) == Sent(
        f"{GENERAL}/{ts}"
    )
    assert slack.posted()[0].text == "changed"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("channel_not_found", "There is no such channel"),
        ("is_archived", "archived"),
        ("not_in_channel", "invite it"),
        ("something_new", "Slack refused it. (something_new)"),
    ],
)
async def test_a_refusal_is_final_and_says_why(
    sender: SlackSender, slack: SlackDouble, error: str, words: str
) -> None:
    slack.fail("chat.postMessage", error=error)
    outcome = await sender.send(HELLO)
    assert isinstance(outcome, Refused)
    assert words in outcome.reply


async def test_too_many_calls_wait_as_long_as_slack_says(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=7)
    outcome = await sender.send(HELLO)
    assert isinstance(outcome, Postponed)
    assert outcome.wait == timedelta(seconds=7)


async def test_what_slack_cannot_take_just_now_is_tried_again(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("chat.postMessage", error="request_timeout")
    outcome = await sender.send(HELLO)
    assert isinstance(outcome, Postponed)
    assert outcome.tried


async def test_while_slack_asks_to_wait_nothing_else_is_said_the_same_way(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=60)
    await sender.send(HELLO)
    outcome = await sender.send(replace(HELLO, id=2, dedup_key="test:2"))
    assert isinstance(outcome, Postponed)
    assert outcome.wait is not None
    assert timedelta(seconds=50) < outcome.wait <= timedelta(seconds=61)  # a second after the first
    assert len(slack.calls_of("chat.postMessage")) == 1
    assert isinstance(await sender.look_up(HELLO), Postponed)  # a method of its own


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_what_slack_loses_again_and_again_goes_out_less_and_less_often(
    sender: SlackSender, method: str
) -> None:
    message = a_message(method, channel=GENERAL, text="hello")
    first = await sender.look_up(message)
    fifth = await sender.look_up(replace(message, attempt=5))
    assert isinstance(first, Postponed)
    assert first.wait == timedelta(seconds=1)
    assert isinstance(fifth, Postponed)
    assert fifth.wait is None  # the outbox's growing waits


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("12", timedelta(seconds=12)),
        ("0", timedelta(seconds=0.1)),
        ("99999", timedelta(hours=1)),
        ("soon", None),
        ("nan", None),
        ("inf", timedelta(hours=1)),
    ],
)
def test_a_wait_that_makes_no_sense_is_not_taken(value: str, wait: timedelta | None) -> None:
    assert retry_after({"Retry-After": value}) == wait
    assert retry_after({}) is None


async def test_a_fault_or_a_broken_line_leaves_a_post_in_doubt(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("chat.postMessage", status=500)
    slack.drop("chat.postMessage", accepted=True)
    assert isinstance(await sender.send(HELLO), Unknown)
    assert isinstance(await sender.send(HELLO), Unknown)


async def test_a_fault_or_a_broken_line_does_a_change_no_harm(
    sender: SlackSender, slack: SlackDouble
) -> None:
    change = a_message("chat.update", channel=GENERAL, ts="1.2", text="changed")
    slack.fail("chat.update", status=500)
    slack.drop("chat.update", accepted=False)
    assert isinstance(await sender.send(change), Postponed)
    assert isinstance(await sender.send(change), Postponed)
    assert isinstance(await sender.look_up(change), Postponed)


async def test_nobody_there_means_nothing_was_done() -> None:
    calls = SlackCalls(token="xoxb-invented", api_url="http://127.0.0.1:9/api/")
    assert isinstance(await SlackSender(calls, placed=nothing_before).send(HELLO), Postponed)
    await calls.close()


async def test_blocks_that_slack_will_not_draw_are_said_as_text(
    sender: SlackSender, slack: SlackDouble
) -> None:
    outcome = await sender.send(
        a_message("chat.postMessage", channel=GENERAL, text="hello", blocks=[{"type": "nonsense"}])
    )
    assert isinstance(outcome, Sent)
    assert [(message.text, message.blocks) for message in slack.posted()] == [("hello", [])]
    slack.mistakes.clear()


async def test_a_post_in_doubt_is_found_by_its_key(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(replace(HELLO, dedup_key="test:other"))
    await sender.send(HELLO)
    other, mine = slack.posted()
    assert await sender.look_up(HELLO) == Sent(at(mine))
    assert await sender.look_up(replace(HELLO, dedup_key="test:other")) == Sent(at(other))
    assert isinstance(await sender.look_up(replace(HELLO, dedup_key="test:3")), Postponed)


async def test_a_reply_in_doubt_is_looked_for_in_its_thread_however_long(
    sender: SlackSender, slack: SlackDouble
) -> None:
    root = slack.member_says("who?", user=ALICE, channel=GENERAL)
    reply = a_message("chat.postMessage", channel=GENERAL, text="hello", thread_ts=root.ts)
    for _ in range(250):
        slack.member_says("talk", user=ALICE, channel=GENERAL, thread_ts=root.ts)
    await sender.send(reply)
    assert await sender.look_up(reply) == Sent(at(slack.posted()[0]))


async def test_where_it_may_not_look_it_does_not_know(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("conversations.history", error="missing_scope")
    outcome = await sender.look_up(HELLO)
    assert isinstance(outcome, Unknown)
    assert "missing_scope" in outcome.reply


async def test_a_thread_that_is_gone_needs_no_answer(sender: SlackSender, slack: SlackDouble) -> None:
    reply = a_message("chat.postMessage", channel=GENERAL, text="hello", thread_ts="1.000000")
    assert isinstance(await sender.look_up(reply), Refused)


async def test_a_look_that_fails_is_taken_again(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("conversations.history", status=429, retry_after=0.01)
    slack.drop("conversations.history", accepted=False)
    assert isinstance(await sender.look_up(HELLO), Postponed)


async def test_a_look_that_keeps_failing_leaves_it_to_a_person(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("conversations.history", times=3, status=429, retry_after=0.01)
    assert isinstance(await sender.look_up(HELLO), Unknown)


async def respond_at(sender: SlackSender, status: int, body: str, **arguments: bool) -> object:
    """What the sender makes of a response URL that answers like this."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    application = web.Application()
    application.router.add_post("/respond", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/respond"
    try:
        return await sender.send(a_message("respond", url=url, text="hello", **arguments))
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, "ok", Sent),
        (404, "expired_url", Refused),
        (404, "used_url", Refused),
        (429, "", Postponed),
        (500, "server_error", Unknown),
    ],
)
async def test_a_response_url_is_judged_likewise(
    sender: SlackSender, status: int, body: str, outcome: type
) -> None:
    assert isinstance(await respond_at(sender, status, body), outcome)


async def test_replacing_an_original_twice_does_no_harm(sender: SlackSender) -> None:
    assert isinstance(await respond_at(sender, 500, "", replace_original=True), Postponed)


async def test_nobody_but_its_reader_knows_of_a_whisper(sender: SlackSender) -> None:
    whisper = a_message("respond", url="http://127.0.0.1:9/respond", text="hello")
    assert isinstance(await sender.look_up(whisper), Unknown)


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
@pytest.mark.parametrize("status", [200, 403])
async def test_a_page_that_is_no_slack_is_a_doubt_and_not_a_crash(content_type: str, status: int) -> None:
    async def portal(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="Please log in to this network.", content_type=content_type)

    application = web.Application()
    application.router.add_post("/api/chat.postMessage", portal)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    calls = SlackCalls(token="xoxb-invented", api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
    outcome = await SlackSender(calls, placed=nothing_before).send(HELLO)
    await calls.close()
    await runner.cleanup()
    assert isinstance(outcome, Unknown)
