"""Letters as their readers have them: found by the token, with the words and choices that were sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, select

from bot.assistant.address_letters import MINE, NOT_MINE
from bot.assistant.campaigns.by_letter import APPROVE, DECLINE, LEAVE, SEND
from bot.assistant.events.after_wording import SCORES
from bot.assistant.events.wording import COMING, GOING, TAKE_IT
from bot.assistant.introductions.wording import CAME_OF_IT, DECIDE, MET, NO, PAUSE, RESUME, YES
from bot.assistant.letters import Choice, Letter, LetterKind, letter_of
from store.models import OutboxMessage

_LETTER = TypeAdapter(Letter)
# Where the words that were sent are kept no longer, or went out by a medium that keeps none.
CHOICES: dict[str, tuple[Choice, ...]] = {
    LetterKind.CONSENT: (YES, NO, PAUSE),
    LetterKind.NUDGE: (YES, NO, PAUSE),
    LetterKind.MET: MET,
    LetterKind.OUTCOME: CAME_OF_IT,
    LetterKind.PAUSED: RESUME,
    LetterKind.STAFF: DECIDE,
    LetterKind.NEWS: (Choice("withdraw", "Take it back"),),
    LetterKind.INVITATION: COMING,
    LetterKind.REMINDER: COMING,
    LetterKind.OFFER: TAKE_IT,
    LetterKind.TICKET: GOING,
    LetterKind.EVENT_NEWS: COMING,
    LetterKind.ADDRESS: (MINE, NOT_MINE),
    LetterKind.THANKS: SCORES,
    LetterKind.CAMPAIGN: (SEND, LEAVE, APPROVE, DECLINE),
}


@dataclass(frozen=True, slots=True)
class SentLetter:
    """`letter` is None where only its record is left. `answer` is the word that settled it."""

    id: int
    token: str
    kind: str
    about: str
    person_id: int
    choices: tuple[Choice, ...]
    letter: Letter | None = None
    answered_at: datetime | None = None
    answer: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(choice.word for choice in self.choices)


def to_keep(letter: Letter) -> dict[str, Any]:
    """The letter as the payload of a message can hold it."""
    return {"letter": _LETTER.dump_python(letter, mode="json")}


def sent_letter(session: Session, token: str) -> SentLetter | None:
    """The letter this token was made for; None where there is none."""
    record = letter_of(session, token)
    if record is None or record.id is None:
        return None
    letter = _kept(session, record.outbox_key)
    return SentLetter(
        record.id, record.token, record.kind, record.about, record.person_id,
        letter.choices if letter else CHOICES.get(record.kind, ()), letter, record.answered_at, record.answer,
    )  # fmt: skip


def _kept(session: Session, outbox_key: str) -> Letter | None:
    payload = session.exec(select(OutboxMessage.payload).where(OutboxMessage.dedup_key == outbox_key)).first()
    try:
        return _LETTER.validate_python((payload or {}).get("letter"))
    except ValidationError:  # forgotten, or another medium's
        return None
