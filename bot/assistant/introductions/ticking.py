"""What happens to introductions because its time has come: nudges, silences, follow-ups, room, hand-offs that have left.

Each is found out from the database, may run late, twice or in two processes at once, and is done once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.asking import Standing, ask
from bot.assistant.introductions.handing_off import end, look_after
from bot.assistant.introductions.posted import request_to
from bot.assistant.introductions.quiet import waking
from bot.assistant.introductions.recalling import due_for_recall, recall
from bot.assistant.introductions.recording import by_house, show_asker
from bot.assistant.introductions.undelivered import deliver_otherwise, undelivered
from bot.assistant.introductions.wording import consent, met, outcome, paused
from bot.assistant.letters import LetterKind
from store.introductions.limits import never_with, out_of_reach, silences_in_a_row
from store.introductions.pairs import Pair, Party, pair
from store.introductions.rules import Rules
from store.introductions.turns import take_turn
from store.kinds import Consent, Origin, OutboxState, PausedBy, Side
from store.kinds import IntroductionState as State
from store.models import AuditEntry, Introduction, IntroductionParty, IntroductionStep, LetterRecord, Person

MOST = 200  # of each kind at a time: the rest is due again a moment later
STILL_OPEN = (State.INTRODUCED, State.MET, State.IN_TALKS, State.AGREEMENT)
TOO_LATE = timedelta(days=60)  # after which "did you meet?" is asked no more: the next question asks for more


class DueKind(StrEnum):
    RECALL = "recall"
    HANDOFF = "handoff"
    UNDELIVERED = "undelivered"
    ROOM = "room"
    SILENCE = "silence"
    NUDGE = "nudge"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Due:
    """`subject`: the introduction, or for a recall the person."""

    kind: DueKind
    subject: int


def tick(session: Session, house: House, now: datetime) -> int:
    """All that is due, in the caller's one transaction. Returns how much of it changed something."""
    return sum(do(session, each, house, now) for each in due(session, house, now))


def due(session: Session, house: House, now: datetime) -> tuple[Due, ...]:
    """What might be due, in the order it is to be done: `do` looks again."""
    rules = house.rules
    found = [Due(DueKind.RECALL, each) for each in due_for_recall(session, now=now)]
    found += [Due(DueKind.HANDOFF, each) for each in _in_state(session, State.ACCEPTED)]
    found += [Due(DueKind.UNDELIVERED, each) for each in undelivered(session, limit=MOST)]
    found += [Due(DueKind.SILENCE, each) for each in _unanswered(session, now - rules.silent_after)]
    found += [Due(DueKind.ROOM, each) for each in _in_state(session, State.WAITING)]
    found += [
        Due(DueKind.NUDGE, each) for each in _unanswered(session, now - rules.nudge_after, nudged=False)
    ]
    found += [Due(DueKind.FOLLOW_UP, each) for each in _followed_up(session, now, rules)]
    return tuple(found)


def do(session: Session, each: Due, house: House, now: datetime) -> bool:
    """One of them, in the caller's transaction. Safe to repeat. True where it changed something."""
    take_turn(session)
    return DOING[each.kind](session, each.subject, house, now)


def _recall(session: Session, person_id: int, house: House, now: datetime) -> bool:
    return recall(session, person_id, house, now=now) > 0


