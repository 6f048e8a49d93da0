"""Who a campaign is for: what staff chose, and why each person is among them."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from store.campaigns.near import Near, organisations_near
from store.kinds import Listing, OrganisationKind, Rsvp, Seat, SubscriberState
from store.models import Attendance, Event, Organisation, Person, Subscriber

UNLISTED = "their organisation is not listed"


class Part(StrEnum):
    """Which of an event's people."""

    COMING = "coming"
    INVITED = "invited"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Audience:
    """All that is set must fit; of several of one sort one is enough. Nothing set is nobody, `everyone` everybody."""

    everyone: bool = False
    kinds: tuple[OrganisationKind, ...] = ()
    sectors: tuple[str, ...] = ()  # as the directory has them, in any case
    tiers: tuple[str, ...] = ()  # of membership
    places: tuple[Near, ...] = ()
    topics: tuple[str, ...] = ()  # what people said they like to hear of
    event: int | None = None
    part: Part = Part.COMING
    people: tuple[int, ...] = ()  # these and no others
    subscribers: bool = False  # also who is no member, and asked to be written to

    @property
    def nobody(self) -> bool:
        chosen = self.kinds or self.sectors or self.tiers or self.places or self.topics or self.people
        return not (self.everyone or self.subscribers or chosen or self.event is not None)

    @property
    def no_person(self) -> bool:
        """Nobody of the directory, that is; perhaps subscribers."""
        return replace(self, subscribers=False).nobody


_AUDIENCE = TypeAdapter(Audience)


def audience_of(kept: Mapping[str, Any]) -> Audience:
    """As the campaign keeps it; what is written there otherwise reaches nobody."""
    try:
        return _AUDIENCE.validate_python(dict(kept))
    except ValidationError:
        return Audience()


def to_keep(audience: Audience) -> dict[str, Any]:
    kept: dict[str, Any] = _AUDIENCE.dump_python(audience, mode="json")
    return kept


@dataclass(slots=True)
class Chosen:
    """People's ids, in order, with the numbers of why each is among them, and of what bars them (0: nothing).

    Figures and not objects: a region of two hundred thousand fits into a few megabytes.
    """

    people: "array[int]" = field(default_factory=lambda: array("q"))
    reasons: "array[int]" = field(default_factory=lambda: array("i"))
    bars: "array[int]" = field(default_factory=lambda: array("b"))
    whys: list[str] = field(default_factory=list)
    subscribers: "array[int]" = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.people)

    def portions(self, size: int) -> Iterator[dict[int, tuple[str, str]]]:
        """Person id -> (why, what bars them or "")."""
        for first in range(0, len(self), size):
            yield {
                self.people[at]: (self.whys[self.reasons[at]], BARS[self.bars[at]])
                for at in range(first, min(first + size, len(self)))
            }


BARS = ("", UNLISTED)
SUBSCRIBED = "you subscribed to it"


def chosen(session: Session, audience: Audience) -> Chosen:
    """Everybody the audience names, also those who are barred. Of one instant where `as_of_now` was called before."""
    found, numbers = Chosen(), dict[str, int]()
    if audience.subscribers:
        found.subscribers.extend(_subscribers(session))
    if audience.no_person:
        return found
    near = organisations_near(session, audience.places) if audience.places else {}
    guests = _guests(session, audience)
    title = _title(session, audience)
    for row in session.execute(_people(audience)).yield_per(2000):
        if audience.event is not None and row.id not in guests:
            continue
        if not _fits(audience, row, near):
            continue
        why = _why(audience, row, near, title)
        found.people.append(row.id)
        found.reasons.append(numbers.setdefault(why, len(numbers)))
        found.bars.append(BARS.index(_bar(row)))
    found.whys = list(numbers)
    return found


def as_of_now(session: Session) -> None:
    """All that this transaction reads is of one instant, as SQLite's always is. To be called before anything else."""
    if session.connection().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _people(audience: Audience) -> sa.Select[*tuple[Any, ...]]:
    rows: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(Person.id), col(Person.topics), col(Organisation.kind),
            col(Organisation.sector), col(Organisation.membership), col(Organisation.listing),
            col(Organisation.id).label("organisation_id"),
        )
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .order_by(col(Person.id))
    )  # fmt: skip
    if audience.people:
        rows = rows.where(col(Person.id).in_(audience.people))
    return rows.where(col(Organisation.kind).in_(audience.kinds)) if audience.kinds else rows


def _fits(audience: Audience, row: Any, near: Mapping[int, str]) -> bool:
    return (
        _meet(audience.sectors, [row.sector or ""])
        and _meet(audience.tiers, [row.membership or ""])
        and _meet(audience.topics, row.topics or [])
        and (not audience.places or row.organisation_id in near)
    )


def _meet(wanted: tuple[str, ...], have: list[str]) -> bool:
    return not wanted or not {each.casefold() for each in wanted}.isdisjoint(each.casefold() for each in have)


def _bar(row: Any) -> str:
    return UNLISTED if row.listing is Listing.UNLISTED else ""


def _why(audience: Audience, row: Any, near: Mapping[int, str], title: str) -> str:
    """Read by whoever gets it, behind "You get this because"."""
    about = [f"is in {row.sector}"] * bool(audience.sectors)
    about += [f"is listed as {row.kind.value}"] if audience.kinds else []
    about += [f"is a member ({row.membership})"] * bool(audience.tiers)
    about += [near[row.organisation_id]] if audience.places else []
    whys = [f"your organisation {_listed(about)}"] if about else []
    if audience.topics:
        wanted = {each.casefold() for each in audience.topics}
        whys.append(f"you asked to hear of {_listed([t for t in row.topics if t.casefold() in wanted])}")
    if audience.event is not None:
        whys.append({Part.COMING: "you are coming to", Part.INVITED: "you were invited to", Part.CAME: "you came to"}[audience.part] + f" “{title}”")  # fmt: skip
    if audience.people:
        whys.append("it was sent to you by name")
    return ", and ".join(whys) or "you are in the directory"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _subscribers(session: Session) -> list[int]:
    rows = session.exec(
        select(Subscriber.id)
        .where(Subscriber.state == SubscriberState.CONFIRMED)
        .order_by(col(Subscriber.id))
    )
    return [each for each in rows if each is not None]


def _guests(session: Session, audience: Audience) -> frozenset[int | None]:
    if audience.event is None:
        return frozenset()
    part = {
        Part.COMING: (col(Attendance.rsvp) == Rsvp.YES) | (col(Attendance.seat) == Seat.HELD),
        Part.INVITED: col(Attendance.rsvp) != Rsvp.NO,
        Part.CAME: col(Attendance.attended).is_(True),
    }[audience.part]
    rows = select(Attendance.person_id).where(Attendance.event_id == audience.event, part)
    return frozenset(session.exec(rows))


def _title(session: Session, audience: Audience) -> str:
    event = session.get(Event, audience.event) if audience.event is not None else None
    return event.title if event else ""


def unknown_in(session: Session, audience: Audience) -> str:
    """What of it the directory does not know, in words; "" where all is known."""
    if audience.event is not None and session.get(Event, audience.event) is None:
        return f"There is no event {audience.event}."
    for name, column, wanted in (
        ("sector", Organisation.sector, audience.sectors),
        ("membership tier", Organisation.membership, audience.tiers),
    ):
        have = {each.casefold(): each for each in session.exec(select(column).distinct()) if each}
        for word in wanted:
            if word.casefold() not in have:
                return f"Nobody's {name} is “{word[:60]}”. There is: {', '.join(sorted(have.values())) or 'none yet'}."
    return ""
