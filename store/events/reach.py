"""How many people a step of an event reaches, before it is taken."""

from datetime import datetime

from sqlmodel import Session, col, select

from store.events.guests import concerned
from store.events.inviting import audience_of, invited
from store.kinds import EventState, Rsvp
from store.models import Attendance, Event


def invites(session: Session, event: Event, *, now: datetime) -> int:
    """How many would be invited if it were announced now."""
    heard = session.exec(
        select(Attendance.person_id).where(
            Attendance.event_id == event.id,
            (col(Attendance.invited_at).is_not(None)) | (Attendance.rsvp != Rsvp.NONE),
        )
    ).all()
    return len(set(invited(session, audience_of(event.audience), now=now)) - set(heard))


def tells(session: Session, event: Event) -> int:
    """How many would be told if it were cancelled now: nobody knows of what was not announced."""
    return len(concerned(session, event.id or 0)) if event.state is EventState.OPEN else 0
