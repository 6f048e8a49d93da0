"""How often people may be asked, and when: the region's own figures, with defaults that a careful broker would choose."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    """Months are 30 days back from now. Quiet hours are on the wall clock of `zone`."""

    approval: bool = False  # staff see each request before anybody is asked
    requests_a_month: int = 6  # one person may ask for
    asked_a_month: int = 3  # one person is asked
    organisation_a_month: int = 6  # all the people of one organisation are asked; more wait their turn
    pair_cool_down: timedelta = timedelta(days=180)
    nudge_after: timedelta = timedelta(days=4)  # one nudge, never a second
    silent_after: timedelta = timedelta(days=10)
    silences: int = 3  # in a row, until a person is paused
    handoff_hold: timedelta = timedelta()  # how long staff may still change what both get
    met_after: timedelta = timedelta(days=14)
    outcome_after: tuple[timedelta, ...] = (timedelta(days=90), timedelta(days=180))
    zone: str = "Europe/London"
    quiet_from: int = 18  # no letter nobody waits for leaves from this hour …
    quiet_until: int = 8  # … to this; both 0: at any time
