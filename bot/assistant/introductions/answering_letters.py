"""A letter is answered: the one function behind every button, one-word reply and page."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.campaigns.by_letter import answer_campaign_letter
from bot.assistant.confirming_addresses import answer_claim
from bot.assistant.events.after_answers import answer_thanks
from bot.assistant.events.answering import answer_event_letter
from bot.assistant.introductions.deciding import approve, decline, withdraw
from bot.assistant.introductions.handing_off import accept, end, has_left
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.posted import REQUESTS, call_back
from bot.assistant.introductions.preferences import pause, resume
from bot.assistant.introductions.recording import by_act, show_parties
from bot.assistant.introductions.wording import CAME_OF_IT, STANDING, day, decided, for_staff, met, outcome
from bot.assistant.letters import Letter, LetterKind, letter_of
from store.introductions.limits import is_paused
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import remark
from store.introductions.turns import take_turn
from store.kinds import Consent
from store.kinds import IntroductionState as State
from store.models import AuditEntry, LetterRecord, Person
from store.people import Member

PAUSE_FOR = timedelta(days=90)
STALE = "That is from an earlier letter of mine, and no longer waits for an answer."
NOT_YOURS = "That letter was written to somebody else, so only they can answer it."
NO_ANSWER = "That letter needs no answer."
# While a yes or no still changes something. With staff again, or waiting: the other's request was called back.
AGAIN = frozenset({State.ASKED, State.SILENT, State.REQUESTED, State.WAITING})


def reply_to_letter(
    session: Session, token: str, word: str, act: Act, details: Details | None = None
) -> Told:
    """Take a reader's word on a letter of theirs. Safe to repeat: the same word again is told the same."""
    take_turn(session)
    record = letter_of(session, token)
    if record is None:
        return Told(False, STALE)
    if not (isinstance(act.by, Member) and act.by.person_id == record.person_id):
        session.add(
            AuditEntry(
                at=act.now, actor=act.actor, action="refused", subject=record.about,
                details={"action": "answer a letter", "letter": record.id, "medium": act.medium.value},
            )
        )  # fmt: skip
        return Told(False, NOT_YOURS)
    answer = ANSWERS.get(LetterKind(record.kind))
    if answer is None:
        return Told(False, NO_ANSWER)
    told = answer(session, record, _word(word), act, details or Details())
    if told.done and record.answered_at is None:
        record.answered_at, record.answer = act.now, _word(word)[:60]
        session.add(record)
    return told


def _word(word: str) -> str:
    said = " ".join(word.casefold().split())
    return "no" if said == "not now" else said


def _introduction(session: Session, record: LetterRecord) -> Pair | None:
    kind, _, number = record.about.partition(":")
    return pair(session, int(number)) if kind == "introduction" and number.isdigit() else None


def _consent(session: Session, record: LetterRecord, word: str, act: Act, _details: Details) -> Told:
    found = _introduction(session, record)
    party = None if found is None else found.of(record.person_id)
    if found is None or party is None:
        return Told(False, STALE)
    if word == "yes":
        return _yes(session, found, party, act)
    if word in {"no", "pause"}:
        told = _no(session, found, party, act)
        return _paused_too(session, party, told, act) if word == "pause" else told
    return Told(False, "Please answer yes or not now.", found.id)


def _paused_too(session: Session, party: Party, told: Told, act: Act) -> Told:
    """A pause that goes on for longer already stays as it is."""
    until = (act.now + PAUSE_FOR).date()
    person = session.get(Person, party.row.person_id)
    if person is not None and is_paused(person, now=act.now):
        theirs = person.introductions_paused_until
        if theirs is None or theirs >= until:
            end = f"until {day(theirs, act.house)}" if theirs else "until you return"
            return Told(True, f"{told.text} You get no requests {end}, as before.", told.about)
    pause(session, act, until)
    return Told(True, f"{told.text} You get no more requests until {day(until, act.house)}.", told.about)


def _yes(session: Session, found: Pair, party: Party, act: Act) -> Told:
    other = found.other(party.row.side)
    state = found.introduction.state
    if party.row.consent is Consent.YES:
        return Told(True, f"You said yes already. {STANDING[state].capitalize()}.", found.id)
    if state not in AGAIN or party.row.consent is Consent.NOT_ASKED:
        return Told(False, f"{STALE} {STANDING[state].capitalize()}.", found.id)
    _say(session, party, Consent.YES, act)
    if other.row.consent is not Consent.YES:
        remark(session, found.id, by_act(act), f"{party.row.side.value} said yes")
        show_parties(session, found, act.house, now=act.now)
        return Told(True, f"Thank you. I wait for {other.where} to say yes too.", found.id)
    reached = accept(session, found, act.house, by_act(act))
    if reached is State.NOT_NOW:
        return Told(True, "Thank you. It turns out that it isn't the right time after all.", found.id)
    return Told(True, f"Thank you. You and {other.called} get a message together in a moment.", found.id)


def _no(session: Session, found: Pair, party: Party, act: Act) -> Told:
    state = found.introduction.state
    if party.row.consent is Consent.NOT_NOW:
        return Told(True, "You said not now already; nobody hears more than that.", found.id)
    open_still = state in AGAIN or (state is State.ACCEPTED and not has_left(session, found.id))
    if not open_still or party.row.consent is Consent.NOT_ASKED:
        return Told(False, f"{STALE} {STANDING[state].capitalize()}.", found.id)
    _say(session, party, Consent.NOT_NOW, act)
    end(session, found, State.NOT_NOW, act.house, by_act(act))
    return Told(True, "That is fine. They hear only that it isn't the right time.", found.id)


