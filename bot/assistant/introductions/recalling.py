"""Calling back what has not left yet, where its reader must not get it any more."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.asking import back_to_staff
from bot.assistant.introductions.handing_off import end, has_left
from bot.assistant.introductions.posted import QUESTIONS, REQUESTS, call_back, readers
from bot.assistant.introductions.recording import by_house
from store.introductions.limits import never_with, out_of_reach
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import OPEN, OUTCOMES
from store.kinds import Consent, Held, OutboxState
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, LetterRecord, OutboxMessage, Person

# What nobody waits for: each asks its reader something.
UNASKED = (*REQUESTS, *QUESTIONS)
HELD_AGAINST = OPEN | {State.INTRODUCED, *OUTCOMES, State.NOTHING}


def recall(session: Session, person_id: int, house: House, *, now: datetime) -> int:
    """Hold everything about this person against what they, or staff, decided. Returns how many were called back.

    Safe to repeat. Requests that were not sent yet go back to staff; an agreed introduction whose message has not
    left ends as "not now"; what its reader has already stays, and nothing follows it.
    """
    person = session.get(Person, person_id)
    if person is None:
        return 0
    called_back = 0
    for introduction_id in _open(session, person_id):
        found = pair(session, introduction_id)
        if found is not None:
            called_back += _held_against(session, found, person, house, now=now)
    return called_back


def due_for_recall(session: Session, *, now: datetime) -> tuple[int, ...]:
    """People who opted out or moved, by an import say, while letters that they must not get wait to be sent."""
    rows = session.exec(
        select(LetterRecord.person_id, LetterRecord.about)
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            col(LetterRecord.kind).in_([kind.value for kind in UNASKED]),
        )
        .distinct()
    ).all()
    found = (person_id for person_id, what in rows if _must_not_get(session, person_id, what, now=now))
    return tuple(dict.fromkeys(found))


def _must_not_get(session: Session, person_id: int, what: str, *, now: datetime) -> bool:
    person = session.get(Person, person_id)
    if person is None or out_of_reach(person, now=now):
        return person is not None
    found = pair(session, int(what.removeprefix("introduction:")), lock=False)
    people = () if found is None else found.people()
    return len(people) == 2 and never_with(session, *people)


def _held_against(session: Session, found: Pair, person: Person, house: House, *, now: datetime) -> int:
    people = found.people()
    apart = len(people) == 2 and never_with(session, *people)
    if not apart and not out_of_reach(person, now=now):
        return 0
    own = [each for each in found.parties if each.row.person_id == person.id]
    concerned = found.parties if apart else own
    if found.introduction.state is State.ACCEPTED:
        if has_left(session, found.id) or not (apart or any(map(_was_asked, own))):
            return 0
        end(session, found, State.NOT_NOW, house, by_house(now))
        return 1
    called_back = sum(
        call_back(
            session, found.id, UNASKED, reason="its reader must not get it any more", now=now,
            person_id=each.row.person_id,
        )
        for each in concerned
        if each.row.person_id is not None
    )  # fmt: skip
    have_it = readers(session, found.id)
    if any(each.row.consent is Consent.PENDING and each.row.person_id not in have_it for each in concerned):
        held = Held.NEVER_WITH if apart else Held.NOBODY
        back_to_staff(session, found, held, house, by_house(now))
    return min(called_back, 1)


def _was_asked(party: Party) -> bool:
    """Others' wish, not their own: who wants no requests may still ask."""
    return party.row.asked_at is not None


def _open(session: Session, person_id: int) -> list[int]:
    rows = session.exec(
        select(Introduction.id)
        .join(IntroductionParty, col(IntroductionParty.introduction_id) == col(Introduction.id))
        .where(
            IntroductionParty.person_id == person_id,
            col(Introduction.state).in_(HELD_AGAINST),
        )
        .order_by(col(Introduction.id))
    )
    return [each for each in rows if each is not None]
