"""One line of staff becomes an entry of the log: who, what, where, when; and nobody is guessed at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.house import House
from bot.assistant.introductions.offline import log_offline
from bot.assistant.introductions.offline_dates import day_in
from bot.assistant.introductions.offline_line import read_line
from store.importing.refusal import Unreadable
from store.introductions.steps import By, begin, move
from store.kinds import IntroductionState as State
from store.kinds import Listing, Medium, Origin, Side, StaffRole
from store.models import AuditEntry, Introduction, IntroductionParty, IntroductionStep
from store.people import Asker, Stranger, by_address
from store.search.live import LiveIndex
from store.store import Store
from tests.conftest import NOW
from tests.factories import add_golden_region, add_organisation, add_person

TODAY = date(2026, 11, 23)  # a Monday
LARKSPUR, ORIEL, TAMARISK = "Larkspur Vectors Ltd", "Oriel Protein Services", "Tamarisk Gene Works"
FENWICK = "Fenwick Flow Diagnostics"


def furnish(session: Session) -> dict[str, int]:
    region = add_golden_region(session)
    add_organisation(session, name="Larkspur Imaging")
    add_organisation(session, name="Hidden Assays", listing=Listing.UNLISTED)
    person = region | {
        "Ada Finch": add_person(session, name="Ada Finch", organisation_id=region[LARKSPUR]),
        "Ada Holm": add_person(session, name="Ada Holm", organisation_id=region[ORIEL]),
        "Ben Hale": add_person(session, name="Ben Hale", organisation_id=region[ORIEL]),
        "Ben Marsh": add_person(session, name="Ben Marsh", organisation_id=region[ORIEL]),
        "Zed Quiet": add_person(session, name="Zed Quiet", organisation_id=region[TAMARISK], listed=False),
    }
    add_person(session, name="Staff", addresses=["staff@cluster.example"], staff_role=StaffRole.STAFF)
    add_person(session, name="Member", addresses=["member@firm.example"])
    return person


class Desk:
    """Where staff write their lines."""

    def __init__(self, store: Store, ids: dict[str, int]) -> None:
        self.store, self.ids, self._live, self._count = store, ids, LiveIndex(), 0

    async def log(
        self, line: str, *, evidence: str = "", later: timedelta = timedelta(), by: Asker | None = None
    ) -> Told:
        self._count += 1
        medium = Medium.TERMINAL if by is None else Medium.SLACK
        act = Act(by or Stranger(), medium, evidence or f"line {self._count}", House(), NOW + later)
        await self.store.read(self._live.catch_up)
        return await self.store.write(lambda session: log_offline(session, line, act, self._live.index))

    async def sides(self, number: int | None) -> set[tuple[int | None, int | None, str]]:
        def read(session: Session) -> set[tuple[int | None, int | None, str]]:
            rows = session.exec(select(IntroductionParty).where(IntroductionParty.introduction_id == number))
            return {(row.organisation_id, row.person_id, row.label) for row in rows}

        return await self.store.read(read)

    async def steps(self, number: int | None) -> list[tuple[State, datetime]]:
        def read(session: Session) -> list[tuple[State, datetime]]:
            rows = session.exec(
                select(IntroductionStep)
                .where(IntroductionStep.introduction_id == number)
                .order_by(col(IntroductionStep.id))
            )
            return [(row.state, row.at) for row in rows]

        return await self.store.read(read)

    async def count(self) -> int:
        return len(await self.store.read(lambda session: session.exec(select(Introduction.id)).all()))


@pytest.fixture
async def desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store, await sqlite_store.write(furnish))


async def test_a_line_is_kept_with_its_parties_and_dated_steps(store: Store) -> None:
    desk = Desk(store, await store.write(furnish))
    told = await desk.log(
        "introduced Dr Ada Finch (Larkspur Vectors) and Oriel at the spring conference on 12 May re protein "
        "purification, now in talks"
    )
    assert told.done
    assert told.text == (
        f"Logged as number {told.about}: Ada Finch of Larkspur Vectors Ltd and Oriel Protein Services were introduced "
        "on 12 May 2026, at the spring conference, about protein purification, now: in talks."
    )
    ids = desk.ids
    assert await desk.sides(told.about) == {(ids[LARKSPUR], ids["Ada Finch"], ""), (ids[ORIEL], None, "")}
    noon = datetime(2026, 5, 12, 11, 0, tzinfo=UTC)  # by London's clock
    assert await desk.steps(told.about) == [(State.INTRODUCED, noon), (State.IN_TALKS, NOW)]

    def read(session: Session) -> tuple[object, ...]:
        row = session.get_one(Introduction, told.about)
        audit = session.exec(select(AuditEntry.action, AuditEntry.subject)).all()
        return row.origin, row.state, row.occasion, row.reason, row.requested_by, audit

    assert await store.read(read) == (
        Origin.OFFLINE, State.IN_TALKS, "at the spring conference", "protein purification", "cli",
        [("introduction.logged", f"introduction:{told.about}")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "one", "other", "first", "stage"),
    [
        ("met Tamarisk and Oriel at the dinner about assays", TAMARISK, ORIEL, State.MET, State.MET),
        ("Tamarisk met Oriel", TAMARISK, ORIEL, State.MET, State.MET),
        ("Tamarisk & Oriel met again", TAMARISK, ORIEL, State.MET, State.MET),
        ("we introduced Tamrisk Gene Works to Oriel", TAMARISK, ORIEL, State.INTRODUCED, State.INTRODUCED),
        ("put Oriel in touch with Tamarisk; signed an agreement", ORIEL, TAMARISK, State.INTRODUCED, State.AGREEMENT),
        ("Fenwick and Tamarisk in talks since last week", FENWICK, TAMARISK, State.IN_TALKS, State.IN_TALKS),
        ("Fenwick, Tamarisk: nothing came of it", FENWICK, TAMARISK, State.MET, State.NOTHING),
        ("Fenwick met Tamarisk and they have a project now", FENWICK, TAMARISK, State.MET, State.PROJECT),
        ("Hidden Assays met Tamarisk", "Hidden Assays", TAMARISK, State.MET, State.MET),
        ("Oriel (Leeds) met Tamarisk", ORIEL, TAMARISK, State.MET, State.MET),
    ],
)  # fmt: skip
async def test_lines_are_written_in_many_ways(
    desk: Desk, line: str, one: str, other: str, first: State, stage: State
) -> None:
    told = await desk.log(line)
    assert told.done, told.text
    assert told.text.startswith(f"Logged as number {told.about}: {one} and {other} ")
    steps = [state for state, _ in await desk.steps(told.about)]
    assert (steps[0], steps[-1]) == (first, stage)


@pytest.mark.parametrize(
    ("line", "people", "occasion"),
    [
        ("Ada Finch of Larkspur Vectors and Ben Hale at Oriel at the dinner", {"Ada Finch", "Ben Hale"}, "at the dinner"),
        ("Ada Finch, Larkspur Vectors and Ada Holm, Oriel", {"Ada Finch", "Ada Holm"}, ""),
        ("Oriel's Ben Hale met Zed Quiet over lunch", {"Ben Hale", "Zed Quiet"}, "over lunch"),
        ("Ada at Oriel met Ada Finch at Tamarisk Gene Works", {"Ada Holm", "Ada Finch"}, "at Tamarisk Gene Works"),
    ],
)  # fmt: skip
async def test_people_are_known_by_where_they_work(
    desk: Desk, line: str, people: set[str], occasion: str
) -> None:
    told = await desk.log(line)
    assert told.done, told.text
    assert {person for _, person, _ in await desk.sides(told.about)} == {desk.ids[each] for each in people}
    row = await desk.store.read(lambda session: session.get_one(Introduction, told.about).occasion)
    assert row == occasion


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("met Larkspur and Oriel at the dinner", "“Larkspur” can be Larkspur Vectors Ltd or Larkspur Imaging"),
        ("Ada and Fenwick Flow met yesterday", "“Ada” can be Ada Finch of Larkspur Vectors Ltd or Ada Holm"),
        ("Ben at Oriel met Fenwick", "“Ben” can be Ben Hale or Ben Marsh"),
        ("Tamarisk, Fenwick and Oriel met at the dinner", "Write one line for each two"),
        ("met someone and Oriel", "I don't know “someone”"),
        ("introduced Brightwater to Whitesands", "I don't know “Brightwater” or “Whitesands”"),
        ("hello", "I can't tell who the two are"),
        ("", "I can't tell who the two are"),
        ("Ben Hale and Oriel met", "Both are of one organisation"),
        ("Zed Quiet and Oriel met on 31 June", "“31 June” is not a date"),
        ("Tamarisk and Oriel met on 12 December 2026", "12 December 2026 is still to come"),
    ],
)  # fmt: skip
async def test_what_is_not_sure_is_asked_back_and_not_logged(desk: Desk, line: str, told: str) -> None:
    answer = await desk.log(line)
    assert not answer.done
    assert told in answer.text
    assert "Nothing was logged." in answer.text
    assert await desk.count() == 0


async def test_people_of_no_organisation_are_told_apart(desk: Desk) -> None:
    def freelance(session: Session) -> None:
        for name in ("Ivo Lone", "Uma Sole"):
            add_person(session, name=name)

    await desk.store.write(freelance)
    assert (await desk.log("Ivo Lone met Uma Sole")).done
    assert "one and the same person" in (await desk.log("Ivo Lone met Ivo Lone")).text
    assert (
        "Did you mean Fenwick Flow Diagnostics?" in (await desk.log("Fenwik Flowe Diagnostik met Oriel")).text
    )


async def test_one_side_may_be_unknown_and_is_kept_by_name(desk: Desk) -> None:
    told = await desk.log("met Oriel and Brightwater Ltd at the dinner")
    assert told.done
    assert "The directory has no “Brightwater Ltd”: kept by that name." in told.text
    assert await desk.sides(told.about) == {(desk.ids[ORIEL], None, ""), (None, None, "Brightwater Ltd")}
    told = await desk.log("Dr Nemo Nobody (Oriel) met Tamarisk")
    assert "no “Nemo Nobody”" in told.text
    assert (desk.ids[ORIEL], None, "Nemo Nobody") in await desk.sides(told.about)
    assert (await desk.log("Brightwater Ltd met Fenwick")).done


async def test_the_same_message_is_logged_once(desk: Desk) -> None:
    first = await desk.log("met Tamarisk and Oriel", evidence="slack:1")
    again = await desk.log("met Tamarisk and Oriel", evidence="slack:1")
    assert (again.done, again.about) == (True, first.about)
    assert await desk.count() == 1


async def test_the_same_two_within_a_day_are_asked_about(desk: Desk) -> None:
    first = await desk.log("met Tamarisk and Oriel")
    second = await desk.log("Oriel met Tamarisk at the dinner", later=timedelta(hours=20))
    assert not second.done
    assert second.about == first.about
    assert (await desk.log("Oriel met Tamarisk again", later=timedelta(hours=21))).done
    assert (await desk.log("Oriel met Tamarisk", later=timedelta(days=3))).done
    assert await desk.count() == 3


async def test_what_the_team_brokered_itself_is_not_counted_twice(store: Store) -> None:
    desk = Desk(store, await store.write(furnish))

    def brokered(session: Session) -> int:
        by = By("cli", NOW - timedelta(days=60))
        row = Introduction(
            state=State.REQUESTED,
            origin=Origin.MEMBER,
            requested_by="cli",
            created_at=by.at,
            changed_at=by.at,
        )
        parties = tuple(
            IntroductionParty(introduction_id=0, side=side, organisation_id=desk.ids[name], person_id=desk.ids.get(person))
            for side, name, person in ((Side.ASKER, ORIEL, "Ben Hale"), (Side.ASKED, TAMARISK, ""))
        )  # fmt: skip
        number = begin(session, row, parties, by)
        for state in (State.ASKED, State.ACCEPTED, State.INTRODUCED):
            move(session, number, state, by)
        return number

    number = await store.write(brokered)
    told = await desk.log("Tamarisk and Oriel met at the dinner")
    assert (told.done, told.about) == (False, number)
    assert f"Number {number} put these two in touch" in told.text
    assert (await desk.log("Ada Holm of Oriel met Tamarisk")).done  # somebody else there
    assert (await desk.log("Tamarisk and Oriel met again")).done
    assert (await desk.log("Oriel met Brightwater")).done


async def test_only_staff_log(desk: Desk) -> None:
    member = await desk.store.read(by_address, "member@firm.example")
    refused = await desk.log("met Tamarisk and Oriel", by=member)
    assert not refused.done
    assert "Only the team" in refused.text
    staff = await desk.store.read(by_address, "staff@cluster.example")
    assert (await desk.log("met Tamarisk and Oriel", by=staff)).done


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 22)),
        ("last Tuesday", date(2026, 11, 17)),
        ("last Monday", date(2026, 11, 16)),
        ("on Monday", date(2026, 11, 23)),
        ("two weeks ago", date(2026, 11, 9)),
        ("3 days ago", date(2026, 11, 20)),
        ("on 12 May", date(2026, 5, 12)),
        ("on Tuesday, the 12th of May 2025", date(2025, 5, 12)),
        ("on May 12", date(2026, 5, 12)),
        ("on 12/05/2026", date(2026, 5, 12)),
        ("on 12.05.26", date(2026, 5, 12)),
        ("2026-05-12", date(2026, 5, 12)),
        ("on 1 December", date(2025, 12, 1)),  # this year's is to come
        ("in May 2025", date(2025, 5, 1)),
        ("on 29 February", date(2024, 2, 29)),
    ],
)
def test_days_are_read_as_they_are_said(said: str, day: date) -> None:
    assert day_in(f"A met B {said}", TODAY) == ("A met B", day)
    rest, found = day_in(f"A met B {said} at the dinner", TODAY)
    assert (rest, found) == ("A met B at the dinner", day)


def test_a_line_without_a_day_has_none() -> None:
    assert day_in("A met B at May & Co", TODAY) == ("A met B at May & Co", None)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "met", "A", "and", ",", "at", "the dinner", "about", "in talks", "(", ")", "introduced", "to",
                "with", "yesterday", "on 12 May", "12/12/2020", "project", "now", "’s", "of", "\x00", "=1", "\u202e", "re:",
            ]
        ),
        max_size=14,
    ).map(" ".join)
    | st.text(max_size=60)
)  # fmt: skip
def test_any_line_is_read_or_has_no_two_names(text: str) -> None:
    try:
        line = read_line(text, TODAY)
    except Unreadable:
        return
    assert all(cut.one and cut.other for cut in line.cuts)
    assert line.first in {State.MET, State.INTRODUCED, State.IN_TALKS, State.AGREEMENT, State.PROJECT}
