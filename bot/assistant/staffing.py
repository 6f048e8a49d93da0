"""Gives people a role on the staff, and takes it from them."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.rights import Action, allowed
from store.kinds import StaffRole
from store.models import AuditEntry, Person
from store.staffing import Somebody, meant

_TOLD = 5  # namesakes


def give_role(session: Session, who: str, role: StaffRole, act: Act) -> Told:
    """`who` is an address, or a name that one person bears. StaffRole.MEMBER takes the role away."""
    found = meant(session, who)
    subject = f"person:{found[0].person_id}" if len(found) == 1 else ""
    if not allowed(session, act, Action.SET_ROLE, subject=subject):
        return Told(False, "Only an admin can do that.")
    if not found:
        return Told(False, f"Nobody in the directory is “{who[:100]}”. Write an address it has.")
    if len(found) > 1:
        return Told(False, _several(who, found))
    person = session.get(Person, found[0].person_id, with_for_update=True, populate_existing=True)
    if person is None:
        return Told(False, f"Nobody in the directory is “{who[:100]}”. Write an address it has.")
    was, person.staff_role = person.staff_role, role
    now = "no role on the staff" if role is StaffRole.MEMBER else f"the role {role.value}"
    if was is role:
        return Told(True, f"{person.name} has {now} already.", person.id)
    details = {"was": was.value, "is": role.value}
    session.add(person)
    session.add(
        AuditEntry(at=act.now, actor=act.actor, action="person.role_set", subject=subject, details=details)
    )
    return Told(True, f"{person.name} has {now} now; before: {was.value}.", person.id)


def _several(who: str, found: tuple[Somebody, ...]) -> str:
    told = "; ".join(f"{each.name}, {each.organisation or 'of no organisation'}" for each in found[:_TOLD])
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return f"“{who[:100]}” can be several people ({told}{more}). Write an address instead."
