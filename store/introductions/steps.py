"""The steps an introduction takes: which may follow which, and the only way it takes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session, col, select

from store.keys import fitting, storable
from store.kinds import IntroductionState as State
from store.kinds import Medium
from store.models import Introduction, IntroductionParty, IntroductionStep

OUTCOMES = (State.MET, State.IN_TALKS, State.AGREEMENT, State.PROJECT)  # each further than the one before

NEXT: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        # "Not now" from here: of two whom staff thought of, one had the letter when the other's was called back.
        State.REQUESTED: frozenset(
            {State.WAITING, State.ASKED, State.NOT_NOW, State.DECLINED, State.WITHDRAWN}
        ),
        State.WAITING: frozenset(
            {State.ASKED, State.REQUESTED, State.NOT_NOW, State.DECLINED, State.WITHDRAWN}
        ),
        # Back to "requested": called back before it left, or whom it was to reach must not be asked any more.
        State.ASKED: frozenset(
            {State.ACCEPTED, State.NOT_NOW, State.SILENT, State.REQUESTED, State.DECLINED, State.WITHDRAWN}
        ),
        State.SILENT: frozenset({State.ACCEPTED, State.NOT_NOW}),  # a late word counts
        State.ACCEPTED: frozenset({State.INTRODUCED, State.NOT_NOW, State.DECLINED, State.WITHDRAWN}),
        State.INTRODUCED: frozenset({*OUTCOMES, State.NOTHING}),
        State.MET: frozenset({*OUTCOMES[1:], State.NOTHING}),
        State.IN_TALKS: frozenset({*OUTCOMES[2:], State.NOTHING}),
        State.AGREEMENT: frozenset({State.PROJECT, State.NOTHING}),
        State.PROJECT: frozenset(),
        State.NOTHING: frozenset(OUTCOMES),  # one gave it up too early
        State.NOT_NOW: frozenset(),
        State.DECLINED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
)
# Before anybody was asked; and while something may still come of it.
OPEN = frozenset({State.REQUESTED, State.WAITING, State.ASKED, State.ACCEPTED})
FIRST = frozenset({State.REQUESTED, State.INTRODUCED, *OUTCOMES})  # the latter: it happened without us


class IllegalMove(Exception):
    """A step that does not follow from where the introduction is. Nothing was changed."""

    def __init__(self, introduction_id: int | None, was: State | None, to: State) -> None:
        super().__init__(f"introduction {introduction_id}: {was.value if was else 'new'} -> {to.value}")
        self.was = was
        self.to = to


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step, by which message, when. `actor` is a reference: "person:4", "cli", "whodoes"."""

    actor: str
    at: datetime
    medium: Medium | None = None
    evidence: str = ""


def begin(
    session: Session,
    introduction: Introduction,
    parties: tuple[IntroductionParty, ...],
    by: By,
    *,
    note: str = "",
) -> int:
    """Keep a new introduction with its parties and its first step; returns its id. Raises IllegalMove."""
    if introduction.state not in FIRST:
        raise IllegalMove(None, None, introduction.state)
    session.add(introduction)
    session.flush()
    assert introduction.id is not None  # noqa: S101 - narrows the type: it was flushed
    for party in parties:
        party.introduction_id = introduction.id
        session.add(party)
    _record(session, introduction.id, None, introduction.state, by=by, note=note)
    session.flush()
    return introduction.id


def begun_by(session: Session, actor: str, evidence: str, *, at: datetime) -> int | None:
    """The introduction that this very message began: the same click twice begins one."""
    if not evidence:
        return None
    return session.exec(
        select(IntroductionStep.introduction_id).where(
            col(IntroductionStep.was).is_(None),
            IntroductionStep.at == at,
            IntroductionStep.actor == actor,
            IntroductionStep.evidence == fitting(evidence),
        )
    ).first()


def move(session: Session, introduction_id: int, to: State, by: By, *, note: str = "") -> State:
    """Take one step; returns the state it was in. Raises IllegalMove, and LookupError where there is no such one."""
    introduction = locked(session, introduction_id)
    was = introduction.state
    if to not in NEXT[was]:
        raise IllegalMove(introduction_id, was, to)
    introduction.state = to
    introduction.changed_at = by.at
    if to is not State.REQUESTED:
        introduction.held = None
    _record(session, introduction_id, was, to, by=by, note=note)
    session.flush()
    return was


def locked(session: Session, introduction_id: int) -> Introduction:
    """The introduction as it stands, nobody else's to move until the transaction ends. Raises LookupError."""
    found = session.get(Introduction, introduction_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError(f"introduction {introduction_id}")
    return found


def remark(session: Session, introduction_id: int, by: By, note: str) -> None:
    """Note something in the history without moving."""
    state = locked(session, introduction_id).state
    _record(session, introduction_id, state, state, by=by, note=note)


def _record(
    session: Session, introduction_id: int, was: State | None, state: State, *, by: By, note: str
) -> None:
    session.add(
        IntroductionStep(
            introduction_id=introduction_id,
            at=by.at,
            was=was,
            state=state,
            actor=by.actor,
            medium=by.medium,
            evidence=fitting(by.evidence),
            note=storable(note)[:2000],
        )
    )
