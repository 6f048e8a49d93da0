"""News of an event reaches everybody it concerns, in pieces small enough to keep nobody waiting."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.assistant.events.entries import Method, part_of, request
from bot.assistant.events.wording import cancelled, invitation, moved
from bot.assistant.house import House
from bot.assistant.introductions.quiet import waking
from bot.assistant.letters import Letter
from store.events.guests import Unserved, asked, concerned, guest
from store.events.programme import programme_of
from store.events.seats import hold
from store.events.sponsors import names_of
from store.kinds import EventNewsKind, EventState
from store.models import Event, EventNews

AT_ONCE = 5  # letters in one transaction: others want to write, too


def tell(session: Session, news_id: int, house: House, now: datetime, *, after: int) -> int | None:
    """The next piece of one piece of news, for people after this one, in the caller's transaction.

    Returns the last it was for where there may be more of them; None when it is done.
    """
    news = session.get(EventNews, news_id, with_for_update=True, populate_existing=True)
    if news is None or news.done_at is not None:
        return None
    event = hold(session, news.event_id)
    if event is None or _is_over(event, news, now):
        _end(session, news, now)
        return None
    letter = _letter(session, event, news, house)
    find = asked if news.kind is EventNewsKind.INVITATION else concerned
    waiting = find(session, news.event_id, of=Unserved(letter.key, after, AT_ONCE))
    due = waking(now, house.rules) if news.kind is EventNewsKind.INVITATION else now
    for person_id in waiting:
        theirs = _with_their_answer(session, event, letter, person_id)
        news.sent += house.letterbox.post(session, theirs, [person_id], now=now, due=due) is not None
    session.add(news)
    if len(waiting) == AT_ONCE:
        return waiting[-1]
    _end(session, news, now)
    return None


def _with_their_answer(session: Session, event: Event, letter: Letter, person_id: int) -> Letter:
    """A changed entry keeps in the reader's calendar what they said."""
    row = guest(session, event.id or 0, person_id)
    if row is None or letter.calendar is None or letter.calendar.method is Method.CANCEL:
        return letter
    entry = request(event, part_of(row.rsvp, row.seat), programme=programme_of(session, event))
    return replace(letter, calendar=entry)


def _is_over(event: Event, news: EventNews, now: datetime) -> bool:
    """Nobody is invited to what began or was cancelled; of a cancelled event everybody hears until it would have ended."""
    if news.kind is EventNewsKind.CANCELLED:
        return now >= event.ends_at
    return event.state is not EventState.OPEN or now >= event.starts_at


def _letter(session: Session, event: Event, news: EventNews, house: House) -> Letter:
    match news.kind:
        case EventNewsKind.INVITATION:
            return invitation(
                event,
                house,
                programme=programme_of(session, event),
                sponsors=names_of(session, event.id or 0),
            )
        case EventNewsKind.MOVED:
            return moved(event, news.words, news.sequence)
        case EventNewsKind.CANCELLED:
            return cancelled(event, news.words, news.sequence)


def _end(session: Session, news: EventNews, now: datetime) -> None:
    news.done_at = now
    session.add(news)
