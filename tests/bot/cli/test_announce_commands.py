"""`whodoes announce` and `whodoes audit`: a broadcast written, looked at, confirmed and followed from the machine."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner, Result

from bot.cli.main import app
from store.campaigns.ledger import claim, settle
from store.kinds import CampaignState, StaffRole
from store.models import Campaign
from store.outcome import Refused
from store.store import Store
from tests.factories import add_organisation, add_person
from tests.store.campaigns.rows import add_campaign, add_recipients


def furnish(session: Session) -> None:
    firm = add_organisation(
        session, name="Larkspur", sector="biotechnology", town="Macclesfield", point=(53.27, -2.13)
    )
    for name in ("Ada Marsh", "Ben Ode", "Cara \x1b[31mVale"):
        add_person(
            session, name=name, organisation_id=firm, addresses=[f"{name[:3].lower()}@larkspur.example"]
        )
    add_person(session, name="Dev Opted", organisation_id=firm, newsletters=False)
    add_person(session, name="Eve Approver", addresses=["eve@cluster.example"], staff_role=StaffRole.APPROVER)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    opened = Store.open(sqlite_url)
    asyncio.run(opened.write(furnish))
    yield opened
    opened.close()


def run(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["announce", *(str(word) for word in words)], input=typed or None)


def drafted(*words: object) -> Result:
    return run("draft", "Autumn evening", "--text", "Come **all**.", *words)


@pytest.mark.usefixtures("store")
def test_a_broadcast_is_written_looked_at_confirmed_and_called_off() -> None:
    assert "There is no broadcast yet" in run("list").output
    assert (
        "is kept as broadcast 1"
        in drafted("--near", "15 miles of Macclesfield", "--channel", "C0NEWS").output
    )
    shown = run("preview", 1).output
    assert "reaches 1 channel and 3 people" in shown
    assert "3 by mail" in shown
    assert "1 left out: opted out of newsletters" in shown
    assert "your organisation is in or beside Macclesfield" in shown
    assert "\x1b" not in shown
    asked = run("send", 1, typed="n\n")
    assert "Send to 1 channel and 3 people?" in asked.output
    assert (asked.exit_code, "Nothing was sent" in asked.output) == (1, True)
    assert "goes out in 60 seconds" in run("send", 1, typed="y\n").output
    assert "scheduled" in run("list").output
    assert "called off; nobody got it" in run("cancel", 1).output
    assert "is changed" in run("change", 1, "--subject", "Spring evening", "--everyone").output
    assert "Spring evening" in run("list").output


@pytest.mark.usefixtures("store")
def test_the_text_comes_from_a_file_from_a_pipe_or_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("From a file.", encoding="utf-8")
    run("draft", "One", "--text", tmp_path / "text.md", "--everyone")
    run("draft", "Two", "--text", "-", "--everyone", typed="From a pipe.")
    run("draft", "Three", "--text", "As written.", "--everyone")
    shown = [run("preview", number).output for number in (1, 2, 3)]
    assert ["From a file." in shown[0], "From a pipe." in shown[1], "As written." in shown[2]] == [True] * 3
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff")
    assert "cannot be read as text" in run("draft", "Four", "--text", tmp_path / "image.png").output


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "bakery"), "Kinds are: company"),
        (("--part", "nobody"), "Of an event there are"),
        (("--by", "pigeon"), "It goes by: preferred, mail, nobody"),
        (("--at", "soonish"), "not a date"),
        (("--hours", "always"), "such as 9-17"),
        (("--near", "Nowhereville-on-Sea"), "no place called"),
        (("--sector", "chocolate"), "There is: biotechnology"),
        (("--everyone", "--as", "Zed"), "Nobody in the directory"),
    ],
)
def test_what_cannot_be_read_is_asked_back(words: tuple[str, ...], said: str) -> None:
    told = drafted(*words)
    assert told.exit_code > 0
    assert said in " ".join(told.output.split())


@pytest.mark.usefixtures("store")
def test_a_trial_needs_to_know_who_you_are_and_an_approval_a_second_person() -> None:
    drafted(
        "--everyone", "--by", "mail", "--hours", "0-24", "--topic", "events", "--at", "28 January 2037 09:00"
    )
    assert "Say who you are (--as)" in run("test", 1).output
    assert "is on its way to you" in run("test", 1, "--as", "eve@cluster.example").output
    assert "does not wait for approval" in run("approve", 1, "--as", "Eve Approver").output
    assert "Only an approver" in run("approve", 1, "--as", "Ada Marsh").output
    assert run("decline", 1, "--reason", "no").exit_code == 1
    assert "goes out on 28 January 2037, 09:00 UTC" in run("send", 1, "--yes").output


def test_a_broadcast_under_way_is_paused_resumed_reported_and_sent_again(store: Store) -> None:
    now = datetime.now(UTC)

    def under_way(session: Session) -> None:
        campaign_id = add_campaign(session, now=now)
        add_recipients(session, campaign_id, 3, now=now)

    asyncio.run(store.write(under_way))
    ours = asyncio.run(store.write(claim, owner="w", limit=2, now=now))
    asyncio.run(store.write(settle, [(each, Refused("550 no \x07such user")) for each in ours], now=now))
    assert "is paused" in run("pause", 1).output
    assert "goes on" in run("resume", 1).output
    told = run("report", 1, "--names", 1).output
    assert "0 of 3 have it." in told
    assert "2 failed: 550 no" in told
    assert "and 1 other: --names 2" in told
    assert "once more to 2" in run("resend", 1, "--failed").output
    assert "Say which" in run("resend", 1).output
    assert "There is no broadcast 9" in run("report", 9).output
    assert "There is no such broadcast" in run("preview", 9).output
    assert (
        asyncio.run(store.read(lambda session: session.get_one(Campaign, 1).state)) is CampaignState.RUNNING
    )


@pytest.mark.usefixtures("store")
def test_every_step_is_in_the_audit_with_who_took_it() -> None:
    drafted("--everyone")
    run("send", 1, "--yes")
    run("approve", 1, "--as", "Ada Marsh")

    def audit(*words: str) -> Result:
        return CliRunner().invoke(app, ["audit", *words])

    everything = audit().output
    assert "campaign.drafted" in everything
    assert "Ada Marsh (person:1)" in everything
    mine = audit("--actor", "cli", "--action", "campaign.", "--subject", "campaign:1").output
    assert "campaign.sent" in mine
    assert "refused" not in mine
    assert "more: --limit" in audit("--limit", "1").output
    assert audit("--actor", "nobody").exit_code == 1
    assert "All 0 sealed lines are as they were" in audit("--check").output
