"""Members propose changes to the directory, report mistakes and confirm their entry; staff decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.deciding_proposals import audit, person_number, settle, take, to_decide, unnamed
from bot.assistant.proposal_wording import (
    Difference,
    differences_of,
    label_of,
    problem_told,
    problems_told,
)
from bot.assistant.rights import Action, allowed, is_staff
from store.directory import next_revision
from store.editing import FIELDS, LISTS, differences, present, read_edit, write_edit
from store.importing.text import clean
from store.keys import fitting, storable
from store.kinds import Listing as Listed
from store.kinds import OrganisationKind, ProposalState, SizeBand
from store.models import Organisation, Person, Proposal
from store.people import Member
from store.proposals import count_open, oldest_open, same_open

LONGEST_WORDS = 4_000  # characters of a report, or of a note
MOST_OPEN = 20  # proposals of one person that wait
_CHOICES = {
    "kind": tuple(each.value for each in OrganisationKind),
    "size": tuple(each.value for each in SizeBand),
}
_GONE = Told(False, "The directory has no such entry any more.")
_NOT_YOURS = Told(
    False,
    "Only its own people and the staff can edit an entry. You can tell us what is wrong with it instead.",
)
_ENOUGH = Told(
    False, f"{MOST_OPEN} of your proposals wait for the staff; let them catch up with those first."
)


@dataclass(frozen=True, slots=True)
class ListingField:
    """One field of an entry as its people edit it. `choices`: it is one of these, or ""."""

    name: str
    label: str
    text: str  # as it stands
    lines: bool = False  # a list, one item a line
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    organisation_id: int
    name: str
    fields: tuple[ListingField, ...]
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """What waits for staff: `changes`, or a report in `words`. Shown to staff only: it names who proposed it."""

    id: int
    organisation_id: int
    organisation: str
    changes: tuple[Difference, ...]
    words: str
    proposed_by: str  # a reference: "person:4", "slack:U123"
    proposer: str  # as people read it
    own: bool  # by one of its own people
    proposed_at: datetime


def listing(session: Session, person_id: int) -> Listing | None:
    """The entry of a person's organisation, to be edited. None: they belong to none."""
    person = session.get(Person, person_id)
    organisation = (
        session.get(Organisation, person.organisation_id) if person and person.organisation_id else None
    )
    if organisation is None or organisation.id is None:
        return None
    texts = present(session, organisation.id) or {}
    fields = tuple(
        ListingField(field, label_of(field), texts[field], field in LISTS, _CHOICES.get(field, ()))
        for field in FIELDS
    )
    return Listing(organisation.id, organisation.name, fields, organisation.confirmed_on)


def problems(changes: Mapping[str, str], shown: Listing | None = None) -> dict[str, str]:
    """By field what could not be taken, for a form to show beside it. Empty: `propose` will take it.

    `shown` is what the form was filled with: what is left as it was is no problem, whatever it is.
    """
    texts = {field.name: field.text for field in shown.fields} if shown else {}
    return {field: problem_told(problem) for field, problem in read_edit(changes, texts).problems.items()}


def propose(session: Session, organisation_id: int, changes: Mapping[str, str], act: Act) -> Told:
    """Texts by field, as somebody typed them; blank empties a field, an absent one stays. Staff edit at once."""
    now_is = present(session, organisation_id)
    if now_is is None:
        return _GONE
    if not _may_edit(session, organisation_id, act):
        return _NOT_YOURS
    given = read_edit(changes, now_is)
    if given.problems:
        return Told(False, problems_told(given.problems))
    found = differences(now_is, given.texts)
    if not found:
        return _unchanged(session, organisation_id, act)
    if is_staff(act.by, act.medium):
        made = _add(session, organisation_id, act, changes=found)
        return take(session, made, act)
    return _put(session, organisation_id, act, changes=found)


def report_mistake(
    session: Session, organisation_id: int, words: str, act: Act, ask_id: str | None = None
) -> Told:
    """Something is wrong with an entry, in anybody's words. The same words again by the same person count once."""
    if not allowed(session, act, Action.REPORT_MISTAKE, subject=f"organisation:{organisation_id}"):
        return Told(False, "Only members can report a mistake here. Write to the staff, please.")
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not _shown(organisation, act):
        return _GONE
    if not (told := bounded(words)):
        return Told(False, "Tell us in a few words what is wrong, please.")
    return _put(session, organisation_id, act, words=told, ask_id=ask_id)


