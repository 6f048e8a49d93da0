"""The Home tab as it is looked at and pressed, and who Slack says that somebody is."""

import pytest
from sqlmodel import select

from bot.assistant.house import House
from bot.slack.face import SlackFace
from store.models import Person
from store.store import Store
from tests.bot.slack.conftest import StartFace
from tests.bot.slack.test_commands import FIRM, add_alice, words
from tests.bot.slack.test_pressing import ASK, answer
from tests.doubles.slack.records import ALICE, BOB
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person


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


async def test_staff_see_how_the_connection_is(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(lambda session: add_alice(session, staff=True))
    await slack.home_opened()
    await slack.wait_for(lambda: ALICE in slack.workspace.homes)
    assert "Slack: connected" in words(slack.home().body)
