"""Who of the people an event is for wants no invitations."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.consent.suppression import SECRET, unwanted
from store.consent.topics import EVENTS
from store.kinds import Frequency
from store.models import Address, ReaderChoice
from store.secrets import known_secret

PORTION = 500


def wanting_invitations(session: Session, people: Sequence[int]) -> tuple[int, ...]:
    """Those of the people who did not say otherwise, in their order."""
    never = set(
        session.exec(
            select(ReaderChoice.person_id).where(
                ReaderChoice.topic == EVENTS, ReaderChoice.frequency == Frequency.NEVER
            )
        )
    )
    if known_secret(session, SECRET) is not None:  # somebody unsubscribed, ever
        for first in range(0, len(people), PORTION):
            never |= _suppressed(session, people[first : first + PORTION])
    return tuple(each for each in people if each not in never)


def _suppressed(session: Session, people: Sequence[int]) -> set[int | None]:
    rows = session.execute(
        sa.select(col(Address.address), col(Address.person_id)).where(col(Address.person_id).in_(people))
    ).all()
    whose = {row.address: row.person_id for row in rows}
    return {whose[each] for each in unwanted(session, list(whose))}
