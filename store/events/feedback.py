"""What guests said after an event: kept, counted, and the wishes that wait for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from store.kinds import Medium, WishState
from store.models import Event, EventFeedback, LetterRecord, MeetingWish, Organisation, Person

SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Remark:
    """One guest's answers."""

    person_id: int
    name: str
    organisation: str
    score: int | None
    words: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Wished:
    """Somebody a guest would have liked to meet."""

    id: int
    event_id: int
    event: str
    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    words: str
    state: WishState
    introduction_id: int | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said of one event. `asked`: how many were thanked; `scores`: how many gave each number."""

    asked: int
    remarks: tuple[Remark, ...]
    wishes: tuple[Wished, ...]

    @property
    def scores(self) -> dict[int, int]:
        given = [each.score for each in self.remarks]
        return {score: given.count(score) for score in SCORES}

    @property
    def mean(self) -> float | None:
        given = [each.score for each in self.remarks if each.score is not None]
        return sum(given) / len(given) if given else None


def heard(session: Session, event_id: int, *, letter_key: str) -> Heard:
    """`letter_key`: of the letter that asked."""
    asked = session.exec(select(func.count()).where(LetterRecord.key == letter_key)).one()
    rows = session.exec(
        select(EventFeedback, Person.name, Organisation.name)
        .join(Person, col(Person.id) == col(EventFeedback.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .where(EventFeedback.event_id == event_id)
        .order_by(col(EventFeedback.said_at), col(EventFeedback.id))
    )
    remarks = tuple(
        Remark(row.person_id, name, organisation or "", row.score, row.words, row.said_at)
        for row, name, organisation in rows
    )
    return Heard(asked, remarks, wishes(session, event_id=event_id))


def wishes(
    session: Session, *, event_id: int | None = None, state: WishState | None = None
) -> tuple[Wished, ...]:
    """Of one event or all, in one state or all: the oldest first."""
    found = (
        select(MeetingWish, Event.title, Person, Organisation.name)
        .join(Event, col(Event.id) == col(MeetingWish.event_id))
        .join(Person, col(Person.id) == col(MeetingWish.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id), isouter=True)
        .order_by(col(MeetingWish.said_at), col(MeetingWish.id))
    )
    found = found if event_id is None else found.where(MeetingWish.event_id == event_id)
    found = found if state is None else found.where(MeetingWish.state == state)
    return tuple(
        Wished(
            row.id or 0, row.event_id, title, row.person_id, person.name, person.organisation_id, organisation or "",
            row.words, row.state, row.introduction_id, row.said_at,
        )
        for row, title, person, organisation in session.exec(found)
    )  # fmt: skip


def feedback(session: Session, event_id: int, person_id: int) -> EventFeedback | None:
    """One guest's answers so far, held until the transaction ends."""
    return session.exec(
        select(EventFeedback)
        .where(EventFeedback.event_id == event_id, EventFeedback.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def wished_by(session: Session, event_id: int, person_id: int) -> tuple[MeetingWish, ...]:
    """One guest's own, in their order."""
    return tuple(
        session.exec(
            select(MeetingWish)
            .where(MeetingWish.event_id == event_id, MeetingWish.person_id == person_id)
            .order_by(col(MeetingWish.id))
        )
    )


def keep_wishes(
    session: Session,
    event_id: int,
    person_id: int,
    words: Sequence[str],
    *,
    whole: bool,
    now: datetime,
    most: int,
) -> tuple[str, ...]:
    """Those that are new, `most` of them. `whole`: what is not among `words` any more is taken back, unless staff have
    dealt with it."""
    before = wished_by(session, event_id, person_id)
    known = {row.words.casefold() for row in before}
    named = {each.casefold() for each in words}
    for row in before:
        if whole and row.state is WishState.OPEN and row.words.casefold() not in named:
            session.delete(row)
    new = tuple(each for each in words if each.casefold() not in known)[:most]
    session.add_all(
        MeetingWish(event_id=event_id, person_id=person_id, words=each, said_at=now) for each in new
    )
    session.flush()
    return new


def keep_feedback(
    session: Session, row: EventFeedback, *, now: datetime, medium: Medium, evidence: str
) -> None:
    row.said_at, row.medium, row.evidence = now, medium, evidence[:400]
    session.add(row)
    session.flush()
