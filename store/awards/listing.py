"""Categories and entries as they are read: what is public of them, and what each reader besides may see."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.awards.times import Awards, known_awards
from store.models import AwardCategory, AwardEntry, AwardNomination, Organisation


@dataclass(frozen=True, slots=True)
class Category:
    id: int
    event_id: int
    name: str
    description: str
    sponsor: str
    most_shortlisted: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One nominee, and never who nominated it. `reasons` are the nominators' words, the first given first."""

    id: int
    category_id: int
    name: str
    organisation_id: int | None
    person_id: int | None
    nominations: int
    reasons: tuple[str, ...]
    shortlisted: bool


@dataclass(frozen=True, slots=True)
class Winner:
    """Made known already."""

    awards: Awards
    category: Category
    name: str
    organisation_id: int | None


def categories(session: Session, event_id: int) -> tuple[Category, ...]:
    rows = session.exec(
        select(AwardCategory, Organisation.name)
        .join(Organisation, col(Organisation.id) == col(AwardCategory.sponsor_id), isouter=True)
        .where(AwardCategory.event_id == event_id)
        .order_by(col(AwardCategory.position), col(AwardCategory.id))
    ).all()
    return tuple(
        Category(
            row.id or 0, row.event_id, row.name, row.description, sponsor or row.sponsor, row.most_shortlisted
        )
        for row, sponsor in rows
    )


def entries(session: Session, event_id: int) -> tuple[Entry, ...]:
    """Everything that is nominated, by category and then by name; what was wholly withdrawn is none."""
    rows = session.exec(
        select(AwardEntry)
        .join(AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id))
        .where(AwardCategory.event_id == event_id)
        .order_by(col(AwardCategory.position), col(AwardCategory.id), col(AwardEntry.name))
    ).all()
    reasons, numbers = _nominations(session, [row.id or 0 for row in rows])
    return tuple(
        Entry(
            row.id or 0, row.category_id, row.name, row.organisation_id, row.person_id,
            numbers[row.id or 0], tuple(reasons[row.id or 0]), row.shortlisted_at is not None,
        )
        for row in rows
        if numbers[row.id or 0]
    )  # fmt: skip


def shortlist(session: Session, event_id: int) -> tuple[Entry, ...]:
    """Whether it may be told already is for the caller to ask of the awards."""
    return tuple(each for each in entries(session, event_id) if each.shortlisted)


def won_entries(session: Session, event_id: int) -> dict[int, tuple[AwardEntry, ...]]:
    """By category, embargo or not: for those alone who may see them before."""
    found: defaultdict[int, list[AwardEntry]] = defaultdict(list)
    rows = session.exec(
        select(AwardEntry)
        .join(AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id))
        .where(AwardCategory.event_id == event_id, col(AwardEntry.won_at).is_not(None))
        .order_by(col(AwardEntry.name))
    )
    for row in rows:
        found[row.category_id].append(row)
    return {category_id: tuple(rows) for category_id, rows in found.items()}


def told_winners(
    session: Session, *, now: datetime, organisation_id: int | None = None
) -> tuple[Winner, ...]:
    """Those whose embargo is over, of the last awards first; all, or one organisation's with its people's."""
    wanted = select(AwardEntry, AwardCategory).join(
        AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id)
    )
    wanted = wanted.where(col(AwardEntry.won_at).is_not(None))
    if organisation_id is not None:
        wanted = wanted.where(AwardEntry.organisation_id == organisation_id)
    rows = session.exec(wanted.order_by(col(AwardEntry.name))).all()
    told = [each for each in known_awards(session) if each.winners_told(now)] if rows else []
    return tuple(
        Winner(awards, category, entry.name, entry.organisation_id)
        for awards in told
        for category in categories(session, awards.event_id)
        for entry, row in rows
        if row.id == category.id
    )


def _nominations(session: Session, entry_ids: list[int]) -> tuple[defaultdict[int, list[str]], Counter[int]]:
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    numbers: Counter[int] = Counter()
    rows = session.exec(
        select(AwardNomination.entry_id, AwardNomination.words)
        .where(col(AwardNomination.entry_id).in_(entry_ids), col(AwardNomination.withdrawn_at).is_(None))
        .order_by(col(AwardNomination.made_at), col(AwardNomination.id))
    )
    for entry_id, words in rows:
        numbers[entry_id] += 1
        if words:
            reasons[entry_id].append(words)
    return reasons, numbers
