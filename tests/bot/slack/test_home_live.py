"""The Home tab over Slack itself: opened, pressed, its forms filled in, and drawn anew after each of it."""

from typing import Any

import pytest
from sqlmodel import Session, select

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.face import SlackFace
from bot.slack.letters import SlackCarrier
from store.introductions.rules import Rules
from store.kinds import Medium, StaffRole
from store.models import AuditEntry, Organisation, OutboxMessage
from store.store import Store
from tests.bot.assistant.plain_carrier import PlainCarrier
from tests.bot.slack.conftest import StartFace
from tests.doubles.slack.records import ALICE, BOB
from tests.doubles.slack.server import SlackDouble
from tests.factories import add_person

LARKSPUR = "Larkspur Vectors Ltd"
HOUSE = House(
    "Northmoor",
    rules=Rules(quiet_from=0, quiet_until=0),
    letterbox=Letterbox({Medium.SLACK: SlackCarrier(), Medium.EMAIL: PlainCarrier(Medium.EMAIL)}),
)


def seed(session: Session) -> None:
    larkspur = session.exec(select(Organisation).where(Organisation.name == LARKSPUR)).one().id
    add_person(
        session,
        name="Ada Finch",
        organisation_id=larkspur,
        slack_user_id=ALICE,
        addresses=["ada@larkspur.example"],
    )
    add_person(session, name="Sam Reed", slack_user_id=BOB, staff_role=StaffRole.STAFF)


@pytest.fixture
async def people(sqlite_store: Store) -> None:
    await sqlite_store.write(seed)


def shown(slack: SlackDouble, user: str) -> str:
    return str(slack.home(user=user).body["blocks"])


async def open_home(slack: SlackDouble, user: str) -> None:
    await slack.home_opened(user=user)
    await slack.wait_for(lambda: user in slack.workspace.homes)


@pytest.mark.usefixtures("people", "face")
async def test_an_entry_is_edited_in_two_forms_and_staff_approve_with_one_press(slack: SlackDouble) -> None:
    await open_home(slack, ALICE)
    assert LARKSPUR in shown(slack, ALICE)
    await slack.block_action("home:listing", user=ALICE, within=slack.home(user=ALICE))
    await slack.wait_for(lambda: slack.workspace.views)
    await slack.submit({"town": "Buxton"}, user=ALICE, callback_id="home:listing")
    await slack.submit(user=ALICE, callback_id="home:listing_check")
    await slack.wait_for(lambda: "The staff will look at it" in shown(slack, ALICE))
    await open_home(slack, BOB)
    assert "“Macclesfield” → “Buxton”" in shown(slack, BOB)
    await slack.block_action("home:approve_change", user=BOB, within=slack.home(user=BOB))
    await slack.wait_for(lambda: "is changed" in shown(slack, BOB))
    assert "No correction waits for you." in shown(slack, BOB)


@pytest.mark.usefixtures("people", "socket_face")
async def test_what_a_form_cannot_take_stands_beside_its_field_and_the_rest_stays(slack: SlackDouble) -> None:
    await open_home(slack, ALICE)
    await slack.block_action("home:pause", user=ALICE, within=slack.home(user=ALICE))
    await slack.wait_for(lambda: slack.workspace.views)
    late = await slack.submit({"until": "2020-01-01"}, user=ALICE)
    assert late.errors == {"until": "That day is past. Name one to come."}
    await slack.submit({"until": "2999-01-31"}, user=ALICE)
    await slack.wait_for(lambda: "paused until 31 January 2999" in shown(slack, ALICE))


@pytest.mark.usefixtures("people", "socket_face")
async def test_a_button_of_staff_does_nothing_for_who_is_staff_no_more(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await open_home(slack, BOB)
    old = slack.home(user=BOB)

    def demote(session: Session) -> None:
        from_staff = "UPDATE person SET staff_role = 'member' WHERE name = 'Sam Reed'"
        session.connection().exec_driver_sql(from_staff)

    await sqlite_store.write(demote)
    await slack.block_action("intro:broker", user=BOB, within=old)
    await slack.wait_for(lambda: "Only the team can do that." in shown(slack, BOB))

    def refused(session: Session) -> list[Any]:
        return list(session.exec(select(AuditEntry.actor).where(AuditEntry.action == "refused")))

    assert await sqlite_store.read(refused) == ["person:2"]
    assert "For the team" not in shown(slack, BOB)


async def test_an_account_is_linked_by_a_code_without_leaving_slack(
    slack: SlackDouble, sqlite_store: Store, start: StartFace, people: None
) -> None:
    slack.workspace.add_user("U0NEW", "new", email="elsewhere@home.example")
    async with start(house=HOUSE) as face:
        assert isinstance(face, SlackFace)
        await open_home(slack, "U0NEW")
        await slack.block_action("home:link", user="U0NEW", within=slack.home(user="U0NEW"))
        await slack.wait_for(lambda: slack.workspace.views)
        await slack.submit({"address": "ada@larkspur.example"}, user="U0NEW")
        wrong = await slack.submit({"code": "x"}, user="U0NEW", callback_id="home:code")
        assert wrong.errors.keys() == {"code"}

        def code(session: Session) -> str:
            rows = session.exec(select(OutboxMessage).where(OutboxMessage.medium == Medium.EMAIL))
            return (next(iter(rows)).body or b"").decode().split("Your code is ")[1][:6]

        await slack.submit({"code": await sqlite_store.read(code)}, user="U0NEW", callback_id="home:code")
        await slack.wait_for(lambda: "I know you as *Ada Finch*" in shown(slack, "U0NEW"))
