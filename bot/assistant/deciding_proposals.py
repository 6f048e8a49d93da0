"""Decides on proposed changes: applies them whole, shows what stands against them, tells who proposed them."""

from typing import Any

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.quiet import waking
from bot.assistant.proposal_wording import (
    Difference,
    already_told,
    conflict_told,
    differences_of,
    outcome_letter,
)
from bot.assistant.rights import Action, allowed
from store.directory import next_revision
from store.editing import present, write_edit
from store.keys import fitting
from store.kinds import ProposalState
from store.models import AuditEntry, Person, Proposal
from store.proposals import locked

_NO_PROPOSAL = Told(False, "There is no such proposal any more.")
_STAFF_ONLY = Told(False, "Only the staff can do that.")


def to_decide(session: Session, proposal_id: int, act: Act) -> Proposal | Told:
    """The open proposal, held for whoever may decide on it; or why it is not theirs to decide."""
    if not allowed(session, act, Action.DECIDE_PROPOSAL, subject=f"proposal:{proposal_id}"):
        return _STAFF_ONLY
    proposal = locked(session, proposal_id)
    if proposal is None:
        return _NO_PROPOSAL
    if proposal.state is not ProposalState.OPEN:
        return Told(False, already_told(proposal, _name_of(session, proposal.decided_by)), proposal.id)
    return proposal


def take(session: Session, proposal: Proposal, act: Act) -> Told:
    """Apply an open proposal and settle it; or say what stands against it."""
    if conflicts := _applied(session, proposal, act):
        name = present(session, proposal.organisation_id) or {}
        return Told(False, conflict_told(name.get("name", ""), conflicts), proposal.id)
    name_now = settle(session, proposal, ProposalState.APPROVED, act)
    if proposal.changes:
        return Told(True, f"The entry of {name_now} is changed.", proposal.id)
    return Told(True, f"The report about {name_now} is settled.", proposal.id)


def _applied(session: Session, proposal: Proposal, act: Act) -> tuple[Difference, ...]:
    """All of it, or what stands against it: then the proposal has what is there now as its new "was"."""
    if not proposal.changes:
        return ()
    revision = next_revision(session)  # from here on nobody else changes the directory
    now_is = present(session, proposal.organisation_id) or {}
    changes = proposal.changes
    fresh = {field: {"was": now_is[field], "becomes": changes[field]["becomes"]} for field in changes}
    moved = {
        field: change
        for field, change in fresh.items()
        if change["was"] not in (changes[field]["was"], change["becomes"])
    }
    if moved:
        proposal.changes = fresh
        session.add(proposal)
        session.flush()
        return differences_of(moved)
    person = _proposer(session, proposal)
    own = person is not None and person.organisation_id == proposal.organisation_id
    texts = {field: change["becomes"] for field, change in fresh.items()}
    write_edit(
        session,
        proposal.organisation_id,
        texts,
        revision=revision,
        now=act.now,
        confirmed_on=act.now.date() if own else None,
    )
    details = {"fields": sorted(texts), "proposal": proposal.id}
    audit(session, act, "organisation.updated", f"organisation:{proposal.organisation_id}", details)
    return ()


def settle(session: Session, proposal: Proposal, state: ProposalState, act: Act) -> str:
    """Close it and tell who proposed it. Returns the organisation's name."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, fitting(act.actor, 200), act.now
    session.add(proposal)
    session.flush()
    details = {"organisation": proposal.organisation_id, "fields": sorted(proposal.changes)}
    audit(session, act, f"proposal.{state.value}", f"proposal:{proposal.id}", details)
    name = (present(session, proposal.organisation_id) or {}).get("name", "")
    person = _proposer(session, proposal)
    if person is not None and person.id is not None and proposal.proposed_by != proposal.decided_by:
        letter = outcome_letter(proposal, name, region=act.house.region)
        due = waking(act.now, act.house.rules)
        act.house.letterbox.post(session, letter, [person.id], now=act.now, due=due)
    return name


def _proposer(session: Session, proposal: Proposal) -> Person | None:
    number = person_number(proposal.proposed_by)
    return None if number is None else session.get(Person, number)


def _name_of(session: Session, actor: str) -> str:
    number = person_number(actor)
    person = None if number is None else session.get(Person, number)
    return person.name if person else unnamed(actor)


def unnamed(actor: str) -> str:
    return "the staff at the machine" if actor == "cli" else f"somebody we do not know ({actor})"


def person_number(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "person" and number.isdecimal() else None


def audit(session: Session, act: Act, action: str, subject: str, details: dict[str, Any]) -> None:
    session.add(AuditEntry(at=act.now, actor=act.actor, action=action, subject=subject, details=details))
