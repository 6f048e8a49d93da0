"""Roles on the staff are given by admins alone."""

from datetime import datetime

import pytest
from sqlmodel import Session

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.assistant.staffing import give_role
from store.kinds import Medium, StaffRole
from store.models import Person
from store.people import by_slack_id
from store.store import Store
from tests.factories import add_person


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (StaffRole.MEMBER, False),
        (StaffRole.STAFF, False),
        (StaffRole.APPROVER, False),
        (StaffRole.ADMIN, True),
    ],
)
async def test_only_admins_give_roles(sqlite_store: Store, now: datetime, role: StaffRole, may: bool) -> None:
    def work(session: Session) -> tuple[bool, StaffRole]:
        add_person(session, name="Cleo Marsh", slack_user_id="U3", staff_role=role)
        ada = add_person(session, name="Ada Fenn")
        act = Act(by_slack_id(session, "U3"), Medium.SLACK, "click:1", House(), now, "U3")
        told = give_role(session, "Ada Fenn", StaffRole.APPROVER, act)
        return told.done, session.get_one(Person, ada).staff_role

    assert await sqlite_store.write(work) == (may, StaffRole.APPROVER if may else StaffRole.MEMBER)


async def test_of_many_namesakes_a_few_are_told(sqlite_store: Store, now: datetime) -> None:
    def work(session: Session) -> str:
        for _ in range(8):
            add_person(session, name="Ada Fenn")
        act = Act(by_slack_id(session, "U3"), Medium.TERMINAL, "terminal", House(), now)
        return give_role(session, "Ada Fenn", StaffRole.STAFF, act).text

    assert "and 3 more" in await sqlite_store.write(work)
