"""A small network of members and staff whose introductions a test plays through: acts, ticks, and the post."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session, col, select

from bot.assistant.acting import Act, Told
from bot.assistant.house import House
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.outcomes import Details
from bot.assistant.introductions.requesting import Wish, request
from bot.assistant.introductions.ticking import tick
from bot.assistant.letters import Letterbox, LetterKind
from store import outbox
from store.introductions.rules import Rules
from store.kinds import Held, Medium, StaffRole
from store.kinds import IntroductionState as State
from store.models import (
    AuditEntry,
    Introduction,
    IntroductionParty,
    IntroductionStep,
    LetterRecord,
    OutboxMessage,
    Person,
)
from store.outcome import Outcome, Refused, Sent
from store.people import Member, by_id
from tests.doubles.carrier import Carried, DoubleCarrier, carried
from tests.factories import NOW, add_organisation, add_person

ANY_HOUR = Rules(quiet_from=0, quiet_until=0)
BOTH = (Medium.SLACK, Medium.EMAIL)


class Network:
    """Its members, its clock, and everything that was sent. `session` is committed by `settle` alone."""

    def __init__(self, session: Session, rules: Rules = ANY_HOUR, *, now: datetime = NOW) -> None:
        self.session = session
        self.now = now
        self.sent: list[Carried] = []
        self._numbers = count(1)
        self.live_by(rules)

    def live_by(self, rules: Rules) -> None:
        carriers = {
            Medium.SLACK: DoubleCarrier(Medium.SLACK, edits=True),
            Medium.EMAIL: DoubleCarrier(Medium.EMAIL),
        }
        self.house = House("Northmoor", rules, Letterbox(carriers))

    # --- who is there ---

    def firm(self, name: str, **fields: Any) -> int:
        return add_organisation(self.session, name=name, **fields)

    def person(
        self, name: str, firm: int | None = None, *, media: Collection[Medium] = BOTH, **fields: Any
    ) -> int:
        number = next(self._numbers)
        if Medium.SLACK in media:
            fields.setdefault("slack_user_id", f"U{number:04}")
        addresses = [f"p{number}@members.example"] if Medium.EMAIL in media else []
        return add_person(self.session, name=name, organisation_id=firm, addresses=addresses, **fields)

    def staff(self, name: str = "Sam Reed") -> int:
        return self.person(name, staff_role=StaffRole.STAFF)

    # --- what they do ---

    def act(self, person_id: int | None, *, medium: Medium = Medium.SLACK, evidence: str = "") -> Act:
        """`None`: whoever sits at the machine itself."""
        said = evidence or f"message-{next(self._numbers)}"
        if person_id is None:
            return Act(by_id(self.session, 0), Medium.TERMINAL, said, self.house, self.now)
        return Act(by_id(self.session, person_id), medium, said, self.house, self.now)

    def asks(self, asker: int, firm: int, **wish: Any) -> Told:
        return request(self.session, Wish(firm, **wish), self.act(asker))

    def says(
        self,
        reader: int,
        word: str,
        kind: LetterKind = LetterKind.CONSENT,
        *,
        details: Details | None = None,
        about: int | None = None,
    ) -> Told:
        """The reader answers the last letter of that kind that they have."""
        letter = self.had(reader, kind, about=about)[-1]
        token = letter.tokens[letter.readers.index(reader)]
        return reply_to_letter(self.session, token, word, self.act(reader), details)

    # --- time, and the post ---

    def tick(self) -> int:
        return tick(self.session, self.house, self.now)

    def wait(self, **span: float) -> int:
        """Time passes, then what is due happens."""
        self.now += timedelta(**span)
        return self.tick()

    def deliver(
        self, outcome: Callable[[Carried], Outcome] = lambda _: Sent("ok"), *, tick: bool = True
    ) -> list[Carried]:
        """Everything due leaves, until nothing more is. Returns what was sent, edits left out."""
        before = len(self.sent)
        for message in self._claimed():
            letter = carried(message, at=self.now)
            became = outcome(letter)
            outbox.settle(self.session, message, became, now=self.now)
            if isinstance(became, Sent):
                self.sent.append(letter)
        if tick:
            self.tick()
        return [each for each in self.sent[before:] if not each.revises]

    def slack_refuses(self) -> list[Carried]:
        """What is due leaves where it can: Slack takes nothing, mail everything."""
        return self.deliver(lambda each: Refused("no") if each.medium is Medium.SLACK else Sent("ok"))

    def _claimed(self) -> Iterator[outbox.Claimed]:
        while taken := outbox.claim(self.session, owner="test", media=BOTH, now=self.now):
            yield from taken

    # --- what is to be seen ---

    def had(self, reader: int, kind: LetterKind | None = None, *, about: int | None = None) -> list[Carried]:
        """What this person got, in order."""
        return [
            each
            for each in self.sent
            if reader in each.readers
            and not each.revises
            and (kind is None or each.letter.kind is kind)
            and (about is None or each.letter.about == f"introduction:{about}")
        ]

    def shown(self, reader: int, kind: LetterKind) -> Carried:
        """The last letter of that kind as it stands by now, its edits done."""
        first = self.had(reader, kind)[-1]
        return [each for each in self.sent if first.key in {each.key, each.revises}][-1]

    def state(self, introduction_id: int | None) -> State:
        found = self.session.get(Introduction, introduction_id, populate_existing=True)
        assert found is not None
        return found.state

    def held(self, introduction_id: int | None) -> tuple[State, Held | None]:
        """Where it stands, and why it is not with its parties."""
        found = self.session.get(Introduction, introduction_id)
        assert found is not None
        return found.state, found.held

    def path(self, introduction_id: int | None) -> list[State]:
        rows = self.session.exec(
            select(IntroductionStep)
            .where(IntroductionStep.introduction_id == introduction_id)
            .order_by(col(IntroductionStep.id))
        )
        return [row.state for row in rows if row.was is not row.state]

    def party(self, introduction_id: int | None, person_id: int) -> IntroductionParty:
        return self.session.exec(
            select(IntroductionParty).where(
                IntroductionParty.introduction_id == introduction_id, IntroductionParty.person_id == person_id
            )
        ).one()

    def audited(self, action: str) -> list[AuditEntry]:
        return list(self.session.exec(select(AuditEntry).where(AuditEntry.action == action)))

    def get(self, person_id: int) -> Person:
        found = self.session.get(Person, person_id, populate_existing=True)
        assert found is not None
        return found

    def member(self, person_id: int) -> Member:
        found = by_id(self.session, person_id)
        assert isinstance(found, Member)
        return found

    def queued(self, *kinds: LetterKind) -> list[str]:
        rows = self.session.exec(
            select(LetterRecord.key)
            .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
            .where(
                OutboxMessage.state == "queued",
                col(LetterRecord.kind).in_([kind.value for kind in kinds or tuple(LetterKind)]),
            )
            .order_by(col(LetterRecord.id))
        )
        return list(rows)
