"""The delegate list as a page to print: for the door, with a box to tick beside each name."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.assistant.events.wording import clock_times
from bot.web.letters import PAGES
from store.events.delegates import Delegate, by_organisation
from store.events.listing import Planned


def delegate_page(event: Planned, listed: Sequence[Delegate], *, region: str, now: datetime) -> str:
    """A whole page, by itself: styles inside, nothing loaded, nothing to click."""
    groups = by_organisation(listed)
    firms = sum(bool(name) for name, _ in groups)
    local = now.astimezone(ZoneInfo(event.zone))
    return PAGES.get_template("delegates.html.j2").render(
        title=event.title,
        when=clock_times(event.starts_at, event.ends_at, event.zone),
        where=", ".join(part for part in (event.venue, event.town) if part),
        groups=groups,
        people=_counted(len(listed), "person", "people"),
        firms=_counted(firms, "organisation", "organisations"),
        free="" if event.capacity is None else f"{event.seats:,} of {event.capacity:,} seats taken",
        waiting=f"{event.waiting:,} waiting" if event.waiting else "",
        region=region,
        made=f"{local.day} {local:%B %Y}, {local:%H:%M}",
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
