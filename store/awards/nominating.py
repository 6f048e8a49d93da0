"""Nominations as rows: one entry a nominee, one nomination a nominator, and what could not be placed yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.keys import fitting
from store.kinds import Medium
from store.models import AwardCategory, AwardDraft, AwardEntry, AwardNomination

MOST_DRAFTS = 20  # of one person


@dataclass(frozen=True, slots=True)
class Nominee:
    """Whom a nomination is for. `name` is what everybody may read; without ids it is words alone."""

    key: str
    name: str
    organisation_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """One of somebody's own nominations."""

    id: int
    entry_id: int
    event_id: int
    category: str
    name: str
    words: str


def nominate(
    session: Session, category_id: int, nominee: Nominee, nominator_id: int | None, *, words: str,
    medium: Medium, evidence: str, now: datetime,
) -> bool:  # fmt: skip
    """Put it in, or change the words of one's own; True where it is new. The caller holds the event."""
    entry = _entry(session, category_id, nominee, now=now)
    row = None if nominator_id is None else _nomination(session, entry.id or 0, nominator_id)
    if row is None:
        row = AwardNomination(
            entry_id=entry.id or 0, nominator_id=nominator_id, words=words, medium=medium,
            evidence=fitting(evidence), made_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return True
    new = row.withdrawn_at is not None
    row.words, row.changed_at, row.withdrawn_at = words or row.words, now, None
    session.add(row)
    session.flush()
    return new


def withdraw(session: Session, nomination_id: int, *, now: datetime) -> None:
    row = session.get(AwardNomination, nomination_id)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = now
        session.add(row)
        session.flush()


def change_words(session: Session, nomination_id: int, words: str, *, now: datetime) -> None:
    row = session.get(AwardNomination, nomination_id)
    if row is not None:
        row.words, row.changed_at = words, now
        session.add(row)
        session.flush()


def own(session: Session, nominator_id: int, event_id: int | None = None) -> tuple[Own, ...]:
    """Whom somebody has nominated and still does, the first first."""
    wanted = (
        select(AwardNomination, AwardEntry, AwardCategory)
        .join(AwardEntry, col(AwardEntry.id) == col(AwardNomination.entry_id))
        .join(AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id))
        .where(AwardNomination.nominator_id == nominator_id, col(AwardNomination.withdrawn_at).is_(None))
        .order_by(col(AwardNomination.made_at), col(AwardNomination.id))
    )
    if event_id is not None:
        wanted = wanted.where(AwardCategory.event_id == event_id)
    return tuple(
        Own(row.id or 0, entry.id or 0, category.event_id, category.name, entry.name, row.words)
        for row, entry, category in session.exec(wanted)
    )


def moved(session: Session, entry: AwardEntry, category_id: int) -> AwardEntry:
    """The entry in another category; into the one of the same nominee where that is nominated there already."""
    there = session.exec(
        select(AwardEntry).where(AwardEntry.category_id == category_id, AwardEntry.key == entry.key)
    ).first()
    if there is None:
        entry.category_id, entry.shortlisted_at, entry.won_at = category_id, None, None
        session.add(entry)
        session.flush()
        return entry
    return merged(session, entry, there)


def merged(session: Session, entry: AwardEntry, into: AwardEntry) -> AwardEntry:
    """Both are one nominee: who nominated either nominates that. Of two from one person the later words stay too."""
    rows = session.exec(select(AwardNomination).where(AwardNomination.entry_id == entry.id)).all()
    for row in rows:
        same = None if row.nominator_id is None else _nomination(session, into.id or 0, row.nominator_id)
        if same is None:
            row.entry_id = into.id or 0
            session.add(row)
            continue
        if row.withdrawn_at is None:
            words = (same.words if same.withdrawn_at is None else "", row.words)
            same.words, same.withdrawn_at = "\n\n".join(dict.fromkeys(each for each in words if each)), None
            session.add(same)
        session.delete(row)
    session.flush()
    session.delete(entry)  # its scores go with it: nobody scored what it is now
    session.flush()
    return into


def keep_draft(session: Session, draft: AwardDraft) -> None:
    """The same words again are kept once; of too many the oldest go."""
    mine = session.exec(
        select(AwardDraft).where(AwardDraft.person_id == draft.person_id).order_by(col(AwardDraft.id).desc())
    ).all()
    for place, row in enumerate(mine, start=1):
        if row.said == draft.said or place >= MOST_DRAFTS:
            session.delete(row)
    session.add(draft)
    session.flush()


def draft_of(session: Session, person_id: int) -> AwardDraft | None:
    """Their last."""
    return session.exec(
        select(AwardDraft).where(AwardDraft.person_id == person_id).order_by(col(AwardDraft.id).desc())
    ).first()


def drop_drafts(session: Session, person_id: int, *, nominee: str) -> None:
    """Those of one nominee, who is nominated now."""
    for row in session.exec(select(AwardDraft).where(AwardDraft.person_id == person_id)).all():
        if row.nominee.casefold() == nominee.casefold():
            session.delete(row)
    session.flush()


def drafts(session: Session) -> tuple[AwardDraft, ...]:
    """All that wait for their sender's word: as confidential as nominations are."""
    return tuple(session.exec(select(AwardDraft).order_by(col(AwardDraft.id))))


def nominators(session: Session, event_id: int) -> tuple[tuple[int, int | None, str], ...]:
    """Entry, nominator, words: confidential. Whoever calls this has asked whether they may, and has it audited."""
    rows = session.exec(
        select(AwardNomination)
        .join(AwardEntry, col(AwardEntry.id) == col(AwardNomination.entry_id))
        .join(AwardCategory, col(AwardCategory.id) == col(AwardEntry.category_id))
        .where(AwardCategory.event_id == event_id, col(AwardNomination.withdrawn_at).is_(None))
        .order_by(col(AwardNomination.entry_id), col(AwardNomination.id))
    )
    return tuple((row.entry_id, row.nominator_id, row.words) for row in rows)


def _entry(session: Session, category_id: int, nominee: Nominee, *, now: datetime) -> AwardEntry:
    key = fitting(nominee.key)
    row = session.exec(
        select(AwardEntry).where(AwardEntry.category_id == category_id, AwardEntry.key == key)
    ).first()
    if row is None:
        row = AwardEntry(
            category_id=category_id, key=key, name=nominee.name, organisation_id=nominee.organisation_id,
            person_id=nominee.person_id, made_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row


def _nomination(session: Session, entry_id: int, nominator_id: int) -> AwardNomination | None:
    return session.exec(
        select(AwardNomination).where(
            AwardNomination.entry_id == entry_id, AwardNomination.nominator_id == nominator_id
        )
    ).first()
