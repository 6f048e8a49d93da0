"""When an event's reminders are due: on the wall clock of its zone, across clock changes, outside quiet hours."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from store.quiet import Quiet

MOST_DAYS, MOST_HOURS = 180, 72
THANKED_AT = time(10)
WEEKEND = frozenset({5, 6})  # of a week that begins with 0, Monday
_NAME = re.compile(r"(\d{1,3})([dh]) (unanswered|going)")


class For(StrEnum):
    """Whom a reminder is for."""

    UNANSWERED = "unanswered"  # invited, and not a word so far
    GOING = "going"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a schedule: so many days or hours before the start."""

    amount: int
    unit: str  # "d" or "h"
    to: For

    @property
    def name(self) -> str:
        return f"{self.amount}{self.unit} {self.to.value}"


Schedule: TypeAlias = tuple[Reminder, ...]
USUAL: Schedule = (
    Reminder(14, "d", For.UNANSWERED),
    Reminder(2, "d", For.GOING),
    Reminder(2, "h", For.GOING),
)


class NoReminder(ValueError):
    """What is no reminder, in words for whoever wrote it."""


def reminder_of(name: str) -> Reminder:
    """ "2d going", "14d unanswered", "2h going". Raises NoReminder."""
    found = _NAME.fullmatch(" ".join(name.casefold().split()))
    if found is None:
        raise NoReminder(f"“{name[:60]}” is no reminder: write such as “14d unanswered” or “2h going”.")
    amount, unit = int(found[1]), found[2]
    if not 0 < amount <= (MOST_DAYS if unit == "d" else MOST_HOURS):
        raise NoReminder(f"“{name[:60]}”: from 1 to {MOST_DAYS} days, or to {MOST_HOURS} hours.")
    return Reminder(amount, unit, For(found[3]))


def schedule_of(names: list[str]) -> Schedule:
    """An event's own schedule, the earliest first; without one the usual. Raises NoReminder."""
    if not names:
        return USUAL
    return tuple(sorted({reminder_of(each) for each in names}, key=_span, reverse=True))


def slot(reminder: Reminder, starts_at: datetime, zone: str, quiet: Quiet) -> datetime:
    """The instant (UTC) at which it is due.

    Days are counted on the wall clock: two days before 17:30 is 17:30, whatever the clocks do between. A time that a
    clock change skips is as much later (RFC 5545 3.3.5); of one that comes twice it is the first. Hours are hours.
    In quiet hours a reminder of days waits for their end; one of hours comes in the last hour before them, since later
    would be too late.
    """
    if reminder.unit == "h":
        return quiet.before(starts_at - timedelta(hours=reminder.amount))
    local = starts_at.astimezone(ZoneInfo(zone))
    earlier = (local - timedelta(days=reminder.amount)).replace(fold=0)  # wall-clock arithmetic
    return quiet.wake(earlier.astimezone(UTC))


def thanks_slot(ends_at: datetime, zone: str, quiet: Quiet) -> datetime:
    """When guests are thanked (UTC): at ten in the morning of the next working day, on the wall clock of the event."""
    day = ends_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return quiet.wake(datetime.combine(day, THANKED_AT, tzinfo=ZoneInfo(zone)).astimezone(UTC))


def is_working_time(instant: datetime, quiet: Quiet) -> bool:
    """Outside quiet hours and the weekend, on their wall clock."""
    return instant.astimezone(ZoneInfo(quiet.zone)).weekday() not in WEEKEND and not quiet.holds(instant)


def days_ahead(schedule: Schedule) -> int:
    """How many days before the start the first of them is due at most, quiet hours included."""
    return max((each.amount if each.unit == "d" else each.amount // 24 + 2 for each in schedule), default=0)


def day_of(starts_at: datetime, zone: str) -> date:
    """The event's day, where it takes place."""
    return starts_at.astimezone(ZoneInfo(zone)).date()


def _span(reminder: Reminder) -> tuple[timedelta, str]:
    unit = timedelta(days=1) if reminder.unit == "d" else timedelta(hours=1)
    return reminder.amount * unit, reminder.to.value
