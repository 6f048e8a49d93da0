"""Introductions to look at: a member's own with their next step, and what waits for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.introductions.asking import WHY_HELD
from bot.assistant.introductions.wording import (
    CAME_OF_IT,
    MET,
    NEXT_STEP,
    NO,
    PAUSE,
    STANDING,
    WITHDRAWABLE,
    YES,
    about,
)
from bot.assistant.letters import Choice, LetterKind
from bot.assistant.rights import Action, may
from store.introductions.pairs import Pair, Party, pair
from store.kinds import Consent, Held, OutboxState, Side
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, IntroductionStep, LetterRecord, OutboxMessage

SHOWN = 50
IN_HAND = (State.REQUESTED, State.WAITING)
WITHDRAW = Choice("withdraw", "Take it back")
FURTHER = {  # what its parties may still say of it, unasked
    State.INTRODUCED: MET,
    State.MET: CAME_OF_IT,
    State.IN_TALKS: CAME_OF_IT[1:],
    State.AGREEMENT: CAME_OF_IT[2:],
}


@dataclass(frozen=True, slots=True)
class Mine:
    """An introduction as one of its two sees it. `token`: the letter that `choices` answer; empty where it is by id."""

    id: int
    other: str
    standing: str
    next_step: str
    seeks: str
    since: datetime
    state: State
    choices: tuple[Choice, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """An introduction that waits for staff, or waits its turn."""

    id: int
    state: State
    asker: str
    asked: str
    asked_person_id: int | None
    asked_organisation_id: int | None
    reason: str
    seeks: str
    held: Held | None
    why: str
    since: datetime
    assigned_to: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """One step, as the history shows it."""

    at: datetime
    was: State | None
    state: State
    actor: str
    medium: str
    evidence: str
    note: str


def mine(session: Session, person_id: int, now: datetime, *, limit: int = SHOWN) -> tuple[Mine, ...]:
    """This person's introductions, what changed last first. Of one they were not asked about yet they know nothing."""
    rows = session.exec(
        select(Introduction.id)
        .join(IntroductionParty, col(IntroductionParty.introduction_id) == col(Introduction.id))
        .where(IntroductionParty.person_id == person_id, IntroductionParty.consent != Consent.NOT_ASKED)
        .order_by(col(Introduction.changed_at).desc(), col(Introduction.id).desc())
        .limit(limit)
    ).all()
    pairs = [pair(session, each, lock=False) for each in rows if each is not None]
    return tuple(
        told for each in pairs if each is not None and (told := _mine(session, each, person_id)) is not None
    )


def queue(session: Session, act: Act, *, limit: int = SHOWN) -> tuple[Queued, ...]:
    """What waits, longest first; nothing for whoever is not of the staff."""
    if not may(act.by, Action.SEE_QUEUES, act.medium):
        return ()
    rows = session.exec(
        select(Introduction.id)
        .where(
            col(Introduction.state).in_(IN_HAND)
            | ((col(Introduction.state) == State.ACCEPTED) & col(Introduction.held).is_not(None))
        )
        .order_by(col(Introduction.created_at), col(Introduction.id))
        .limit(limit)
    ).all()
    pairs = [pair(session, each, lock=False) for each in rows if each is not None]
    return tuple(_queued(each) for each in pairs if each is not None)


def history(session: Session, introduction_id: int) -> tuple[Past, ...]:
    rows: Sequence[IntroductionStep] = session.exec(
        select(IntroductionStep)
        .where(IntroductionStep.introduction_id == introduction_id)
        .order_by(col(IntroductionStep.at), col(IntroductionStep.id))
    ).all()
    return tuple(
        Past(
            row.at,
            row.was,
            row.state,
            row.actor,
            row.medium.value if row.medium else "",
            row.evidence,
            row.note,
        )
        for row in rows
    )


def _mine(session: Session, found: Pair, person_id: int) -> Mine | None:
    own = found.of(person_id)
    if own is None:
        return None
    introduction, other = found.introduction, found.other(own.row.side)
    state = introduction.state
    choices, token = _choices(session, found, own)
    return Mine(
        found.id,
        _named(found, own, other),
        STANDING[state],
        NEXT_STEP[state] if own.row.side is Side.ASKER or state not in NOT_BY_THEM else BY_THEM[state],
        introduction.seeks,
        introduction.changed_at,
        state,
        choices,
        token,
    )


NOT_BY_THEM = frozenset(
    {
        State.ASKED,
        State.REQUESTED,
        State.WAITING,
        State.NOT_NOW,
        State.SILENT,
        State.DECLINED,
        State.WITHDRAWN,
    }
)
BY_THEM = {
    State.ASKED: "They wait for your word.",
    State.REQUESTED: "The team looks at it.",
    State.WAITING: "It waits its turn.",
    State.NOT_NOW: "Nothing more comes of it.",
    State.SILENT: "You may still say yes.",
    State.DECLINED: "Nothing more comes of it.",
    State.WITHDRAWN: "They took it back.",
}


def _named(found: Pair, own: Party, other: Party) -> str:
    """Nobody is named before both agreed, where that was wished; and an asker knows the organisation, not who there."""
    agreed = found.introduction.state not in {
        *IN_HAND,
        State.ASKED,
        State.SILENT,
        State.NOT_NOW,
        State.DECLINED,
        State.WITHDRAWN,
    }
    if agreed or found.introduction.origin == "offline":
        return other.called
    if own.row.side is Side.ASKER:
        return other.where
    return "a member who is not named yet" if found.introduction.unnamed else other.called


def _choices(session: Session, found: Pair, own: Party) -> tuple[tuple[Choice, ...], str]:
    state = found.introduction.state
    if state in {State.ASKED, State.SILENT} and own.row.consent in {Consent.PENDING, Consent.SILENT}:
        token = _token(session, found.id, own, (LetterKind.CONSENT, LetterKind.NUDGE))
        return ((YES, NO, PAUSE), token) if token else ((), "")
    if own.row.side is Side.ASKER and state in WITHDRAWABLE:
        return (WITHDRAW,), ""
    return FURTHER.get(state, ()), ""


def _token(session: Session, introduction_id: int, own: Party, kinds: tuple[LetterKind, ...]) -> str:
    """Of the latest letter that has left; what waits in the outbox is not read yet, and no secret of its reader's."""
    found = session.exec(
        select(LetterRecord.token)
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            LetterRecord.about == about(introduction_id),
            LetterRecord.person_id == own.row.person_id,
            col(LetterRecord.kind).in_([kind.value for kind in kinds]),
            col(OutboxMessage.state) != OutboxState.CANCELLED,
        )
        .order_by(col(LetterRecord.id).desc())
        .limit(1)
    ).first()
    return found or ""


def _queued(found: Pair) -> Queued:
    introduction = found.introduction
    held = introduction.held
    return Queued(
        found.id,
        introduction.state,
        found.asker.called,
        found.asked.called,
        found.asked.row.person_id,
        found.asked.row.organisation_id,
        introduction.reason,
        introduction.seeks,
        held,
        WHY_HELD[held] if held else "It waits its turn.",
        introduction.created_at,
        introduction.assigned_to,
    )
