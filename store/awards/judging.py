"""Judges and their scores; nobody's score counts for their own organisation, whenever they came to work there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from sqlmodel import Session, col, select

from store.awards.listing import Entry, entries
from store.models import AwardCategory, AwardEntry, AwardJudge, AwardScore, Organisation, Person


@dataclass(frozen=True, slots=True)
class Judge:
    id: int
    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One judge's score of one entry."""

    judge: str
    points: int
    note: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with what the judges gave it. `mean` is None where nobody may count; `spread` is highest less lowest."""

    entry: Entry
    count: int
    mean: float | None
    spread: int
    given: tuple[Given, ...]


def judges(session: Session, event_id: int, *, removed: bool = False) -> tuple[Judge, ...]:
    """By name; with `removed` also those who judge no more."""
    rows = session.exec(
        select(AwardJudge, Person, Organisation.name)
        .join(Person, col(Person.id) == col(AwardJudge.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .where(AwardJudge.event_id == event_id)
        .order_by(Person.name, col(AwardJudge.id))
    )
    return tuple(
        Judge(
            row.id or 0, row.person_id, person.name, person.organisation_id, name or "", row.removed_at is not None
        )
        for row, person, name in rows
        if removed or row.removed_at is None
    )  # fmt: skip


def judge_of(session: Session, event_id: int, person_id: int) -> Judge | None:
    return next((each for each in judges(session, event_id) if each.person_id == person_id), None)


def judged_events(session: Session, person_id: int) -> tuple[int, ...]:
    rows = session.exec(
        select(AwardJudge.event_id)
        .where(AwardJudge.person_id == person_id, col(AwardJudge.removed_at).is_(None))
        .order_by(col(AwardJudge.event_id).desc())
    )
    return tuple(rows)


def seat_judge(session: Session, event_id: int, person_id: int, *, now: datetime) -> bool:
    """False where they judge already. Whoever comes back finds their scores again."""
    row = _row(session, event_id, person_id)
    if row is not None and row.removed_at is None:
        return False
    row = row or AwardJudge(event_id=event_id, person_id=person_id, invited_at=now)
    row.removed_at = None
    session.add(row)
    session.flush()
    return True


def unseat_judge(session: Session, event_id: int, person_id: int, *, now: datetime) -> int | None:
    """How many scores no longer count; None where they were no judge."""
    row = _row(session, event_id, person_id)
    if row is None or row.removed_at is not None:
        return None
    row.removed_at = now
    session.add(row)
    session.flush()
    return len(session.exec(select(AwardScore.id).where(AwardScore.judge_id == row.id)).all())


def is_own(judge: Judge, entry: Entry) -> bool:
    """Whether it is the judge, or somebody or something of their organisation."""
    if entry.person_id is not None and entry.person_id == judge.person_id:
        return True
    return judge.organisation_id is not None and entry.organisation_id == judge.organisation_id


def give(session: Session, judge: Judge, entry_id: int, points: int, *, note: str, now: datetime) -> bool:
    """True where it is the first; else the earlier one is changed."""
    row = session.exec(
        select(AwardScore).where(AwardScore.judge_id == judge.id, AwardScore.entry_id == entry_id)
    ).first()
    new = row is None
    row = row or AwardScore(entry_id=entry_id, judge_id=judge.id, points=points, given_at=now)
    row.points, row.note, row.given_at = points, note, now
    session.add(row)
    session.flush()
    return new


def given_by(session: Session, judge: Judge) -> dict[int, AwardScore]:
    """A judge's own scores, by entry."""
    rows = session.exec(select(AwardScore).where(AwardScore.judge_id == judge.id))
    return {row.entry_id: row for row in rows}


def ranking(session: Session, event_id: int) -> tuple[Ranked, ...]:
    """By category, the best mean first; of equals those with more scores, then by name."""
    seated = {each.id: each for each in judges(session, event_id)}
    scores: defaultdict[int, list[tuple[Judge, AwardScore]]] = defaultdict(list)
    rows = session.exec(
        select(AwardScore)
        .join(AwardEntry, col(AwardEntry.id) == col(AwardScore.entry_id))
        .join(AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id))
        .where(AwardCategory.event_id == event_id)
        .order_by(col(AwardScore.id))
    )
    for row in rows:
        if row.judge_id in seated:
            scores[row.entry_id].append((seated[row.judge_id], row))
    listed = entries(session, event_id)
    order = {
        category_id: place for place, category_id in enumerate(dict.fromkeys(e.category_id for e in listed))
    }
    ranked = [_ranked(entry, scores[entry.id]) for entry in listed]
    return tuple(
        sorted(
            ranked,
            key=lambda each: (
                order[each.entry.category_id], -(each.mean or 0.0), -each.count, each.entry.name.casefold(),
            ),
        )
    )  # fmt: skip


def _ranked(entry: Entry, scores: list[tuple[Judge, AwardScore]]) -> Ranked:
    count = [(judge, row) for judge, row in scores if not is_own(judge, entry)]
    points = [row.points for _, row in count]
    given = tuple(Given(judge.name, row.points, row.note) for judge, row in count)
    if not points:
        return Ranked(entry, 0, None, 0, ())
    return Ranked(entry, len(points), fmean(points), max(points) - min(points), given)


def _row(session: Session, event_id: int, person_id: int) -> AwardJudge | None:
    return session.exec(
        select(AwardJudge).where(AwardJudge.event_id == event_id, AwardJudge.person_id == person_id)
    ).first()
