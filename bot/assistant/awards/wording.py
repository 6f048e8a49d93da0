"""Times, lists and complaints of awards, in the words that all media share."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from store.awards.listing import Category
from store.awards.times import Awards

LONGEST_NAMED = 80  # characters of what somebody wrote, said back


def clock(at: datetime, zone: str) -> str:
    """ "Friday 5 March 2027, 17:00 (Europe/London)": the wall clock where the event takes place."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({zone.replace('_', ' ')})"


def year(awards: Awards) -> int:
    return awards.starts_at.astimezone(ZoneInfo(awards.zone)).year


def short(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= LONGEST_NAMED else f"{said[: LONGEST_NAMED - 1]}…"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "A, B and C"."""
    return f" {last} ".join(each for each in (", ".join(names[:-1]), names[-1]) if each) if names else ""


def sponsored(category: Category) -> str:
    return f"sponsored by {category.sponsor}" if category.sponsor else ""


def window(awards: Awards, now: datetime) -> str:
    """Whether one can nominate, in one sentence."""
    if awards.nominations_from is not None and now < awards.nominations_from:
        return f"Nominations for {awards.title} open on {clock(awards.nominations_from, awards.zone)}."
    if now >= awards.nominations_until:
        return f"Nominations for {awards.title} closed on {clock(awards.nominations_until, awards.zone)}."
    return f"Nominations for {awards.title} are open until {clock(awards.nominations_until, awards.zone)}."
