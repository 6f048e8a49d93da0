"""Slack accounts are linked to people by an address that is proved to be theirs, and nothing tells who is known."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.house import House
from bot.assistant.linking import (
    CODES_AN_HOUR,
    TRIES,
    Linked,
    Pending,
    Unlinked,
    begin,
    confirmed,
    finish,
    link_by_confirmed_email,
    link_by_hand,
    status,
    unlink,
)
from store.kinds import Medium, StaffRole
from store.models import AuditEntry, LinkCode, Person
from store.people import by_slack_id
from store.store import Store
from tests.bot.assistant.plain_carrier import house_with, letters
from tests.factories import add_organisation, add_person

HOME = "T1"
USER: dict[str, Any] = {
    "id": "U1",
    "team_id": HOME,
    "deleted": False,
    "is_bot": False,
    "is_email_confirmed": True,
    "profile": {"email": "Ada@Larkspur.example", "real_name": "Ada Fenn"},
}


def seed(session: Session) -> None:
    larkspur = add_organisation(session, name="Larkspur Vectors")
    addresses = ["ada@larkspur.example", "fenn@home.example"]
    add_person(session, name="Ada Fenn", organisation_id=larkspur, addresses=addresses)
    add_person(
        session, name="Ben Hale", addresses=["ben@oriel.example"], slack_user_id="U2", slack_team_id=HOME
    )
    add_person(
        session,
        name="Cleo Marsh",
        addresses=["cleo@c.example"],
        slack_user_id="U3",
        staff_role=StaffRole.STAFF,
    )


class Workspace:
    """People in Slack, at a time that passes as told."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now
        self.house: House = house_with(Medium.SLACK, Medium.EMAIL)

    async def does(self, user: str, action: Callable[..., Told], *words: str, team: str = HOME) -> Told:
        def work(session: Session) -> Told:
            act = Act(by_slack_id(session, user), Medium.SLACK, "click:1", self.house, self.now, user)
            return action(session, user, team, *words, act)

        return await self.store.write(work)

    async def acts(self, user: str, action: Callable[..., Told], *words: str) -> Told:
        def work(session: Session) -> Told:
            return action(
                session,
                *words,
                Act(by_slack_id(session, user), Medium.SLACK, "click:1", self.house, self.now, user),
            )

        return await self.store.write(work)

    async def codes(self) -> list[str]:
        sent = await self.store.read(letters)
        return [found[1] for _, _, text in sent if (found := re.search(r"Your code is (\d{6})", text))]

    async def is_(self, user: str, team: str = HOME) -> object:
        return await self.store.read(status, user, team, now=self.now)

    async def audited(self) -> list[tuple[str, str, str]]:
        def read(session: Session) -> list[tuple[str, str, str]]:
            rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
            return [(row.actor, row.action, row.subject) for row in rows]

        return await self.store.read(read)


@pytest.fixture
async def slack(store: Store, now: datetime) -> Workspace:
    await store.write(seed)
    return Workspace(store, now)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_slack_vouches_for_the_address_of_a_confirmed_member_of_the_home_workspace() -> None:
    assert confirmed(USER, HOME) == "ada@larkspur.example"


@pytest.mark.parametrize(
    "otherwise",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_stranger": True},
        {"is_invited_user": True},
        {"is_email_confirmed": False},
        {"is_email_confirmed": "yes"},
        {"team_id": "T2"},
        {"team_id": None},
        {"profile": None},
        {"profile": {}},
        {"profile": {"email": "no address"}},
        {"profile": {"email": "a@b.example, c@d.example"}},
    ],
)
def test_slack_vouches_for_nobody_else(otherwise: dict[str, Any]) -> None:
    assert confirmed(USER | otherwise, HOME) is None


def test_slack_vouches_for_nobody_where_it_is_not_known_which_workspace_is_home() -> None:
    assert confirmed({**USER, "team_id": ""}, "") is None


async def test_an_address_that_slack_confirmed_links_at_once(slack: Workspace) -> None:
    assert await slack.is_("U1") == Unlinked()
    answer = await slack.does("U1", link_by_confirmed_email, "ada@larkspur.example")
    assert answer.done
    assert "Ada Fenn" in answer.text
    assert await slack.is_("U1") == Linked(1, "Ada Fenn")
    assert (await slack.does("U1", link_by_confirmed_email, "ada@larkspur.example")).done
    assert await slack.audited() == [("slack:U1", "person.linked", "person:1")]
    assert not (await slack.does("U9", link_by_confirmed_email, "nobody@larkspur.example")).done


