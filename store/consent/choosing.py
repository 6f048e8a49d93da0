"""What one reader chose: of which topics they hear, how often, or of nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from store.consent.readers import Reader, confirmed
from store.consent.suppression import addresses_of, release, suppress, unwanted
from store.consent.topics import Heading, topics
from store.kinds import Frequency, SubscriberState
from store.models import AuditEntry, Person, ReaderChoice, Subscriber


@dataclass(frozen=True, slots=True)
class Choice:
    topic: Heading
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class Preferences:
    """`anything` is False where they want nothing at all; what they chose before is kept beside it."""

    reader: Reader
    name: str
    anything: bool
    choices: tuple[Choice, ...]


def preferences(session: Session, reader: Reader) -> Preferences | None:
    """None where they are gone."""
    found = _who(session, reader)
    if found is None:
        return None
    rows = session.exec(select(ReaderChoice).where(_theirs(reader)))
    chosen = {row.topic: row.frequency for row in rows}
    return Preferences(
        reader,
        found[0],
        found[1],
        tuple(Choice(each, chosen.get(each.key, Frequency.EVERY)) for each in topics(session)),
    )


def choose(
    session: Session, reader: Reader, wanted: Mapping[str, Frequency], *, source: str, now: datetime
) -> bool:
    """Set the topics that are named; others stay as they were. Audited; saying the same again is no change.

    False where the reader is gone. A choice for something is a choice against having nothing.
    """
    if _who(session, reader) is None:
        return False
    known = {each.key for each in topics(session, retired=True)}
    rows = {row.topic: row for row in session.exec(select(ReaderChoice).where(_theirs(reader)))}
    changed = {}
    for topic, frequency in wanted.items():
        row = rows.get(topic)
        if topic not in known or (row.frequency if row else Frequency.EVERY) is frequency:
            continue
        row = row or ReaderChoice(
            person_id=reader.person_id, subscriber_id=reader.subscriber_id, topic=topic,
            frequency=frequency, set_at=now,
        )  # fmt: skip
        row.frequency, row.source, row.set_at = frequency, source, now
        session.add(row)
        changed[topic] = frequency.value
    if changed:
        _audit(session, reader, "preferences.set", {"by": source, **changed}, now=now)
    return True


def stop(session: Session, reader: Reader, *, source: str, now: datetime) -> bool:
    """Nothing unasked any more, whatever an import says later. Safe to repeat; False where they are gone."""
    found = _who(session, reader)
    if found is None:
        return False
    suppress(session, _addresses(session, reader), now=now)
    if found[1] or _asked_lately(session, reader):
        _set(session, reader, anything=False, now=now)
        _audit(session, reader, "preferences.stopped", {"by": source}, now=now)
    return True


def start_again(session: Session, reader: Reader, *, source: str, now: datetime) -> bool:
    """At the reader's own word alone: what they chose before counts again."""
    found = _who(session, reader)
    if found is None:
        return False
    release(session, _addresses(session, reader))
    if not found[1]:
        _set(session, reader, anything=True, now=now)
        _audit(session, reader, "preferences.resumed", {"by": source}, now=now)
    return True


def _who(session: Session, reader: Reader) -> tuple[str, bool] | None:
    """Their name, and whether they want anything at all."""
    if reader.person_id is not None:
        person = session.get(Person, reader.person_id)
        if person is None:
            return None
        held = bool(unwanted(session, addresses_of(session, reader.person_id)))
        return person.name, person.newsletters and not held
    subscriber = session.get(Subscriber, reader.subscriber_id)
    return None if subscriber is None else (subscriber.name, confirmed(subscriber))


def _asked_lately(session: Session, reader: Reader) -> bool:
    """A subscriber who said neither yes nor no: what they are asked is taken back."""
    subscriber = session.get(Subscriber, reader.subscriber_id) if reader.person_id is None else None
    return subscriber is not None and subscriber.state is SubscriberState.PENDING


def _set(session: Session, reader: Reader, *, anything: bool, now: datetime) -> None:
    if reader.person_id is not None:
        person = session.get_one(Person, reader.person_id)
        person.newsletters = anything
        session.add(person)
    else:
        subscriber = session.get_one(Subscriber, reader.subscriber_id)
        subscriber.state = SubscriberState.CONFIRMED if anything else SubscriberState.ENDED
        if anything:
            subscriber.confirmed_at = subscriber.confirmed_at or now
        subscriber.ended_at = None if anything else now
        session.add(subscriber)
    session.flush()


def _addresses(session: Session, reader: Reader) -> list[str]:
    if reader.person_id is not None:
        return addresses_of(session, reader.person_id)
    return [session.get_one(Subscriber, reader.subscriber_id).address]


def _theirs(reader: Reader) -> ColumnElement[bool]:
    if reader.person_id is not None:
        return col(ReaderChoice.person_id) == reader.person_id
    return col(ReaderChoice.subscriber_id) == reader.subscriber_id


def _audit(session: Session, reader: Reader, action: str, details: dict[str, str], *, now: datetime) -> None:
    session.add(AuditEntry(at=now, actor=reader.key, action=action, subject=reader.key, details=details))
    session.flush()
