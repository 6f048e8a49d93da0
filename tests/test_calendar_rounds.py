"""Rounds of letters to many: each reader once, whoever cannot be reached keeps nobody waiting, and others write meanwhile."""

from datetime import timedelta

from sqlmodel import Session, select

from bot.assistant.events.ticking import due
from scheduler.events import keep_events
from store.events.inviting import Audience, to_keep
from store.kinds import EventNewsKind, EventState, Medium, Rsvp, Seat
from store.models import Attendance, Event, EventNews, LetterRecord, OutboxMessage, ReminderRound
from store.store import Store
from tests.calendar_house import HOUSE
from tests.factories import NOW, add_event, add_person

PEOPLE = 64


def furnish(session: Session) -> None:
    """Everybody comes to an evening in two days; of three, one is reached by nothing."""
    add_event(
        session, title="Evening", starts_at=NOW + timedelta(days=2), audience=to_keep(Audience(everyone=True))
    )
    for number in range(1, PEOPLE + 1):
        addresses = [f"m{number}@members.example"] if number % 3 else []
        person = add_person(session, name=f"Member {number}", addresses=addresses)
        session.add(
            Attendance(
                event_id=1, person_id=person, token=f"t{number}", rsvp=Rsvp.YES, seat=Seat.HELD, invited_at=NOW,
                seat_since=NOW - timedelta(days=3),
            )
        )  # fmt: skip


def reached(session: Session) -> list[int]:
    return sorted(session.exec(select(LetterRecord.person_id)).all())


def rounds(session: Session) -> list[tuple[str, int, str]]:
    return [(each.name, each.sent, each.skipped) for each in session.exec(select(ReminderRound))]


async def test_whom_nothing_reaches_holds_up_nobody(store: Store) -> None:
    await store.write(furnish)
    await keep_events(store, HOUSE, now=NOW)
    expected = [number for number in range(1, PEOPLE + 1) if number % 3]
    assert await store.read(reached) == expected
    assert ("2d going", len(expected), "") in await store.read(rounds)
    assert await keep_events(store, HOUSE, now=NOW) == 0


async def test_a_round_that_was_interrupted_goes_on_where_it_was(store: Store) -> None:
    """Its place is kept in no memory: whoever begins anew finds who has the letter."""
    await store.write(furnish)
    [piece] = [each for each in await store.read(due, HOUSE, NOW) if each.subject == "event:1"][-1:]
    place = await store.write(piece.do, 0)
    assert place is not None
    before = await store.read(reached)
    assert 0 < len(before) < PEOPLE // 3
    await keep_events(store, HOUSE, now=NOW)
    assert await store.read(reached) == [number for number in range(1, PEOPLE + 1) if number % 3]


async def test_a_piece_that_is_done_twice_is_done_once(store: Store) -> None:
    """As where its commit failed, or another process did it."""
    await store.write(furnish)
    [piece] = [each for each in await store.read(due, HOUSE, NOW) if each.subject == "event:1"][-1:]
    place: int | None = 0
    while place is not None:
        first = await store.write(piece.do, place)
        again = await store.write(piece.do, place)
        assert again is None or first is None or again >= first
        place = first
    assert await store.read(reached) == [number for number in range(1, PEOPLE + 1) if number % 3]


async def test_news_reaches_everybody_it_can(store: Store) -> None:
    await store.write(furnish)

    def cancelled(session: Session) -> None:
        event = session.get(Event, 1)
        assert event is not None
        event.state = EventState.CANCELLED
        session.add(event)
        session.add(EventNews(event_id=1, kind=EventNewsKind.CANCELLED, sequence=1, made_at=NOW))

    await store.write(cancelled)
    await keep_events(store, HOUSE, now=NOW)
    assert len(await store.read(reached)) == PEOPLE - PEOPLE // 3
    assert await store.read(_mails) == PEOPLE - PEOPLE // 3


def _mails(session: Session) -> int:
    return len(session.exec(select(OutboxMessage.id).where(OutboxMessage.medium == Medium.EMAIL)).all())
