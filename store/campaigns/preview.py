"""Who would get a campaign: how many, by which way, who not and why; and some of them by name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.campaigns.audience import SUBSCRIBED, Audience, chosen
from store.campaigns.routes import Route, Ways, routes, subscriber_routes
from store.kinds import Medium, Reach
from store.models import Organisation, Person

SHOWN = 10
PORTION = 2000


@dataclass(frozen=True, slots=True)
class Example:
    """One of the recipients, or of those who are left out (`bar`)."""

    name: str
    organisation: str
    medium: Medium
    why: str
    bar: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    by_medium: Mapping[Medium, int]
    suppressed: Mapping[str, int]  # why, and how many
    examples: tuple[Example, ...]

    @property
    def people(self) -> int:
        return sum(self.by_medium.values())


def preview(
    session: Session, audience: Audience, ways: Ways, *, now: datetime, shown: int = SHOWN
) -> Preview:
    if ways.reach is Reach.NOBODY:
        return Preview({}, {}, ())
    found = chosen(session, audience)
    by_medium, suppressed = Counter[Medium](), Counter[str]()
    first: dict[int, tuple[Route, str, str]] = {}  # of subscribers below zero
    for portion in found.portions(PORTION):
        for person_id, route in routes(session, list(portion), ways, now=now).items():
            why, bar = portion[person_id]
            bar = bar or route.bar
            if bar:
                suppressed[bar] += 1
            else:
                by_medium[route.medium] += 1
            if len(first) < shown:
                first[person_id] = (route, why, bar)
    for first_of in range(0, len(found.subscribers), PORTION):
        some = found.subscribers[first_of : first_of + PORTION].tolist()
        for each, route in subscriber_routes(session, some, ways, now=now).items():
            if route.bar:
                suppressed[route.bar] += 1
            else:
                by_medium[route.medium] += 1
            if len(first) < shown:
                first[-each] = (route, SUBSCRIBED, route.bar)
    return Preview(by_medium, suppressed, _examples(session, first))


def _examples(session: Session, first: Mapping[int, tuple[Route, str, str]]) -> tuple[Example, ...]:
    rows = session.execute(
        select(col(Person.id), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(col(Person.id).in_(first))
    )
    where = {person_id: name for person_id, name in rows}  # noqa: C416 - dict() of rows does not type-check
    return tuple(
        Example(route.name, where.get(person_id, ""), route.medium, why, bar)
        for person_id, (route, why, bar) in first.items()
    )
