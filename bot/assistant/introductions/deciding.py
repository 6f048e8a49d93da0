"""What staff decide on an introduction before it goes out: approve, edit, decline, assign, name whom to ask."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.assistant.acting import Act, Told
from bot.assistant.introductions.asking import WHY_HELD, Standing, ask, ask_anew, tell_staff
from bot.assistant.introductions.handing_off import UNREACHED, end, has_left, resend
from bot.assistant.introductions.posted import request_to
from bot.assistant.introductions.recording import audit, by_act, settle_letters, show_asker
from bot.assistant.introductions.requesting import LONGEST, STAFF_ONLY
from bot.assistant.introductions.wording import STANDING
from bot.assistant.letters import LetterKind
from bot.assistant.rights import STAFF, Action, allowed
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import OPEN, remark
from store.introductions.turns import take_turn
from store.keys import storable
from store.kinds import Consent, Held, Origin, OutboxState
from store.kinds import IntroductionState as State
from store.models import Person
from store.people import Member, by_id

BEFORE = frozenset({State.REQUESTED, State.WAITING})


@dataclass(frozen=True, slots=True)
class Edits:
    """None leaves a text as it is."""

    reason: str | None = None
    seeks: str | None = None
    opener: str | None = None


def approve(session: Session, introduction_id: int, act: Act) -> Told:
    """Let it go out: whoever must agree is asked now, or when there is room."""
    found = _for_staff(session, introduction_id, act)
    if isinstance(found, Told):
        return found
    if found.introduction.state is State.ACCEPTED and found.introduction.held:
        return _sent_again(session, found, act)
    if found.introduction.state not in BEFORE:
        return _past(found)
    if found.introduction.held is Held.NEVER_WITH:
        return Told(False, WHY_HELD[Held.NEVER_WITH], introduction_id)
    if found.introduction.state is State.REQUESTED:
        audit(session, act, "introduction.approved", introduction_id)
        remark(session, introduction_id, by_act(act), "approved")
    standing = ask(session, introduction_id, act.house, by_act(act))
    show_asker(session, introduction_id, act.house, now=act.now)
    fresh = pair(session, introduction_id)
    assert fresh is not None  # noqa: S101 - narrows the type: it was found above
    if standing is Standing.WITH_TEAM:
        held = fresh.introduction.held
        return Told(False, f"It cannot go out yet. {WHY_HELD[held] if held else ''}".strip(), introduction_id)
    settle_letters(session, introduction_id, (LetterKind.STAFF,), "approve", now=act.now)
    if standing is Standing.WAITING:
        return Told(
            True, f"Approved. {fresh.asked.where} has no room this month: it waits its turn.", introduction_id
        )
    return Told(True, f"Approved: {fresh.asked.called} has been asked.", introduction_id)


def _sent_again(session: Session, found: Pair, act: Act) -> Told:
    """Both agreed, and what was to say so could not be sent: once more, now that somebody put right what was wrong."""
    if not resend(session, found, act.house, act.now):
        return Told(False, f"It cannot go out yet. {UNREACHED}", found.id)
    remark(session, found.id, by_act(act), "sent again")
    audit(session, act, "introduction.sent_again", found.id)
    return Told(True, "Both said yes: it goes out to the two of them again.", found.id)


def edit(session: Session, introduction_id: int, edits: Edits, act: Act) -> Told:
    """Change its words. What was sent already stays as it was sent; what still waits is written anew."""
    found = _for_staff(session, introduction_id, act)
    if isinstance(found, Told):
        return found
    if found.introduction.state not in OPEN or has_left(session, introduction_id):
        return Told(False, f"Its words have gone out: {STANDING[found.introduction.state]}.", introduction_id)
    changed = [name for name in ("reason", "seeks", "opener") if _set(found, name, getattr(edits, name))]
    if not changed:
        return Told(True, "Nothing in it was different.", introduction_id)
    session.add(found.introduction)
    session.flush()
    remark(session, introduction_id, by_act(act), f"edited: {', '.join(changed)}")
    audit(session, act, "introduction.edited", introduction_id)
    if found.introduction.state is State.ACCEPTED:
        resend(session, found, act.house, act.now)
    for party in found.parties:
        if party.row.consent is Consent.PENDING and _waits(session, party):
            ask_anew(session, found, party, act.house, now=act.now)
    return Told(True, f"Changed: {', '.join(changed)}.", introduction_id)


def decline(session: Session, introduction_id: int, act: Act, note: str = "") -> Told:
    """The team lets it be. The asker hears "not now", with the note where there is one."""
    found = _for_staff(session, introduction_id, act)
    if isinstance(found, Told):
        return found
    if found.introduction.state not in OPEN or has_left(session, introduction_id):
        return _past(found)
    words = _clean(note)
    end(session, found, State.DECLINED, act.house, by_act(act), note=words)
    settle_letters(session, introduction_id, (LetterKind.STAFF,), "decline", now=act.now)
    audit(session, act, "introduction.declined", introduction_id)
    told = "hears “not now”, with your note" if words else "hears “not now” and no more"
    return Told(True, f"Declined. {found.asker.called} {told}.", introduction_id)


def assign(session: Session, introduction_id: int, staff_person_id: int, act: Act) -> Told:
    """Give it to one of the staff, who is told."""
    found = _for_staff(session, introduction_id, act)
    if isinstance(found, Told):
        return found
    to = by_id(session, staff_person_id)
    if not isinstance(to, Member) or to.staff_role not in STAFF:
        return Told(False, "Only one of the staff can take it.", introduction_id)
    if found.introduction.assigned_to == staff_person_id:
        return Told(True, f"{to.name} has it already.", introduction_id)
    found.introduction.assigned_to = staff_person_id
    session.add(found.introduction)
    session.flush()
    remark(session, introduction_id, by_act(act), f"assigned to person:{staff_person_id}")
    audit(session, act, "introduction.assigned", introduction_id)
    if found.introduction.state in BEFORE:
        held = found.introduction.held
        why = f"It was given to you. {WHY_HELD[held] if held else ''}".strip()
        tell_staff(session, found, why, act.house, now=act.now)
    return Told(True, f"{to.name} has it now.", introduction_id)


def name_person(session: Session, introduction_id: int, person_id: int, act: Act) -> Told:
    """Say whom to ask there; they are asked when it is approved."""
    found = _for_staff(session, introduction_id, act)
    if isinstance(found, Told):
        return found
    if found.introduction.state not in BEFORE:
        return _past(found)
    person = session.get(Person, person_id)
    if person is None:
        return Told(False, "I don't know that person.", introduction_id)
    if complaint := _not_to_be_named(found, person):
        return Told(False, complaint, introduction_id)
    if found.asked.row.person_id == person_id:
        return Told(
            True, f"{person.name} is the one to ask already. Approve it, and they are.", introduction_id
        )
    found.asked.row.person_id = person_id
    found.introduction.held = Held.APPROVAL  # whoever it was could not be asked; approving looks again
    session.add(found.introduction)
    if person.organisation_id is not None:
        found.asked.row.organisation_id = person.organisation_id
    session.add(found.asked.row)
    session.flush()
    remark(session, introduction_id, by_act(act), f"to ask person:{person_id}")
    audit(session, act, "introduction.person_named", introduction_id)
    return Told(True, f"{person.name} is the one to ask. Approve it, and they are.", introduction_id)


def withdraw(session: Session, introduction_id: int, act: Act) -> Told:
    """Its asker takes it back, while the two have not been put in touch."""
    take_turn(session)
    found = pair(session, introduction_id)
    mine = isinstance(act.by, Member) and found is not None and found.asker.row.person_id == act.by.person_id
    if found is None or not (
        mine or allowed(session, act, Action.DECIDE_INTRODUCTION, subject=f"introduction:{introduction_id}")
    ):
        return Told(False, "That is not one of your introductions.")
    if found.introduction.state is State.WITHDRAWN:
        return Told(True, "You took it back already.", introduction_id)
    if found.introduction.state not in OPEN or has_left(session, introduction_id):
        return Told(
            False, f"It is too late to take it back: {STANDING[found.introduction.state]}.", introduction_id
        )
    end(session, found, State.WITHDRAWN, act.house, by_act(act))
    settle_letters(session, introduction_id, (LetterKind.CONSENT, LetterKind.NUDGE), "withdrawn", now=act.now)
    return Told(True, f"Taken back: {found.asked.where} hears nothing more of it.", introduction_id)


def _for_staff(session: Session, introduction_id: int, act: Act) -> Pair | Told:
    if not allowed(session, act, Action.DECIDE_INTRODUCTION, subject=f"introduction:{introduction_id}"):
        return Told(False, STAFF_ONLY)
    take_turn(session)
    found = pair(session, introduction_id)
    return found if found is not None else Told(False, f"There is no introduction number {introduction_id}.")


def _not_to_be_named(found: Pair, person: Person) -> str:
    """Why they cannot be the one to ask."""
    asker, asked = found.asker.row, found.asked
    if person.id == asker.person_id:
        return "That is who asks."
    if person.organisation_id is not None and person.organisation_id == asker.organisation_id:
        return "They are of the same organisation as who asks."
    if asked.row.consent is not Consent.NOT_ASKED:  # a yes is theirs who said it
        return f"{asked.called} has been asked already."
    if found.introduction.origin is Origin.STAFF and asker.consent is not Consent.NOT_ASKED:
        return f"{found.asker.called} has been asked whether to meet {asked.called}, and nobody else."
    if not person.listed:
        return f"{person.name} is not to be found in the directory, so nobody is introduced to them."
    return ""


def _waits(session: Session, party: Party) -> bool:
    if party.row.person_id is None:
        return False
    message = request_to(session, party.row.introduction_id, party.row.person_id)
    return message is not None and message.state is OutboxState.QUEUED


def _past(found: Pair) -> Told:
    return Told(False, f"That was decided already: {found.introduction.state.value}.", found.id)


def _set(found: Pair, name: str, text: str | None) -> bool:
    if text is None or _clean(text) == getattr(found.introduction, name):
        return False
    setattr(found.introduction, name, _clean(text))
    return True


def _clean(text: str) -> str:
    return storable(" ".join(text[: 4 * LONGEST].split()))[:LONGEST]