def _handoff(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    return look_after(session, introduction_id, house, now) is State.INTRODUCED


def _room(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    found = pair(session, introduction_id)
    if found is None or found.introduction.state is not State.WAITING:
        return False
    if ask(session, introduction_id, house, by_house(now)) is Standing.WAITING:
        return False
    show_asker(session, introduction_id, house, now=now)
    return True


def _silence(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    """Ten days without a word: it is let be, the other hears "not now", and whoever is too busy is left in peace."""
    found = pair(session, introduction_id)
    if found is None or found.introduction.state is not State.ASKED:
        return False
    before = now - house.rules.silent_after
    silent = [party for party in found.parties if _waits_since(session, party, before)]
    for party in silent:
        party.row.consent = Consent.SILENT
        session.add(party.row)
    session.flush()
    if silent:
        end(session, found, State.SILENT, house, by_house(now))
    for party in silent:
        _perhaps_pause(session, party, house, now=now)
    return bool(silent)


def _perhaps_pause(session: Session, party: Party, house: House, *, now: datetime) -> None:
    person = None if party.row.person_id is None else session.get(Person, party.row.person_id)
    if person is None or person.id is None or out_of_reach(person, now=now):
        return
    times = house.rules.silences
    if silences_in_a_row(session, person.id, most=times) < times:
        return
    person.introductions_paused_by, person.introductions_paused_until = PausedBy.SILENCE, None
    session.add(person)
    session.add(
        AuditEntry(at=now, actor="whodoes", action="introductions.paused", subject=f"person:{person.id}")
    )
    letter = paused(person.name, person.id, times, house, now=now)
    house.letterbox.post(session, letter, [person.id], now=now, due=waking(now, house.rules))


def _nudge(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    """One reminder, and only to somebody who may still be asked."""
    found = pair(session, introduction_id)
    if found is None or found.introduction.state is not State.ASKED:
        return False
    nudged = False
    for party in found.parties:
        if party.row.nudged_at is None and _waits_since(session, party, now - house.rules.nudge_after):
            party.row.nudged_at = now
            session.add(party.row)
            nudged = _nudged(session, found, party, house, now=now) or nudged
    return nudged


def _nudged(session: Session, found: Pair, party: Party, house: House, *, now: datetime) -> bool:
    if len(found.people()) < 2 or not _may_hear(session, found, party, now=now):
        return False
    letter = consent(found, party.row.side, house, nudge=True)
    assert party.row.person_id is not None  # noqa: S101 - narrows the type: _may_hear looks
    to = [party.row.person_id]
    return house.letterbox.post(session, letter, to, now=now, due=waking(now, house.rules)) is not None


def _follow_up(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    found = pair(session, introduction_id)
    if found is None or found.introduction.state not in STILL_OPEN:
        return False
    introduced = _introduced_at(session, introduction_id)
    if introduced is None:
        return False
    asked = [_followed(session, found, party, house, now - introduced, now=now) for party in found.parties]
    return any(asked)


def _followed(
    session: Session, found: Pair, party: Party, house: House, since: timedelta, *, now: datetime
) -> bool:
    """The one question that is due: after a long silence of ours the latest, and none twice."""
    if not _may_hear(session, found, party, now=now) or party.row.person_id is None:
        return False
    other, rules = found.other(party.row.side), house.rules
    reached = [after for after in rules.outcome_after if since >= after]
    if reached:
        letter = outcome(found, party, other, days=max(reached).days)
    elif since >= rules.met_after and found.introduction.state is State.INTRODUCED:
        letter = met(found, party, other)
    else:
        return False
    if _was_posted(session, letter.key):
        return False
    due_at = waking(now, rules)
    return house.letterbox.post(session, letter, [party.row.person_id], now=now, due=due_at) is not None


def _may_hear(session: Session, found: Pair, party: Party, *, now: datetime) -> bool:
    """Neither opted out, nor paused, nor kept apart from the other by now."""
    person = None if party.row.person_id is None else session.get(Person, party.row.person_id)
    if person is None or person.id is None or out_of_reach(person, now=now):
        return False
    people = found.people()
    return len(people) < 2 or not never_with(session, *people)


def _waits_since(session: Session, party: Party, before: datetime) -> bool:
    """Since the request left us: what is still on its way nobody can have answered."""
    row = party.row
    if row.consent is not Consent.PENDING or row.asked_at is None or row.person_id is None:
        return False
    message = request_to(session, row.introduction_id, row.person_id)
    if message is None or message.state in {OutboxState.SENT, OutboxState.UNCERTAIN}:
        return max(row.asked_at, (message and message.settled_at) or row.asked_at) <= before
    return False


def _was_posted(session: Session, key: str) -> bool:
    return session.exec(select(LetterRecord.id).where(LetterRecord.key == key).limit(1)).first() is not None


def _in_state(session: Session, state: State) -> list[int]:
    rows = session.exec(
        select(Introduction.id)
        .where(Introduction.state == state)
        .order_by(col(Introduction.changed_at), col(Introduction.id))
        .limit(MOST)
    )
    return [each for each in rows if each is not None]


def _unanswered(session: Session, before: datetime, *, nudged: bool | None = None) -> list[int]:
    asked = (
        select(IntroductionParty.introduction_id)
        .join(Introduction, col(Introduction.id) == col(IntroductionParty.introduction_id))
        .where(
            Introduction.state == State.ASKED,
            IntroductionParty.consent == Consent.PENDING,
            col(IntroductionParty.asked_at) <= before,
        )
        .order_by(col(IntroductionParty.introduction_id))
        .distinct()
        .limit(MOST)
    )
    if nudged is False:
        asked = asked.where(col(IntroductionParty.nudged_at).is_(None))
    return list(session.exec(asked))


def _followed_up(session: Session, now: datetime, rules: Rules) -> list[int]:
    """Introduced long enough ago, and one of the two was not asked yet what belongs to that age."""
    ages = (rules.met_after, *rules.outcome_after)
    found: dict[int, None] = {}
    for after, until in zip(ages, (*ages[1:], ages[-1] + TOO_LATE), strict=True):
        rows = session.exec(
            select(IntroductionStep.introduction_id)
            .join(Introduction, col(Introduction.id) == col(IntroductionStep.introduction_id))
            .where(
                IntroductionStep.state == State.INTRODUCED,
                col(IntroductionStep.at) <= now - after,
                col(IntroductionStep.at) > now - until,
                col(Introduction.state).in_(STILL_OPEN),
                Introduction.origin != Origin.OFFLINE,
            )
            .order_by(col(IntroductionStep.at))
        ).all()
        keys = _keys_since(session, LetterKind.MET if after == rules.met_after else LetterKind.OUTCOME)
        ending = "" if after == rules.met_after else f":{after.days}d"
        start = "met" if after == rules.met_after else "outcome"
        for each in rows:
            if any(f"{start}:{each}:{side.value}{ending}" not in keys for side in Side):
                found[each] = None
    return list(found)


def _keys_since(session: Session, kind: LetterKind) -> frozenset[str]:
    return frozenset(session.exec(select(LetterRecord.key).where(LetterRecord.kind == kind.value)))


def _introduced_at(session: Session, introduction_id: int) -> datetime | None:
    return session.exec(
        select(IntroductionStep.at)
        .where(
            IntroductionStep.introduction_id == introduction_id,
            IntroductionStep.state == State.INTRODUCED,
            IntroductionStep.was == State.ACCEPTED,
        )
        .order_by(col(IntroductionStep.at))
        .limit(1)
    ).first()


DOING: Mapping[DueKind, Callable[[Session, int, House, datetime], bool]] = {
    DueKind.RECALL: _recall,
    DueKind.HANDOFF: _handoff,
    DueKind.ROOM: _room,
    DueKind.UNDELIVERED: deliver_otherwise,
    DueKind.SILENCE: _silence,
    DueKind.NUDGE: _nudge,
    DueKind.FOLLOW_UP: _follow_up,
}
