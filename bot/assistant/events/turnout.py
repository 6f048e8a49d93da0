"""What staff are told of an organisation besides: to how many events its people came, and when last."""

from sqlmodel import Session

from bot.assistant.messages import Ask
from bot.assistant.rights import STAFF
from store.events.turnout import turnout_of
from store.people import Member


def came_to(session: Session, ask: Ask, organisation_id: int) -> tuple[str, ...]:
    """To staff by name, and where nobody else reads it; by whatever medium they ask."""
    if ask.overheard or not isinstance(ask.asker, Member) or ask.asker.staff_role not in STAFF:
        return ()
    found = turnout_of(session, organisation_id)
    if found is None:
        return ()
    events = "1 event" if found.events == 1 else f"{found.events:,} events"
    people = "" if found.people == found.events else f" ({found.people:,} people in all)"
    day = f"{found.last_on.day} {found.last_on:%B %Y}"
    return (f"Came to {events}{people}, last to {found.last} on {day}",)
