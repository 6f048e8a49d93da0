"""What is said on the command line of a broadcast: its audience, its text, its hours; a complaint where it cannot be read."""

import sys
from datetime import datetime
from pathlib import Path

from bot.cli.opening import complain, settings_or_exit
from store.campaigns.audience import Audience, Part
from store.campaigns.near import Near
from store.events.walls import instant_of
from store.importing.refusal import Unreadable
from store.kinds import OrganisationKind, Reach


def audience_of(
    everyone: bool,
    sector: list[str] | None,
    kind: list[str] | None,
    tier: list[str] | None,
    near: list[str] | None,
    interest: list[str] | None,
    event: int | None,
    part: str,
    subscribers: bool,
) -> Audience | None:
    """None where nothing of it was said."""
    try:
        kinds = tuple(OrganisationKind(each.lower()) for each in kind or ())
    except ValueError:
        complain(f"Kinds are: {', '.join(OrganisationKind)}.", code=2)
    if part not in set(Part):
        complain(f"Of an event there are: {', '.join(Part)}.", code=2)
    audience = Audience(
        everyone, kinds, tuple(sector or ()), tuple(tier or ()), tuple(_near(each) for each in near or ()),
        tuple(interest or ()), event, Part(part), subscribers=subscribers,
    )  # fmt: skip
    return None if audience.nobody else audience


def _near(words: str) -> Near:
    """ "15 miles of Macclesfield", or a place alone."""
    for joint in (" miles of ", " miles from ", " miles around "):
        number, found, place = words.partition(joint)
        if found and number.strip().replace(".", "", 1).isdigit():
            return Near(place.strip(), float(number))
    return Near(words.strip())


def text_of(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    path = Path(given)
    try:
        return path.read_text(encoding="utf-8-sig") if len(given) < 400 and path.is_file() else given
    except (OSError, UnicodeDecodeError):
        complain(f"{given} cannot be read as text.")


def reach_of(by: str | None) -> Reach | None:
    if by is not None and by not in set(Reach):
        complain(f"It goes by: {', '.join(Reach)}.", code=2)
    return None if by is None else Reach(by)


def at_of(words: str | None) -> datetime | None:
    try:
        return None if words is None else instant_of(words, settings_or_exit().zone)
    except Unreadable as problem:
        complain(f"{problem}.", code=2)


def hours_of(words: str | None) -> tuple[int, int] | None:
    if words is None:
        return None
    since, _, until = words.replace("–", "-").partition("-")
    if not (since.strip().isdigit() and until.strip().isdigit()):
        complain("Write two hours, such as 9-17.", code=2)
    return int(since), int(until)
