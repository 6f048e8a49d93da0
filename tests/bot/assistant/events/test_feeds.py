"""The public calendar: what people know of, and of very many events the next to come."""

from datetime import timedelta

from sqlmodel import Session, select

from bot.assistant.events.feeds import MOST, open_events
from bot.assistant.events.series import begin, skip
from store.kinds import EventKind, EventState
from store.models import Event
from tests.bot.assistant.events.conftest import Three


def test_what_nobody_knew_of_is_not_told_as_cancelled(three: Three, session: Session) -> None:
    net, sam = three.net, three.sam
    known = net.an_event(by=sam, title="Known")
    unknown = net.an_event("2027-02-28T17:30", by=sam, title="Unknown", announced=False)
    fields = {
        "title": "Quarterly",
        "rule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH",
        "first_local": "2027-01-28T17:30",
    }
    assert begin(session, fields, net.act(sam)).done
    left_out = session.exec(select(Event.id).where(Event.title == "Quarterly")).first()
    assert skip(session, left_out or 0, net.act(sam)).done
    for number in (known, unknown):
        net.cancels(number, by=sam)
    told = open_events(session, now=net.now)
    assert [(each.title, each.cancelled) for each in told] == [("Known", True)]


def test_of_very_many_events_the_past_fall_out_first_and_the_next_stay(
    three: Three, session: Session
) -> None:
    now = three.net.now
    for day in (*range(-300, 0), *range(1, 701)):
        starts = now + timedelta(days=day) if day < 0 else now + timedelta(hours=6 * day)
        session.add(
            Event(
                title=str(day), kind=EventKind.WORKSHOP, state=EventState.OPEN, starts_at=starts,
                ends_at=starts + timedelta(hours=1),
            )
        )  # fmt: skip
    session.flush()
    told = [int(each.title) for each in open_events(session, now=now)]
    assert told == list(range(1, MOST + 1))
    later = [int(each.title) for each in open_events(session, now=now + timedelta(hours=6 * 450))]
    assert len(later) == MOST
    assert later[-1] == 700
    assert later == sorted(later)
