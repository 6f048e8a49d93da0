"""Staff plan events from Slack: put in, changed by two at once, announced, called off; and what cannot be says so."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.slack.face import SlackFace
from store.kinds import EventKind, EventState
from store.models import AuditEntry, Event, EventNews
from store.store import Store
from tests.bot.slack.planned import (
    SOON,
    TITLE,
    add_evening,
    add_team,
    by_field,
    form,
    home,
    the_event,
    words,
)
from tests.doubles.slack.records import ALICE, BOB, View
from tests.doubles.slack.server import SlackDouble

LONDON = ZoneInfo("Europe/London")
DAY = {"start_date": "2027-01-28", "start_time": "17:30", "end_time": "20:30"}
pytestmark = pytest.mark.usefixtures("team")


@pytest.fixture
async def team(sqlite_store: Store) -> None:
    await sqlite_store.write(add_team)


async def plan_form(slack: SlackDouble, user: str = BOB) -> View:
    await slack.slash_command("event", user=user)
    return await form(slack, user, "event:plan")


async def change_form(slack: SlackDouble, user: str = BOB) -> View:
    shown = await home(slack, user)
    slack.workspace.views.clear()
    await slack.block_action("event:change", user=user, within=shown)
    return await form(slack, user, "event:change")


async def test_an_event_is_planned_from_the_command_with_every_field(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    view = await plan_form(slack)
    assert "Europe/London" in words(view)
    said = {
        **DAY, "title": TITLE, "kind": "workshop", "end_date": "2027-01-29", "venue": "Wharf <Hall>", "town": "Chester",
        "join_url": "https://meet.example/x?a=1&b=2", "url": "https://events.example/winter", "capacity": "40",
        "kinds": ["company", "nhs"], "towns": "Leeds, chester", "topics": "gmp", "open_date": "2027-01-01",
        "close_date": "2027-01-20", "close_time": "12:00", "organiser": "events@northmoor.example",
        "summary": "Bring one thing.\nAnd <!here>.", "reminders": "7d unanswered, 3h going",
    }  # fmt: skip
    assert (await slack.submit(said, user=BOB)).errors == {}
    card = await form(slack, BOB, "event:shown", saying="is planned")
    assert "planned, nobody sees it yet" in words(card)
    event = await sqlite_store.read(the_event)
    assert (event.title, event.kind, event.state) == (TITLE, EventKind.WORKSHOP, EventState.PLANNED)
    assert event.starts_at == datetime(2027, 1, 28, 17, 30, tzinfo=LONDON)
    assert event.ends_at == datetime(2027, 1, 29, 20, 30, tzinfo=LONDON)
    assert event.registration_from == datetime(2027, 1, 1, 0, 0, tzinfo=LONDON)
    assert event.registration_until == datetime(2027, 1, 20, 12, 0, tzinfo=LONDON)
    assert (event.capacity, event.organiser) == (40, "events@northmoor.example")
    assert event.reminders == ["7d unanswered", "3h going"]
    assert event.thanks
    assert event.audience == {
        "everyone": False, "kinds": ["company", "nhs"], "sectors": [], "towns": ["Leeds", "chester"],
        "topics": ["gmp"],
    }  # fmt: skip


async def test_guests_are_thanked_afterwards_unless_that_is_switched_off(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await plan_form(slack)
    assert (await slack.submit({**DAY, "title": TITLE, "thanks": []}, user=BOB)).errors == {}
    await form(slack, BOB, "event:shown", saying="is planned")
    assert not (await sqlite_store.read(the_event)).thanks
    await change_form(slack)
    await slack.submit({"thanks": ["thanks"]}, user=BOB)
    await form(slack, BOB, "event:shown", saying="is changed")
    assert (await sqlite_store.read(the_event)).thanks


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "end before start": ({"end_time": "17:00"}, "end_time", "end before it starts"),
    "no such zone": ({"zone": "Mars/Olympus"}, "zone", "is not a time zone"),
    "a skipped time": (
        {"start_date": "2027-03-28", "start_time": "01:30", "end_time": "04:00"}, "start_time", "does not exist",
    ),
    "a time that comes twice": (
        {"start_date": "2027-10-31", "start_time": "01:30", "end_time": "04:00"}, "start_time", "comes twice",
    ),
    "too long": ({"end_date": "2027-04-28"}, "end_date", "longer than 30 days"),
    "a malformed link": ({"join_url": "ftp://files.example"}, "join_url", "no link"),
    "a link to nowhere": ({"url": "https://"}, "url", "no link"),
    "too many seats": ({"capacity": "1000000"}, "capacity", "a number from 0"),
    "no address": ({"organiser": "events@northmoor"}, "organiser", "no mail address"),
    "no reminder": ({"reminders": "soon"}, "reminders", "is no reminder"),
    "no such town": ({"towns": "Chestr"}, "towns", "“Chestr”"),
    "everybody and some": ({"everyone": ["everyone"], "topics": "gmp"}, "everyone", "Either everybody"),
    "registration backwards": (
        {"open_date": "2027-01-20", "close_date": "2027-01-10"}, "close_date", "close before it opens",
    ),
    "a time without a day": ({"close_time": "12:00"}, "close_date", "the day"),
    "a day without a time": ({"end_date": "2027-01-29", "end_time": ""}, "end_time", "the time"),
}  # fmt: skip


async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    for what, (changes, field, said) in WRONG.items():
        slack.workspace.views.clear()
        await plan_form(slack)
        sent = await slack.submit({"title": "Winter evening", **DAY, **changes}, user=BOB)
        assert list(sent.errors) == [field], what
        assert said in sent.errors[field], what
        assert slack.modal(user=BOB).body["callback_id"] == "event:plan"

    def count(session: Session) -> int:
        return len(session.exec(select(Event.id)).all())

    assert await sqlite_store.read(count) == 0
    await slack.submit({"end_date": "", "end_time": "19:00"}, user=BOB)
    event = await sqlite_store.read(the_event)
    assert event.ends_at == datetime(2027, 1, 28, 19, 0, tzinfo=LONDON)


async def test_two_who_change_an_event_at_once_keep_each_others_fields(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    await change_form(slack)
    first = slack.modal(user=BOB)
    await sqlite_store.write(rename_meanwhile, venue="Guildhall", capacity=30)
    await slack.submit({"town": "Chester", "start_time": "18:15", "end_time": "22:00"}, user=BOB)
    event = await sqlite_store.read(the_event)
    assert (event.venue, event.capacity, event.town) == ("Guildhall", 30, "Chester")
    local = event.starts_at.astimezone(ZoneInfo(event.zone))
    assert f"{local:%H:%M}" == "18:15"
    assert first.body["callback_id"] == "event:change"


def rename_meanwhile(session: Session, /, **fields: Any) -> None:
    event = session.exec(select(Event)).one()
    for name, value in fields.items():
        setattr(event, name, value)
    session.add(event)


async def test_who_changes_what_another_changed_meanwhile_is_shown_it_and_decides(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    await change_form(slack)
    await sqlite_store.write(rename_meanwhile, venue="Guildhall", town="Leeds")
    await slack.submit({"venue": "Assembly Rooms"}, user=BOB)
    again = await form(slack, BOB, "event:change", saying="Somebody made this “Guildhall” meanwhile")
    assert (await sqlite_store.read(the_event)).venue == "Guildhall"
    named = by_field(again)
    assert "Assembly Rooms" in words(again)
    assert "Leeds" in words(again)
    await slack.submit({named("town"): "Chester"}, user=BOB)
    await form(slack, BOB, "event:shown", saying="is changed")
    event = await sqlite_store.read(the_event)
    assert (event.venue, event.town) == ("Assembly Rooms", "Chester")


async def test_an_event_that_moves_to_another_day_lasts_as_long_as_before(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    before = datetime(2027, 3, 20, 17, 30, tzinfo=LONDON)
    await sqlite_store.write(
        add_evening, starts_at=before, ends_at=datetime(2027, 3, 20, 20, 30, tzinfo=LONDON)
    )
    await change_form(slack)
    await slack.submit({"start_date": "2027-04-03"}, user=BOB)
    event = await sqlite_store.read(the_event)
    assert event.starts_at == datetime(2027, 4, 3, 17, 30, tzinfo=LONDON)
    assert event.ends_at == datetime(2027, 4, 3, 20, 30, tzinfo=LONDON)


async def test_fewer_seats_than_are_taken_are_asked_back_once(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN, capacity=40)
    await home(slack, ALICE)
    await slack.block_action("event:answer", user=ALICE, within=slack.home(user=ALICE))
    await form(slack, ALICE, "event:answer")
    await slack.submit({"guest": "Ben Ode"}, user=ALICE)
    await change_form(slack)
    await slack.submit({"capacity": "1"}, user=BOB)
    again = await form(slack, BOB, "event:change", saying="2 seats are taken: nobody loses theirs")
    assert (await sqlite_store.read(the_event)).capacity == 40
    await slack.submit({by_field(again)("capacity"): "1"}, user=BOB)
    await form(slack, BOB, "event:shown", saying="nobody loses theirs")
    assert (await sqlite_store.read(the_event)).capacity == 1


async def test_announcing_asks_first_and_says_how_many_are_invited(
    face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    shown = await home(slack, BOB)
    assert "planned, nobody sees it yet" in words(shown)
    asked = await slack.block_action("event:announce", user=BOB, within=shown, confirm=False)
    assert asked.asked is not None
    assert "2 people will be invited" in asked.asked["text"]["text"]
    assert (await sqlite_store.read(the_event)).state is EventState.PLANNED
    await slack.block_action("event:announce", user=BOB, within=shown)
    await slack.wait_for(lambda: "is announced; 2 people are invited" in words(slack.home(user=BOB)))
    assert "2 invited" in words(slack.home(user=BOB))
    with pytest.raises(LookupError):  # nobody is new, so there is nobody to invite
        await slack.block_action("event:announce", user=BOB, within=slack.home(user=BOB))


async def test_calling_an_event_off_asks_why_and_says_how_many_are_told(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    shown = await home(slack, BOB)
    await slack.block_action("event:announce", user=BOB, within=shown)
    await slack.wait_for(lambda: "2 invited" in words(slack.home(user=BOB)))
    await slack.block_action("event:cancel", user=BOB, within=slack.home(user=BOB))
    view = await form(slack, BOB, "event:call_off")
    assert "2 people will be told" in words(view)
    assert view.body["submit"]["text"] == "Cancel, tell 2"
    await slack.submit({"reason": "The hall is flooded. <!channel>"}, user=BOB)
    await form(slack, BOB, "event:shown", saying="is cancelled. Everybody concerned is told.")

    def news(session: Session) -> list[str]:
        return [each.words for each in session.exec(select(EventNews)) if each.words]

    assert (await sqlite_store.read(the_event)).state is EventState.CANCELLED
    assert await sqlite_store.read(news) == ["The hall is flooded. <!channel>"]


async def test_what_nobody_heard_of_is_called_off_without_telling_anybody(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    await slack.block_action("event:cancel", user=BOB, within=await home(slack, BOB))
    view = await form(slack, BOB, "event:call_off", saying="so nobody is told")
    assert view.body["submit"]["text"] == "Cancel the event"


async def test_an_old_button_does_nothing_for_who_is_staff_no_more(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    old = await home(slack, BOB)
    await change_form(slack)

    def demote(session: Session) -> None:
        session.connection().exec_driver_sql(
            "UPDATE person SET staff_role = 'member' WHERE name = 'Sam Reed'"
        )

    await sqlite_store.write(demote)
    assert (await slack.submit({"venue": "Mine"}, user=BOB)).ok
    for action in (
        "event:plan",
        "event:list",
        "event:change",
        "event:announce",
        "event:cancel",
        "event:guests",
    ):
        await slack.block_action(action, user=BOB, within=old)
    await slack.wait_for(lambda: "Only the staff can do that." in words(slack.home(user=BOB)))

    def refused(session: Session) -> set[Any]:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == "refused"))
        return {row.details["action"] for row in rows}

    event = await sqlite_store.read(the_event)
    assert (event.venue, event.state) == ("Wharf Hall", EventState.PLANNED)
    assert await sqlite_store.read(refused) == {"plan an event"}


async def test_a_member_who_types_the_word_is_told_what_is_coming(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, state=EventState.OPEN)
    await slack.slash_command("event", user=ALICE)
    (answer,) = await slack.wait_for(lambda: slack.ephemerals)
    assert "Winter evening" in str(answer.blocks)
    assert not slack.workspace.views


async def test_the_buttons_of_an_event_that_is_gone_say_so(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    old = await home(slack, BOB)
    await change_form(slack)

    def remove(session: Session) -> None:
        session.delete(session.exec(select(Event)).one())

    await sqlite_store.write(remove)
    await slack.submit({"venue": "Guildhall"}, user=BOB)
    await slack.wait_for(lambda: "There is no such event." in words(slack.home(user=BOB)))
    for action in ("event:change", "event:announce", "event:cancel", "event:guests"):
        await home(slack, BOB)
        await slack.block_action(action, user=BOB, within=old)
        await slack.wait_for(lambda: "There is no such event." in words(slack.home(user=BOB)))


async def test_what_is_over_is_neither_announced_nor_called_off_but_still_there_to_mark(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, starts_at=SOON - timedelta(days=40), state=EventState.OPEN)
    await slack.block_action("event:list", user=BOB, within=await home(slack, BOB))
    listed = await form(slack, BOB, "event:shown", saying="Winter evening")
    with pytest.raises(LookupError):
        await slack.block_action("event:announce", user=BOB, within=listed)
    await slack.block_action("event:plan", user=BOB, within=listed)
    await form(slack, BOB, "event:plan")
    await slack.submit({"title": "Next", "start_date": "2000-01-28", "start_time": "17:30"}, user=BOB)
    card = await form(slack, BOB, "event:shown", saying="is planned")
    assert "event:announce" not in words(card)
    assert "event:cancel" not in words(card)


async def test_an_event_is_announced_within_the_list_and_stays_on_the_screen(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening, audience={})
    await slack.block_action("event:list", user=BOB, within=await home(slack, BOB))
    listed = await form(slack, BOB, "event:shown", saying="Winter evening")
    asked = await slack.block_action("event:announce", user=BOB, within=listed)
    assert "Nobody is invited" in (asked.asked or {})["text"]["text"]
    card = await form(slack, BOB, "event:shown", saying="is announced; nobody is invited.")
    await slack.block_action("event:list", user=BOB, within=card)
    await form(slack, BOB, "event:shown", saying="Plan an event")


async def test_what_only_the_assistant_can_see_is_wrong_is_said_in_the_form_too(
    socket_face: SlackFace, slack: SlackDouble, sqlite_store: Store
) -> None:
    await sqlite_store.write(add_evening)
    await change_form(slack)
    sent = await slack.submit({"url": f"https://events.example/{'x' * 600}"}, user=BOB)
    assert "500 is the most" in sent.errors["url"]
    await sqlite_store.write(rename_meanwhile, state=EventState.CANCELLED)
    sent = await slack.submit({"url": "", "venue": "Guildhall"}, user=BOB)
    assert "is cancelled, and stays so" in sent.errors["title"]
