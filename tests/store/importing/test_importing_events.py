"""What an import of events leaves, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from store.models import Event
from store.store import Store
from tests.store.importing.tables import bring_csv, bring_in, excel_file, fates, row

HEADINGS = "title,kind,starts_at,ends_at,zone,venue,town,summary,url\n"


def events(session: Session) -> list[tuple[str, str, datetime, datetime]]:
    found = session.exec(select(Event).order_by(col(Event.id)))
    return [(each.title, each.kind.value, each.starts_at, each.ends_at) for each in found]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("starts", "ends", "begins", "finishes"),
    [
        ("2027-01-28T17:30", "2027-01-28T20:30", utc(2027, 1, 28, 17, 30), utc(2027, 1, 28, 20, 30)),
        ("28/06/2027 17:30", "20:30", utc(2027, 6, 28, 16, 30), utc(2027, 6, 28, 19, 30)),
        ("28 June 2027 at 5.30pm", "28 June 2027 8 pm", utc(2027, 6, 28, 16, 30), utc(2027, 6, 28, 19)),
        ("Monday 28 June 2027", "29/06/2027", utc(2027, 6, 28, 8), utc(2027, 6, 29, 22, 59)),
        ("2027-06-28T17:30+02:00", "", utc(2027, 6, 28, 15, 30), utc(2027, 6, 28, 17, 30)),
        ("2027-06-28T17:30Z", "", utc(2027, 6, 28, 17, 30), utc(2027, 6, 28, 19, 30)),
    ],
)
async def test_times_are_the_zones_wall_clock(
    sqlite_store: Store, tmp_path: Path, starts: str, ends: str, begins: datetime, finishes: datetime
) -> None:
    await bring_csv(sqlite_store, tmp_path, HEADINGS + f"Evening,networking,{starts},{ends},,,,,\n")
    assert await sqlite_store.read(events) == [("Evening", "networking", begins, finishes)]


async def test_a_day_and_its_times_may_stand_in_columns_of_their_own(store: Store, tmp_path: Path) -> None:
    path = excel_file(
        tmp_path,
        ["Event", "Type", "Date", "Start time", "End time", "Venue", "Time zone"],
        ["Awards", "Gala", "12/11/2026", 0.75, "11pm", "Hall", "gmt"],
        ["Showcase", "Expo", 46338.375, None, None, "Hall", "Europe/Paris"],
    )
    plan = await bring_in(store, path)
    assert await store.read(events) == [
        ("Awards", "awards", utc(2026, 11, 12, 18), utc(2026, 11, 12, 23)),
        ("Showcase", "conference", utc(2026, 11, 12, 8), utc(2026, 11, 12, 10)),
    ]
    assert "two hours" in row(plan, 3).notes[0]


async def test_the_same_events_again_change_nothing_and_a_moved_one_moves(
    store: Store, tmp_path: Path
) -> None:
    text = HEADINGS + (
        "Evening,networking,2027-01-28T17:30,2027-01-28T20:30,Europe/London,Hall,Crewe,Talk,https://x.example/1\n"
        "Evening,networking,2027-04-28T17:30,,Europe/London,Hall,,,\n"
    )
    assert fates(await bring_csv(store, tmp_path, text)) == ["new", "new"]
    assert fates(await bring_csv(store, tmp_path, text)) == ["unchanged", "unchanged"]
    plan = await bring_csv(store, tmp_path, "title,starts_at,venue\nEvening,2027-04-28 18:00,Barn\n")
    told = {change.field: (change.old, change.new) for change in row(plan, 2).changes}
    assert told == {
        "starts at": ("2027-04-28T17:30", "2027-04-28T18:00"),
        "venue": ("Hall", "Barn"),
        "ends at": ("2027-04-28T19:30", "2027-04-28T20:00"),
    }
    plan = await bring_csv(
        store, tmp_path, "title,starts_at,url\nEvening,2027-02-03 18:00,https://x.example/1\n"
    )
    assert fates(plan) == ["changed"]
    assert len(await store.read(events)) == 2


async def test_an_event_told_twice_counts_once(store: Store, tmp_path: Path) -> None:
    text = "title,starts_at,venue,town\nEvening,2027-01-28T17:30,Hall,\nEvening,2027-01-28T17:30,,Crewe\nEvening,2027-01-28T17:30,Barn,\n"
    plan = await bring_csv(store, tmp_path, text)
    assert fates(plan) == ["new", "merged", "rejected"]
    assert row(plan, 3).reason == "the same event as row 2"
    assert "says otherwise about venue" in row(plan, 4).reason


async def test_events_that_cannot_be_are_rejected_with_their_reason(store: Store, tmp_path: Path) -> None:
    text = HEADINGS + (
        ",,2027-01-28T17:30,,,,,,\nEvening,,,,,,,,\nEvening,,someday,,,,,,\nEvening,,2027-01-28T17:30,2027-01-27T17:30,,,,,\n"
        f"Evening,,2027-01-28T17:30,,Mars/Olympus,,,,\n{'x' * 301},,2027-01-28,,,,,,\nEvening,,2027-01-28T17:30,whenever,,,,,\n"
        "Evening,revel,2027-01-28T17:30,,,,,,\n"
    )
    plan = await bring_csv(store, tmp_path, text)
    reasons = [each.reason for each in plan.rejected]
    for reason, words in zip(
        reasons,
        ("no title", "when it starts", "“someday”", "ends before", "Mars/Olympus", "301", "“whenever”"),
        strict=True,
    ):
        assert words in reason
    assert "“revel” is not a kind of event" in row(plan, 9).notes[0]