async def test_a_lookup_takes_no_link_from_anybody(slack: Workspace) -> None:
    assert not (await slack.does("U9", link_by_confirmed_email, "ben@oriel.example")).done
    assert not (await slack.does("U2", link_by_confirmed_email, "ada@larkspur.example")).done
    assert await slack.is_("U2") == Linked(2, "Ben Hale")
    assert await slack.is_("U9") == Unlinked()


async def test_a_code_goes_by_mail_and_links_whoever_types_it(slack: Workspace) -> None:
    answer = await slack.does("U1", begin, "fenn@home.example", team="T9")
    assert answer.done
    assert await slack.is_("U1", "T9") == Pending(slack.now + timedelta(minutes=20))
    ((medium, to, text),) = await slack.store.read(letters)
    assert (medium, to) == ("email", "ada@larkspur.example")
    assert "the Northmoor cluster" in text
    (code,) = await slack.codes()
    slack.now += timedelta(minutes=19)
    assert (await slack.does("U1", finish, f" {code[:3]} {code[3:]}. ", team="T9")).done
    assert await slack.is_("U1", "T9") == Linked(1, "Ada Fenn")
    person = await slack.store.read(lambda session: session.get_one(Person, 1))
    assert (person.slack_user_id, person.slack_team_id) == ("U1", "T9")
    assert await slack.audited() == [
        ("slack:U1", "link.asked", "slack:T9/U1"),
        ("slack:U1", "person.linked", "person:1"),
    ]
    assert not (await slack.does("U1", finish, code, team="T9")).done  # once


async def test_nothing_tells_whether_an_address_is_known(slack: Workspace) -> None:
    known = await slack.does("U1", begin, "ada@larkspur.example")
    unknown = await slack.does("U7", begin, "nobody@larkspur.example")
    assert known == unknown
    assert type(await slack.is_("U1")) is type(await slack.is_("U7"))
    (code,) = await slack.codes()
    assert await slack.does("U1", finish, wrong(code)) == await slack.does("U7", finish, wrong(code))
    for user, address in (("U1", "ada@larkspur.example"), ("U7", "nobody@larkspur.example")):
        for _ in range(CODES_AN_HOUR - 1):
            await slack.does(user, begin, address)
    refused = await slack.does("U1", begin, "ada@larkspur.example")
    assert not refused.done
    assert await slack.does("U7", begin, "nobody@larkspur.example") == refused


async def test_an_address_asked_for_next_ends_the_code_before_known_or_not(slack: Workspace) -> None:
    await slack.does("U1", begin, "ada@larkspur.example")
    await slack.does("U1", begin, "nobody@larkspur.example")
    (code,) = await slack.codes()
    assert not (await slack.does("U1", finish, code)).done


async def test_a_mailbox_gets_three_codes_an_hour_whoever_asks(slack: Workspace) -> None:
    for user in ("U4", "U5", "U6", "U7"):
        assert (await slack.does(user, begin, "ada@larkspur.example")).done
    assert len(await slack.codes()) == CODES_AN_HOUR
    slack.now += timedelta(minutes=61)
    assert (await slack.does("U4", begin, "fenn@home.example")).done
    assert len(await slack.codes()) == CODES_AN_HOUR + 1


async def test_five_wrong_tries_end_a_code(slack: Workspace) -> None:
    await slack.does("U1", begin, "ada@larkspur.example")
    (code,) = await slack.codes()
    for _ in range(TRIES):
        assert not (await slack.does("U1", finish, wrong(code))).done
    assert not (await slack.does("U1", finish, code)).done
    assert await slack.is_("U1") != Linked(1, "Ada Fenn")


async def test_a_code_is_good_for_twenty_minutes_and_one_account(slack: Workspace) -> None:
    await slack.does("U1", begin, "ada@larkspur.example")
    (code,) = await slack.codes()
    assert not (await slack.does("U8", finish, code)).done
    assert not (await slack.does("U1", finish, code, team="T9")).done
    slack.now += timedelta(minutes=20)
    assert await slack.is_("U1") == Unlinked()
    assert not (await slack.does("U1", finish, code)).done


async def test_the_database_does_not_tell_the_code(slack: Workspace) -> None:
    await slack.does("U1", begin, "ada@larkspur.example")
    await slack.does("U1", begin, "ada@larkspur.example")
    rows = await slack.store.read(lambda session: session.exec(select(LinkCode)).all())
    assert len({row.digest for row in rows}) == 2
    for code in await slack.codes():
        assert not any(code in f"{row.digest}{row.address}" for row in rows)


