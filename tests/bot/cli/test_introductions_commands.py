"""`whodoes introductions` as staff meet it: the queue, a word on each, the log and its figures."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from typer.testing import CliRunner, Result

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.assistant.introductions.requesting import Wish, request
from bot.cli.main import app
from store.introductions.rules import Rules
from store.kinds import IntroductionState as State
from store.kinds import Medium, PausedBy, StaffRole
from store.models import (
    AuditEntry,
    Introduction,
    IntroductionOutcome,
    IntroductionParty,
    NeverWith,
    OutboxMessage,
    Person,
)
from store.people import by_address
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_organisation, add_person
from tests.store.introductions.ledgers import add_ledger, add_words

APPROVAL = House(rules=Rules(approval=True))


def furnish(session: Session) -> int:
    """A request of Ada's that waits for approval; returns its number."""
    oriel = add_organisation(session, name="Oriel \x1b[31mProteins")
    larkspur = add_organisation(session, name="Larkspur Vectors Ltd")
    add_organisation(session, name="Larkspur Imaging")
    add_person(session, name="Ada Finch", organisation_id=oriel, addresses=["ada@oriel.example"])
    add_person(
        session,
        name="Ben Hale",
        organisation_id=larkspur,
        addresses=["ben@larkspur.example"],
        main_contact=True,
    )
    add_person(session, name="Ben Marsh", organisation_id=larkspur, addresses=["marsh@larkspur.example"])
    add_person(session, name="Tilda Staff", addresses=["tilda@cluster.example"], staff_role=StaffRole.STAFF)
    act = Act(by_address(session, "ada@oriel.example"), Medium.EMAIL, "mail:<1@oriel.example>", APPROVAL, NOW)
    told = request(session, Wish(larkspur, seeks="200 litres of AAV"), act)
    assert told.about is not None
    return told.about


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WHODOES_MAIL_ADDRESS", "ask@cluster.example")
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def number(store: Store) -> int:
    return asyncio.run(store.write(furnish))


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["introductions", *(str(word) for word in words)])


@pytest.fixture
def look(store: Store) -> Callable[[Callable[[Session], object]], object]:
    return lambda fn: asyncio.run(store.read(fn))


def state(session: Session) -> State:
    return State(session.exec(select(Introduction.state).order_by(col(Introduction.id))).all()[0])


def actions(session: Session) -> list[tuple[str, str]]:
    return [(row.actor, row.action) for row in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]


def test_what_waits_is_listed_and_one_is_shown_from_first_to_last(number: int) -> None:
    told = run("list", "--waiting").output
    assert "200 litres" in told
    assert "approval" in told
    assert "\x1b" not in told
    assert "whodoes introductions approve NUMBER" in told
    shown = run("show", number).output
    assert "Sought: 200 litres of AAV" in shown
    assert "mail:<1@oriel.example>" in "".join(shown.split())
    assert "requested (member). It waits for your approval." in shown
    assert run("show", 99).exit_code == 1


def test_states_are_named_as_people_write_them(number: int) -> None:
    assert "1 introduction." in run("list", "--state", "requested").output
    assert "There is no such introduction." in run("list", "--state", "in-talks").output
    assert "There is no such introduction." in run("list", "--state", "nothing").output
    assert run("list", "--state", "dancing").exit_code == 2
    assert "1 introduction, the latest 1." in run("list", "--limit", 1).output


def test_a_request_is_edited_assigned_named_and_approved(number: int, look: Callable[..., object]) -> None:
    assert run("edit", number).exit_code == 2
    assert (
        "Changed: reason, opener."
        in run("edit", number, "--reason", "AAV at scale", "--opener", "Hello").output
    )
    assert "Tilda Staff has it now." in run("assign", number, "tilda@cluster.example").output
    assert run("assign", number, "Ben").exit_code == 1
    assert "Ben Marsh is the one to ask." in run("ask", number, "Ben Marsh").output
    approved = run("approve", number)
    assert approved.exit_code == 0, approved.output
    assert "Ben Marsh" in approved.output
    assert look(state) is State.ASKED
    history = " ".join(run("show", number).output.split())
    assert "edited: reason, opener" in history
    assert "Assigned to: Tilda Staff" in history
    assert ("cli", "introduction.approved") in look(actions)  # type: ignore[operator]  # a list


