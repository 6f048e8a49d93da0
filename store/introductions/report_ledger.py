"""The log as the report counts it: every introduction with its sides and the first time it reached each state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from store.introductions.steps import OUTCOMES
from store.kinds import Anyway, Listing, OrganisationKind, Origin, Side, SizeBand
from store.kinds import IntroductionState as State
from store.models import (
    Introduction,
    IntroductionOutcome,
    IntroductionParty,
    IntroductionStep,
    Organisation,
    Site,
)

MET = frozenset(OUTCOMES)
LED_ON = MET - {State.MET}
NOT_GIVEN = "(not given)"


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation as it is counted. `place`: the county of its main site, else its region or country."""

    id: int
    name: str
    kind: OrganisationKind | None
    sector: str
    size: SizeBand | None
    place: str
    membership: str
    member_since: date | None
    member_until: date | None
    listed: bool

    def is_member(self, on: date) -> bool:
        begun = self.member_since is None or self.member_since <= on
        return bool(self.membership) and begun and (self.member_until is None or self.member_until >= on)


@dataclass(frozen=True, slots=True)
class Half:
    """One side of an introduction."""

    side: Side
    organisation_id: int | None
    person_id: int | None
    label: str
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said came of it."""

    at: datetime
    actor: str
    pounds: int | None
    jobs: int | None
    anyway: Anyway | None
    may_tell: bool | None


@dataclass(slots=True)
class Line:
    """One introduction. `moves` are in the order they were taken, `first` is when it came to each state at first."""

    id: int
    origin: Origin
    state: State
    first: dict[State, datetime] = field(default_factory=dict)
    moves: list[tuple[datetime, State]] = field(default_factory=list)
    sides: list[Half] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def offline(self) -> bool:
        return self.origin is Origin.OFFLINE

    @property
    def begun(self) -> datetime | None:
        return self.moves[0][0] if self.moves else None

    def reached(self, states: Collection[State]) -> datetime | None:
        """When it first came to any of these states."""
        return min((self.first[each] for each in states if each in self.first), default=None)

    def made(self) -> datetime | None:
        """When the two were in touch: introduced, or, where it happened without us, the day that was written down."""
        return self.begun if self.offline else self.first.get(State.INTRODUCED)

    def state_before(self, moment: datetime) -> State | None:
        return next((state for at, state in reversed(self.moves) if at < moment), None)

    def organisations(self) -> frozenset[int]:
        return frozenset(each.organisation_id for each in self.sides if each.organisation_id is not None)


@dataclass(frozen=True, slots=True)
class Ledger:
    lines: tuple[Line, ...]
    firms: Mapping[int, Firm]


def read_ledger(session: Session) -> Ledger:
    """All of it, in as many queries as there are tables, whatever their length."""
    rows = session.exec(
        select(Introduction.id, Introduction.origin, Introduction.state).order_by(col(Introduction.id))
    )
    lines = {
        number: Line(number, Origin(origin), State(state))
        for number, origin, state in rows
        if number is not None
    }
    _take_steps(session, lines)
    _take_sides(session, lines)
    _take_outcomes(session, lines)
    return Ledger(tuple(lines.values()), _firms(session))


def _take_steps(session: Session, lines: Mapping[int, Line]) -> None:
    """In the order they were taken; remarks, which move nothing, left out."""
    step = IntroductionStep
    rows = session.exec(select(step.introduction_id, step.at, step.was, step.state).order_by(col(step.id)))
    for number, at, was, state in rows:
        if was is not state and number in lines:
            lines[number].moves.append((at, State(state)))
            lines[number].first.setdefault(State(state), at)


def _take_sides(session: Session, lines: Mapping[int, Line]) -> None:
    for row in session.exec(select(IntroductionParty).order_by(col(IntroductionParty.id))):
        if row.introduction_id in lines:
            half = Half(row.side, row.organisation_id, row.person_id, row.label, row.asked_at)
            lines[row.introduction_id].sides.append(half)


def _take_outcomes(session: Session, lines: Mapping[int, Line]) -> None:
    rows = session.exec(
        select(IntroductionOutcome).order_by(col(IntroductionOutcome.at), col(IntroductionOutcome.id))
    )
    for row in rows:
        if row.introduction_id in lines:
            said = Said(row.at, row.actor, row.pounds, row.jobs, row.anyway, row.may_tell)
            lines[row.introduction_id].said.append(said)


def _firms(session: Session) -> dict[int, Firm]:
    places = _places(session)
    rows = session.exec(select(Organisation).order_by(col(Organisation.id)))
    return {
        row.id: Firm(
            row.id, row.name, row.kind, row.sector.strip(), row.size, places.get(row.id, ""), row.membership.strip(),
            row.member_since, row.member_until, row.listing is Listing.LISTED,
        )
        for row in rows if row.id is not None
    }  # fmt: skip


def _places(session: Session) -> dict[int, str]:
    """Of each organisation's main site, which is its first."""
    rows = session.exec(
        select(Site.organisation_id, Site.county, Site.region, Site.country)
        .order_by(col(Site.organisation_id), col(Site.position), col(Site.id))
    )  # fmt: skip
    places: dict[int, str] = {}
    for organisation_id, county, region, country in rows:
        places.setdefault(organisation_id, (county or region or country).strip())
    return places
