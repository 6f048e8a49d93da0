"""Who came: written down after the event by staff."""

from collections.abc import Sequence

from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.rights import Action, allowed
from store.events.seats import hold
from store.kinds import EventState, Seat
from store.models import Address, Attendance, AuditEntry, Person

EVERYBODY = frozenset({"everybody", "everyone", "all"})


def mark(session: Session, event_id: int, who: Sequence[str], act: Act, *, came: bool) -> Told:
    """Each of `who` is an address or a name among the guests, or “everybody” with a seat. All are found, or none is marked."""
    if not allowed(session, act, Action.PLAN_EVENT, subject=f"event:{event_id}"):
        return Told(False, "Only the staff can do that.")
    event = hold(session, event_id)
    if event is None:
        return Told(False, "There is no such event.")
    if event.state is EventState.CANCELLED:
        return Told(False, f"{event.title} was cancelled.", event_id)
    if act.now < event.starts_at:
        return Told(False, f"{event.title} has not begun yet.", event_id)
    found: dict[int, Attendance] = {}
    for each in who:
        rows = _named(session, event_id, each)
        if not rows:
            return Told(False, f"Nobody on the list is called “{each[:80]}”.", event_id)
        if len(rows) > 1 and each.casefold() not in EVERYBODY:
            return Told(
                False, f"{len(rows)} on the list are called “{each[:80]}”: give an address.", event_id
            )
        found.update((row.id or 0, row) for row in rows)
    for row in found.values():
        row.attended, row.marked_by = came, act.actor
        session.add(row)
    session.add(
        AuditEntry(
            at=act.now, actor=act.actor, action="event.marked", subject=f"event:{event_id}",
            details={"people": len(found), "came": came},
        )
    )  # fmt: skip
    session.flush()
    return Told(True, f"{len(found)} marked as {'having come' if came else 'absent'}.", event_id)


def _named(session: Session, event_id: int, words: str) -> list[Attendance]:
    said = " ".join(words.split()).casefold()
    rows = session.exec(select(Attendance).where(Attendance.event_id == event_id)).all()
    if said in EVERYBODY:
        return [row for row in rows if row.seat is Seat.HELD]
    if "@" in said:
        owner = session.exec(select(Address.person_id).where(Address.address == said)).first()
        return [row for row in rows if row.address == said or (owner is not None and row.person_id == owner)]
    return [row for row in rows if _name(session, row).casefold() == said]


def _name(session: Session, row: Attendance) -> str:
    person = None if row.person_id is None else session.get(Person, row.person_id)
    return person.name if person is not None else row.name
