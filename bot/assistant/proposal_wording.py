"""Says of proposed changes what they are and what became of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.assistant.letters import Letter, LetterKind
from store.kinds import ProposalState
from store.models import Proposal

SHOWN = 160  # characters of a value in a sentence
LABELS = {
    "name": "Name", "summary": "What you do", "capabilities": "Capabilities", "tags": "Tags", "website": "Website",
    "sector": "Sector", "kind": "Kind", "size": "Size", "town": "Town", "postcode": "Postcode", "needs": "Needs",
    "offers": "Offers",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a proposal. A list has one item a line; "" is nothing."""

    field: str
    label: str
    was: str
    becomes: str


def differences_of(changes: Mapping[str, Mapping[str, str]]) -> tuple[Difference, ...]:
    return tuple(
        Difference(field, label_of(field), change["was"], change["becomes"])
        for field, change in sorted(changes.items(), key=lambda each: _place(each[0]))
    )


def label_of(field: str) -> str:
    return LABELS.get(field, field.replace("_", " "))


def shortly(value: str) -> str:
    """A value in a sentence: on one line, cut, or said to be blank."""
    line = "; ".join(value.split("\n"))
    if not line:
        return "nothing"
    return f"“{line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + '…'}”"


def problems_told(problems: Mapping[str, str]) -> str:
    told = (f"{label_of(field[:40])}: {problem_told(problem)}" for field, problem in problems.items())
    return "Nothing was changed yet. " + " ".join(told)


def problem_told(problem: str) -> str:
    """A reader's remark ("is longer than …") as a sentence."""
    bare = f"it {problem}" if problem.startswith(("is ", "has ", "cannot ")) else problem
    return f"{bare[:1].upper()}{bare[1:]}."


def conflict_told(name: str, conflicts: Iterable[Difference]) -> str:
    told = (
        f"{each.label} is {shortly(each.was)} by now; proposed is {shortly(each.becomes)}."
        for each in conflicts
    )
    return (
        f"{name} changed meanwhile, so nothing was overwritten. {' '.join(told)} "
        "Approve again to take the proposal all the same, or decline it."
    )


def already_told(proposal: Proposal, decided_by: str) -> str:
    on = f" on {day(proposal.decided_at)}" if proposal.decided_at else ""
    return f"This was {proposal.state.value} already{on}, by {decided_by}."


def outcome_letter(proposal: Proposal, name: str, *, region: str) -> Letter:
    """To who proposed it, once it is decided."""
    assert proposal.state is not ProposalState.OPEN  # noqa: S101 - nothing to tell before
    facts = tuple((each.label, shortly(each.becomes)) for each in differences_of(proposal.changes))
    return Letter(
        key=f"correction:{proposal.id}",
        kind=LetterKind.CORRECTION,
        about=f"proposal:{proposal.id}",
        subject=f"{name}: {_subject(proposal)}",
        lead=_lead(proposal, name),
        paragraphs=("The staff add:",) if proposal.note else (),
        facts=facts,
        quoted=proposal.note,
        closing=_closing(proposal),
        why=f"You told the directory of {region} about this on {day(proposal.proposed_at)}; nothing more will come of it.",
    )


def _subject(proposal: Proposal) -> str:
    match proposal.state:
        case ProposalState.APPROVED:
            return "your change is in the directory" if proposal.changes else "your hint was dealt with"
        case ProposalState.DECLINED:
            return "your change was not taken" if proposal.changes else "your hint changed nothing"
        case ProposalState.OPEN:
            return "your change waits for the staff"
    assert_never(proposal.state)


def _lead(proposal: Proposal, name: str) -> str:
    if proposal.state is ProposalState.APPROVED:
        if proposal.changes:
            return f"The entry of {name} in the directory now says what you proposed."
        return f"What you told us about the entry of {name} was dealt with. Thank you for looking out for it."
    if proposal.changes:
        return f"The staff left the entry of {name} as it was."
    return f"The staff looked at what you told us about the entry of {name} and left it as it was."


def _closing(proposal: Proposal) -> str:
    return "" if proposal.state is ProposalState.APPROVED else "If that is not right, write to the staff."


def day(at: datetime | None) -> str:
    return f"{at.day} {at:%B %Y}" if at else ""


def _place(field: str) -> int:
    return list(LABELS).index(field) if field in LABELS else len(LABELS)
