"""Who of the people an event is for wants to hear of it unasked, and who has been invited enough."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.consent.suppression import SECRET, unwanted
from store.consent.topics import EVENTS
from store.consent.willing import MONTH
from store.kinds import Frequency
from store.models import Address, Attendance, Person, ReaderChoice
from store.secrets import known_secret

PORTION = 500


def wanting_invitations(session: Session, people: Sequence[int], *, now: datetime) -> tuple[int, ...]:
    """Those of the people who did not say otherwise, in their order."""
    willing = wanting_events(session, people)
    monthly = _who_chose(session, Frequency.MONTHLY)
    if not monthly:
        return willing
    lately = session.exec(select(Attendance.person_id).where(col(Attendance.invited_at) > now - MONTH)).all()
    had = monthly.intersection(lately)
    return tuple(each for each in willing if each not in had)


def wanting_events(session: Session, people: Sequence[int]) -> tuple[int, ...]:
    """Those of the people who did not say that they want to hear of no event, in their order."""
    never = _who_chose(session, Frequency.NEVER)
    never |= set(session.exec(select(Person.id).where(col(Person.newsletters).is_(False))))
    if known_secret(session, SECRET) is not None:  # somebody unsubscribed, ever
        for first in range(0, len(people), PORTION):
            never |= _suppressed(session, people[first : first + PORTION])
    return tuple(each for each in people if each not in never)


def _who_chose(session: Session, frequency: Frequency) -> set[int | None]:
    chosen = select(ReaderChoice.person_id).where(
        ReaderChoice.topic == EVENTS, ReaderChoice.frequency == frequency
    )
    return set(session.exec(chosen))


def _suppressed(session: Session, people: Sequence[int]) -> set[int | None]:
    rows = session.execute(
        sa.select(col(Address.address), col(Address.person_id)).where(col(Address.person_id).in_(people))
    ).all()
    whose = {row.address: row.person_id for row in rows}
    return {whose[each] for each in unwanted(session, list(whose))}
