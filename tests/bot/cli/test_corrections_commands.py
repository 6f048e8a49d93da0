"""`whodoes corrections`, `staff` and `people` as staff meet them at the machine."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select
from typer.testing import CliRunner, Result

from bot.assistant.acting import Act, Told
from bot.assistant.house import House
from bot.assistant.proposing import propose, report_mistake
from bot.cli.main import app
from store.kinds import Medium, StaffRole
from store.models import AddressClaim, AuditEntry, Organisation, Person
from store.people import by_slack_id
from store.store import Store
from tests.factories import NOW, add_organisation, add_person


def seed(session: Session) -> None:
    larkspur = add_organisation(session, name="Larkspur \x1b[31m Vectors", summary="Makes viral vectors.")
    add_person(
        session,
        name="Ada Fenn",
        organisation_id=larkspur,
        addresses=["ada@larkspur.example"],
        slack_user_id="U1",
    )
    add_person(session, name="Ben Hale", addresses=["ben@oriel.example"])
    add_person(session, name="Ben Marsh", addresses=["marsh@oriel.example"])


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", database_url)
    opened = Store.open(database_url)
    asyncio.run(opened.write(seed))
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def says(store: Store, now: datetime) -> Callable[..., int]:
    """What a member tells in Slack; returns the proposal's number."""

    def tell(user: str, action: Callable[..., Told], about: Any) -> int:
        def work(session: Session) -> Told:
            return action(
                session, 1, about, Act(by_slack_id(session, user), Medium.SLACK, "1", House(), now, user)
            )

        told = asyncio.run(store.write(work))
        assert told.about is not None
        return told.about

    return tell


def roles(store: Store) -> list[str]:
    def read(session: Session) -> list[str]:
        return [each.staff_role.value for each in session.exec(select(Person).order_by(col(Person.id)))]

    return asyncio.run(store.read(read))


def audited(store: Store) -> list[tuple[str, str, str]]:
    def read(session: Session) -> list[tuple[str, str, str]]:
        return [
            (e.actor, e.action, e.subject)
            for e in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        ]

    return asyncio.run(store.read(read))


def test_what_waits_is_shown_field_by_field(says: Any) -> None:
    says("U1", propose, {"summary": "Makes everything.", "website": "larkspur.example"})
    says("U7", report_mistake, "They moved to Leeds. " + "x" * 3_000)
    shown = run("corrections", "list")
    assert shown.exit_code == 0
    for expected in (
        "Makes viral vectors.",
        "Makes everything.",
        "(blank)",
        "Ada Fenn",
        "(their own",
        "They moved to Leeds.",
        "2026-11-23",
    ):
        assert expected in shown.stdout
    assert "2 corrections wait for a word." in shown.stdout
    assert "A report changes nothing by itself" in shown.stdout
    assert "\x1b" not in shown.stdout
    assert (
        "2 corrections wait for a word; the oldest 1 are shown."
        in run("corrections", "list", "--limit", "1").stdout
    )


def test_nothing_waits() -> None:
    assert run("corrections", "list").stdout == "No correction waits for a word.\n"


def test_one_word_takes_a_change_or_leaves_it(store: Store, says: Any) -> None:
    taken, left = says("U1", propose, {"summary": "Ours."}), says("U1", propose, {"sector": "diagnostics"})
    assert "is changed" in run("corrections", "approve", taken).stdout
    assert "stays as it is" in run("corrections", "decline", left, "--note", "No.").stdout
    again = run("corrections", "approve", left)
    assert again.exit_code == 1
    assert "declined already" in again.stderr
    assert run("corrections", "approve", 99).exit_code == 1
    summary, sector = asyncio.run(
        store.read(lambda s: [(o.summary, o.sector) for o in s.exec(select(Organisation))])
    )[0]
    assert (summary, sector) == ("Ours.", "")


