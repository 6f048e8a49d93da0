"""How many people a step of an event reaches, before it is taken."""

from sqlmodel import Session, select

from store.events.guests import concerned
from store.events.inviting import audience_of, invited
from store.kinds import EventState, Rsvp
from store.models import Attendance, Event


def invites(session: Session, event: Event) -> int:
    """How many would be invited if it were announced now."""
    rows = session.exec(select(Attendance).where(Attendance.event_id == event.id)).all()
    heard = {row.person_id for row in rows if row.invited_at is not None or row.rsvp is not Rsvp.NONE}
    return len(set(invited(session, audience_of(event.audience))) - heard)


def tells(session: Session, event: Event) -> int:
    """How many would be told if it were cancelled now: nobody knows of what was not announced."""
    return len(concerned(session, event.id or 0)) if event.state is EventState.OPEN else 0
