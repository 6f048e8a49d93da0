"""When a letter that nobody waits for may leave, by the region's rules."""

from datetime import datetime

from store.introductions.rules import Rules
from store.quiet import Quiet


def waking(now: datetime, rules: Rules) -> datetime:
    """`now`, or the end of the quiet hours it falls into, on the region's wall clock across clock changes."""
    return quiet_of(rules).wake(now)


def quiet_of(rules: Rules) -> Quiet:
    return Quiet(rules.zone, rules.quiet_from, rules.quiet_until)
