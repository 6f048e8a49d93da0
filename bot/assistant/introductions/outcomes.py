"""What came of an introduction, as either side or staff tell it."""

from dataclasses import dataclass
from typing import TypeAlias

from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.quiet import waking
from bot.assistant.introductions.recording import audit, by_act, show_asker
from bot.assistant.introductions.requesting import LONGEST
from bot.assistant.introductions.wording import STANDING, became
from bot.assistant.rights import Action, allowed
from store.introductions.pairs import Pair, pair
from store.introductions.steps import NEXT, OUTCOMES, move, remark
from store.introductions.turns import take_turn
from store.keys import storable
from store.kinds import Anyway, Origin
from store.kinds import IntroductionState as State
from store.models import IntroductionOutcome
from store.people import Member, by_id

Stage: TypeAlias = State
STAGES = (*OUTCOMES, State.NOTHING)
MOST_POUNDS, MOST_JOBS = 10**12, 10**6
NOT_YOURS = "That is not one of your introductions."


@dataclass(frozen=True, slots=True)
class Details:
    """What they add of their own will."""

    pounds: int | None = None
    jobs: int | None = None
    anyway: Anyway | None = None
    may_tell: bool | None = None
    words: str = ""
    meet: str = ""  # after an event: whom they would have liked to meet there


def report_outcome(session: Session, introduction_id: int, stage: Stage, act: Act, details: Details) -> Told:
    """Keep what somebody says came of it; the introduction moves on where it is further than what was known."""
    take_turn(session)
    found = pair(session, introduction_id)
    if found is None or not _their_own(found, act, session):
        return Told(False, NOT_YOURS)
    if stage not in STAGES:
        return Told(False, f"Say one of: {', '.join(each.value for each in STAGES)}.", introduction_id)
    if complaint := _implausible(details):
        return Told(False, complaint, introduction_id)
    was = found.introduction.state
    if was not in {State.INTRODUCED, *STAGES}:
        return Told(False, f"It has not come that far: {STANDING[was]}.", introduction_id)
    if _kept_before(session, introduction_id, stage, act):
        return Told(True, THANKS[stage], introduction_id)
    _keep(session, introduction_id, stage, act, details)
    if stage in NEXT[was]:
        move(session, introduction_id, stage, by_act(act))
        _tell_asker(session, found, stage, act)
        show_asker(session, introduction_id, act.house, now=act.now)
    elif stage is not was:
        remark(session, introduction_id, by_act(act), f"said: {stage.value}")
    audit(session, act, "introduction.outcome", introduction_id)
    return Told(True, THANKS[stage], introduction_id)


THANKS = {
    State.MET: "Good to hear. In some months I ask what came of it.",
    State.IN_TALKS: "Good to hear. Tell me when it becomes more.",
    State.AGREEMENT: "Congratulations. Tell me when it becomes a project.",
    State.PROJECT: "Congratulations to you both.",
    State.NOTHING: "Thank you for saying so: that counts too.",
}


def _their_own(found: Pair, act: Act, session: Session) -> bool:
    if isinstance(act.by, Member) and found.of(act.by.person_id) is not None:
        return True
    return allowed(session, act, Action.DECIDE_INTRODUCTION, subject=f"introduction:{found.id}")


def _implausible(details: Details) -> str:
    if details.pounds is not None and not 0 <= details.pounds <= MOST_POUNDS:
        return "What it is worth must be a number of pounds, from 0 up."
    if details.jobs is not None and not 0 <= details.jobs <= MOST_JOBS:
        return "The jobs must be a number, from 0 up."
    return ""


def _kept_before(session: Session, introduction_id: int, stage: Stage, act: Act) -> bool:
    """The same form or message, come twice, is one report: what it is worth must not be counted double."""
    return (
        session.exec(
            select(IntroductionOutcome.id).where(
                IntroductionOutcome.introduction_id == introduction_id,
                IntroductionOutcome.stage == stage,
                IntroductionOutcome.actor == act.actor,
                IntroductionOutcome.evidence == act.evidence[:400],
                IntroductionOutcome.evidence != "",
                IntroductionOutcome.at == act.now,
            )
        ).first()
        is not None
    )


def _keep(session: Session, introduction_id: int, stage: Stage, act: Act, details: Details) -> None:
    session.add(
        IntroductionOutcome(
            introduction_id=introduction_id,
            at=act.now,
            actor=act.actor,
            stage=stage,
            pounds=details.pounds,
            jobs=details.jobs,
            anyway=details.anyway,
            may_tell=details.may_tell,
            words=storable(" ".join(details.words[: 4 * LONGEST].split()))[:LONGEST],
            medium=act.medium,
            evidence=act.evidence[:400],
        )
    )


def _tell_asker(session: Session, found: Pair, stage: Stage, act: Act) -> None:
    """Who asked for it hears what became of it, unless they said so themselves; staff who thought of it, too."""
    teller = act.by.name if isinstance(act.by, Member) else "The team"
    for person_id in _curious(found):
        if isinstance(act.by, Member) and act.by.person_id == person_id:
            continue
        if isinstance(by_id(session, person_id), Member):
            due = waking(act.now, act.house.rules)
            act.house.letterbox.post(session, became(found, stage, teller), [person_id], now=act.now, due=due)


def _curious(found: Pair) -> tuple[int, ...]:
    """The asker, and whoever of the staff brought the two together."""
    by = found.introduction.requested_by
    staff = (int(by.removeprefix("person:")),) if by.startswith("person:") else ()
    asked_for = found.introduction.origin is not Origin.OFFLINE  # of what was written down nobody asked us
    asker = (found.asker.row.person_id,) if asked_for and found.asker.row.person_id is not None else ()
    return tuple(dict.fromkeys((*asker, *staff)))
