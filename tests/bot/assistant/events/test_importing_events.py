"""A table that moves an event people were told of lets them and their calendars hear of it."""

from pathlib import Path

from sqlmodel import Session, col, select

from bot.assistant.events.importing import import_events
from store.importing.plan import Plan
from store.importing.reading import read_table
from store.kinds import EventNewsKind, EventState, Rsvp, Seat
from store.models import Event, EventNews
from store.places.gazetteer import Gazetteer
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import at


def bring(three: Three, tmp_path: Path, text: str) -> Plan:
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    act = three.net.act(three.sam)
    return import_events(three.net.session, read_table(path), Gazetteer.load(), act)


def news(session: Session, event_id: int) -> list[EventNewsKind]:
    rows = session.exec(select(EventNews).where(EventNews.event_id == event_id).order_by(col(EventNews.id)))
    return [each.kind for each in rows]


def test_a_moved_event_is_told_of_and_a_new_one_is_not(
    three: Three, session: Session, tmp_path: Path
) -> None:
    number = three.net.an_event(by=three.sam, capacity=1)
    three.net.answers(number, three.ada, Rsvp.YES)
    three.net.answers(number, three.ben, Rsvp.YES)
    before = three.net.event(number).sequence
    bring(
        three,
        tmp_path,
        "title,starts,capacity,programme,booking link\n"
        "Winter networking evening,28/01/2027 18:30,2,18:30 Talk | Ina Holm,x.example/1\n"
        "New one,28/02/2027 18:30,,,\n",
    )
    event = three.net.event(number)
    assert event.starts_at == at("2027-01-28T18:30")
    assert event.sequence == before + 2  # it moved, and its programme is new
    assert news(session, number)[-1] is EventNewsKind.MOVED
    assert three.net.seat(number, three.ben) is Seat.OFFERED  # of the seat that was added
    new = session.exec(select(Event).where(Event.title == "New one")).one()
    assert (new.state, news(session, new.id or 0)) == (EventState.OPEN, [])


def test_a_table_announces_what_was_planned_and_sends_nothing(
    three: Three, session: Session, tmp_path: Path
) -> None:
    number = three.net.an_event(by=three.sam, announced=False)
    plan = bring(
        three, tmp_path, "title,starts,status\nWinter networking evening,28/01/2027 17:30,announced\n"
    )
    assert [each.field for each in plan.rows[0].changes] == ["state"]
    assert three.net.event(number).state is EventState.OPEN
    assert news(session, number) == []


def test_a_rule_in_a_table_becomes_events_by_the_next_tick(
    three: Three, session: Session, tmp_path: Path
) -> None:
    bring(
        three, tmp_path,
        'title,starts,repeats\nQuarterly,28/01/2027 17:30,"FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH"\n',
    )  # fmt: skip
    three.net.events_tick()
    found = session.exec(select(Event).where(Event.title == "Quarterly").order_by(col(Event.starts_at))).all()
    assert [each.state for each in found] == [EventState.PLANNED] * 4
    assert found[1].starts_at == at("2027-04-22T17:30")
