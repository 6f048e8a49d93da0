"""Calling back what has not left yet, where its reader must not get it any more."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.handing_off import end, has_left
from bot.assistant.introductions.recording import by_house, show_asker
from bot.assistant.introductions.wording import about
from bot.assistant.letters import LetterKind, unsent, withdraw
from store.introductions.limits import never_with, out_of_reach
from store.introductions.pairs import Pair, pair
from store.introductions.steps import move
from store.kinds import Consent, Held, OutboxState
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionParty, LetterRecord, OutboxMessage, Person

# What nobody waits for: each asks its reader something.
UNASKED = (LetterKind.CONSENT, LetterKind.NUDGE, LetterKind.MET, LetterKind.OUTCOME)


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
    if out_of_reach(person, now=now):
        for kind in (LetterKind.MET, LetterKind.OUTCOME):
            waiting = unsent(session, person_id=person_id, kind=kind.value)
            called_back += withdraw(session, waiting, reason="its reader opted out", now=now)
    return called_back


def due_for_recall(session: Session, *, now: datetime) -> tuple[int, ...]:
    """People who opted out, by an import say, while letters to them wait to be sent."""
    rows = session.exec(
        select(LetterRecord.person_id)
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            col(LetterRecord.kind).in_([kind.value for kind in UNASKED]),
        )
        .distinct()
    ).all()
    people = [session.get(Person, each) for each in rows]
    return tuple(
        each.id for each in people if each is not None and each.id is not None and out_of_reach(each, now=now)
    )


def _held_against(session: Session, found: Pair, person: Person, house: House, *, now: datetime) -> int:
    people = found.people()
    apart = len(people) == 2 and never_with(session, *people)
    if not apart and not out_of_reach(person, now=now):
        return 0
    if found.introduction.state is State.ACCEPTED:
        if has_left(session, found.id):
            return 0
        end(session, found, State.NOT_NOW, house, by_house(now))
        return 1
    own = [each for each in found.parties if each.row.person_id == person.id]
    concerned = found.parties if apart else own
    if not any(each.row.consent is Consent.PENDING for each in concerned):
        return 0
    waiting = unsent(session, about=about(found.id), person_id=None if apart else person.id)
    called_back = withdraw(session, waiting, reason="its reader must not get it any more", now=now)
    have_it = _have_it(session, found.id)
    if any(each.row.consent is Consent.PENDING and each.row.person_id not in have_it for each in concerned):
        _back_to_staff(session, found, have_it, held=Held.NEVER_WITH if apart else Held.NOBODY, now=now)
        show_asker(session, found.id, house, now=now)
    return min(called_back, 1)


def _back_to_staff(session: Session, found: Pair, have_it: set[int], *, held: Held, now: datetime) -> None:
    """As if it had not been asked: those it was called back from have read nothing."""
    for each in found.parties:
        if each.row.consent is Consent.PENDING and each.row.person_id not in have_it:
            each.row.consent, each.row.asked_at = Consent.NOT_ASKED, None
            session.add(each.row)
    if found.introduction.state is State.ASKED:
        move(session, found.id, State.REQUESTED, by_house(now), note=f"called back: {held.value}")
    found.introduction.held = held
    session.add(found.introduction)
    session.flush()


def _have_it(session: Session, introduction_id: int) -> set[int]:
    """Whose request has left, or may have."""
    rows = session.exec(
        select(LetterRecord.person_id)
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            LetterRecord.about == about(introduction_id),
            LetterRecord.kind == LetterKind.CONSENT.value,
            col(OutboxMessage.state) != OutboxState.CANCELLED,
        )
    )
    return set(rows)


def _open(session: Session, person_id: int) -> list[int]:
    rows = session.exec(
        select(Introduction.id)
        .join(IntroductionParty, col(IntroductionParty.introduction_id) == col(Introduction.id))
        .where(
            IntroductionParty.person_id == person_id,
            col(Introduction.state).in_((State.ASKED, State.ACCEPTED)),
        )
        .order_by(col(Introduction.id))
    )
    return [each for each in rows if each is not None]
