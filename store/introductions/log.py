"""The log of introductions as staff read it: a page of it, or one with its consents, its steps and what was said of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import Consent, Held, Medium, Origin, Side
from store.kinds import IntroductionState as State
from store.models import (
    Introduction,
    IntroductionOutcome,
    IntroductionParty,
    IntroductionStep,
    Organisation,
    Person,
)

PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Standing:
    """One introduction in a list. `assigned_to`: the name of one of the staff."""

    id: int
    state: State
    origin: Origin
    held: Held | None
    asker: str
    asked: str
    reason: str
    seeks: str
    occasion: str
    assigned_to: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What one side said, and which message holds it."""

    name: str
    consent: Consent
    asked_at: datetime | None
    nudged_at: datetime | None
    answered_at: datetime | None
    medium: Medium | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A step, a remark (which has no `was`), or what somebody said came of it. `by` is a name, or a reference."""

    at: datetime
    was: State | None
    state: State
    by: str
    medium: Medium | None
    evidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Whole:
    standing: Standing
    sides: tuple[Agreed, ...]
    history: tuple[Entry, ...]
    outcomes: tuple[Entry, ...]


def listed(session: Session, states: Collection[State] = (), *, limit: int) -> tuple[Standing, ...]:
    """What changed last first; `states`: only those in one of them."""
    rows = select(Introduction).order_by(col(Introduction.changed_at).desc(), col(Introduction.id).desc())
    if states:
        rows = rows.where(col(Introduction.state).in_(states))
    return _standing(session, session.exec(rows.limit(limit)).all())


def whole(session: Session, introduction_id: int) -> Whole | None:
    row = session.get(Introduction, introduction_id)
    if row is None:
        return None
    (standing,) = _standing(session, [row])
    parties = session.exec(
        select(IntroductionParty)
        .where(IntroductionParty.introduction_id == introduction_id)
        .order_by(col(IntroductionParty.id))
    ).all()
    steps = session.exec(
        select(IntroductionStep)
        .where(IntroductionStep.introduction_id == introduction_id)
        .order_by(col(IntroductionStep.id))
    ).all()
    said = session.exec(
        select(IntroductionOutcome)
        .where(IntroductionOutcome.introduction_id == introduction_id)
        .order_by(col(IntroductionOutcome.at), col(IntroductionOutcome.id))
    ).all()
    actors = _actors(session, {each.actor for each in steps} | {each.actor for each in said})
    names = {Side.ASKER: standing.asker, Side.ASKED: standing.asked}
    return Whole(
        standing,
        tuple(
            Agreed(names[each.side], each.consent, each.asked_at, each.nudged_at, each.answered_at, each.medium, each.evidence)
            for each in parties
        ),
        tuple(
            Entry(each.at, each.was, each.state, actors[each.actor], each.medium, each.evidence, each.note)
            for each in steps
        ),
        tuple(
            Entry(each.at, None, each.stage, actors[each.actor], each.medium, each.evidence, _details(each))
            for each in said
        ),
    )  # fmt: skip


def _standing(session: Session, rows: Sequence[Introduction]) -> tuple[Standing, ...]:
    """With the names of both sides, in four queries however many there are."""
    ids = [row.id for row in rows]
    parties = session.exec(
        select(IntroductionParty).where(col(IntroductionParty.introduction_id).in_(ids))
    ).all()
    firms = _names(session, Organisation, {each.organisation_id for each in parties})
    people = _names(
        session, Person, {*(each.person_id for each in parties), *(row.assigned_to for row in rows)}
    )
    called = {(each.introduction_id, each.side): _called(each, people, firms) for each in parties}
    return tuple(
        Standing(
            row.id, row.state, row.origin, row.held,
            called.get((row.id, Side.ASKER), "somebody"), called.get((row.id, Side.ASKED), "somebody"),
            row.reason, row.seeks, row.occasion, people.get(row.assigned_to or 0, ""), row.created_at, row.changed_at,
        )
        for row in rows if row.id is not None
    )  # fmt: skip


def _called(party: IntroductionParty, people: Mapping[int, str], firms: Mapping[int, str]) -> str:
    name = people.get(party.person_id or 0, "") or party.label
    firm = firms.get(party.organisation_id or 0, "")
    return f"{name} of {firm}" if name and firm else name or firm or "somebody"


def _names(
    session: Session, table: type[Organisation] | type[Person], ids: Collection[int | None]
) -> dict[int, str]:
    wanted = [each for each in ids if each is not None]
    rows = session.exec(select(table.id, table.name).where(col(table.id).in_(wanted))) if wanted else ()
    return {number: name for number, name in rows if number is not None}


def _actors(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """References as staff read them: "person:4" by name."""
    numbers = {each: each.removeprefix(PERSON) for each in actors}
    ids = {
        each: int(number) for each, number in numbers.items() if each.startswith(PERSON) and number.isdigit()
    }
    names = _names(session, Person, set(ids.values()))
    return {each: names.get(ids.get(each, 0), each) for each in numbers}


def _details(said: IntroductionOutcome) -> str:
    parts = (
        f"£{said.pounds:,}" if said.pounds is not None else "",
        f"jobs: {said.jobs}" if said.jobs is not None else "",
        f"anyway: {said.anyway.value}" if said.anyway else "",
        "" if said.may_tell is None else "may be told" if said.may_tell else "may not be told",
        f"“{said.words}”" if said.words else "",
    )
    return ", ".join(filter(None, parts))
