"""The report of introductions: every figure of a small log, worked out by hand, on both databases."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from store.introductions.report import report, this_year
from store.introductions.report_figures import Of, Period, Report
from store.introductions.rules import Rules
from store.kinds import IntroductionState as State
from store.kinds import Listing, Origin
from store.models import Introduction, IntroductionStep, Organisation
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_organisation, add_person
from tests.store.introductions.ledgers import (
    ACCEPTED,
    ASKED,
    INTRODUCED,
    MET,
    REQUESTED,
    add_ledger,
    add_words,
    at,
    took_steps,
)

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
async def ledger(store: Store) -> dict[str, int]:
    def furnish(session: Session) -> dict[str, int]:
        numbers = add_ledger(session)
        add_words(session, numbers)
        return numbers

    return await store.write(furnish)


@pytest.fixture
async def made(store: Store, ledger: dict[str, int]) -> Report:
    return await store.read(report, HALF_YEAR, rules=Rules(), now=NOW)


def values(made: Report, section: str) -> dict[str, Any]:
    (found,) = (each for each in made.sections if each.title == section)
    return {each.name: each.value for each in found.figures}


async def test_each_stage_counts_when_it_was_reached(made: Report, ledger: dict[str, int]) -> None:
    assert values(made, "In the period") == {
        "asked for": 5,  # not “earlier”, not “too late”
        "asked for: by members": 4,
        "asked for: by staff": 1,
        "put to them": 4,
        "agreed": 3,
        "introduced": 3,
        "met": 3,  # “earlier”, “whole”, and “leap” with its project
        "led on": 3,
        "in talks": 2,
        "agreement": 1,
        "project": 1,
        "nothing came of it": 0,  # in August
        "not now": 1,
        "silent": 1,
        "declined by the team": 0,
        "taken back": 0,
    }
    met = made.figure("In the period", "met")
    assert met.records == tuple(sorted(ledger[each] for each in ("earlier", "whole", "leap")))
    assert met.of is Of.INTRODUCTION
    with pytest.raises(LookupError):
        made.figure("In the period", "danced")


async def test_those_asked_for_are_followed_until_today(made: Report) -> None:
    assert values(made, "What became of those asked for in the period") == {
        "asked for": 5,
        "put to them": 4,
        "agreed": 3,
        "introduced": 3,
        "met": 2,
        "led on": 2,
        "put to them, of those asked for": 80.0,
        "agreed, of those put to them": 75.0,
        "introduced, of those agreed": 100.0,
        "met, of those introduced": 66.7,
        "led on, of those met": 100.0,
        "introduced, of all asked for": 60.0,
        "now: requested": 1,
        "now: agreement": 1,
        "now: project": 1,
        "now: nothing came of it": 1,
        "now: not now": 1,
    }


async def test_days_from_step_to_step_are_medians(made: Report) -> None:
    assert values(made, "Days from step to step") == {
        "asked for → put to them": 1.5,  # 2, 1, 4, 0
        "put to them → agreed": 10.0,  # 4, 10, 15
        "agreed → introduced": 1.0,  # 0, 2, 1
        "introduced → met": 50.0,  # 70 and 30; “leap” never said that they met
        "met → what came of it": 40.0,  # 20 and 60
        "asked for → introduced": 13.0,  # 6, 13, 16
    }


async def test_organisations_helped_add_up_however_they_are_sorted(
    made: Report, ledger: dict[str, int]
) -> None:
    assert values(made, "Organisations helped") == {
        "distinct organisations": 5,
        "for the first time": 3,
        "helped before too": 2,  # Larkspur and Oriel, in November
        "sector: Biotechnology": 2,
        "sector: healthcare": 1,
        "sector: (not given)": 2,
        "place: Cheshire": 2,
        "place: Lancashire": 2,
        "place: (not given)": 1,
        "size: micro": 1,
        "size: small": 1,
        "size: large": 2,
        "size: (not given)": 1,
        "kind: company": 1,
        "kind: supplier": 1,
        "kind: university": 1,
        "kind: nhs": 1,
        "kind: investor": 1,
    }
    first = made.figure("Organisations helped", "for the first time")
    assert first.records == tuple(
        sorted(ledger[each] for each in ("Marsh University", "Tern Hospital", "Quill Capital"))
    )
    assert first.of is Of.ORGANISATION


async def test_links_are_sorted_by_the_kinds_they_join(made: Report) -> None:
    assert values(made, "Who was linked with whom") == {
        "introductions made": 3,
        "business and research": 2,
        "business and business": 0,
        "research and research": 0,
        "others": 1,  # Quill Capital invests
        "business and research, of all": 66.7,
    }


async def test_members_are_those_with_a_membership(made: Report) -> None:
    assert values(made, "Members reached in twelve months") == {
        "members": 4,  # Quill Capital has none
        "members put in touch": 4,
        "members not reached": 0,
        "share of members put in touch": 100.0,
    }


async def test_worth_is_the_latest_word_and_nothing_counts_nothing(
    made: Report, ledger: dict[str, int]
) -> None:
    assert values(made, "What it is worth, as the parties say") == {
        "somebody said what came of it": 4,
        "pounds": 140_007,  # 40,000 and 100,000, and 7 of what came to nothing only in August
        "jobs": 2,
        "anyway: no": 1,
        "anyway: later": 1,
        "anyway: yes": 0,
        "anyway: not said": 2,
        "stories that may be told": 1,
    }
    assert made.figure("What it is worth, as the parties say", "stories that may be told").records == (
        ledger["whole"],
    )


async def test_what_happened_offline_stands_apart(made: Report) -> None:
    assert values(made, "Written down offline") == {
        "written down": 2,
        "now: introduced": 1,
        "now: in talks": 1,
        "led on": 1,
        "organisations only here": 0,
        "a side is not in the directory": 1,
        "pounds": 3_000,
        "jobs": 1,
    }


async def test_who_is_asked_most_is_held_to_the_limits(
    store: Store, made: Report, ledger: dict[str, int]
) -> None:
    assert values(made, "Who is asked most") == {
        "people asked": 1,
        "people at their limit": 0,
        "organisations asked": 3,
        "organisations at their limit": 0,
        "Ada Finch": 2,
        "Oriel": 2,
    }
    tight = await store.read(report, HALF_YEAR, rules=Rules(asked_a_month=2, organisation_a_month=2), now=NOW)
    ada = tight.figure("Who is asked most", "Ada Finch")
    assert "at most 2 within 30 days, of 2 (at the limit)" in ada.definition
    assert ada.reference == f"person {ledger['ada']}"
    assert tight.figure("Who is asked most", "people at their limit").records == (ledger["ada"],)
    assert tight.figure("Who is asked most", "organisations at their limit").records == (ledger["Oriel"],)


async def test_a_sound_log_adds_up(made: Report) -> None:
    assert made.mismatches == ()


async def test_a_log_that_contradicts_itself_is_flagged(store: Store, ledger: dict[str, int]) -> None:
    def spoil(session: Session) -> tuple[int, int, int]:
        session.get_one(Introduction, ledger["whole"]).state = State.SILENT
        lost = Introduction(
            state=REQUESTED, origin=Origin.MEMBER, requested_by="cli", created_at=NOW, changed_at=NOW
        )
        session.add(lost)
        unasked = took_steps(
            session, ledger["Oriel"], None, (REQUESTED, at("2026-04-01")), (ASKED, at("2026-04-02")),
            (ACCEPTED, at("2026-04-03")), (INTRODUCED, at("2026-04-04")), (MET, at("2026-04-05")),
        )  # fmt: skip
        asked = IntroductionStep.introduction_id == unasked
        session.delete(
            session.exec(select(IntroductionStep).where(asked, IntroductionStep.state == ACCEPTED)).one()
        )
        session.flush()
        assert lost.id is not None
        return ledger["whole"], lost.id, unasked

    whole, lost, unasked = await store.write(spoil)
    made = await store.read(report, HALF_YEAR, rules=Rules(), now=NOW)
    assert {each.text: each.records for each in made.mismatches} == {
        "“introduced” without “agreed” before it": (unasked,),
        "The log has no step of it": (lost,),
        "Its state is not what its last step says": (whole,),
        "It does not have two sides": (lost,),
    }


async def test_an_empty_log_has_no_shares_and_no_medians(store: Store) -> None:
    made = await store.read(report, HALF_YEAR, rules=Rules(), now=NOW)
    figures = [each for section in made.sections for each in section.figures]
    assert {each.value for each in figures} == {0, None}
    assert not made.mismatches


async def test_without_memberships_all_that_are_listed_are_members(sqlite_store: Store) -> None:
    def furnish(session: Session) -> None:
        add_organisation(session, name="Larkspur")
        add_organisation(session, name="Hidden", listing=Listing.UNLISTED)

    await sqlite_store.write(furnish)
    made = await sqlite_store.read(report, HALF_YEAR, rules=Rules(), now=NOW)
    assert made.figure("Members reached in twelve months", "members").value == 1
    (section,) = (each for each in made.sections if each.title == "Members reached in twelve months")
    assert "notes no membership" in section.counts
    assert section.counts.startswith("From 2025-07-01 to 2026-06-30.")


async def test_whose_membership_is_over_or_to_come_is_no_member(sqlite_store: Store) -> None:
    def furnish(session: Session) -> int:
        add_organisation(session, name="Left", membership="full", member_until=date(2026, 6, 29))
        add_organisation(session, name="To come", membership="full", member_since=date(2026, 7, 1))
        return add_organisation(session, name="In", membership="full", member_until=date(2026, 6, 30))

    stays = await sqlite_store.write(furnish)
    made = await sqlite_store.read(report, HALF_YEAR, rules=Rules(), now=NOW)
    assert made.figure("Members reached in twelve months", "members").records == (stays,)


async def test_who_left_the_directory_is_no_organisation_and_no_error(
    store: Store, ledger: dict[str, int]
) -> None:
    def leave(session: Session) -> None:
        session.delete(session.get_one(Organisation, ledger["Tern Hospital"]))

    await store.write(leave)
    made = await store.read(report, HALF_YEAR, rules=Rules(), now=NOW)
    assert made.figure("Organisations helped", "distinct organisations").value == 4
    assert made.figure("Who was linked with whom", "others").value == 2
    assert made.figure("In the period", "introduced").value == 3
    assert not made.mismatches


def test_this_year_ends_today_by_the_regions_clock() -> None:
    eve = datetime.fromisoformat("2026-12-31T23:30:00+00:00")
    assert this_year(eve, "Europe/London").last == date(2026, 12, 31)
    assert this_year(eve, "Europe/Berlin").first == date(2027, 1, 1)


def test_a_leap_day_ends_twelve_months(sqlite_url: str) -> None:
    period = Period(date(2028, 1, 1), date(2028, 2, 29))
    opened = Store.open(sqlite_url)
    made = asyncio.run(opened.read(report, period, rules=Rules(), now=NOW))
    opened.close()
    (section,) = (each for each in made.sections if each.title == "Members reached in twelve months")
    assert section.counts.startswith("From 2027-03-01 to 2028-02-29.")


async def test_a_long_log_takes_no_more_queries_than_a_short_one(store: Store) -> None:
    async def asked() -> int:
        asks: list[str] = []

        def count(session: Session) -> Report:
            engine = session.get_bind().engine
            listen: Callable[..., None] = lambda *args: asks.append(args[2])  # noqa: E731 - it is taken off again
            event.listen(engine, "before_cursor_execute", listen)
            try:
                return report(session, HALF_YEAR, rules=Rules(), now=NOW)
            finally:
                event.remove(engine, "before_cursor_execute", listen)

        await store.read(count)
        return len(asks)

    def furnish(session: Session) -> None:
        firms = [add_organisation(session, name=f"Firm {number}") for number in range(20)]
        people = [add_person(session, name=f"Person {each}", organisation_id=each) for each in firms]
        for number in range(60):
            asker, asked = firms[number % 20], firms[(number * 7 + 1) % 20]
            day = at("2026-02-01") + timedelta(days=number)
            took_steps(
                session, asker, asked, (REQUESTED, day), (ASKED, day), person=people[(number * 7 + 1) % 20]
            )

    before = await asked()
    await store.write(furnish)
    assert await asked() <= before <= 8
