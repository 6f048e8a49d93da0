"""Requests that never arrived: sent by mail where Slack would not take them, else left to staff; never taken for silence."""

from datetime import datetime

from sqlalchemy import String, cast, literal
from sqlmodel import Session, col, select

from bot.assistant.house import House
from bot.assistant.introductions.asking import ask_anew, back_to_staff
from bot.assistant.introductions.posted import request_to
from bot.assistant.introductions.recording import by_house
from bot.assistant.letters import LetterKind
from store.introductions.pairs import Pair, Party, pair
from store.introductions.steps import OPEN
from store.kinds import Consent, Held, Medium, OutboxState
from store.models import Introduction, LetterRecord, OutboxMessage


def undelivered(session: Session, *, limit: int) -> list[int]:
    """Introductions under way, one of whose requests was refused for good."""
    rows = session.exec(
        select(Introduction.id)
        .join(
            LetterRecord, col(LetterRecord.about) == literal("introduction:") + cast(Introduction.id, String)
        )
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            LetterRecord.kind == LetterKind.CONSENT.value,
            OutboxMessage.state == OutboxState.FAILED,
            col(Introduction.state).in_(OPEN),
        )
        .order_by(col(Introduction.id))
        .distinct()
        .limit(limit)
    )
    return [each for each in rows if each is not None]


def deliver_otherwise(session: Session, introduction_id: int, house: House, now: datetime) -> bool:
    """By mail, else back to staff. Safe to repeat. True where it changed something."""
    found = pair(session, introduction_id)
    if found is None or found.introduction.state not in OPEN:
        return False
    failed = [(party, medium) for party in found.parties if (medium := _refused_by(session, found, party))]
    for party, medium in failed:
        mail = (Medium.EMAIL,)
        if medium is Medium.SLACK and ask_anew(session, found, party, house, now=now, media=mail):
            continue
        back_to_staff(session, found, Held.NOBODY, house, by_house(now))
        break
    return bool(failed)


def _refused_by(session: Session, found: Pair, party: Party) -> Medium | None:
    if party.row.consent is not Consent.PENDING or party.row.person_id is None:
        return None
    message = request_to(session, found.id, party.row.person_id)
    return message.medium if message is not None and message.state is OutboxState.FAILED else None