async def test_a_link_moves_by_code_and_the_old_account_hears_of_it(slack: Workspace) -> None:
    await slack.does("U9", begin, "ben@oriel.example")
    assert await slack.is_("U2") == Linked(2, "Ben Hale")
    (code,) = await slack.codes()
    assert (await slack.does("U9", finish, code)).done
    assert await slack.is_("U9") == Linked(2, "Ben Hale")
    assert await slack.is_("U2") == Unlinked()
    medium, to, text = (await slack.store.read(letters))[-1]
    assert (medium, to) == ("slack", "U2")
    assert "Another Slack account" in text


async def test_an_account_that_was_anothers_becomes_that_of_whoever_has_the_code(slack: Workspace) -> None:
    await slack.does("U2", begin, "ada@larkspur.example")
    (code,) = await slack.codes()
    assert (await slack.does("U2", finish, code)).done
    assert await slack.is_("U2") == Linked(1, "Ada Fenn")
    assert [action for _, action, _ in await slack.audited()] == [
        "link.asked",
        "person.unlinked",
        "person.linked",
    ]


async def test_of_many_tries_at_once_one_links(slack: Workspace) -> None:
    await slack.does("U1", begin, "ada@larkspur.example")
    (code,) = await slack.codes()
    answers = await asyncio.gather(*(slack.does("U1", finish, code) for _ in range(4)))
    assert sum(answer.done for answer in answers) == 1
    assert [action for _, action, _ in await slack.audited()] == ["link.asked", "person.linked"]


async def test_where_slack_does_not_reach_the_old_account_a_mail_tells(slack: Workspace) -> None:
    slack.house = house_with(Medium.EMAIL)
    await slack.does("U9", begin, "ben@oriel.example")
    await slack.does("U9", finish, (await slack.codes())[0])
    assert [to for _, to, _ in await slack.store.read(letters)] == ["ben@oriel.example"] * 2


async def test_typing_the_code_of_an_account_linked_already_changes_nothing(slack: Workspace) -> None:
    await slack.does("U2", begin, "ben@oriel.example")
    assert (await slack.does("U2", finish, (await slack.codes())[0])).done
    assert [action for _, action, _ in await slack.audited()] == ["link.asked"]


async def test_what_is_no_address_or_account_is_said_kindly(slack: Workspace) -> None:
    for typed in ("", "Ada", "a@b.example c@d.example", "\x00\ud800@x", "x" * 100_000):
        assert not (await slack.does("U1", begin, typed)).done
    for account in ("", "1", "U1\n", "X1", "U" + "1" * 60):
        assert not (await slack.does(account, begin, "ada@larkspur.example")).done
        assert not (await slack.does(account, link_by_confirmed_email, "ada@larkspur.example")).done
        assert not (await slack.does(account, finish, "x" * 100_000)).done
    assert await slack.audited() == []


async def test_without_mail_the_staff_are_named_instead(slack: Workspace) -> None:
    slack.house = house_with(Medium.SLACK)
    answer = await slack.does("U1", begin, "ada@larkspur.example")
    assert not answer.done
    assert "staff" in answer.text


async def test_a_person_unlinks_their_account(slack: Workspace) -> None:
    assert (await slack.acts("U2", unlink)).done
    assert await slack.is_("U2") == Unlinked()
    assert not (await slack.acts("U2", unlink)).done
    assert await slack.audited() == [("person:2", "person.unlinked", "person:2")]


async def test_staff_link_by_hand_and_nobody_else(slack: Workspace) -> None:
    assert not (await slack.acts("U2", link_by_hand, "ada@larkspur.example", "U7", HOME)).done
    assert (await slack.acts("U3", link_by_hand, "Ada@larkspur.example", "<@U7>", HOME)).done
    assert (await slack.acts("U3", link_by_hand, "ada@larkspur.example", "U7", HOME)).done
    assert await slack.is_("U7") == Linked(1, "Ada Fenn")
    for address, account in (("nobody@x.example", "U8"), ("Ada", "U8"), ("ada@larkspur.example", "ada")):
        assert not (await slack.acts("U3", link_by_hand, address, account, HOME)).done
    assert [action for _, action, _ in await slack.audited()] == ["refused", "person.linked"]


async def test_a_member_of_staff_makes_nobody_an_admin_by_linking(slack: Workspace) -> None:
    assert not (await slack.acts("U3", link_by_hand, "cleo@c.example", "U8", HOME)).done
    assert await slack.is_("U3") == Linked(3, "Cleo Marsh")
