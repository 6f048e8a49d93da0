"""Who is not to be written to after all, and why: asked when an audience is chosen, and again of each at the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from store.bounces import skipped
from store.consent.readers import Reader, reader_of_key
from store.consent.willing import OPTED_OUT as OPTED_OUT  # where campaigns look for it
from store.consent.willing import unwilling, unwilling_subscribers
from store.kinds import Medium

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


def barred(
    session: Session,
    rows: Sequence[Addressee],
    *,
    topic: str | None,
    now: datetime,
    campaign_id: int | None = None,
) -> dict[int, str]:
    """Those of the rows that must not be sent now, each with the reason. A few queries for all of them.

    `campaign_id` is the one in hand: to whom it was said already is no reason against it. `topic` is None of a trial,
    whose only reader asked for it.
    """
    readers = {row.id: reader_of_key(row.key) or Reader(row.person_id) for row in rows}
    people = [row.person_id for row in rows if row.person_id is not None]
    others = [each.subscriber_id for each in readers.values() if each.subscriber_id is not None]
    not_people, not_others = dict[int, str](), dict[int, str]()
    if topic is not None:
        not_people = unwilling(session, people, topic=topic, now=now, campaign_id=campaign_id)
    if topic is not None and others:
        not_others = unwilling_subscribers(session, others, topic=topic, now=now, campaign_id=campaign_id)
    mailed = [row.destination for row in rows if row.medium is Medium.EMAIL and row.destination]
    bounced = skipped(session, mailed, unasked_at=now)
    found: dict[int, str] = {}
    for row in rows:
        subscriber = readers[row.id].subscriber_id
        if row.key.startswith(PERSON) and row.person_id is None:
            found[row.id] = GONE
        elif row.person_id is not None and row.person_id in not_people:
            found[row.id] = not_people[row.person_id]
        elif subscriber is not None and subscriber in not_others:
            found[row.id] = not_others[subscriber]
        elif row.medium is Medium.EMAIL and row.destination in bounced:
            found[row.id] = BOUNCED
    return found
