"""What the log has already of two parties, so that nothing that is written down counts twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.assistant.introductions.offline_names import Known
from store.introductions.steps import OUTCOMES
from store.keys import fitting
from store.kinds import IntroductionState as State
from store.kinds import Origin
from store.models import Introduction, IntroductionParty, IntroductionStep

MADE = (State.INTRODUCED, *OUTCOMES, State.NOTHING)


@dataclass(frozen=True, slots=True)
class Made:
    id: int
    state: State
    since: datetime


def same_two(
    session: Session, one: Known, other: Known, *, evidence: str = "", since: datetime | None = None
) -> int | None:
    """An offline entry of just these two: of that message, or written since then. The latest."""
    found = select(Introduction.id).where(Introduction.origin == Origin.OFFLINE)
    if evidence:
        found = found.join(
            IntroductionStep, col(IntroductionStep.introduction_id) == col(Introduction.id)
        ).where(IntroductionStep.evidence == fitting(evidence), col(IntroductionStep.was).is_(None))
    if since is not None:
        found = found.where(col(Introduction.created_at) > since)
    numbers = [each for each in session.exec(found.order_by(col(Introduction.id).desc())) if each is not None]
    wanted = sorted(map(_key, (one, other)))
    return next((each for each in numbers if _sides(session, each) == wanted), None)


def brokered(session: Session, one: Known, other: Known, *, since: datetime) -> Made | None:
    """The latest introduction of ours between them; where both persons are known on both, only between those."""
    if one.organisation_id is None or other.organisation_id is None:
        return None
    here, there = aliased(IntroductionParty), aliased(IntroductionParty)
    rows = session.exec(
        select(Introduction, here, there)
        .join(here, col(here.introduction_id) == col(Introduction.id))
        .join(there, col(there.introduction_id) == col(Introduction.id))
        .where(
            Introduction.origin != Origin.OFFLINE,
            col(Introduction.state).in_(MADE),
            col(Introduction.changed_at) > since,
            here.organisation_id == one.organisation_id,
            there.organisation_id == other.organisation_id,
            here.side != there.side,
        )
        .order_by(col(Introduction.id).desc())
    ).all()
    for row, mine, theirs in rows:
        pairs = ((one.person_id, mine.person_id), (other.person_id, theirs.person_id))
        if row.id is not None and all(None in each or each[0] == each[1] for each in pairs):
            return Made(row.id, row.state, row.changed_at)
    return None


def _sides(session: Session, number: int) -> Sequence[tuple[int, int, str]]:
    rows = session.exec(select(IntroductionParty).where(IntroductionParty.introduction_id == number))
    return sorted(_key(Known(row.organisation_id, row.person_id, row.label)) for row in rows)


def _key(known: Known) -> tuple[int, int, str]:
    return known.organisation_id or 0, known.person_id or 0, known.label.casefold()
