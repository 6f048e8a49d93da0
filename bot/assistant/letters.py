"""Letters: what the assistant says unasked, in words that belong to no medium, each to the people it is for."""

import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlmodel import Session, col, select

from bot.assistant.events.entries import CalendarEntry
from store.kinds import Medium, OutboxState
from store.models import LetterRecord, OutboxMessage
from store.outbox import Draft, cancel, enqueue
from store.reaching import Reachable, reachable

TOKEN_BYTES = 15  # 24 characters of base32


class LetterKind(StrEnum):
    CONSENT = "consent"  # would you like to be introduced?
    NUDGE = "nudge"
    HANDOFF = "handoff"  # to both, once both said yes
    NEWS = "news"  # what became of what you asked for
    MET = "met"  # after 14 days: did you meet?
    OUTCOME = "outcome"  # after 90 and 180 days: what came of it?
    PAUSED = "paused"  # three silences: paused, with a way back
    STAFF = "staff"  # something waits for staff
    CODE = "code"  # a code that links a Slack account
    CORRECTION = "correction"  # what became of a proposed change
    ADDRESS = "address"  # is this address yours, too?
    INVITATION = "invitation"  # to an event
    REMINDER = "reminder"  # of one
    OFFER = "offer"  # of a seat that became free
    TICKET = "ticket"  # you have a seat
    UNDELIVERED = "undelivered"  # staff: what did not arrive
    CAMPAIGN = "campaign"  # a broadcast waits for an approver
    EVENT_NEWS = "event news"  # it moved, it is cancelled, a seat went to the next
    THANKS = "thanks"  # for coming, and how was it?