def test_a_request_is_declined_with_a_note(number: int, look: Callable[..., object]) -> None:
    assert "with your note" in run("decline", number, "--note", "They close in June.").output
    assert look(state) is State.DECLINED
    assert run("decline", number).exit_code == 1


def test_without_mail_and_slack_it_says_that_nobody_can_be_written_to(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHODOES_MAIL_ADDRESS")
    told = run("approve", number)
    assert told.exit_code == 1
    assert "Neither mail nor Slack is set up here" in told.stderr


def test_two_are_brokered_by_name_or_address(number: int, look: Callable[..., object]) -> None:
    told = run("broker", "ada@oriel.example", "Larkspur Vectors", "--reason", "Both grow AAV")
    assert told.exit_code == 0, told.output
    assert "I have asked" in told.output
    letters = look(lambda session: session.exec(select(OutboxMessage.recipient)).all())
    assert len(letters) == 2  # type: ignore[arg-type]  # a list
    unsure = run("broker", "ada@oriel.example", "Larkspur")
    assert "can be Larkspur" in unsure.stderr
    unknown = run("broker", "ada@oriel.example", "Nemo Industries")
    assert "The directory has no “Nemo Industries”." in unknown.stderr
    assert (
        "Nobody in the directory is “x@y.example”" in run("broker", "x@y.example", "Larkspur Vectors").stderr
    )


def test_outcomes_are_noted_with_their_worth(store: Store, look: Callable[..., object]) -> None:
    ledger = asyncio.run(store.write(add_ledger))
    words = (
        "--pounds",
        250_000,
        "--jobs",
        3,
        "--anyway",
        "later",
        "--may-tell",
        "--words",
        "A pilot in spring",
    )
    told = run("outcome", ledger["whole"], "project", *words)
    assert told.exit_code == 0, told.output
    kept = look(lambda session: session.exec(select(IntroductionOutcome)).one())
    assert isinstance(kept, IntroductionOutcome)
    assert (kept.stage, kept.pounds, kept.jobs, kept.may_tell) == (State.PROJECT, 250_000, 3, True)
    shown = run("show", ledger["whole"]).output
    assert "£250,000, jobs: 3, anyway: later, may be" in shown
    assert "pilot in" in shown
    assert run("outcome", ledger["whole"], "wedding").exit_code == 2
    assert run("outcome", ledger["with staff"], "in-talks").exit_code == 1


def test_never_with_and_pauses_are_set_for_others_and_audited(
    number: int, look: Callable[..., object]
) -> None:
    assert run("never-with", "Ada Finch", "Ben Marsh").output == "Noted, and told to nobody.\n"
    assert run("never-with", "Ada Finch", "Larkspur Imaging").exit_code == 0
    pairs = look(
        lambda session: [
            (row.other_person_id is None, row.other_organisation_id is None)
            for row in session.exec(select(NeverWith).order_by(col(NeverWith.id)))
        ]
    )
    assert pairs == [(False, True), (True, False)]
    assert "Paused" in run("pause", "Ben Hale", "--until", "1 March 2099").output
    ben = look(lambda session: session.exec(select(Person).where(Person.name == "Ben Hale")).one())
    assert isinstance(ben, Person)
    assert (ben.introductions_paused_by, ben.introductions_paused_until) == (PausedBy.SELF, date(2099, 3, 1))
    assert ("cli", "introductions.paused_for") in look(actions)  # type: ignore[operator]  # a list
    assert run("pause", "Ben Hale", "--until", "soon").exit_code == 2
    assert run("pause", "Ben Hale", "--until", "1 March 2020").exit_code == 1
    assert "several people" in run("pause", "Ben").stderr
    assert "Nobody in the directory" in run("pause", "Nemo").stderr


def test_a_line_is_logged_under_either_name_of_the_command(number: int, look: Callable[..., object]) -> None:
    words = ["introduction", "log", "met", "Oriel", "and", "Larkspur", "Imaging", "at", "the", "dinner"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "Logged as number" in told.output
    assert "(offline)" in run("list", "--state", "met").output
    parties = look(lambda session: len(session.exec(select(IntroductionParty)).all()))
    assert parties == 4
    refused = run("log", "met Larkspur and Oriel")
    assert refused.exit_code == 1
    assert "Nothing was logged." in refused.stderr


@pytest.fixture
def ledger(store: Store) -> dict[str, int]:
    def write(session: Session) -> dict[str, int]:
        numbers = add_ledger(session)
        add_words(session, numbers)
        return numbers

    return asyncio.run(store.write(write))


def test_the_report_is_a_table_with_its_records(ledger: dict[str, int]) -> None:
    told = run("report", "--from", "2026-01-01", "--to", "30/06/2026", "--records")
    assert told.exit_code == 0, told.output
    assert "Introductions from 2026-01-01 to 2026-06-30, whole days in Europe/London" in told.output
    lines = [" ".join(line.split()) for line in told.output.splitlines()]
    met = sorted(ledger[each] for each in ("earlier", "whole", "leap"))
    assert f"met 3 they said that they met, or more than that {' '.join(map(str, met))}" in lines
    assert any(line.startswith("pounds £140,007") for line in lines)
    assert any(line.startswith("met → what came of it 40.0 days") for line in lines)
    assert any(line.startswith("share of members put in touch 100.0 %") for line in lines)
    assert "All figures that must add up do." in told.output
    assert "records" not in run("report").output.splitlines()[4]


def test_the_report_is_csv_on_standard_output_and_in_a_file(ledger: dict[str, int], tmp_path: Path) -> None:
    args = ("report", "--from", "2026-01-01", "--to", "2026-06-30", "--csv")
    rows = list(csv.reader(io.StringIO(run(*args, "-").stdout, newline="")))
    assert ["In the period", "asked for", "5", "number"] in [row[:4] for row in rows]
    assert "Ada Finch" not in {cell for row in rows for cell in row}
    file = tmp_path / "report.csv"
    assert f"The report is in {file}." in run(*args, file).output.replace("\n", "")
    assert list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))) == rows
    assert run(*args, tmp_path).exit_code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "whenever"), 2),
        (("--from", "2026-07-01", "--to", "2026-06-30"), 2),
        (("--from", "2199-01-01"), 2),
        (("--to", "2025-03-01"), 0),
        ((), 0),
    ],
)
def test_a_period_that_cannot_be_is_refused(store: Store, words: tuple[str, ...], code: int) -> None:
    told = run("report", *words)
    assert told.exit_code == code, told.output
    if words[:1] == ("--to",):
        assert "from 2025-01-01 to 2025-03-01" in told.output


def test_a_log_that_does_not_add_up_is_flagged(ledger: dict[str, int], store: Store) -> None:
    def spoil(session: Session) -> None:
        session.get_one(Introduction, ledger["whole"]).state = State.SILENT

    asyncio.run(store.write(spoil))
    told = run("report", "--csv", "-")
    assert (
        f"Does not add up: Its state is not what its last step says (introductions {ledger['whole']})."
        in told.stderr
    )
    assert "Does not add up,Its state is not what its last step says" in told.stdout
    assert "All figures" not in run("report").output


def test_nobody_is_written_to_about_what_happened_without_us(
    number: int, look: Callable[..., object]
) -> None:
    run("log", "Ada Finch met Larkspur Imaging")
    before = look(lambda session: len(session.exec(select(OutboxMessage)).all()))
    assert run("outcome", number + 1, "project").exit_code == 0
    assert look(lambda session: len(session.exec(select(OutboxMessage)).all())) == before
