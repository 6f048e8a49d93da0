"""Both said yes: one message to the two of them, in Slack where it can be, else by mail; and what stops it."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.recording import show_asker, show_parties, tell_not_now
from bot.assistant.introductions.wording import about, handoff
from bot.assistant.letters import LetterKind, unsent, withdraw
from store.introductions.limits import never_with
from store.introductions.pairs import Pair, pair
from store.introductions.steps import By, move
from store.kinds import Held, Medium, OutboxState
from store.kinds import IntroductionState as State
from store.models import Introduction, LetterRecord, OutboxMessage


def accept(session: Session, found: Pair, house: House, by: By) -> State:
    """Everybody agreed: hand off. Where they have become two who must never meet, it ends as "not now"."""
    people = found.people()
    if len(people) == 2 and never_with(session, *people):
        end(session, found, State.NOT_NOW, house, by)
        return State.NOT_NOW
    move(session, found.id, State.ACCEPTED, by)
    _send(session, found, house, now=by.at)
    show_parties(session, found, house, now=by.at)
    show_asker(session, found.id, house, now=by.at)
    return State.ACCEPTED


def end(session: Session, found: Pair, to: State, house: House, by: By, *, note: str = "") -> None:
    """It ends before they were introduced: what has not left is called back, and the other side hears "not now"."""
    move(session, found.id, to, by)
    left = unsent(session, about=about(found.id))
    withdraw(session, left, reason=f"the introduction ended: {to.value}", now=by.at)
    fresh = pair(session, found.id)
    assert fresh is not None  # noqa: S101 - narrows the type: it was moved above
    show_parties(session, fresh, house, now=by.at)
    show_asker(session, fresh.id, house, now=by.at)
    if to is not State.WITHDRAWN:
        tell_not_now(session, fresh, house, now=by.at, note=note)


def has_left(session: Session, introduction_id: int) -> bool:
    """Whether the message to both is being sent or was: then nobody can take it back."""
    state = fate(session, introduction_id)
    return state in {OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCERTAIN}


def fate(session: Session, introduction_id: int) -> OutboxState | None:
    """What became of the message to both; of the latest, where it went by a second way."""
    found = _message(session, introduction_id)
    return None if found is None else found.state


def look_after(session: Session, introduction_id: int, house: House, now: datetime) -> State:
    """Once the message is out they are introduced, from the moment it left; where Slack would not, mail tries."""
    found = pair(session, introduction_id)
    if found is None or found.introduction.state is not State.ACCEPTED:
        return State.ACCEPTED if found is None else found.introduction.state
    message = _message(session, introduction_id)
    if message is not None and message.state is OutboxState.SENT:
        left = By("whodoes", message.settled_at or now, message.medium, message.dedup_key)
        move(session, introduction_id, State.INTRODUCED, left)
        show_asker(session, introduction_id, house, now=now)
        return State.INTRODUCED
    if message is not None and message.state is OutboxState.FAILED:
        if message.medium is Medium.SLACK and _send(session, found, house, now=now, media=(Medium.EMAIL,)):
            return State.ACCEPTED
        _leave_to_staff(session, found.introduction)
    return State.ACCEPTED


def resend(session: Session, found: Pair, house: House, now: datetime) -> bool:
    """Write it again after staff changed its words, where it has not left. False: it has."""
    if has_left(session, found.id):
        return False
    withdraw(
        session, unsent(session, about=about(found.id), kind=LetterKind.HANDOFF), reason="reworded", now=now
    )
    return _send(session, found, house, now=now)


def _send(
    session: Session, found: Pair, house: House, *, now: datetime, media: tuple[Medium, ...] | None = None
) -> bool:
    letter = handoff(found, _round(session, found.id))
    due = now + house.rules.handoff_hold
    if house.letterbox.post(session, letter, found.people(), now=now, due=due, media=media) is None:
        _leave_to_staff(session, found.introduction)
        return False
    return True


def _leave_to_staff(session: Session, introduction: Introduction) -> None:
    introduction.held = Held.NOBODY
    session.add(introduction)


def _round(session: Session, introduction_id: int) -> int:
    keys = session.exec(
        select(LetterRecord.key).where(
            LetterRecord.about == about(introduction_id), LetterRecord.kind == LetterKind.HANDOFF.value
        )
    ).all()
    return len(set(keys)) + 1


def _message(session: Session, introduction_id: int) -> OutboxMessage | None:
    return session.exec(
        select(OutboxMessage)
        .join(LetterRecord, col(LetterRecord.outbox_key) == col(OutboxMessage.dedup_key))
        .where(LetterRecord.about == about(introduction_id), LetterRecord.kind == LetterKind.HANDOFF.value)
        .order_by(col(OutboxMessage.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
