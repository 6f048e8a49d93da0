"""By which way a campaign comes to each person: once, in the medium that reaches them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.bounces import skipped
from store.campaigns.barred import BOUNCED
from store.kinds import Medium, Reach
from store.models import Address, Person

NO_WAY = "no address"


@dataclass(frozen=True, slots=True)
class Ways:
    """`slack`: whether the house speaks Slack at all."""

    reach: Reach
    slack: bool


@dataclass(frozen=True, slots=True)
class Route:
    """`destination` is None where there is no way, and `bar` says why."""

    medium: Medium
    destination: str | None
    name: str
    bar: str = ""


def routes(session: Session, people: Sequence[int], ways: Ways, *, now: datetime) -> dict[int, Route]:
    """Of each of these people who are still there. Three queries, however many they are."""
    rows = session.execute(
        select(col(Person.id), col(Person.name), col(Person.slack_user_id)).where(col(Person.id).in_(people))
    ).all()
    by_slack = {row.id for row in rows if row.slack_user_id and ways.slack and ways.reach is Reach.PREFERRED}
    addresses = _addresses(session, [row.id for row in rows if row.id not in by_slack])
    gone = skipped(session, [each for theirs in addresses.values() for each in theirs], unasked_at=now)
    found: dict[int, Route] = {}
    for row in rows:
        if row.id in by_slack:
            found[row.id] = Route(Medium.SLACK, row.slack_user_id, row.name)
        else:
            found[row.id] = _by_mail(row.name, addresses.get(row.id, []), gone)
    return found


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
