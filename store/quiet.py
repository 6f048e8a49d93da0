"""Quiet hours: when what nobody waits for may leave."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is said unasked, on the wall clock of `zone`; the same twice: none."""

    zone: str = "Europe/London"
    since: int = 18
    until: int = 8

    def holds(self, instant: datetime) -> bool:
        hour = instant.astimezone(ZoneInfo(self.zone)).hour
        if self.since == self.until:
            return False
        if self.since > self.until:  # over midnight
            return hour >= self.since or hour < self.until
        return self.since <= hour < self.until

    def wake(self, instant: datetime) -> datetime:
        """The instant itself, or the end of the quiet hours it falls into (UTC), across clock changes."""
        if not self.holds(instant):
            return instant
        local = instant.astimezone(ZoneInfo(self.zone))
        return self._at(local.date() + timedelta(days=1 if local.hour >= self.until else 0), self.until)

    def before(self, instant: datetime) -> datetime:
        """The instant itself, or the beginning of the last hour before the quiet ones it falls into (UTC)."""
        if not self.holds(instant):
            return instant
        local = instant.astimezone(ZoneInfo(self.zone))
        day = local.date() - timedelta(days=0 if local.hour >= self.since else 1)
        return self._at(day, self.since) - timedelta(hours=1)

    def _at(self, day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
