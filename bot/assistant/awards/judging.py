"""Judges are invited by staff, see what is nominated and never by whom, and score it until judging closes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.awards.acting import NO_AWARDS, NO_ENTRY, audit, held
from bot.assistant.awards.wording import clock
from bot.assistant.introductions.quiet import waking
from bot.assistant.letters import Letter, LetterKind
from bot.assistant.rights import Action, allowed
from store.awards.judging import (
    Judge,
    give,
    given_by,
    is_own,
    judge_of,
    judged_events,
    seat_judge,
    unseat_judge,
)
from store.awards.listing import Category, Entry, categories, entries
from store.awards.times import Awards, awards_of
from store.events.seats import hold
from store.keys import storable
from store.models import AwardCategory, AwardEntry, Person
from store.people import Asker, Member

LEAST, MOST = 1, 5
LONGEST_NOTE = 2000
NO_JUDGE = Told(False, "You are not among the judges of these awards. The team asks people to judge.")


@dataclass(frozen=True, slots=True)
class ToJudge:
    """One entry as its judge sees it. `own`: of their own organisation, so that they leave it to the others."""

    category: Category
    entry: Entry
    own: bool
    points: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What one judge has before them."""

    awards: Awards
    open: bool
    to_judge: tuple[ToJudge, ...]

    @property
    def left(self) -> int:
        return sum(not each.own and each.points is None for each in self.to_judge)


def invite_judge(session: Session, event_id: int, person_id: int, act: Act) -> Told:
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told):
        return awards
    person = session.get(Person, person_id)
    if person is None:
        return Told(False, "There is no such person.", event_id)
    if not awards.judging(act.now):
        return Told(False, f"Judging closed on {clock(awards.judging_until, awards.zone)}.", event_id)
    if not seat_judge(session, event_id, person_id, now=act.now):
        return Told(True, f"{person.name} is a judge already.", event_id)
    audit(session, act, "award-judge.invited", f"person:{person_id}", event=event_id)
    letter, due = _asked_to_judge(awards, person_id, act), waking(act.now, act.house.rules)
    sent = act.house.letterbox.post(session, letter, (person_id,), now=act.now, due=due)
    told = "They are told." if sent else "I have no way to tell them, so please do:"
    return Told(
        True,
        f"{person.name} is a judge of {awards.title} now. {told} They write “judging” to begin.",
        event_id,
    )


def remove_judge(session: Session, event_id: int, person_id: int, act: Act) -> Told:
    """Their scores are kept, and no longer count; asked again, they count again."""
    awards = held(session, event_id, act, Action.RUN_AWARDS)
    if isinstance(awards, Told):
        return awards
    person = session.get(Person, person_id)
    given = None if person is None else unseat_judge(session, event_id, person_id, now=act.now)
    if person is None or given is None:
        return Told(False, "They are no judge of these awards.", event_id)
    audit(session, act, "award-judge.removed", f"person:{person_id}", event=event_id, scores=given)
    scores = {0: "They had given no score.", 1: "Their score no longer counts."}.get(
        given, f"Their {given} scores no longer count."
    )
    return Told(True, f"{person.name} judges {awards.title} no more. {scores}", event_id)


def bench(session: Session, event_id: int, act: Act) -> Bench | Told:
    """What whoever acts has to judge there; refused to everybody else."""
    judge = _judge(session, event_id, act)
    if isinstance(judge, Told):
        return judge
    awards = awards_of(session, event_id)
    if awards is None:
        return NO_AWARDS
    given = given_by(session, judge)
    named = {each.id: each for each in categories(session, event_id)}
    seen = tuple(
        ToJudge(
            named[each.category_id], each, is_own(judge, each),
            given[each.id].points if each.id in given else None,
            given[each.id].note if each.id in given else "",
        )
        for each in entries(session, event_id)
    )  # fmt: skip
    return Bench(awards, awards.judging(act.now), seen)


def judges_now(session: Session, asker: Asker, *, now: datetime) -> int | None:
    """The awards that somebody judges, the latest of those that are judged just now; None where there are none."""
    if not isinstance(asker, Member):
        return None
    events = judged_events(session, asker.person_id)
    found = [each for each in (awards_of(session, event_id) for event_id in events) if each]
    judged = [each for each in found if each.judging(now)] or found
    return max(judged, key=lambda each: each.starts_at).event_id if judged else None


def score(session: Session, entry_id: int, points: int, note: str, act: Act) -> Told:
    """1 to 5, with a note; changed as often as they like until judging closes."""
    entry = session.get(AwardEntry, entry_id)
    category = None if entry is None else session.get(AwardCategory, entry.category_id)
    if category is None:
        return NO_ENTRY
    hold(session, category.event_id)
    judge = _judge(session, category.event_id, act)
    if isinstance(judge, Told):
        return judge
    awards = awards_of(session, category.event_id)
    meant = next((each for each in entries(session, category.event_id) if each.id == entry_id), None)
    if awards is None or meant is None:
        return NO_ENTRY
    if problem := _unfit(awards, judge, meant, points, note, act):
        return Told(False, problem, entry_id)
    new = give(session, judge, entry_id, points, note=storable(note).strip(), now=act.now)
    audit(session, act, "award-entry.scored", f"award-entry:{entry_id}", new=new)
    return Told(
        True,
        f"{meant.name}: {points} of {MOST}{'' if new else ', changed'}. You can change it until {clock(awards.judging_until, awards.zone)}.",
        entry_id,
    )


def _asked_to_judge(awards: Awards, person_id: int, act: Act) -> Letter:
    return Letter(
        key=f"award-judge:{awards.event_id}:{person_id}",
        kind=LetterKind.NEWS,
        about=f"event:{awards.event_id}",
        subject=f"Will you judge {awards.title}?",
        lead=f"The team asks you to be a judge of {awards.title}.",
        paragraphs=(
            f"Write “judging” to me, and you see who is nominated and why. You give each {LEAST} to {MOST}, "
            f"and can change it until {clock(awards.judging_until, awards.zone)}.",
            "You are not told who nominated, and what is of your own organisation is left to the other judges.",
        ),
        closing="If you would rather not, tell the team.",
        why=f"You get this because the team of {act.house.region} named you.",
    )


def _unfit(awards: Awards, judge: Judge, entry: Entry, points: int, note: str, act: Act) -> str:
    if not awards.judging(act.now):
        return f"Judging closed on {clock(awards.judging_until, awards.zone)}; your scores stay as they are."
    if is_own(judge, entry):
        return f"{entry.name} is of your own organisation, so the other judges score it."
    if not LEAST <= points <= MOST:
        return f"A score is a whole number from {LEAST} to {MOST}."
    if len(note) > LONGEST_NOTE:
        return f"Your note is {len(note):,} characters long; {LONGEST_NOTE:,} is the most."
    return ""


def _judge(session: Session, event_id: int, act: Act) -> Judge | Told:
    if not allowed(session, act, Action.JUDGE, subject=f"event:{event_id}"):
        return NO_JUDGE
    assert isinstance(act.by, Member)  # noqa: S101 - narrows the type: nobody else may
    return judge_of(session, event_id, act.by.person_id) or NO_JUDGE
