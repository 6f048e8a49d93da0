"""The list of events as staff page through it: what comes next first, with how many a step of each would reach."""

from datetime import timedelta

from sqlmodel import Session

from bot.slack.coming import ahead, coming
from store.kinds import EventState, Rsvp
from store.models import Attendance
from store.store import Store
from tests.bot.slack.planned import SOON, add_evening
from tests.factories import add_person


def seed(session: Session) -> None:
    for number in range(14):
        add_evening(session, title=f"Evening {number:02}", starts_at=SOON + timedelta(days=number))
    add_evening(session, title="Over", starts_at=SOON - timedelta(days=10))
    add_evening(session, title="Long over", starts_at=SOON - timedelta(days=200))


async def test_what_comes_next_stands_first_and_what_is_over_last(store: Store) -> None:
    await store.write(seed)
    first = await store.read(coming, now=SOON)
    assert ([each.event.title for each in first.rows][:2], first.total) == (["Evening 00", "Evening 01"], 15)
    last = await store.read(coming, now=SOON, first=10)
    assert [each.event.title for each in last.rows][-2:] == ["Evening 13", "Over"]
    assert (await store.read(coming, now=SOON, first=99)).first == 0
    assert [each.event.title for each in await store.read(ahead, now=SOON, most=1)] == ["Evening 00"]


def an_announced(session: Session) -> None:
    people = [add_person(session, name=f"Person {number}") for number in range(5)]
    add_person(session, name="Quiet", newsletters=False)
    event_id = add_evening(session, state=EventState.OPEN)
    for number, person_id in enumerate(people[:3]):
        session.add(
            Attendance(
                event_id=event_id, person_id=person_id, token=f"t{number}", rsvp=Rsvp.NO if number == 0 else Rsvp.NONE,
                invited_at=SOON if number < 2 else None,
            )
        )  # fmt: skip


async def test_a_step_is_said_to_reach_whom_it_reaches(store: Store) -> None:
    """Of five, two were invited, one of whom declined; one stands on the list by hand."""
    await store.write(an_announced)
    (row,) = (await store.read(coming, now=SOON)).rows
    assert (row.invites, row.tells) == (3, 2)
