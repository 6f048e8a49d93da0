"""Questions in Slack: mentions, direct messages, the slash command, and what follows an answer."""

from bot.slack.face import SlackFace
from tests.doubles.slack.records import ALICE, BOB, GENERAL, Message
from tests.doubles.slack.server import SlackDouble


async def test_a_mention_is_answered_once_and_in_its_thread(face: SlackFace, slack: SlackDouble) -> None:
    delivery = await slack.mention("who does lateral flow tests?")
    answer = await slack.wait_for(lambda: slack.posted(GENERAL))
    assert delivery.ok
    assert [message.thread_ts for message in answer] == [delivery.ts]
    assert "Fenwick Flow Diagnostics" in answer[0].text
