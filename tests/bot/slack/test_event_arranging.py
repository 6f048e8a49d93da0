"""Staff put programme, sponsors and series together in Slack; two at once lose nothing, and members are shown none of it."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from store.kinds import EventState
from store.models import AuditEntry, Event, EventSeries, ProgrammeItem, Sponsorship
from store.store import Store
from tests.bot.slack.planned import SOON, add_evening, add_team, by_field, form, home, words
from tests.doubles.slack.records import ALICE, BOB, View
from tests.doubles.slack.server import SlackDouble

pytestmark = pytest.mark.usefixtures("team", "socket_face")


@pytest.fixture
async def team(sqlite_store: Store) -> None:
    await sqlite_store.write(add_team)


async def opened(slack: SlackDouble, action: str, *, user: str = BOB) -> View:
    shown = await home(slack, BOB)
    slack.workspace.views.clear()
    await slack.block_action(action, user=user, within=shown)
    return await form(slack, user, action)


def programme(session: Session) -> list[tuple[str, str, str, bool]]:
    rows = session.exec(select(ProgrammeItem).order_by("position"))
    return [(row.title, row.speaker, row.organisation, row.starts_at is not None) for row in rows]


def sponsors(session: Session) -> list[tuple[str, str, list[str], list[str]]]:
    rows = session.exec(select(Sponsorship).order_by("id"))
    return [(row.name, row.level, row.promised, row.kept) for row in rows]


async def test_a_programme_is_written_a_point_a_line_and_changed(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    view = await opened(slack, "event:programme")
    at = by_field(view)("programme")
    text = "17:30 Registration\n18:00 Scale-up <!here> | Ina Holm | Oriel\nDrinks"
    assert (await slack.submit({at: text}, user=BOB)).errors == {}
    await form(slack, BOB, "told", saying="Programme of")
    assert await sqlite_store.read(programme) == [
        ("Registration", "", "", True), ("Scale-up <!here>", "Ina Holm", "Oriel", True), ("Drinks", "", "", False),
    ]  # fmt: skip
    view = await opened(slack, "event:programme")
    assert "Ina Holm | Oriel" in words(view)
    at = by_field(view)("programme")
    wrong = await slack.submit({at: "17:30 Registration\n25:00 Midnight | a | b\nx | y | z | w"}, user=BOB)
    assert "Line 2, “25:00 Midnight" in wrong.errors[at]
    too_many = await slack.submit({at: "x | y | z | w"}, user=BOB)
    assert "Line 1" in too_many.errors[at]
    assert len(await sqlite_store.read(programme)) == 3
    assert (
        await slack.submit({at: "18:00 Scale-up <!here> | Ina Holm | Oriel\nDinner"}, user=BOB)
    ).errors == {}
    await form(slack, BOB, "told", saying="Dinner")
    assert [each[0] for each in await sqlite_store.read(programme)] == ["Scale-up <!here>", "Dinner"]


def another_writes(session: Session) -> None:
    event = session.exec(select(Event)).one()
    session.add(
        ProgrammeItem(event_id=event.id or 0, position=1, title="Welcome", starts_at=SOON + timedelta(days=1))
    )


async def test_what_somebody_wrote_meanwhile_is_shown_before_it_is_replaced(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    view = await opened(slack, "event:programme")
    await sqlite_store.write(another_writes)
    await slack.submit({by_field(view)("programme"): "Drinks"}, user=BOB)
    view = await form(slack, BOB, "event:programme", saying="meanwhile")
    assert "Welcome" in words(view)
    assert [each[0] for each in await sqlite_store.read(programme)] == ["Welcome"]
    welcome = next(line for line in words(view).split("'") if line.endswith("Welcome"))
    assert (await slack.submit({by_field(view)("programme"): f"{welcome}\nDrinks"}, user=BOB)).errors == {}
    await form(slack, BOB, "told", saying="Drinks")

    def rows(session: Session) -> list[tuple[str, object]]:
        return [
            (row.title, row.starts_at) for row in session.exec(select(ProgrammeItem).order_by("position"))
        ]

    assert await sqlite_store.read(rows) == [("Welcome", SOON + timedelta(days=1)), ("Drinks", None)], (
        "a line that stood there keeps its day"
    )


async def test_sponsors_are_added_their_promises_ticked_and_taken_out(
    slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    await opened(slack, "event:sponsors")
    assert (await slack.submit({"promised": "a stand"}, user=BOB)).errors.keys() == {"name"}
    said = {"name": "Wharf <Bank>", "level": "gold", "promised": "a stand\nthe logo on the badge"}
    await slack.submit(said, user=BOB)
    view = await form(slack, BOB, "event:sponsors", saying="Saved.")
    [(name, level, promised, kept)] = await sqlite_store.read(sponsors)
    assert (name, level, promised, kept) == ("Wharf <Bank>", "gold", ["a stand", "the logo on the badge"], [])
    first = next(b["block_id"] for b in view.body["blocks"] if str(b.get("block_id")).startswith("kept:"))
    await slack.submit({first: ["2"]}, user=BOB)
    await form(slack, BOB, "event:sponsors", saying="'initial_options'")
    assert (await sqlite_store.read(sponsors))[0][3] == ["the logo on the badge"]
    view = await opened(slack, "event:sponsors")

    def tick_the_first(session: Session) -> None:
        row = session.exec(select(Sponsorship)).one()
        row.kept = [*row.kept, "a stand"]
        session.add(row)

    await sqlite_store.write(tick_the_first)  # somebody else, meanwhile
    await slack.submit({first: []}, user=BOB)
    await slack.wait_for(lambda: "a stand" in words(list(slack.workspace.views.values())[-1]))
    assert (await sqlite_store.read(sponsors))[0][3] == ["a stand"]
    view = await opened(slack, "event:sponsors")
    gone = next(b for b in view.body["blocks"] if b.get("block_id") == "gone")
    await slack.submit({"gone": [gone["element"]["options"][0]["value"]]}, user=BOB)
    await form(slack, BOB, "event:sponsors", saying="Saved.")
    assert await sqlite_store.read(sponsors) == []


async def series_form(slack: SlackDouble) -> View:
    shown = await home(slack, BOB)
    slack.workspace.views.clear()
    await slack.block_action("event:series", user=BOB, within=shown)
    listed = await form(slack, BOB, "event:shown", saying="Plan a series")
    await slack.block_action("event:series_plan", user=BOB, within=listed)
    return await form(slack, BOB, "event:series")


@pytest.mark.parametrize(
    ("day", "often", "rule"),
    [
        ("2027-01-28", "quarterly", "FREQ=MONTHLY;INTERVAL=3;BYDAY=+4TH"),
        ("2027-01-29", "monthly", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("2027-01-28", "weekly", "FREQ=WEEKLY;BYDAY=TH"),
        ("2027-01-28", "yearly", "FREQ=YEARLY;BYMONTH=1;BYDAY=+4TH"),
    ],
)
async def test_a_series_is_planned_by_one_of_the_usual_rules(
    slack: SlackDouble, sqlite_store: Store, day: str, often: str, rule: str
) -> None:
    await series_form(slack)
    said = {
        "title": "Quarterly",
        "date": day,
        "time": "17:30",
        "often": often,
        "capacity": "40",
        "everyone": ["everyone"],
    }
    assert (await slack.submit(said, user=BOB)).errors == {}
    await form(slack, BOB, "told", saying="is a series now")
    series = await sqlite_store.read(lambda session: session.exec(select(EventSeries)).one())
    assert series.rule.replace("+", "") == rule.replace("+", "")
    assert (series.first_local, series.minutes) == (f"{day}T17:30", 120)
    events = await sqlite_store.read(lambda session: session.exec(select(Event)).all())
    assert {each.state for each in events} == {EventState.PLANNED}
    assert {each.capacity for each in events} == {40}


WRONG = {
    "a rule that is none": ({"rule": "every blue moon"}, "rule"),
    "no day of the rule": ({"rule": "FREQ=MONTHLY;BYDAY=1MO"}, "rule"),
    "nothing chosen": ({"often": ""}, "often"),
    "no zone": ({"zone": "Mars/Olympus"}, "zone"),
    "no time": ({"minutes": "0"}, "minutes"),
    "too long": ({"minutes": "99999"}, "minutes"),
}


@pytest.mark.parametrize(("said", "field"), WRONG.values(), ids=WRONG)
async def test_a_series_that_cannot_be_says_why_and_where(
    slack: SlackDouble, sqlite_store: Store, said: dict[str, str], field: str
) -> None:
    await series_form(slack)
    given = {"title": "Quarterly", "date": "2027-01-28", "time": "17:30", **said}
    assert (await slack.submit(given, user=BOB)).errors.keys() == {field}
    assert await sqlite_store.read(lambda session: session.exec(select(EventSeries)).all()) == []


async def test_a_series_is_ended(slack: SlackDouble, sqlite_store: Store) -> None:
    await series_form(slack)
    await slack.submit({"title": "Quarterly", "date": "2027-01-28", "time": "17:30"}, user=BOB)
    await form(slack, BOB, "told", saying="is a series now")
    shown = await home(slack, BOB)
    slack.workspace.views.clear()
    await slack.block_action("event:series", user=BOB, within=shown)
    listed = await form(slack, BOB, "event:shown", saying="Quarterly")
    await slack.block_action("event:end_series", user=BOB, within=listed)
    await form(slack, BOB, "event:shown", saying="has ended")
    assert await sqlite_store.read(lambda session: session.exec(select(Event)).all()) == []


@pytest.mark.parametrize("action", ["event:programme", "event:sponsors", "event:series"])
async def test_members_are_refused_and_it_is_written_down(
    slack: SlackDouble, sqlite_store: Store, action: str
) -> None:
    await sqlite_store.write(add_evening)
    await home(slack, ALICE)
    shown = await home(slack, BOB)
    slack.workspace.views.clear()
    await slack.block_action(action, user=ALICE, within=shown)  # forged: her own Home tab has no such button
    await slack.wait_for(lambda: "Only the staff can do that" in words(slack.home(user=ALICE)))
    assert not slack.workspace.views

    def refused(session: Session) -> int:
        return len(session.exec(select(AuditEntry).where(AuditEntry.action == "refused")).all())

    assert await sqlite_store.read(refused)
