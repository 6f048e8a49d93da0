"""Who reads what we send: a member or a subscriber, and the token that lets each choose without signing in."""

from dataclasses import dataclass

from sqlmodel import Session, select

from store.kinds import SubscriberState
from store.models import Person, Subscriber
from store.secrets import REPLY_ADDRESSES, known_secret
from store.signing import number_of, token

# Small letters that no other token of that key begins with (mail/tokens.py): the same ones stand in mail addresses.
PERSON, SUBSCRIBER = "u", "s"


@dataclass(frozen=True, slots=True)
class Reader:
    """`key` is how the ledger of a campaign names them: "person:4", "subscriber:9"."""

    person_id: int | None = None
    subscriber_id: int | None = None

    @property
    def key(self) -> str:
        return (
            f"person:{self.person_id}" if self.person_id is not None else f"subscriber:{self.subscriber_id}"
        )


def reader_of_key(key: str) -> Reader | None:
    kind, _, number = key.partition(":")
    if not number.isascii() or not number.isdecimal():
        return None
    if kind == "person":
        return Reader(person_id=int(number))
    return Reader(subscriber_id=int(number)) if kind == "subscriber" else None


def reader_token(key: bytes, reader: Reader) -> str:
    """Good for ever, as a way out must be. `key` is the secret REPLY_ADDRESSES; no database is asked: a mailing makes many."""
    if reader.person_id is not None:
        return token(key, PERSON, reader.person_id)
    return token(key, SUBSCRIBER, reader.subscriber_id or 0)


def named_by(session: Session, said: str) -> Reader | None:
    """Whose token this is; None where it is none of ours, or they are gone."""
    key = known_secret(session, REPLY_ADDRESSES)
    found = None if key is None else number_of(key, said)
    if found is None:
        return None
    purpose, number = found
    if purpose == PERSON and session.get(Person, number) is not None:
        return Reader(person_id=number)
    if purpose == SUBSCRIBER and session.get(Subscriber, number) is not None:
        return Reader(subscriber_id=number)
    return None


def subscriber_at(session: Session, address: str) -> Subscriber | None:
    return session.exec(select(Subscriber).where(Subscriber.address == address.strip().lower())).first()


def confirmed(subscriber: Subscriber | None) -> bool:
    return subscriber is not None and subscriber.state is SubscriberState.CONFIRMED
