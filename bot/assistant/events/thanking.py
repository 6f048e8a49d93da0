"""Who came is thanked and asked how it was: once for each event, in pieces small enough to keep nobody waiting.

Derived from the database at every tick, as reminders are. A week late nobody is asked any more, and staff see it.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.assistant.events.after_wording import thanks
from bot.assistant.house import House
from bot.assistant.introductions.quiet import quiet_of
from store.consent.invitations import wanting_events
from store.events.guests import Unserved, came
from store.events.seats import hold
from store.events.slots import day_of, is_working_time, thanks_slot
from store.kinds import EventState
from store.models import Event, LetterRecord, ReminderRound

AT_ONCE = 5  # letters in one transaction: others want to write, too
LATE = timedelta(days=7)  # nobody remembers by then what should have been different
LOOKED_BACK = timedelta(
    days=30
)  # at events that ended: longer than LATE, so that what is late is written down
NAME = "thanks"  # of its round, among those of reminders
TOO_LATE = "a week had gone by"


def thanks_due(session: Session, house: House, now: datetime) -> tuple[int, ...]:
    """The events whose guests are to be thanked now, the earliest first; what is late waits for working time, too."""
    quiet = quiet_of(house.rules)
    if not is_working_time(now, quiet):
        return ()
    done = select(ReminderRound.id).where(ReminderRound.event_id == Event.id, ReminderRound.name == NAME)
    rows = session.exec(
        select(Event.id, Event.ends_at, Event.zone)
        .where(
            Event.state == EventState.OPEN,
            col(Event.thanks).is_(True),
            col(Event.ends_at) <= now,
            col(Event.ends_at) > now - LOOKED_BACK,
            ~done.exists(),
        )
        .order_by(col(Event.ends_at), col(Event.id))
    )
    return tuple(number or 0 for number, ends, zone in rows if thanks_slot(ends, zone, quiet) <= now)


def thank(session: Session, event_id: int, house: House, now: datetime, *, after: int) -> int | None:
    """The next piece of it, for people after this one, in the caller's transaction.

    Returns the last it was for where there may be more of them; None when it is done.
    """
    event = hold(session, event_id)
    if event is None or event_id not in thanks_due(session, house, now):
        return None  # it is done, or the event has moved since
    letter = thanks(event)
    due = thanks_slot(event.ends_at, event.zone, quiet_of(house.rules))
    late = now > due + LATE
    waiting = () if late else came(session, event_id, of=Unserved(letter.key, after, AT_ONCE))
    for person_id in wanting_events(session, waiting):
        house.letterbox.post(session, letter, [person_id], now=now)
    if len(waiting) == AT_ONCE:
        return waiting[-1]
    sent = len(session.exec(select(LetterRecord.id).where(LetterRecord.key == letter.key)).all())
    session.add(
        ReminderRound(
            event_id=event_id, name=NAME, day=day_of(event.starts_at, event.zone), slot=due, done_at=now,
            sent=sent, skipped=TOO_LATE if late else "",
        )
    )  # fmt: skip
    session.flush()
    return None
