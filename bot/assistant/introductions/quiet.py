"""Quiet hours: when what nobody waits for may leave."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.introductions.rules import Rules


def waking(now: datetime, rules: Rules) -> datetime:
    """`now`, or the end of the quiet hours it falls into, on the region's wall clock across clock changes."""
    if rules.quiet_from == rules.quiet_until:
        return now
    zone = ZoneInfo(rules.zone)
    local = now.astimezone(zone)
    if not _quiet(local.hour, rules):
        return now
    day = local.date() + timedelta(days=1 if local.hour >= rules.quiet_until else 0)
    wake = datetime(day.year, day.month, day.day, rules.quiet_until, tzinfo=zone)
    return wake.astimezone(now.tzinfo)


def _quiet(hour: int, rules: Rules) -> bool:
    if rules.quiet_from > rules.quiet_until:  # over midnight
        return hour >= rules.quiet_from or hour < rules.quiet_until
    return rules.quiet_from <= hour < rules.quiet_until
