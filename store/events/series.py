"""When the events of a series take place: its rule, read on the wall clock of its zone (RFC 5545 3.3.10)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from sqlmodel import Session, col, select

from store.models import Event, EventSeries

AHEAD = timedelta(days=366)
LONGEST_RULE = 500
_PART = re.compile(r"(?:FREQ|INTERVAL|BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|COUNT|UNTIL|WKST)=[A-Z0-9,+-]+")
_OFTEN = re.compile(r"(?:^|;)FREQ=(?:WEEKLY|MONTHLY|YEARLY)(?:;|$)")
_NEVER = re.compile(r"(?:INTERVAL|COUNT)=0*(?:;|$)")


class NoRule(ValueError):
    """What cannot be read as a rule, in words for whoever wrote it."""


def rule_of(text: str) -> str:
    """The rule, tidied. Days and their number alone: the time of day is that of the first. Raises NoRule."""
    rule = "".join(text.upper().split()).removeprefix("RRULE:").strip(";")
    parts = rule.split(";")
    if len(rule) > LONGEST_RULE or not all(_PART.fullmatch(part) for part in parts):
        raise NoRule(
            f"“{text[:60]}” is not a rule; they look like FREQ=MONTHLY;INTERVAL=3;BYDAY=4TH "
            "(every third month, on the fourth Thursday)."
        )
    if not _OFTEN.search(rule):
        raise NoRule("A series comes weekly, monthly or yearly: FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY.")
    if _NEVER.search(rule) or len({part.split("=")[0] for part in parts}) != len(parts):
        raise NoRule(f"“{text[:60]}” says something twice, or nought times.")
    return rule


def walls(rule: str, first: datetime) -> Iterator[datetime]:
    """Every occurrence on the wall clock, from `first` (without a zone) on; there may be no end to them. Raises NoRule."""
    try:
        return iter(rrulestr(rule, dtstart=first))
    except (ValueError, TypeError, OverflowError):
        raise NoRule(
            f"“{rule[:60]}” makes no sense as a rule; UNTIL is a day such as 20281231, and BYDAY names "
            "days such as TH or 4TH."
        ) from None


def instant(wall: datetime, zone: str) -> datetime:
    """UTC. A time that the clock change skips is read by the clock before it, and of two the first counts (3.3.5)."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def coming(series: EventSeries, *, now: datetime, ahead: timedelta = AHEAD) -> tuple[datetime, ...]:
    """The occurrences to come, on the wall clock; none where the series has ended, and none of those left out."""
    if series.ended_at is not None:
        return ()
    last = (now + ahead).astimezone(ZoneInfo(series.zone)).replace(tzinfo=None)
    first = datetime.fromisoformat(series.first_local)
    found = takewhile(lambda wall: wall <= last, walls(series.rule, first))
    left_out = set(series.skipped)
    return tuple(wall for wall in found if local(wall) not in left_out and instant(wall, series.zone) > now)


def local(wall: datetime) -> str:
    """Which of its series an event is: the same for every process that works it out."""
    return wall.isoformat(timespec="minutes")


def missing(session: Session, series: EventSeries, *, now: datetime) -> tuple[datetime, ...]:
    """The occurrences that nobody has put in yet."""
    there = {event.series_local for event in events_of(session, series)}
    return tuple(wall for wall in coming(series, now=now) if local(wall) not in there)


def events_of(session: Session, series: EventSeries) -> tuple[Event, ...]:
    """In the order they take place; those called off, too."""
    rows = session.exec(select(Event).where(Event.series_id == series.id).order_by(col(Event.starts_at)))
    return tuple(rows)


def hold_series(session: Session, series_id: int) -> EventSeries | None:
    """The series, held until the transaction ends: two schedulers put in each event once."""
    return session.get(EventSeries, series_id, with_for_update=True, populate_existing=True)


def going_on(session: Session) -> tuple[EventSeries, ...]:
    rows = session.exec(
        select(EventSeries).where(col(EventSeries.ended_at).is_(None)).order_by(col(EventSeries.id))
    )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series as staff see it."""

    id: int
    title: str
    rule: str
    first: str
    zone: str
    ended: bool


def all_series(session: Session) -> tuple[SeriesLine, ...]:
    rows = session.exec(select(EventSeries).order_by(col(EventSeries.id)))
    return tuple(
        SeriesLine(
            each.id or 0, each.title, each.rule, each.first_local.replace("T", " "), each.zone,
            each.ended_at is not None,
        )
        for each in rows
    )  # fmt: skip