def confirm(session: Session, organisation_id: int, act: Act) -> Told:
    """Its people, or staff who asked them, say that the entry is right as it stands."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        return _GONE
    if not _may_edit(session, organisation_id, act):
        return _NOT_YOURS
    today = act.now.date()
    if organisation.confirmed_on != today:
        revision = next_revision(session)
        write_edit(session, organisation_id, {}, revision=revision, now=act.now, confirmed_on=today)
        session.refresh(organisation)
        audit(session, act, "organisation.confirmed", f"organisation:{organisation_id}", {})
    return Told(True, f"Thank you: the entry of {organisation.name} is confirmed as of today.")


def open_proposals(session: Session, limit: int = 20) -> tuple[OpenProposal, ...]:
    """What waits for staff, longest waiting first. Whoever shows it has asked for Action.SEE_QUEUES."""
    rows = oldest_open(session, limit=limit)
    numbers = {number for row, _ in rows if (number := person_number(row.proposed_by)) is not None}
    people = {each.id: each for each in session.exec(select(Person).where(col(Person.id).in_(numbers)))}
    return tuple(
        OpenProposal(
            id=row.id or 0,
            organisation_id=row.organisation_id,
            organisation=name,
            changes=differences_of(row.changes),
            words=row.words,
            proposed_by=row.proposed_by,
            proposer=person.name if person else unnamed(row.proposed_by),
            own=person is not None and person.organisation_id == row.organisation_id,
            proposed_at=row.proposed_at,
        )
        for row, name in rows
        for person in (people.get(person_number(row.proposed_by)),)
    )


def approve(session: Session, proposal_id: int, act: Act) -> Told:
    """Apply a proposal, or take a report as dealt with. What changed meanwhile is shown, not overwritten."""
    proposal = to_decide(session, proposal_id, act)
    return proposal if isinstance(proposal, Told) else take(session, proposal, act)


def decline(session: Session, proposal_id: int, act: Act, note: str = "") -> Told:
    """`note` reaches who proposed it."""
    proposal = to_decide(session, proposal_id, act)
    if isinstance(proposal, Told):
        return proposal
    proposal.note = bounded(note)
    name = settle(session, proposal, ProposalState.DECLINED, act)
    return Told(True, f"Declined; the entry of {name} stays as it is.", proposal.id)


def bounded(words: str) -> str:
    """Words as they are kept: without what cannot be seen or stored, and not without end."""
    return storable(clean(words[: 2 * LONGEST_WORDS]))[:LONGEST_WORDS]


def _may_edit(session: Session, organisation_id: int, act: Act) -> bool:
    """Its own people may propose; to edit another's entry takes what staff may."""
    own = isinstance(act.by, Member) and act.by.organisation_id == organisation_id
    action = Action.PROPOSE_CHANGE if own else Action.DECIDE_PROPOSAL
    return allowed(session, act, action, subject=f"organisation:{organisation_id}")


def _shown(organisation: Organisation, act: Act) -> bool:
    own = isinstance(act.by, Member) and act.by.organisation_id == organisation.id
    return organisation.listing is Listed.LISTED or own or is_staff(act.by, act.medium)


def _unchanged(session: Session, organisation_id: int, act: Act) -> Told:
    """Its own people have looked it through; a member of staff may only have opened and closed it."""
    if isinstance(act.by, Member) and act.by.organisation_id == organisation_id:
        return confirm(session, organisation_id, act)
    return Told(True, "Nothing is different, so nothing was changed.")


def _put(
    session: Session,
    organisation_id: int,
    act: Act,
    *,
    changes: Mapping[str, Any] | None = None,
    words: str = "",
    ask_id: str | None = None,
) -> Told:
    """Leave it for staff, once."""
    actor = fitting(act.actor, 200)
    hears = ", and you will hear what becomes of it" if isinstance(act.by, Member) else ""
    thanks = f"Thank you. The staff will look at it{hears}."
    known = same_open(session, organisation_id, actor, changes=changes or {}, words=words)
    if known is not None:
        return Told(True, thanks, known)
    if count_open(session, actor) >= MOST_OPEN and not is_staff(act.by, act.medium):
        return _ENOUGH
    made = _add(session, organisation_id, act, changes=changes or {}, words=words, ask_id=ask_id)
    return Told(True, thanks, made.id)


def _add(
    session: Session,
    organisation_id: int,
    act: Act,
    *,
    changes: Mapping[str, Any],
    words: str = "",
    ask_id: str | None = None,
) -> Proposal:
    proposal = Proposal(
        organisation_id=organisation_id,
        changes=dict(changes),
        words=words,
        proposed_by=fitting(act.actor, 200),
        ask_id=fitting(ask_id) if ask_id else None,
        proposed_at=act.now,
    )
    session.add(proposal)
    session.flush()
    details = {"organisation": organisation_id, "fields": sorted(changes), "evidence": fitting(act.evidence)}
    action = "proposal.made" if changes else "mistake.reported"
    audit(session, act, action, f"proposal:{proposal.id}", details)
    return proposal
