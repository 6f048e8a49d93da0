"""Staff note who sponsors an event, what they were promised, and what of it was kept."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.planning import NO_EVENT, STAFF_ONLY
from bot.assistant.rights import Action, allowed
from store.events.seats import hold
from store.events.sponsors import organisation_called, sponsors_of
from store.keys import storable
from store.models import AuditEntry, Event, Sponsorship


def add_sponsor(
    session: Session, event_id: int, name: str, act: Act, *, level: str = "", promised: Sequence[str] = ()
) -> Told:
    """The same name again: its level and promises are added to what is there."""
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    name, level = _line(name), _line(level)
    if not name or len(name) > 300 or len(level) > 60:
        return Told(False, "A sponsor needs a name of at most 300 characters, and a level of at most 60.")
    row = _called(session, event_id, name)
    if row is None:
        row = Sponsorship(event_id=event_id, name=name, organisation_id=organisation_called(session, name))
    row.level = level or row.level
    row.promised = list(
        dict.fromkeys((*row.promised, *(_line(each)[:300] for each in promised if _line(each))))
    )
    session.add(row)
    return _done(session, event, act)


def keep_promise(session: Session, event_id: int, name: str, promise: int, act: Act) -> Told:
    """Tick off promise number `promise`, as the list shows it, from 1. Safe to repeat."""
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    row = _called(session, event_id, _line(name))
    if row is None:
        return Told(False, f"{event.title} has no sponsor “{_line(name)[:80]}”.", event_id)
    if not 1 <= promise <= len(row.promised):
        return Told(False, f"{row.name} was promised nothing under number {promise}.", event_id)
    row.kept = list(dict.fromkeys((*row.kept, row.promised[promise - 1])))
    session.add(row)
    return _done(session, event, act)


def mark_promises(session: Session, event_id: int, name: str, act: Act, *, kept: Mapping[int, bool]) -> Told:
    """Tick off promises by number, from 1, or take the tick back; those not named stay as they are. Safe to repeat."""
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    row = _called(session, event_id, _line(name))
    if row is None:
        return Told(False, f"{event.title} has no sponsor “{_line(name)[:80]}”.", event_id)
    now = {promise: promise in row.kept for promise in row.promised}
    for number, done in kept.items():
        if 1 <= number <= len(row.promised):
            now[row.promised[number - 1]] = done
    row.kept = [promise for promise in row.promised if now[promise]]
    session.add(row)
    return _done(session, event, act)


def remove_sponsor(session: Session, event_id: int, name: str, act: Act) -> Told:
    event = _held(session, event_id, act)
    if isinstance(event, Told):
        return event
    row = _called(session, event_id, _line(name))
    if row is None:
        return Told(False, f"{event.title} has no sponsor “{_line(name)[:80]}”.", event_id)
    session.delete(row)
    return _done(session, event, act)


def show_sponsors(session: Session, event_id: int, act: Act) -> Told:
    event = _held(session, event_id, act)
    return event if isinstance(event, Told) else Told(True, _listed(session, event), event_id)


def _held(session: Session, event_id: int, act: Act) -> Event | Told:
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return STAFF_ONLY
    return hold(session, event_id) or NO_EVENT


def _called(session: Session, event_id: int, name: str) -> Sponsorship | None:
    key = name.casefold()
    return next((each for each in sponsors_of(session, event_id) if each.name.casefold() == key), None)


def _done(session: Session, event: Event, act: Act) -> Told:
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action="event.sponsors_changed", subject=f"event:{event.id}")
    )
    session.flush()
    return Told(True, _listed(session, event), event.id)


def _listed(session: Session, event: Event) -> str:
    sponsors = sponsors_of(session, event.id or 0)
    if not sponsors:
        return f"{event.title} has no sponsors yet."
    lines = [f"Sponsors of {event.title}:"]
    for each in sponsors:
        lines.append(f"{each.name} ({each.level})" if each.level else each.name)
        lines.extend(
            f"  {number}. [{'x' if promise in each.kept else ' '}] {promise}"
            for number, promise in enumerate(each.promised, start=1)
        )
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(storable(text).split())
