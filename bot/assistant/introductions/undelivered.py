"""Requests that never arrived, or that staff would not have sent: by mail where Slack would not take them, by another
address where theirs is gone, else left to staff."""

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
from store.reaching import reachable

LOST = (OutboxState.FAILED, OutboxState.CANCELLED)


def undelivered(session: Session, *, limit: int) -> list[int]:
    """Introductions under way, one of whose requests was refused for good, or taken off the list by a person."""
    rows = session.exec(
        select(Introduction.id)
        .join(
            LetterRecord, col(LetterRecord.about) == literal("introduction:") + cast(Introduction.id, String)
        )
        .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
        .where(
            LetterRecord.kind == LetterKind.CONSENT.value,
            col(OutboxMessage.state).in_(LOST),
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
    lost = [(party, message) for party in found.parties if (message := _lost(session, found, party))]
    for party, message in lost:
        otherwise = message.state is OutboxState.FAILED and _elsewhere(session, party, message)
        if otherwise and ask_anew(session, found, party, house, now=now, media=(Medium.EMAIL,)):
            continue
        back_to_staff(session, found, Held.NOBODY, house, by_house(now))
        break
    return bool(lost)


def _elsewhere(session: Session, party: Party, message: OutboxMessage) -> bool:
    """Whether mail would go another way than the message that was lost: not by Slack, or to a further address of theirs."""
    if message.medium is Medium.SLACK or party.row.person_id is None:
        return message.medium is Medium.SLACK
    return reachable(session, party.row.person_id).address not in {None, message.recipient}


def _lost(session: Session, found: Pair, party: Party) -> OutboxMessage | None:
    """The request that they are taken to have, and have not."""
    if party.row.consent is not Consent.PENDING or party.row.person_id is None:
        return None
    message = request_to(session, found.id, party.row.person_id)
    return message if message is not None and message.state in LOST else None
