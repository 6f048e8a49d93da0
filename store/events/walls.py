"""Times as people write them on a wall clock, made instants; what the clock change makes doubtful is asked back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.importing.dates import moment_of, time_of
from store.importing.refusal import Unreadable


def instant_of(text: str, zone: str, *, day: date | None = None) -> datetime:
    """UTC. A time alone is on `day`, where there is one; an offset that is written counts.

    Raises Unreadable, in words for whoever wrote it: also for a time that the clock change skips, or that comes twice.
    """
    if day is not None:
        try:
            alone = datetime.combine(day, time_of(text))
        except Unreadable:
            pass  # it says its own day
        else:
            return placed(alone, zone)
    that_day, clock, whole = moment_of(text)
    if whole is not None:
        return whole.astimezone(UTC)
    if clock is None:
        raise Unreadable(f"“{text[:60]}” says no time of day (try 28 January 2027 17:30)")
    return placed(datetime.combine(that_day, clock), zone)


def placed(wall: datetime, zone: str) -> datetime:
    """The instant (UTC) of a wall clock. Raises Unreadable where it comes twice, or not at all, or nobody has that zone."""
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(f"“{zone[:60]}” is not a time zone (they look like Europe/London)") from None
    first, second = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(there).replace(tzinfo=None) != wall:
        raise Unreadable(f"{wall:%H:%M} does not exist on {_day(wall)}: the clocks in {zone} go forward then")
    if first != second:
        choices = " or ".join(
            each.astimezone(there).isoformat(timespec="minutes") for each in (first, second)
        )
        raise Unreadable(
            f"{wall:%H:%M} comes twice on {_day(wall)}, when the clocks go back: write {choices}"
        )
    return first


def _day(wall: datetime) -> str:
    return f"{wall.day} {wall:%B %Y}"
