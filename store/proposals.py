"""Proposed changes to the directory, as they wait for staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from store.kinds import ProposalState
from store.models import Organisation, Proposal


def same_open(
    session: Session, organisation_id: int, actor: str, *, changes: Mapping[str, Any], words: str
) -> int | None:
    """The open proposal that says just this, by the same person."""
    rows = session.exec(
        select(Proposal)
        .where(
            Proposal.state == ProposalState.OPEN,
            Proposal.organisation_id == organisation_id,
            Proposal.proposed_by == actor,
        )
        .order_by(col(Proposal.id))
    )
    return next((row.id for row in rows if row.changes == changes and row.words == words), None)


def count_open(session: Session, actor: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Proposal)
        .where(Proposal.state == ProposalState.OPEN, Proposal.proposed_by == actor)
    ).one()


def count_all_open(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(Proposal).where(Proposal.state == ProposalState.OPEN)
    ).one()


def oldest_open(session: Session, *, limit: int) -> Sequence[tuple[Proposal, str]]:
    """Each with its organisation's name, the longest waiting first."""
    return session.exec(
        select(Proposal, Organisation.name)
        .join(Organisation, col(Organisation.id) == Proposal.organisation_id)
        .where(Proposal.state == ProposalState.OPEN)
        .order_by(col(Proposal.id))
        .limit(limit)
    ).all()


def locked(session: Session, proposal_id: int) -> Proposal | None:
    """Held until the transaction ends, so that two who decide at once decide one after the other."""
    return session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)
