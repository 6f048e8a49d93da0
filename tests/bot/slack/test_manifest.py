"""The manifest is true: it asks for what the listeners hear and the sender does, and for no more."""

import re
from importlib.resources import files

from bot.slack.listeners import asks, home, presses
from bot.slack.listeners.asks import COMMAND
from tests.bot.slack.conftest import StartFace
from tests.doubles.slack.server import SlackDouble

MANIFEST = files("bot.slack").joinpath("manifest.yaml").read_text("utf-8")


def listed(key: str) -> list[str]:
    """The plain items of the list under this key of the manifest, comments left out."""
    found = re.search(rf"^( *){key}:\n((?:\1  +(?:-|#).*\n)+)", MANIFEST, re.MULTILINE)
    assert found is not None, key
    lines = (line.strip() for line in found.group(2).splitlines())
    return [line.removeprefix("- ").partition(" #")[0].strip() for line in lines if line.startswith("- ")]


def test_the_manifest_subscribes_to_what_is_listened_to() -> None:
    assert {event.partition(".")[0] for event in listed("bot_events")} == {*asks.EVENTS, *home.EVENTS}
    assert re.findall(r"- command: (\S+)", MANIFEST) == [COMMAND]
    assert tuple(re.findall(r"callback_id: (\S+)", MANIFEST)) == presses.SHORTCUTS
    assert "is_enabled: true" in MANIFEST  # the buttons
    assert re.search(r"^    home_tab_enabled: true\b", MANIFEST, re.MULTILINE)


def test_the_manifest_asks_for_the_scopes_of_what_is_done_and_no_more() -> None:
    needed = {
        "app_mentions:read": "app_mention",
        "im:history": "message.im",
        "commands": COMMAND,
        "chat:write": "chat.postMessage, chat.update",
        "im:write": "conversations.open with one person",
        "mpim:write": "conversations.open with two",
        "users:read": "users.info",
        "users:read.email": "users.lookupByEmail",
        "channels:read": "conversations.info",
        "channels:history": "conversations.replies, for a look-up",
        "groups:history": "the same in private channels",
        "mpim:history": "the same in group messages",
    }
    assert set(listed("bot")) == needed.keys()


async def test_each_listener_of_the_manifest_is_registered(slack: SlackDouble, start: StartFace) -> None:
    """A request of each kind the manifest asks for is acknowledged, by a listener and not by the stray one alone."""
    async with start():
        assert (await slack.mention("hello")).ok
        assert (await slack.dm("hello")).ok
        assert (await slack.slash_command("hello", command=COMMAND)).ok
        await slack.wait_for(lambda: len(slack.posted()) == 2 and slack.ephemerals)
