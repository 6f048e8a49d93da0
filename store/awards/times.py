"""When an event's awards take nominations, are judged, and are told; and which awards people mean just now."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.kinds import EventKind, EventState
from store.models import AwardCategory, AwardRound, Event


@dataclass(frozen=True, slots=True)
class Awards:
    """The awards of one event, with their times; instants are UTC."""

    event_id: int
    title: str
    state: EventState
    zone: str
    starts_at: datetime
    nominations_from: datetime | None
    nominations_until: datetime
    judging_until: datetime
    shortlist_at: datetime | None
    winners_at: datetime | None

    def nominating(self, now: datetime) -> bool:
        began = self.nominations_from is None or self.nominations_from <= now
        return self.state is EventState.OPEN and began and now < self.nominations_until

    def judging(self, now: datetime) -> bool:
        return self.state is not EventState.CANCELLED and now < self.judging_until

    def shortlist_told(self, now: datetime) -> bool:
        return self._told(self.shortlist_at, now)

    def winners_told(self, now: datetime) -> bool:
        return self._told(self.winners_at, now)

    def _told(self, at: datetime | None, now: datetime) -> bool:
        return self.state is not EventState.PLANNED and at is not None and at <= now


def awards_of(session: Session, event_id: int) -> Awards | None:
    """None where there is no such event, or it gives no awards."""
    event = session.get(Event, event_id)
    if event is None or event.kind is not EventKind.AWARDS:
        return None
    return _awards(event, session.get(AwardRound, event_id))


def all_awards(session: Session) -> tuple[Awards, ...]:
    """Of every event that gives awards, the last to take place first."""
    rows = session.exec(
        select(Event).where(Event.kind == EventKind.AWARDS).order_by(col(Event.starts_at).desc())
    ).all()
    rounds = {each.event_id: each for each in session.exec(select(AwardRound))} if rows else {}
    return tuple(_awards(row, rounds.get(row.id or 0)) for row in rows)


def known_awards(session: Session) -> tuple[Awards, ...]:
    """Those that members may know of and that have categories, the last to take place first."""
    found = [each for each in all_awards(session) if each.state is EventState.OPEN]
    have = set(session.exec(select(AwardCategory.event_id).distinct())) if found else set()
    return tuple(each for each in found if each.event_id in have)


def held_round(session: Session, event_id: int) -> AwardRound:
    """The row of its times, made where there is none; the caller holds the event until the transaction ends."""
    row = session.get(AwardRound, event_id)
    if row is None:
        row = AwardRound(event_id=event_id)
        session.add(row)
        session.flush()
    return row


def _awards(event: Event, row: AwardRound | None) -> Awards:
    assert event.id is not None  # noqa: S101 - narrows the type: it came from the database
    row = row or AwardRound(event_id=event.id)
    return Awards(
        event.id, event.title, event.state, event.zone, event.starts_at,
        row.nominations_from, row.nominations_until or event.starts_at, row.judging_until or event.starts_at,
        row.shortlist_at, row.winners_at,
    )  # fmt: skip
