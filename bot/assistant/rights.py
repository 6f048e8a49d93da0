"""Who may do what: decided here, asked on every action."""

from enum import StrEnum
from typing import assert_never

from sqlmodel import Session

from bot.assistant.acting import Act
from store.kinds import Medium, StaffRole
from store.models import AuditEntry
from store.people import Asker, Member

# Inside the house: a workspace one was invited to, the machine the directory lives on.
HOUSE_MEDIA = frozenset({Medium.SLACK, Medium.TERMINAL})


class Action(StrEnum):
    ASK = "ask"  # who does what: public facts, with reasons
    SEE_PEOPLE = "see people"  # names and roles of people who agreed to be listed; never their addresses
    GIVE_FEEDBACK = "give feedback"
    REQUEST_INTRODUCTION = "request an introduction"
    SET_OWN = "set own preferences"  # pauses, opt-outs, topics
    PROPOSE_CHANGE = "propose a change"
    ATTEND = "attend an event"
    REPORT_MISTAKE = "report a mistake"
    SEE_QUEUES = "see staff queues"
    DECIDE_INTRODUCTION = "decide on an introduction"
    BROKER_INTRODUCTION = "broker an introduction"
    LOG_INTRODUCTION = "log an introduction"
    DECIDE_PROPOSAL = "decide on a proposed change"
    SET_NEVER_WITH = "set a never-with"
    SEE_REPORT = "see the report"
    LINK_PERSON = "link a person by hand"
    SET_ROLE = "set a role"
    PLAN_EVENT = "plan an event"
    NOMINATE = "nominate for an award"
    JUDGE = "judge an award"
    RUN_AWARDS = "run the awards"  # categories, judges, ranking, shortlist
    SEE_NOMINATORS = "see who nominated"
    DECIDE_WINNERS = "decide on winners"  # and see them before they are told
    BROADCAST = "send a broadcast"
    APPROVE_BROADCAST = "approve a broadcast"
    SEE_AUDIT = "see the audit"


STAFF = frozenset({StaffRole.STAFF, StaffRole.APPROVER, StaffRole.ADMIN})


def is_staff(asker: Asker, medium: Medium) -> bool:
    """Staff by role, or whoever sits at the machine itself."""
    if medium is Medium.TERMINAL:
        return True
    return isinstance(asker, Member) and asker.staff_role in STAFF


def may(asker: Asker, action: Action, medium: Medium) -> bool:
    """Whether this asker, over this medium, may do that."""
    match action:
        case Action.ASK:
            return True
        case Action.SEE_PEOPLE | Action.GIVE_FEEDBACK | Action.REPORT_MISTAKE:
            return isinstance(asker, Member) or medium in HOUSE_MEDIA
        case (
            Action.REQUEST_INTRODUCTION
            | Action.SET_OWN
            | Action.PROPOSE_CHANGE
            | Action.ATTEND
            | Action.NOMINATE
            | Action.JUDGE
        ):
            return isinstance(asker, Member)
        case (
            Action.SEE_QUEUES
            | Action.DECIDE_INTRODUCTION
            | Action.BROKER_INTRODUCTION
            | Action.LOG_INTRODUCTION
            | Action.DECIDE_PROPOSAL
            | Action.SET_NEVER_WITH
            | Action.SEE_REPORT
            | Action.LINK_PERSON
            | Action.PLAN_EVENT
            | Action.BROADCAST
            | Action.RUN_AWARDS
        ):
            return is_staff(asker, medium)
        case Action.APPROVE_BROADCAST | Action.SEE_NOMINATORS | Action.DECIDE_WINNERS:
            return _has(asker, StaffRole.APPROVER, StaffRole.ADMIN) or _is_the_machine(asker, medium)
        case Action.SEE_AUDIT:
            return _has(asker, StaffRole.ADMIN) or _is_the_machine(asker, medium)
        case Action.SET_ROLE:
            return medium is Medium.TERMINAL or (
                isinstance(asker, Member) and asker.staff_role is StaffRole.ADMIN
            )
    assert_never(action)


def _is_the_machine(asker: Asker, medium: Medium) -> bool:
    """Whoever sits at it, and acts for nobody by name."""
    return medium is Medium.TERMINAL and not isinstance(asker, Member)


def _has(asker: Asker, *roles: StaffRole) -> bool:
    return isinstance(asker, Member) and asker.staff_role in roles


def allowed(session: Session, act: Act, action: Action, *, subject: str = "") -> bool:
    """`may`, for an action that changes something: a refusal is audited."""
    if may(act.by, action, act.medium):
        return True
    session.add(
        AuditEntry(
            at=act.now,
            actor=act.actor,
            action="refused",
            subject=subject,
            details={"action": action.value, "medium": act.medium.value},
        )
    )
    return False