# What nobody waits for: it does not go to an address that called our mail spam, or refuses it again and again.
UNASKED = frozenset(
    {
        LetterKind.CONSENT,
        LetterKind.NUDGE,
        LetterKind.MET,
        LetterKind.OUTCOME,
        LetterKind.INVITATION,
        LetterKind.THANKS,
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a letter: a button in Slack and on its page, the word alone on a mail's first line."""

    word: str  # "yes"
    label: str  # "Yes, introduce us"
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """Every text is plain, of one paragraph, and still to be escaped. `quoted` is a member's own words."""

    key: str  # "consent:7:asked": what may exist only once for a reader
    kind: LetterKind
    about: str  # "introduction:7"
    subject: str
    lead: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # label, value
    quoted: str = ""
    closing: str = ""
    choices: tuple[Choice, ...] = ()
    why: str = ""  # why this comes, and how to stop it
    closing_pressed: str = ""  # said instead of `closing` where the choices are buttons
    why_pressed: str = ""  # the same of `why`
    calendar: CalendarEntry | None = None  # for the reader's calendar, where the medium can carry it


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter with whom it goes to, and each one's token. `token` is the first's, whose choices they are."""

    letter: Letter
    to: tuple[Reachable, ...]
    tokens: tuple[str, ...]
    outbox_key: str

    @property
    def token(self) -> str:
        return self.tokens[0]


class Carrier(Protocol):
    """How one medium writes letters down for its sender."""

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        """Whether one message of this medium can go to all of them together."""
        ...

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        """The message, under `addressed.outbox_key`."""
        ...

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        """What brings the message they have up to date with the letter; None where a medium cannot."""
        ...


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Queues letters in the medium each reader is best reached by. `carriers` are tried in their order."""

    carriers: Mapping[Medium, Carrier] = field(default_factory=dict)

    def post(
        self,
        session: Session,
        letter: Letter,
        to: Sequence[int],
        *,
        now: datetime,
        due: datetime | None = None,
        media: Sequence[Medium] | None = None,
        at: str = "",
    ) -> Medium | None:
        """Queue one message to these people (ids), by the first medium that reaches them all, among `media`.

        `at`: a mail address instead of the one person's own, which need not be theirs (yet).
        Returns that medium, also where the letter was posted before (safe to repeat); None where none reaches them.
        """
        unasked = now if letter.kind in UNASKED else None
        people = tuple(reachable(session, person_id, unasked_at=unasked) for person_id in to)
        if at:
            people = tuple(replace(each, address=at, slack_user_id=None) for each in people[:1])
        if before := _posted(session, letter.key, to):
            return before[0].medium
        for medium, carrier in self.carriers.items():
            if (media is None or medium in media) and people and carrier.can_reach(people):
                addressed = _addressed(letter, people)
                _record(session, addressed, medium, now=now)
                enqueue(session, carrier.draft(addressed, now=now), now=now, due=due)
                return medium
        return None

    def reaches(self, session: Session, to: Sequence[int], *, unasked_at: datetime | None = None) -> bool:
        """Whether some medium reaches all of these people; with a time: with what they did not ask for."""
        people = tuple(reachable(session, person_id, unasked_at=unasked_at) for person_id in to)
        return any(carrier.can_reach(people) for carrier in self.carriers.values())

    def revise(self, session: Session, letter: Letter, *, now: datetime) -> None:
        """Bring what went out under the letter's key up to date: one message an object, edited through its life.

        Each of its readers' messages, where several have it. Nothing where it never goes out, or where its medium
        cannot change what it sent.
        """
        messages: dict[str, list[LetterRecord]] = {}
        for row in _posted(session, letter.key):
            messages.setdefault(row.outbox_key, []).append(row)
        for rows in messages.values():
            self._revise(session, letter, rows, now=now)

    def _revise(
        self, session: Session, letter: Letter, rows: Sequence[LetterRecord], *, now: datetime
    ) -> None:
        """One message, which `rows` are the readers of."""
        carrier = self.carriers.get(rows[0].medium)
        if carrier is None or _was_called_back(session, rows[0].outbox_key):
            return
        people = tuple(reachable(session, row.person_id) for row in rows)
        number = max(row.revisions for row in rows) + 1
        addressed = Addressed(letter, people, tuple(row.token for row in rows), rows[0].outbox_key)
        draft = carrier.revision(addressed, number=number, now=now)
        if draft is None:
            return
        for row in rows:
            row.revisions = number
            session.add(row)
        enqueue(session, draft, now=now)


def letter_of(session: Session, token: str) -> LetterRecord | None:
    """The letter this token was made for. Tokens are compared in lower case."""
    return session.exec(select(LetterRecord).where(LetterRecord.token == token.strip().lower())).first()


def unsent(session: Session, *, about: str = "", person_id: int | None = None, kind: str = "") -> list[int]:
    """Outbox ids of letters that have not been claimed by a sender yet."""
    rows = (
        select(OutboxMessage.id)
        .join(LetterRecord, col(LetterRecord.outbox_key) == col(OutboxMessage.dedup_key))
        .where(OutboxMessage.state == "queued")
    )
    rows = rows.where(LetterRecord.about == about) if about else rows
    rows = rows.where(LetterRecord.person_id == person_id) if person_id is not None else rows
    rows = rows.where(LetterRecord.kind == kind) if kind else rows
    return [each for each in session.exec(rows) if each is not None]


def withdraw(session: Session, outbox_ids: Sequence[int], *, reason: str, now: datetime) -> int:
    """Call back what has not left yet, or was refused and could be sent again. Returns how many were."""
    return sum(cancel(session, each, reason=reason, now=now, failed=True) for each in outbox_ids)


def _posted(session: Session, key: str, to: Sequence[int] = ()) -> list[LetterRecord]:
    """The records of a letter; with `to`, only where it went to the first of them."""
    found = select(LetterRecord).where(LetterRecord.key == key).order_by(col(LetterRecord.id))
    if to:  # a letter to all members has a row for each of them
        found = found.where(col(LetterRecord.person_id).in_(to))
    return list(session.exec(found))


def _was_called_back(session: Session, outbox_key: str) -> bool:
    state = session.exec(select(OutboxMessage.state).where(OutboxMessage.dedup_key == outbox_key)).first()
    return state is OutboxState.CANCELLED


def _addressed(letter: Letter, people: tuple[Reachable, ...]) -> Addressed:
    tokens = tuple(b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower() for _ in people)
    return Addressed(letter, people, tokens, f"letter:{letter.key}:{people[0].person_id}")


def _record(session: Session, addressed: Addressed, medium: Medium, *, now: datetime) -> None:
    for person, token in zip(addressed.to, addressed.tokens, strict=True):
        session.add(
            LetterRecord(
                token=token,
                key=addressed.letter.key,
                kind=addressed.letter.kind.value,
                about=addressed.letter.about,
                person_id=person.person_id,
                medium=medium,
                outbox_key=addressed.outbox_key,
                posted_at=now,
            )
        )
    session.flush()
