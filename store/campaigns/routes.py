"""By which way a campaign comes to each person: once, in the medium that reaches them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.bounces import skipped
from store.campaigns.barred import BOUNCED
from store.consent.topics import topic_of
from store.consent.willing import unwilling, unwilling_subscribers
from store.kinds import Medium, Reach
from store.models import Address, Campaign, Person, Subscriber

NO_WAY = "no address"


@dataclass(frozen=True, slots=True)
class Ways:
    """`slack`: whether the house speaks Slack at all. `topic` is None of a trial, whose only reader asked for it."""

    reach: Reach
    slack: bool
    topic: str | None = None
    campaign_id: int | None = None  # the one in hand


@dataclass(frozen=True, slots=True)
class Route:
    """`destination` is None where there is no way, and `bar` says why."""

    medium: Medium
    destination: str | None
    name: str
    bar: str = ""


def routes(session: Session, people: Sequence[int], ways: Ways, *, now: datetime) -> dict[int, Route]:
    """Of each of these people who are still there. A few queries, however many they are."""
    rows = session.execute(
        select(col(Person.id), col(Person.name), col(Person.slack_user_id)).where(col(Person.id).in_(people))
    ).all()
    by_slack = {row.id for row in rows if row.slack_user_id and ways.slack and ways.reach is Reach.PREFERRED}
    addresses = _addresses(session, [row.id for row in rows if row.id not in by_slack])
    gone = skipped(session, [each for theirs in addresses.values() for each in theirs], unasked_at=now)
    unwanted = _unwilling(session, [row.id for row in rows], ways, now)
    found: dict[int, Route] = {}
    for row in rows:
        if row.id in unwanted:
            found[row.id] = Route(Medium.EMAIL, None, row.name, unwanted[row.id])
        elif row.id in by_slack:
            found[row.id] = Route(Medium.SLACK, row.slack_user_id, row.name)
        else:
            found[row.id] = _by_mail(row.name, addresses.get(row.id, []), gone)
    return found


def subscriber_routes(session: Session, ids: Sequence[int], ways: Ways, *, now: datetime) -> dict[int, Route]:
    """By mail, of those of these subscribers who still are."""
    rows = session.exec(select(Subscriber).where(col(Subscriber.id).in_(ids))).all()
    gone = skipped(session, [row.address for row in rows], unasked_at=now)
    topic = ways.topic or ""
    no = unwilling_subscribers(session, ids, topic=topic, now=now, campaign_id=ways.campaign_id)
    return {
        row.id: Route(Medium.EMAIL, None, row.name, no[row.id])
        if row.id in no
        else _by_mail(row.name, [row.address], gone)
        for row in rows
        if row.id is not None
    }


def ways_of(campaign: Campaign, *, slack: bool) -> Ways:
    topic = topic_of(campaign.kind, campaign.topic) if campaign.test_of is None else None
    return Ways(campaign.reach, slack, topic, campaign.id)


def _unwilling(session: Session, people: Sequence[int], ways: Ways, now: datetime) -> dict[int, str]:
    if ways.topic is None:
        return {}
    return unwilling(session, people, topic=ways.topic, now=now, campaign_id=ways.campaign_id)


def _by_mail(name: str, addresses: Sequence[str], gone: Collection[str]) -> Route:
    address = next((each for each in addresses if each not in gone), None)
    bar = "" if address else (BOUNCED if addresses else NO_WAY)
    return Route(Medium.EMAIL, address, name, bar)


def _addresses(session: Session, people: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(col(Address.person_id), col(Address.address))
        .where(col(Address.person_id).in_(people))
        .order_by(col(Address.position), col(Address.address))
    )
    for person_id, address in rows:
        found.setdefault(person_id, []).append(address)
    return found