def _say(session: Session, party: Party, consent: Consent, act: Act) -> None:
    row = party.row
    row.consent, row.answered_at = consent, act.now
    row.medium, row.evidence = act.medium, act.evidence[:400]
    session.add(row)
    session.flush()
    call_back(session, row.introduction_id, REQUESTS, reason="answered", now=act.now, person_id=row.person_id)


def _met(session: Session, record: LetterRecord, word: str, act: Act, details: Details) -> Told:
    found = _introduction(session, record)
    own = None if found is None else found.of(record.person_id)
    if found is None or own is None:
        return Told(False, STALE)
    if word == "not yet":
        remark(session, found.id, by_act(act), f"{own.row.side.value} said: not met yet")
        told = Told(True, "Thank you. I won't ask again; tell me if you meet.", found.id)
    elif word in {"met", "no"}:
        stage = State.MET if word == "met" else State.NOTHING
        told = report_outcome(session, found.id, stage, act, details)
    else:
        return Told(False, "Please answer met, not yet or no.", found.id)
    letter = met(found, own, found.other(own.row.side))
    _show_answered(session, letter, word, act, done=told.done)
    return told


def _outcome(session: Session, record: LetterRecord, word: str, act: Act, details: Details) -> Told:
    found = _introduction(session, record)
    own = None if found is None else found.of(record.person_id)
    if found is None or own is None:
        return Told(False, STALE)
    stage = STAGE_OF.get(word)
    if stage is None:
        return Told(False, f"Please answer one of: {', '.join(each.word for each in CAME_OF_IT)}.", found.id)
    told = report_outcome(session, found.id, stage, act, details)
    days = record.key.rpartition(":")[2].removesuffix("d")
    letter = outcome(found, own, found.other(own.row.side), days=int(days) if days.isdigit() else 90)
    _show_answered(session, letter, word, act, done=told.done)
    return told


STAGE_OF = {
    "met": State.MET,
    "in talks": State.IN_TALKS,
    "agreement": State.AGREEMENT,
    "project": State.PROJECT,
    "nothing": State.NOTHING,
}


def _paused(session: Session, _record: LetterRecord, word: str, act: Act, _details: Details) -> Told:
    return resume(session, act) if word == "resume" else Told(False, "Answer resume to get requests again.")


def _staff(session: Session, record: LetterRecord, word: str, act: Act, details: Details) -> Told:
    found = _introduction(session, record)
    if found is None:
        return Told(False, STALE)
    if word == "approve":
        told = approve(session, found.id, act)
    elif word in {"decline", "no"}:
        told = decline(session, found.id, act, note=details.words)
    else:
        return Told(False, "Please answer approve or decline.", found.id)
    if told.done:
        name = act.by.name if isinstance(act.by, Member) else "the team"
        letter = for_staff(found, "")
        closing = f"{told.text} By {name}, {day(act.now, act.house)}."
        settled = decided(letter, closing)
        act.house.letterbox.revise(session, _under(settled, record.key), now=act.now)
    return told


def _news(session: Session, record: LetterRecord, word: str, act: Act, _details: Details) -> Told:
    found = _introduction(session, record)
    if found is None or word not in {"withdraw", "take it back"}:
        return Told(False, NO_ANSWER)
    return withdraw(session, found.id, act)


def _address(session: Session, record: LetterRecord, word: str, act: Act, _details: Details) -> Told:
    return answer_claim(session, record, word, act)


def _event(session: Session, record: LetterRecord, word: str, act: Act, details: Details) -> Told:
    return answer_event_letter(session, record, word, act, details.words)


def _campaign(session: Session, record: LetterRecord, word: str, act: Act, _details: Details) -> Told:
    return answer_campaign_letter(session, record, word, act)


def _show_answered(session: Session, letter: Letter, word: str, act: Act, *, done: bool) -> None:
    if done:
        closing = f"You said “{word}” on {day(act.now, act.house)}."
        act.house.letterbox.revise(session, decided(letter, closing), now=act.now)


def _under(letter: Letter, key: str) -> Letter:
    return Letter(
        key, letter.kind, letter.about, letter.subject, letter.lead,
        letter.paragraphs, letter.facts, letter.quoted, letter.closing, letter.choices, letter.why,
    )  # fmt: skip


ANSWERS: Mapping[LetterKind, Callable[[Session, LetterRecord, str, Act, Details], Told]] = {
    LetterKind.CONSENT: _consent,
    LetterKind.NUDGE: _consent,
    LetterKind.MET: _met,
    LetterKind.OUTCOME: _outcome,
    LetterKind.PAUSED: _paused,
    LetterKind.STAFF: _staff,
    LetterKind.NEWS: _news,
    LetterKind.ADDRESS: _address,
    LetterKind.INVITATION: _event,
    LetterKind.REMINDER: _event,
    LetterKind.OFFER: _event,
    LetterKind.TICKET: _event,
    LetterKind.EVENT_NEWS: _event,
    LetterKind.CAMPAIGN: _campaign,
    LetterKind.THANKS: answer_thanks,
}