def test_people_get_and_lose_a_role_by_address_or_by_a_name_only_they_bear(store: Store) -> None:
    assert "Nobody has a role" in run("staff", "list").stdout
    assert (
        "Ada Fenn has the role admin now; before: member."
        in run("staff", "add", "ada fenn", "-r", "admin").stdout
    )
    assert run("staff", "add", "BEN@oriel.example").exit_code == 0
    assert run("staff", "add", "Marsh", "--role", "approver").exit_code == 0
    assert roles(store) == ["admin", "staff", "approver"]
    shown = run("staff", "list").stdout
    assert "not linked" in shown
    assert "\x1b" not in shown
    assert "already" in run("staff", "add", "ada@larkspur.example", "-r", "admin").stdout
    assert "no role on the staff now; before: admin" in run("staff", "remove", "Ada Fenn").stdout
    assert roles(store) == [StaffRole.MEMBER, StaffRole.STAFF, StaffRole.APPROVER]
    assert audited(store)[0] == ("cli", "person.role_set", "person:1")
    assert len(audited(store)) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("add", "Ben"),
            "can be several people (Ben Hale, of no organisation; Ben Marsh, of no organisation)",
        ),
        (("add", "nobody@x.example"), "Nobody in the directory"),
        (("add", "?!"), "Nobody in the directory"),
        (("remove", "Zoe"), "Nobody in the directory"),
        (("add", "Ada Fenn", "--role", "king"), "is not a role"),
        (("add", "Ada Fenn", "--role", "member"), "Everybody is a member"),
    ],
)
def test_who_is_not_clear_gets_no_role(store: Store, words: tuple[str, ...], said: str) -> None:
    result = run("staff", *words)
    assert result.exit_code > 0
    assert said in result.stderr
    assert roles(store) == ["member"] * 3


def test_a_person_is_linked_to_slack_by_hand(store: Store) -> None:
    assert (
        "Ben Hale is linked to the Slack account U0AB"
        in run("people", "link", "ben@oriel.example", "U0AB").stdout
    )
    assert run("people", "link", "nobody@x.example", "U0AC").exit_code == 1
    assert run("people", "link", "ben@oriel.example", "ben").exit_code == 1
    assert audited(store) == [("cli", "person.linked", "person:2")]


def test_a_person_is_given_a_further_address_by_hand(store: Store) -> None:
    told = run("people", "link-address", "Ben Hale", "Ben@Home.example")
    assert "I know Ben Hale at ben@home.example, too." in told.stdout
    assert run("people", "link-address", "Ben Hale", "ben@home.example").exit_code == 0
    taken = run("people", "link-address", "Ada Fenn", "ben@home.example")
    assert "belongs to somebody else" in taken.stderr
    assert "can be several people" in run("people", "link-address", "Ben", "b@home.example").stderr
    assert "is nobody in the directory" in run("people", "link-address", "Zoe", "z@home.example").stderr
    assert "Write one mail address" in run("people", "link-address", "Ada Fenn", "ada").stderr
    assert audited(store) == [("cli", "person.address_linked", "person:2")]


def test_staff_see_who_named_which_second_address_and_what_became_of_it(store: Store) -> None:
    assert "Nobody has named a second address" in run("people", "claims").stdout
    asyncio.run(store.write(claim_addresses))
    shown = run("people", "claims").stdout
    assert "\x1b" not in shown
    assert [line.split()[1:] for line in shown.splitlines() if "@" in line] == [
        ["eve@x.example", "Ben", "Hale", "no"],
        ["ben@home.example", "Ben", "Hale", "yes"],
        ["ada@home.example", "Ada", "Fenn", "none", "yet"],
    ]


def claim_addresses(session: Session) -> None:
    for person_id, address, answer in (
        (1, "ada@home.example", None),
        (2, "ben@home.example", True),
        (2, "eve@x.example", False),
    ):
        settled = None if answer is None else NOW
        session.add(
            AddressClaim(
                person_id=person_id, address=address, made_at=NOW, settled_at=settled, confirmed=bool(answer)
            )
        )
