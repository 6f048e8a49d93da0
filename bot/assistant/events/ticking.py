"""What happens to events because its time has come: offers that end, news to tell, reminders and thanks that are due.

Each is found out from the database, may run late, twice or in two processes at once, and is done once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from bot.assistant.events.attending import pass_on
from bot.assistant.events.reminding import Round, remind, rounds_due
from bot.assistant.events.series import put_in
from bot.assistant.events.telling import tell
from bot.assistant.events.thanking import thank, thanks_due
from bot.assistant.house import House
from store.events.news import untold
from store.events.seats import hold
from store.events.series import going_on, missing
from store.kinds import Seat
from store.models import Attendance


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do, in pieces: `do` takes where the last piece ended (0: nowhere) and says where this one does, or None.

    Each is a transaction of its own. Whatever is interrupted may be begun anew.
    """

    subject: str
    do: Callable[[Session, int], int | None]


def due(session: Session, house: House, now: datetime) -> tuple[Due, ...]:
    """What might be due, in the order it is to be done."""
    return (
        *_series(session, now),
        *_offers(session, house, now),
        *_news(session, house, now),
        *_reminders(session, house, now),
        *_thanks(session, house, now),
    )


def _series(session: Session, now: datetime) -> Iterator[Due]:
    for each in going_on(session):
        if each.id is not None and missing(session, each, now=now):
            yield Due(f"series:{each.id}", partial(_put_in, series_id=each.id, now=now))


def _put_in(session: Session, _after: int, *, series_id: int, now: datetime) -> None:
    put_in(session, series_id, now=now)


def _offers(session: Session, house: House, now: datetime) -> Iterator[Due]:
    rows = session.exec(
        select(Attendance.event_id).where(
            col(Attendance.offered_until) <= now, Attendance.seat == Seat.OFFERED
        )  # not DISTINCT: for that SQLite walks through all there are
    )
    for event_id in sorted(set(rows)):
        yield Due(f"event:{event_id}", partial(_pass_on, event_id=event_id, house=house, now=now))


def _pass_on(session: Session, _after: int, *, event_id: int, house: House, now: datetime) -> None:
    event = hold(session, event_id)
    if event is not None:
        pass_on(session, event, house, now=now)


def _news(session: Session, house: House, now: datetime) -> Iterator[Due]:
    for news_id in untold(session):
        yield Due(
            f"event-news:{news_id}",
            partial(_tell, news_id=news_id, house=house, now=now),
        )


def _tell(session: Session, after: int, *, news_id: int, house: House, now: datetime) -> int | None:
    return tell(session, news_id, house, now, after=after)


def _reminders(session: Session, house: House, now: datetime) -> Iterator[Due]:
    for each in rounds_due(session, house, now):
        yield Due(f"event:{each.event_id}", partial(_remind, each=each, house=house, now=now))


def _remind(session: Session, after: int, *, each: Round, house: House, now: datetime) -> int | None:
    return remind(session, each, house, now, after=after)


def _thanks(session: Session, house: House, now: datetime) -> Iterator[Due]:
    for event_id in thanks_due(session, house, now):
        yield Due(f"event:{event_id}", partial(_thank, event_id=event_id, house=house, now=now))


def _thank(session: Session, after: int, *, event_id: int, house: House, now: datetime) -> int | None:
    return thank(session, event_id, house, now, after=after)
