"""What every action on awards begins and ends with: may they, which awards, held, and written down."""

from typing import Any

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.rights import Action, allowed
from store.awards.times import Awards, awards_of
from store.events.seats import hold
from store.kinds import EventState
from store.models import AuditEntry, AwardCategory, AwardEntry

STAFF_ONLY = Told(False, "Only the staff can do that.")
APPROVERS_ONLY = Told(False, "Only an approver or an administrator can do that.")
NO_AWARDS = Told(False, "There is no such event, or it gives no awards.")
NO_ENTRY = Told(False, "Nothing is nominated under that number.")
NOMINATOR = "a member"  # as the audit calls whoever nominates: their name stands in the nomination alone


def held(session: Session, event_id: int, act: Act, action: Action) -> Awards | Told:
    """The awards, held until the transaction ends, or why not. For staff: members are refused in words of their own."""
    if not allowed(session, act, action, subject=f"event:{event_id}"):
        return STAFF_ONLY if action is Action.RUN_AWARDS else APPROVERS_ONLY
    hold(session, event_id)
    awards = awards_of(session, event_id)
    if awards is None:
        return NO_AWARDS
    if awards.state is EventState.CANCELLED:
        return Told(False, f"{awards.title} is cancelled.", event_id)
    return awards


def held_for_entry(
    session: Session, entry_id: int, act: Act, action: Action
) -> tuple[Awards, AwardEntry] | Told:
    """The same by the number of an entry."""
    entry = session.get(AwardEntry, entry_id)
    category = None if entry is None else session.get(AwardCategory, entry.category_id)
    awards = held(session, 0 if category is None else category.event_id, act, action)
    if isinstance(awards, Told):
        return NO_ENTRY if awards is NO_AWARDS else awards
    assert entry is not None  # noqa: S101 - narrows the type: its awards were found
    session.refresh(entry)
    return awards, entry


def audit(session: Session, act: Act, action: str, subject: str, *, by: str = "", **details: Any) -> None:
    """References alone: never a nominee's name, and never who nominated."""
    session.add(
        AuditEntry(at=act.now, actor=by or act.actor, action=action, subject=subject, details=details)
    )
    session.flush()
