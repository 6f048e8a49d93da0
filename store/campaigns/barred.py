"""Who is not to be written to after all, and why: asked when an audience is chosen, and again of each at the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.bounces import skipped
from store.kinds import Medium
from store.models import Person

OPTED_OUT = "opted out of newsletters"
GONE = "no longer in the directory"
BOUNCED = "mail to them comes back"
PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One row of the ledger, as far as the question needs it."""

    id: int
    key: str
    person_id: int | None
    medium: Medium
    destination: str | None


def barred(session: Session, rows: Sequence[Addressee], *, topic: str, now: datetime) -> dict[int, str]:
    """Those of the rows that must not be sent now, each with the reason. Two queries for all of them."""
    people = [row.person_id for row in rows if row.person_id is not None]
    wanting = set(
        session.exec(select(Person.id).where(col(Person.id).in_(people), col(Person.newsletters).is_(True)))
    )
    mailed = [row.destination for row in rows if row.medium is Medium.EMAIL and row.destination]
    bounced = skipped(session, mailed, unasked_at=now)
    found: dict[int, str] = {}
    for row in rows:
        if row.key.startswith(PERSON) and row.person_id is None:
            found[row.id] = GONE
        elif row.person_id is not None and row.person_id not in wanting:
            found[row.id] = OPTED_OUT
        elif row.medium is Medium.EMAIL and row.destination in bounced:
            found[row.id] = BOUNCED
    return found
