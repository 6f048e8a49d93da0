"""Who does not want a mailing about a topic now, and why: a few queries for many readers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.consent.suppression import unwanted
from store.consent.topics import topic_of
from store.kinds import CampaignKind, Frequency, RecipientState, SubscriberState
from store.models import Campaign, CampaignRecipient, Person, ReaderChoice, Subscriber

OPTED_OUT = "opted out of newsletters"
NOT_THIS = "wants nothing of this topic"
HAD_ONE = "wants one a month of this topic, and had it"
ENDED = "unsubscribed"
MONTH = timedelta(days=27)  # so that an issue on the first Tuesday of each month is one a month
# Put together once, since they are asked before each few mails of a campaign.
_PEOPLE: sa.BindParameter[list[int]] = sa.bindparam("people", expanding=True)
_PERSON, _ADDRESS, _CHOICE = (Person.metadata.tables[name] for name in ("person", "address", "reader_choice"))
_WANTING = sa.select(_PERSON.c.id).where(_PERSON.c.id.in_(_PEOPLE), _PERSON.c.newsletters.is_(True))
_ADDRESSES = sa.select(_ADDRESS.c.address, _ADDRESS.c.person_id).where(_ADDRESS.c.person_id.in_(_PEOPLE))
_CHOICES = sa.select(_CHOICE.c.person_id, _CHOICE.c.frequency).where(
    _CHOICE.c.person_id.in_(_PEOPLE),
    _CHOICE.c.topic == sa.bindparam("topic"),
    _CHOICE.c.frequency != Frequency.EVERY,
)
_GONE_OUT = (RecipientState.SENT, RecipientState.SENDING, RecipientState.UNCERTAIN)


def unwilling(
    session: Session, people: Sequence[int], *, topic: str, now: datetime, campaign_id: int | None = None
) -> dict[int, str]:
    """Those of the people, each with the reason. `campaign_id`: the one in hand, which is not counted as had."""
    found = _opted_out(session, people)
    choices = session.execute(_CHOICES, {"people": list(people), "topic": topic}).all()
    for person_id, frequency in choices:
        if frequency is Frequency.NEVER:
            found.setdefault(person_id, NOT_THIS)
    monthly = [f"person:{person_id}" for person_id, frequency in choices if frequency is Frequency.MONTHLY]
    for key in _had(session, monthly, topic=topic, now=now, campaign_id=campaign_id):
        found.setdefault(int(key.partition(":")[2]), HAD_ONE)
    return found


def unwilling_subscribers(
    session: Session, ids: Sequence[int], *, topic: str, now: datetime, campaign_id: int | None = None
) -> dict[int, str]:
    """The same of subscribers; who is not confirmed is among them."""
    rows = session.execute(
        sa.select(col(Subscriber.id), col(Subscriber.address), col(Subscriber.state)).where(
            col(Subscriber.id).in_(ids)
        )
    ).all()
    held = unwanted(session, [row.address for row in rows])
    there = {row.id for row in rows if row.state is SubscriberState.CONFIRMED and row.address not in held}
    found = {each: ENDED for each in ids if each not in there}
    choices = session.execute(
        sa.select(col(ReaderChoice.subscriber_id), col(ReaderChoice.frequency)).where(
            col(ReaderChoice.subscriber_id).in_(list(there)), col(ReaderChoice.topic) == topic
        )
    ).all()
    for subscriber_id, frequency in choices:
        if frequency is Frequency.NEVER:
            found[subscriber_id] = NOT_THIS
    monthly = [f"subscriber:{number}" for number, frequency in choices if frequency is Frequency.MONTHLY]
    for key in _had(session, monthly, topic=topic, now=now, campaign_id=campaign_id):
        found.setdefault(int(key.partition(":")[2]), HAD_ONE)
    return found


def _opted_out(session: Session, people: Sequence[int]) -> dict[int, str]:
    wanting = set(session.execute(_WANTING, {"people": list(people)}).scalars())
    found = {each: OPTED_OUT for each in people if each not in wanting}
    rows = session.execute(_ADDRESSES, {"people": list(wanting)}).all()
    whose = {row.address: row.person_id for row in rows}
    return found | {whose[each]: OPTED_OUT for each in unwanted(session, list(whose))}


def _had(
    session: Session, keys: Sequence[str], *, topic: str, now: datetime, campaign_id: int | None
) -> set[str]:
    if not keys:
        return set()
    kinds = [kind for kind in CampaignKind if topic_of(kind, "") == topic]
    rows = (
        select(CampaignRecipient.key)
        .join(Campaign, col(Campaign.id) == col(CampaignRecipient.campaign_id))
        .where(
            col(CampaignRecipient.key).in_(keys),
            col(CampaignRecipient.state).in_(_GONE_OUT),
            col(CampaignRecipient.settled_at) > now - MONTH,
            col(Campaign.test_of).is_(None),
            (col(Campaign.topic) == topic) | ((col(Campaign.topic) == "") & col(Campaign.kind).in_(kinds)),
        )
    )
    if campaign_id is not None:
        rows = rows.where(col(Campaign.id) != campaign_id)
    return set(session.exec(rows))
