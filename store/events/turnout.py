"""Which organisations came to events, how often and when last: read off the lists each time, so that it is never out of step."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from store.importing.naming import name_key
from store.models import Attendance, Event, Organisation, Person


@dataclass(frozen=True, slots=True)
class Turnout:
    """One organisation's: `events` it was at, by `people` in all (one who came twice counts twice), and the last of them."""

    organisation_id: int | None  # None: the directory has none of that name
    organisation: str
    events: int
    people: int
    last: str
    last_on: date


def turnout(session: Session, *, since: datetime | None = None) -> tuple[Turnout, ...]:
    """Who came, as staff marked it: the most events first. A person counts to the organisation they are at today."""
    return _counted(session, since=since)


def turnout_of(session: Session, organisation_id: int) -> Turnout | None:
    """None where nobody of theirs was marked as having come to anything."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        return None
    mine = (
        _came().join(Person, col(Person.id) == Attendance.person_id)
        .where(Person.organisation_id == organisation_id)
    )  # fmt: skip
    visits = list(session.exec(mine)) + [
        (row, event)
        for row, event in session.exec(
            _came().where(col(Attendance.person_id).is_(None), Attendance.organisation != "")
        )
        if name_key(row.organisation) == organisation.name_key
    ]
    events = [event for row, event in visits for _ in range(_heads(row))]
    return _one(organisation_id, organisation.name, events) if events else None


def _counted(session: Session, *, since: datetime | None) -> tuple[Turnout, ...]:
    later = _came() if since is None else _came().where(Event.starts_at >= since)
    names = {key or 0: name for key, name in session.exec(select(Organisation.id, Organisation.name))}
    by_name = {folded: key for key, folded in session.exec(select(Organisation.id, Organisation.name_key))}
    at = dict(session.exec(select(Person.id, Person.organisation_id)).all())
    visits: defaultdict[tuple[int | None, str], list[Event]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for row, event in session.exec(later):
        folded = name_key(row.organisation) if row.person_id is None else ""
        key = by_name.get(folded) if row.person_id is None else at.get(row.person_id)
        if key is None and not folded:
            continue  # of no organisation
        spelled.setdefault(folded, row.organisation)
        visits[key, "" if key is not None else folded] += [event] * _heads(row)
    counted = [
        _one(key, names[key] if key is not None else spelled[folded], events)
        for (key, folded), events in visits.items()
    ]
    return tuple(sorted(counted, key=lambda each: (-each.events, -each.people, each.organisation.casefold())))


def _came() -> Select[Attendance, Event]:
    return select(Attendance, Event).where(
        col(Attendance.attended).is_(True), Event.id == Attendance.event_id
    )


def _one(key: int | None, name: str, events: list[Event]) -> Turnout:
    last = max(events, key=lambda each: each.starts_at)
    day = last.starts_at.astimezone(ZoneInfo(last.zone)).date()
    return Turnout(key, name, len({each.id for each in events}), len(events), last.title, day)


def _heads(row: Attendance) -> int:
    """A guest is somebody of their own, and counts where they were brought from."""
    return max(1, row.seats)
