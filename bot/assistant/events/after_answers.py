"""What a guest says after an event is kept: by button, mail, page or form, and for the team alone."""

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.events.after_words import LONGEST_WISH, LONGEST_WORDS, MOST_WISHES, Said, said_in, wished
from bot.assistant.events.attending import NO_EVENT
from bot.assistant.introductions.outcomes import Details
from bot.assistant.rights import Action, allowed
from store.events.feedback import feedback, keep_feedback, keep_wishes, wished_by
from store.events.guests import guest
from store.events.seats import hold
from store.keys import storable
from store.kinds import EventState, Medium, WishState
from store.models import EventFeedback, LetterRecord
from store.people import Member

MEMBERS_ONLY = "Only people the directory knows can answer. Ask the team to add you."
NOT_THERE = "You are not on that event's list, so there is nothing to say of it."
NOT_YET = "It is not over yet: tell me when it is."
WHICH = "Please answer with a number from 1 to 5, or say what should be different."
WHOM_TOO = " If there was somebody you wanted to meet, and didn't, answer with a line that begins “Meet:”."


def answer_thanks(session: Session, record: LetterRecord, word: str, act: Act, details: Details) -> Told:
    """Of a mail all of it is read; of a page or button the word, and what stands in the fields."""
    number = record.about.partition(":")[2]
    if not number.isdigit():
        return Told(False, NO_EVENT)
    if act.medium is Medium.EMAIL:
        said = said_in(details.words)
    else:
        said = Said(_score(word), details.words, wished(details.meet))
    return say(session, int(number), said, act)


def say(session: Session, event_id: int, said: Said, act: Act) -> Told:
    """Keep what a guest says. Safe to repeat: the same again is there once."""
    if not allowed(session, act, Action.GIVE_FEEDBACK, subject=f"event:{event_id}"):
        return Told(False, MEMBERS_ONLY)
    event = hold(session, event_id)
    if event is None or event.state is EventState.PLANNED:
        return Told(False, NO_EVENT)
    if not isinstance(act.by, Member) or guest(session, event_id, act.by.person_id) is None:
        return Told(False, NOT_THERE, event_id)
    if act.now < event.starts_at:
        return Told(False, NOT_YET, event_id)
    if not said and not said.whole:
        return Told(False, WHICH, event_id)
    row = feedback(session, event_id, act.by.person_id) or EventFeedback(
        event_id=event_id, person_id=act.by.person_id, said_at=act.now, medium=act.medium
    )
    row.score = said.score if said.score is not None or said.whole else row.score
    row.words = _joined("" if said.whole else row.words, storable(said.words))
    keep_feedback(session, row, now=act.now, medium=act.medium, evidence=storable(act.evidence))
    room = (
        MOST_WISHES
        if said.whole
        else max(0, MOST_WISHES - len(wished_by(session, event_id, act.by.person_id)))
    )
    words = [storable(each)[:LONGEST_WISH] for each in said.wishes]
    new = keep_wishes(session, event_id, act.by.person_id, words, whole=said.whole, now=act.now, most=room)
    return Told(True, _thanked(session, said, new, event_id, act.by.person_id), event_id)


def said_by(session: Session, event_id: int, person_id: int) -> Said:
    """All that they have said of it so far."""
    row = feedback(session, event_id, person_id)
    words = tuple(
        each.words for each in wished_by(session, event_id, person_id) if each.state is WishState.OPEN
    )
    return Said(row.score if row else None, row.words if row else "", words)


def _score(word: str) -> int | None:
    return int(word) if word in {"1", "2", "3", "4", "5"} else None


def _joined(before: str, said: str) -> str:
    """What is said twice stands there once; what is too long is cut at the end."""
    said = said.strip()
    if not said or said in before:
        return before
    return f"{before}\n{said}".strip()[:LONGEST_WORDS]


def _thanked(session: Session, said: Said, new: tuple[str, ...], event_id: int, person_id: int) -> str:
    noted = [f"{said.score} of 5"] if said.score is not None else []
    noted += ["what you wrote"] if said.words else []
    told = "Thank you. " + (f"The team reads {' and '.join(noted)}." if noted else "The team reads it.")
    if new:
        whom = "; ".join(f"“{each}”" for each in new)
        return f"{told} It also sees whom you wanted to meet: {whom}. You hear from me before anybody is asked anything."
    return told if wished_by(session, event_id, person_id) else told + WHOM_TOO
