"""`whodoes awards`: from the first category to the winner, by the people who sit at the machine."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from bot.cli.main import app
from store.models import AuditEntry
from store.store import Store
from tests.factories import add_organisation, add_person


def furnish(session: Session) -> None:
    oriel = add_organisation(session, name="Oriel Protein Services")
    larkspur = add_organisation(session, name="Larkspur Vectors Ltd")
    add_person(session, name="Ada Finch", organisation_id=oriel, addresses=["ada@oriel.example"])
    add_person(session, name="Ben Ode", organisation_id=larkspur, addresses=["ben@larkspur.example"])
    add_person(session, name="Cleo Marsh", addresses=["cleo@marsh.example"])


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Store]:
    monkeypatch.setenv("WHODOES_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WHODOES_VECTORS", "off")
    opened = Store.open(sqlite_url)
    asyncio.run(opened.write(furnish))
    yield opened
    opened.close()


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def awards(*words: object) -> str:
    return " ".join(run("awards", *words).output.split())


@pytest.fixture
def dinner(store: Store) -> Store:
    """Awards that take nominations, with two categories."""
    run("events", "plan", "Region's Awards", "--kind", "awards", "--starts", "5 March 2037 19:00")
    run("events", "announce", 1)
    awards("category", 1, "Best Start-up", "--sponsor", "larkspur vectors ltd", "--most", 2)
    awards("category", 1, "Rising Star", "--description", "Somebody new.", "--sponsor", "A Bank")
    return store


@pytest.mark.usefixtures("dinner")
def test_awards_are_set_up_and_shown() -> None:
    assert "Region's Awards" in awards("list")
    told = awards(
        "times", 1, "--nominations-until", "5 February 2037 17:00", "--winners-at", "5 March 2037 21:30"
    )
    assert "nominations close on Thursday 5 February 2037, 17:00 (Europe/London)" in told
    shown = awards("show", 1)
    assert "Winners made known: Thursday 5 March 2037, 21:30" in shown
    assert "Best Start-up, sponsored by Larkspur Vectors Ltd: 0 entries, 0 nominations, at most 2" in shown
    assert "Rising Star, sponsored by A Bank" in shown
    assert "Judges: nobody yet" in shown


@pytest.mark.usefixtures("dinner")
def test_what_awards_cannot_be_is_said() -> None:
    assert "before they open" in awards("times", 1, "--nominations-from", "6 March 2037 10:00")
    assert "before nominations do" in awards("times", 1, "--judging-until", "1 March 2037 10:00")
    assert "is over" in awards("times", 1, "--winners-at", "5 March 2020 10:00")
    assert run("awards", "times", 1, "--winners-at", "soonish").exit_code == 2
    assert run("awards", "times", 1).exit_code == 2
    assert run("awards", "times", 9, "--winners-at", "now").exit_code == 1
    assert run("awards", "show", 9).exit_code == 1
    assert "1 to 50" in awards("category", 1, "Rising Star", "--most", 0)
    assert "already" in awards("category", 1, "Rising Star", "--rename", "Best start up")
    assert "needs a name" in awards("category", 1, "!!")
    assert "no such event" in awards("category", 9, "Any")
    assert "There are: Best Start-up and Rising Star" in awards("remove-category", 1, "Best Lunch")
    assert "is changed" in awards("category", 1, "rising star", "--rename", "Bright Star")


def nominate(nominee: str, *, by: str, to: str = "Best Start-up", because: str = "Good work") -> str:
    return awards("nominate", 1, to, nominee, "--by", by, "--because", because)


@pytest.mark.usefixtures("dinner")
def test_the_same_nominee_is_one_entry_however_it_is_written() -> None:
    assert "Oriel Protein Services is nominated for Best Start-up" in nominate(
        "Oriel Protein Services", by="Ben Ode"
    )
    nominate("oriel protein services", by="cleo@marsh.example", because="Kind\x1b[31m people")
    assert "is changed" in nominate("Oriel", by="Ben Ode", because="Even better work")
    nominate("The night shift", by="Ada Finch", to="rising star")
    nominate("night shift", by="Cleo Marsh", to="Rising Star")
    shown = awards("entries", 1)
    assert "1. Oriel Protein Services, Best Start-up: 2 nominations – Even better work – Kind" in shown
    assert "\x1b" not in shown
    assert "Ben" not in shown
    assert "Cleo" not in shown
    assert "2. The night shift, Rising Star: 2 nominations" in shown
    assert "Cleo Marsh. Kind" in awards("nominators", 1).replace(":", ".")
    assert "is taken back" in awards("withdraw", "night shift", "--by", "Cleo Marsh")
    assert "The night shift, Rising Star: 1 nomination " in awards("entries", 1)
    assert "Nobody in the directory is" in nominate("Oriel", by="Dan Nobody")


@pytest.mark.usefixtures("dinner")
def test_a_category_with_nominations_is_removed_only_when_another_takes_them() -> None:
    nominate("Oriel Protein Services", by="Ben Ode", because="For the start")
    nominate("Oriel Protein Services", by="Ben Ode", to="Rising Star", because="For the star")
    nominate("Oriel Protein Services", by="Cleo Marsh")
    assert "There are 2 nominations in Best Start-up" in awards("remove-category", 1, "Best Start-up")
    assert "another category" in awards("remove-category", 1, "Best Start-up", "--move-to", "Best Start-up")
    told = awards("remove-category", 1, "Best Start-up", "--move-to", "Rising Star")
    assert "Its nominations are in Rising Star" in told
    shown = awards("entries", 1)
    assert "Rising Star: 2 nominations – For the star For the start – Good work" in shown
    assert "say which category takes them" in awards("remove-category", 1, "Rising Star")


@pytest.mark.usefixtures("dinner")
def test_judges_score_what_is_not_their_own_and_staff_see_the_ranking() -> None:
    nominate("Oriel Protein Services", by="Ben Ode")
    nominate("Larkspur Vectors Ltd", by="Ada Finch")
    nominate("Ada Finch", by="Cleo Marsh")
    for name in ("Ada Finch", "Ben Ode", "Cleo Marsh"):
        assert "is a judge" in awards("judge", 1, name)
    assert "already" in awards("judge", 1, "Ada Finch")
    assert "your own organisation" in awards("score", 1, 5, "--by", "Ada Finch")
    assert "your own organisation" in awards("score", 3, 5, "--by", "Ada Finch")
    assert "from 1 to 5" in awards("score", 2, 6, "--by", "Ada Finch")
    assert "2 of 5" in awards("score", 2, 2, "--by", "Ada Finch", "--note", "Too soon")
    assert "1 of 5. You" in awards("score", 1, 1, "--by", "Ben Ode")
    assert "4 of 5, changed" in awards("score", 1, 4, "--by", "Ben Ode")
    awards("score", 1, 2, "--by", "Cleo Marsh")
    awards("score", 2, 5, "--by", "Cleo Marsh")
    shown = awards("ranking", 1, "--notes")
    assert "2. Larkspur Vectors Ltd: 3.50, spread 3, 2 scores" in shown
    assert "Ada Finch: 2 Too soon" in shown
    assert "1. Oriel Protein Services: 3.00, spread 2, 2 scores" in shown
    assert shown.index("2. Larkspur") < shown.index("1. Oriel") < shown.index("no score")
    assert "theirs: left to the others" in awards("bench", 1, "--by", "Ada Finch")
    assert "Their 2 scores no longer count" in awards("judge", 1, "Cleo Marsh", "--remove")
    assert "2. Larkspur Vectors Ltd: 2.00, spread 0, 1 score," in awards("ranking", 1)
    assert "not among the judges" in awards("score", 1, 4, "--by", "Cleo Marsh")
    awards("judge", 1, "cleo@marsh.example")
    assert "2. Larkspur Vectors Ltd: 3.50" in awards("ranking", 1)
    awards("judge", 1, "Cleo Marsh", "--remove")
    assert "are no judge" in awards("judge", 1, "Cleo Marsh", "--remove")
    assert "Nobody in the directory" in awards("judge", 1, "Dan Nobody")


@pytest.mark.usefixtures("dinner")
def test_a_shortlist_holds_what_was_nominated_and_no_more_than_it_may() -> None:
    for nominee in ("Oriel Protein Services", "Larkspur Vectors Ltd", "Fenwick"):
        nominate(nominee, by="Cleo Marsh")
    assert "At most 2" in awards("shortlist", 1, "Best Start-up", 1, 2, 3)
    assert "Nothing is nominated for Best Start-up under 9" in awards("shortlist", 1, "Best Start-up", 9)
    told = awards("shortlist", 1, "best startup", 1, 3)
    assert (
        "Shortlisted for Best Start-up: Oriel Protein Services and Fenwick. It is made known when you say so"
        in told
    )
    assert "Fenwick *" in awards("ranking", 1)
    assert "one entry now" in awards("merge", 3, 2)
    assert "Larkspur Vectors Ltd *" in awards("ranking", 1)
    assert "one category" in awards("merge", 1, 1)
    assert "nobody" in awards("shortlist", 1, "Best Start-up")


def test_winners_stay_with_those_who_may_know_and_each_look_is_written_down(dinner: Store) -> None:
    nominate("Oriel Protein Services", by="Ben Ode")
    awards("times", 1, "--winners-at", "5 March 2037 21:30")
    told = awards("winner", 1)
    assert "Only approvers see it until Thursday 5 March 2037, 21:30" in told
    assert "Best Start-up: Oriel Protein Services" in awards("winners", 1)
    looked = asyncio.run(dinner.read(_audited, "award.winners_seen"))
    assert looked == 1
    assert "no longer wins" in awards("winner", 1, "--undo")
    awards("winner", 1)
    assert "the winners are made known" in awards("times", 1, "--winners-at", "now")
    assert "cannot be unknown again" in awards("times", 1, "--winners-at", "5 March 2037 22:00")
    assert "Nothing is nominated" in awards("winner", 99)


def _audited(session: Session, action: str) -> int:
    return len(session.exec(select(AuditEntry).where(AuditEntry.action == action)).all())


def test_the_audit_never_says_who_nominated(dinner: Store) -> None:
    nominate("Oriel Protein Services", by="Ben Ode", because="Private words")

    def entries(session: Session) -> str:
        return repr([
            (each.actor, each.subject, each.details) for each in session.exec(select(AuditEntry))
            if each.action.startswith("award.")
        ])  # fmt: skip

    told = asyncio.run(dinner.read(entries))
    assert "award-category:1" in told
    assert "person:" not in told
    assert "Private" not in told
