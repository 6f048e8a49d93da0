"""What a campaign needs before it goes out: the house's own figures, with careful defaults."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    approval_above: int = 100  # people; more need a second person's word. 0: each campaign does
    cancel_window: timedelta = timedelta(seconds=60)  # in which it can be called off and nobody has seen it
    late_after: timedelta = timedelta(hours=1)  # behind its time, and it asks instead of beginning
    grown_by: float = 0.1  # of the number that was confirmed, and it asks


def grew(frozen: int, expected: int, rules: Rules) -> bool:
    """Whether so many more would get it than was confirmed that a person should look again."""
    return frozen > expected + max(10, expected * rules.grown_by)
