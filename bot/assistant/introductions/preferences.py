"""What a person decides for themselves: pauses, opt-outs, and, for staff to keep, who never meets whom."""

from datetime import date

from sqlmodel import Session, select

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.recalling import recall
from bot.assistant.introductions.requesting import STAFF_ONLY, STRANGERS
from bot.assistant.introductions.wording import day
from bot.assistant.rights import Action, allowed
from store.consent.suppression import release_person, suppress_person
from store.introductions.turns import take_turn
from store.keys import storable
from store.kinds import PausedBy
from store.models import AuditEntry, NeverWith, Organisation, Person
from store.people import Member

MOST_TOPICS = 20


def pause(session: Session, act: Act, until: date | None) -> Told:
    """No requests until that day, or until they return. What has not left is called back."""
    person = _self(session, act)
    if person is None:
        return Told(False, STRANGERS)
    if until is not None and until <= act.now.date():
        return Told(False, "That day is past. Name one to come.")
    person.introductions_paused_by, person.introductions_paused_until = PausedBy.SELF, until
    _changed(session, person, act, "introductions.paused")
    end = f"until {day(until, act.house)}" if until else "until you return"
    return Told(True, f"Paused: nobody is introduced to you {end}. You are still found, and may still ask.")


def resume(session: Session, act: Act) -> Told:
    person = _self(session, act)
    if person is None:
        return Told(False, STRANGERS)
    person.introductions_paused_by = person.introductions_paused_until = None
    _changed(session, person, act, "introductions.resumed")
    if not person.introductions:
        return Told(
            True, "The pause is over. Introductions are still switched off for you; switch them on too."
        )
    return Told(True, "Welcome back: you get requests for introductions again.")


def set_introductions(session: Session, act: Act, on: bool) -> Told:
    person = _self(session, act)
    if person is None:
        return Told(False, STRANGERS)
    person.introductions = on
    _changed(session, person, act, "introductions.on" if on else "introductions.off")
    if on:
        return Told(True, "Members may ask to be introduced to you; you decide each time.")
    return Told(True, "Nobody is introduced to you any more. You may still ask for introductions yourself.")


def set_newsletters(session: Session, act: Act, on: bool) -> Told:
    person = _self(session, act)
    if person is None:
        return Told(False, STRANGERS)
    person.newsletters = on
    assert person.id is not None  # noqa: S101 - narrows the type: it came from the database
    if on:
        release_person(session, person.id)
    else:
        suppress_person(session, person.id, now=act.now)  # an import that comes later changes nothing
    _changed(session, person, act, "newsletters.on" if on else "newsletters.off")
    return Told(True, "You get newsletters and reminders." if on else "You get no newsletters and reminders.")


def set_topics(session: Session, act: Act, topics: tuple[str, ...]) -> Told:
    """What they like to hear of, in their words."""
    person = _self(session, act)
    if person is None:
        return Told(False, STRANGERS)
    clean = dict.fromkeys(storable(" ".join(topic.split()))[:100] for topic in topics if topic.strip())
    person.topics = list(clean)[:MOST_TOPICS]
    _changed(session, person, act, "topics.set")
    return Told(True, f"Noted: {', '.join(person.topics)}." if person.topics else "Noted: no topics.")


def stop_all(session: Session, act: Act) -> bool:
    """Nothing unasked any more: no newsletters, no requests, no questions after. False for a stranger."""
    person = _self(session, act)
    if person is None:
        return False
    person.newsletters = person.introductions = False
    assert person.id is not None  # noqa: S101 - narrows the type: it came from the database
    suppress_person(session, person.id, now=act.now)  # an import that comes later changes nothing
    _changed(session, person, act, "stopped")
    return True


def never_with(
    session: Session,
    person_id: int,
    act: Act,
    *,
    other_person_id: int | None = None,
    other_organisation_id: int | None = None,
) -> Told:
    """Confidential: these two are never introduced, and neither hears why."""
    if not allowed(session, act, Action.SET_NEVER_WITH, subject=f"person:{person_id}"):
        return Told(False, STAFF_ONLY)
    take_turn(session)
    if session.get(Person, person_id) is None or (other_person_id is None) == (other_organisation_id is None):
        return Told(False, "Name a person, and whom they must not meet: one person or one organisation.")
    other = Person if other_person_id is not None else Organisation
    if session.get(other, other_person_id or other_organisation_id) is None or person_id == other_person_id:
        return Told(False, "I don't know whom they must not meet.")
    if _kept_apart(session, person_id, other_person_id, other_organisation_id):
        return Told(True, "Noted, and told to nobody.")
    session.add(
        NeverWith(
            person_id=person_id,
            other_person_id=other_person_id,
            other_organisation_id=other_organisation_id,
            set_by=act.actor,
            set_at=act.now,
        )
    )
    _audit(session, act, "never_with.set", person_id)
    session.flush()
    recall(session, person_id, act.house, now=act.now)
    return Told(True, "Noted, and told to nobody.")


def _self(session: Session, act: Act) -> Person | None:
    if not allowed(session, act, Action.SET_OWN) or not isinstance(act.by, Member):
        return None
    take_turn(session)
    return session.get(Person, act.by.person_id, populate_existing=True)


def _kept_apart(
    session: Session, person_id: int, other_person_id: int | None, other_organisation_id: int | None
) -> bool:
    said = select(NeverWith.id).where(
        NeverWith.person_id == person_id,
        NeverWith.other_person_id == other_person_id,
        NeverWith.other_organisation_id == other_organisation_id,
    )
    return session.exec(said).first() is not None


def _changed(session: Session, person: Person, act: Act, action: str) -> None:
    """Saying the same again is no change."""
    assert person.id is not None  # noqa: S101 - narrows the type: it came from the database
    if session.is_modified(person):
        session.add(person)
        session.flush()
        _audit(session, act, action, person.id)
    recall(session, person.id, act.house, now=act.now)


def _audit(session: Session, act: Act, action: str, person_id: int) -> None:
    session.add(AuditEntry(at=act.now, actor=act.actor, action=action, subject=f"person:{person_id}"))
