"""Both said yes: one message to the two of them, in Slack where it can be, else by mail; and what stops it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.asking import tell_staff
from bot.assistant.introductions.posted import LEFT, NOT_NOW, REQUESTS, call_back, readers
from bot.assistant.introductions.recording import by_house, show_asker, show_parties, tell_not_now
from bot.assistant.introductions.wording import about, handoff
from bot.assistant.letters import LetterKind
from store.introductions.limits import never_with
from store.introductions.pairs import Pair, pair
from store.introductions.steps import By, move
from store.kinds import Consent, Held, Medium, OutboxState
from store.kinds import IntroductionState as State
from store.models import LetterRecord, OutboxMessage

MOOT = (*REQUESTS, LetterKind.HANDOFF, LetterKind.STAFF)  # once it has ended; the news of it are not
UNDECIDED = timedelta(days=3)  # in which a person may look up whether an uncertain message arrived
UNREACHED = (
    "Both said yes, but no message of mine reaches the two of them. Write to both; or put their addresses right and "
    "send it again: by “approve” and its number, or from the queue in Slack's Home."
)


def accept(session: Session, found: Pair, house: House, by: By) -> State:
    """Everybody agreed: hand off. Where they have become two who must never meet, it ends as "not now"."""
    if _apart(session, found):
        end(session, found, State.NOT_NOW, house, by)
        return State.NOT_NOW
    move(session, found.id, State.ACCEPTED, by)
    call_back(session, found.id, (*REQUESTS, LetterKind.STAFF), reason="both said yes", now=by.at)
    call_back(session, found.id, (LetterKind.NEWS,), reason="both said yes", now=by.at, key=NOT_NOW)
    _send(session, found, house, now=by.at)
    show_parties(session, found, house, now=by.at)
    show_asker(session, found.id, house, now=by.at)
    return State.ACCEPTED


def end(session: Session, found: Pair, to: State, house: House, by: By, *, note: str = "") -> None:
    """It ends before they were introduced: what has not left is called back, and the other side hears "not now"."""
    move(session, found.id, to, by, note=note)
    call_back(session, found.id, MOOT, reason=f"the introduction ended: {to.value}", now=by.at)
    have_it = readers(session, found.id)
    for each in found.parties:
        if each.row.consent is Consent.PENDING and each.row.person_id not in have_it:
            each.row.consent, each.row.asked_at = Consent.NOT_ASKED, None  # it counts for nobody
            session.add(each.row)
    session.flush()
    fresh = pair(session, found.id)
    assert fresh is not None  # noqa: S101 - narrows the type: it was moved above
    show_parties(session, fresh, house, now=by.at)
    show_asker(session, fresh.id, house, now=by.at)
    tell_not_now(session, fresh, house, by, note=note)


def _apart(session: Session, found: Pair) -> bool:
    """Kept apart by now, or one of the two is not there any more."""
    people = found.people()
    return len(people) < 2 or never_with(session, *people)


def has_left(session: Session, introduction_id: int) -> bool:
    """Whether the message to both is being sent or was: then nobody can take it back."""
    return fate(session, introduction_id) in LEFT


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
    if message is not None and _counts_as_sent(message, now):
        left = By("whodoes", message.settled_at or now, message.medium, message.dedup_key)
        move(session, introduction_id, State.INTRODUCED, left)
        show_asker(session, introduction_id, house, now=now)
        return State.INTRODUCED
    if (message is None or message.state not in LEFT) and _apart(session, found):
        end(session, found, State.NOT_NOW, house, by_house(now))
        return State.NOT_NOW
    if message is None:
        _send(session, found, house, now=now)
    elif message.state is OutboxState.FAILED:
        slack = message.medium is Medium.SLACK
        if not (slack and _send(session, found, house, now=now, media=(Medium.EMAIL,))):
            _leave_to_staff(session, found, house, now=now)
    elif (
        message.state is OutboxState.CANCELLED
    ):  # by a person, or nobody could be reached when it was reworded
        _leave_to_staff(session, found, house, now=now)
    return State.ACCEPTED


def _counts_as_sent(message: OutboxMessage, now: datetime) -> bool:
    """Sent; or it may have been, and nobody decided to send it again."""
    if message.state is OutboxState.UNCERTAIN:
        return message.settled_at is None or message.settled_at <= now - UNDECIDED
    return message.state is OutboxState.SENT


def resend(session: Session, found: Pair, house: House, now: datetime) -> bool:
    """Write it again where it has not left, in the words it has by now. False: it has, or it reaches nobody."""
    if has_left(session, found.id):
        return False
    call_back(session, found.id, (LetterKind.HANDOFF,), reason="written anew", now=now)
    return _send(session, found, house, now=now)


def _send(
    session: Session, found: Pair, house: House, *, now: datetime, media: tuple[Medium, ...] | None = None
) -> bool:
    letter = handoff(found, _round(session, found.id))
    due = now + house.rules.handoff_hold
    if house.letterbox.post(session, letter, found.people(), now=now, due=due, media=media) is None:
        _leave_to_staff(session, found, house, now=now)
        return False
    found.introduction.held = None
    session.add(found.introduction)
    return True


def _leave_to_staff(session: Session, found: Pair, house: House, *, now: datetime) -> None:
    found.introduction.held = Held.NOBODY
    session.add(found.introduction)
    tell_staff(session, found, UNREACHED, house, now=now)


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
