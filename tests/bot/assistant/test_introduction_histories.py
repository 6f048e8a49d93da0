"""Whatever members, staff and time do, in any order: no step that does not follow, and nobody contacted who must not be.

Histories are made by Hypothesis over the real tables. What is sent is claimed and settled as the delivery loop does it,
and everything that must hold is looked up in the database at that moment, not asked of the code that decided it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, col, select

from bot.assistant.acting import Act
from bot.assistant.house import House
from bot.assistant.introductions import deciding
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.preferences import never_with, pause, resume, set_introductions, stop_all
from bot.assistant.introductions.requesting import PartyRef, Wish, broker, request
from bot.assistant.introductions.ticking import tick
from bot.assistant.letters import Addressed, Letterbox, LetterKind
from store import outbox
from store.introductions.rules import Rules
from store.introductions.steps import NEXT
from store.kinds import Consent, IntroductionState, Listing, Medium, Origin, StaffRole
from store.kinds import IntroductionState as State
from store.models import (
    DirectoryRevision,
    Introduction,
    IntroductionParty,
    IntroductionStep,
    LetterRecord,
    NeverWith,
    Organisation,
    OutboxMessage,
    Person,
    Table,
)
from store.outbox import Claimed, Draft
from store.outcome import Refused, Sent
from store.people import by_id
from store.reaching import Reachable
from tests.factories import NOW, add_organisation, add_person

MONTH = timedelta(days=30)
COOL = timedelta(days=40)
RULES = Rules(
    requests_a_month=4, asked_a_month=2, organisation_a_month=3, pair_cool_down=COOL, silences=2,
    quiet_from=20, quiet_until=7,
)  # fmt: skip
BY_STAFF = Rules(
    approval=True, asked_a_month=2, organisation_a_month=3, pair_cool_down=COOL, silences=2,
    handoff_hold=timedelta(hours=2),
)  # fmt: skip
MOSTLY = st.sampled_from([True, True, True, True, False])
FIRMS = ("Alder Assays", "Birch Biologics", "Cedar Cells")
NAMES = ("Ada Finch", "Ben Oduya", "Cleo Marsh", "Dev Nair", "Esme Holt")
PEOPLE = st.integers(0, len(NAMES) - 1)
PLACES = st.integers(0, len(FIRMS) - 1)
UNASKED = {LetterKind.CONSENT.value, LetterKind.NUDGE.value, LetterKind.MET.value, LetterKind.OUTCOME.value}
OVER = {State.NOT_NOW, State.DECLINED, State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Keeping:
    """A carrier that keeps what it was given in the outbox, and reaches whoever has what its medium needs."""

    medium: Medium

    def can_reach(self, to: Sequence[Reachable]) -> bool:
        return all(each.slack_user_id if self.medium is Medium.SLACK else each.address for each in to)

    def draft(self, addressed: Addressed, *, now: datetime) -> Draft:
        letter = addressed.letter
        said = [letter.subject, letter.lead, *letter.paragraphs, letter.quoted, letter.closing, letter.why]
        said += [f"{label}: {value}" for label, value in letter.facts]
        payload: dict[str, Any] = {
            "kind": letter.kind.value, "about": letter.about, "to": [each.person_id for each in addressed.to],
            "tokens": list(addressed.tokens), "said": said, "lead": letter.lead,
            "more": list(letter.paragraphs),
        }  # fmt: skip
        return Draft(addressed.outbox_key, self.medium, "letter", "somebody", payload=payload)

    def revision(self, addressed: Addressed, *, number: int, now: datetime) -> Draft | None:
        return None


class Histories(RuleBasedStateMachine):
    limits = RULES

    def __init__(self) -> None:
        super().__init__()
        self.engine: Engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        Table.metadata.create_all(self.engine)
        self.session = Session(self.engine, expire_on_commit=False)
        self.now = NOW
        self.sent: list[dict[str, Any]] = []  # of those, each reader has a letter to answer
        self.count = 0
        box = Letterbox({Medium.SLACK: Keeping(Medium.SLACK), Medium.EMAIL: Keeping(Medium.EMAIL)})
        self.house = House("Northmoor", self.limits, box)
        self.session.add(DirectoryRevision(id=1, number=0))
        self.session.flush()
        self.firms = [add_organisation(self.session, name=name, now=NOW) for name in FIRMS]
        self.people = [
            add_person(
                self.session, name=name, organisation_id=self.firms[at % len(FIRMS)], main_contact=at < len(FIRMS),
                slack_user_id=f"U{at}" if at % 2 else None, addresses=[f"p{at}@firm.example"] if at != 3 else [],
            )
            for at, name in enumerate(NAMES)
        ]  # fmt: skip
        self.staff = add_person(
            self.session, name="Sam Reed", staff_role=StaffRole.STAFF, addresses=["sam@office.example"]
        )
        self.session.commit()

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()

    def act(self, person_id: int) -> Act:
        self.count += 1
        by = by_id(self.session, person_id)
        return Act(by, Medium.EMAIL, f"message-{self.count}", self.house, self.now)

    # --- what people do ---

    @rule(who=PEOPLE, firm=PLACES, unnamed=st.booleans(), whom=st.none() | PEOPLE)
    def asks(self, who: int, firm: int, unnamed: bool, whom: int | None) -> None:
        person = None if whom is None else self.people[whom]
        wish = Wish(self.firms[firm], seeks="labels", unnamed=unnamed, person_id=person)
        first = request(self.session, wish, self.act(self.people[who]))
        before = self._size()
        again = request(self.session, wish, self.act(self.people[who]))
        if first.done:
            assert again.about == first.about
        assert self._size() == before  # asking again is no second request

    @rule(one=PEOPLE, other=PEOPLE, by_firm=st.booleans())
    def staff_have_an_idea(self, one: int, other: int, by_firm: bool) -> None:
        second = (
            PartyRef(organisation_id=self.firms[other % 3])
            if by_firm
            else PartyRef(person_id=self.people[other])
        )
        broker(
            self.session, PartyRef(person_id=self.people[one]), second, reason="both make labels",
            act=self.act(self.staff),
        )  # fmt: skip

    @precondition(lambda self: self._introductions())
    @rule(
        at=st.integers(0, 30),
        what=st.sampled_from(["approve", "decline", "person", "edit", "withdraw"]),
        who=PEOPLE,
    )
    def staff_decide(self, at: int, what: str, who: int) -> None:
        number, act = self._pick(at), self.act(self.staff)
        match what:
            case "approve":
                deciding.approve(self.session, number, act)
            case "decline":
                deciding.decline(self.session, number, act, note="")
            case "person":
                deciding.name_person(self.session, number, self.people[who], act)
            case "edit":
                deciding.edit(self.session, number, deciding.Edits(opener="Hello both."), act)
            case _:
                deciding.withdraw(self.session, number, self.act(self.people[who]))

    @rule(
        who=PEOPLE,
        what=st.sampled_from(["off", "on", "on", "on", "pause", "resume", "resume", "stop"]),
        days=st.integers(1, 60),
    )
    def decides_for_themselves(self, who: int, what: str, days: int) -> None:
        act = self.act(self.people[who])
        match what:
            case "pause":
                pause(self.session, act, (self.now + timedelta(days=days)).date())
            case "resume":
                resume(self.session, act)
            case "stop":
                stop_all(self.session, act)
            case _:
                set_introductions(self.session, act, what == "on")

    @precondition(lambda self: len(self.session.exec(select(NeverWith.id)).all()) < 2)
    @rule(one=PEOPLE, other=PEOPLE, by_firm=st.booleans())
    def must_never_meet(self, one: int, other: int, by_firm: bool) -> None:
        act = self.act(self.staff)
        if by_firm:
            never_with(self.session, self.people[one], act, other_organisation_id=self.firms[other % 3])
        else:
            never_with(self.session, self.people[one], act, other_person_id=self.people[other])

    @rule(who=PEOPLE, listed=MOSTLY)
    def an_import_changes_somebody(self, who: int, listed: bool) -> None:
        """Past all the actions above: the next tick, which comes before a letter held for the morning, sees it."""
        person = self.session.get(Person, self.people[who])
        assert person is not None
        person.introductions = person.listed = listed
        self.session.add(person)
        self.session.flush()
        tick(self.session, self.house, self.now)

    @rule(firm=PLACES, listed=MOSTLY)
    def an_organisation_leaves_or_comes_back(self, firm: int, listed: bool) -> None:
        found = self.session.get(Organisation, self.firms[firm])
        assert found is not None
        found.listing = Listing.LISTED if listed else Listing.UNLISTED
        self.session.add(found)

    # --- what time and the post do ---

    @rule(hours=st.sampled_from([1, 5, 14, 30, 24 * 5, 24 * 11, 24 * 20, 24 * 95]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        tick(self.session, self.house, self.now)
        before = self._size()
        tick(self.session, self.house, self.now)
        assert self._size() == before  # the same moment again changes nothing
        self.what_is_due_leaves(False)

    @precondition(lambda self: self._introductions())
    @rule(
        at=st.integers(0, 30), words=st.sampled_from(["yes", "yes", "yes", "no", ""]), refused=st.booleans()
    )
    def it_goes_its_way(self, at: int, words: str, refused: bool) -> None:
        """Approved where it waits, sent the next morning, answered by whoever has it, and handed off."""
        number = self._pick(at)
        deciding.approve(self.session, number, self.act(self.staff))
        for _ in range(2):
            self.now += timedelta(hours=14)
            tick(self.session, self.house, self.now)
            self.what_is_due_leaves(refused)
            for letter in [each for each in self.sent if each["about"] == f"introduction:{number}"]:
                if words and letter["kind"] == LetterKind.CONSENT.value:
                    reply_to_letter(self.session, letter["tokens"][0], words, self.act(letter["to"][0]))

    @rule(refused=st.booleans())
    def what_is_due_leaves(self, refused: bool) -> None:
        for message in outbox.claim(
            self.session, owner="test", media=(Medium.SLACK, Medium.EMAIL), now=self.now, limit=50
        ):
            self._may_leave(message)
            fails = refused and message.medium is Medium.SLACK
            outcome = Refused("no") if fails else Sent("ok")
            outbox.settle(self.session, message, outcome, now=self.now)
            if not fails:
                self.sent.append(message.payload)
        tick(self.session, self.house, self.now)

    @precondition(lambda self: self.sent)
    @rule(
        at=st.integers(0, 99),
        word=st.sampled_from(["yes", "yes", "yes", "no", "pause", "met", "agreement", "resume", "?"]),
    )
    def answers(self, at: int, word: str) -> None:
        letter = self.sent[at % len(self.sent)]
        act = self.act(letter["to"][0])
        first = reply_to_letter(self.session, letter["tokens"][0], word, act)
        before = self._size()
        second = reply_to_letter(self.session, letter["tokens"][0], word, act)
        assert self._size() == before or first.done == second.done

    @precondition(lambda self: self.sent)
    @rule(at=st.integers(0, 99), who=PEOPLE)
    def somebody_else_answers(self, at: int, who: int) -> None:
        letter = self.sent[at % len(self.sent)]
        if self.people[who] not in letter["to"]:
            before = self._states()
            assert not reply_to_letter(
                self.session, letter["tokens"][0], "yes", self.act(self.people[who])
            ).done
            assert self._states() == before

    @precondition(lambda self: self._introductions())
    @rule(
        at=st.integers(0, 30),
        who=PEOPLE,
        stage=st.sampled_from([State.MET, State.IN_TALKS, State.PROJECT, State.NOTHING]),
    )
    def somebody_tells(self, at: int, who: int, stage: State) -> None:
        report_outcome(self.session, self._pick(at), stage, self.act(self.people[who]), Details())

    # --- what must hold ---

    def _may_leave(self, message: Claimed) -> None:
        """Looked up now, when it leaves."""
        letter = message.payload
        number = int(letter["about"].partition(":")[2]) if letter["about"].startswith("introduction") else 0
        found = self.session.get(Introduction, number)
        assert "@" not in " ".join(letter["said"]), "an address in a letter"
        if found is None:
            return
        parties = self._parties(number)
        if letter["kind"] in UNASKED:
            (reader,) = letter["to"]
            person = self.session.get(Person, reader)
            assert person is not None
            assert person.introductions, f"{letter['kind']} to who opted out"
            until = person.introductions_paused_until
            away = person.introductions_paused_by is not None and (until is None or until > self.now.date())
            assert not away, f"{letter['kind']} to who is paused"
            others = [each.person_id for each in parties if each.person_id not in {None, reader}]
            assert not any(self._apart(reader, other) for other in others), f"{letter['kind']}: never with"
            assert found.state not in OVER, f"{letter['kind']} after it ended"
            if letter["kind"] == LetterKind.CONSENT.value:
                self._these_two_were_left_alone(number, reader, others)
        if letter["kind"] == LetterKind.HANDOFF.value:
            assert [each.consent for each in parties] == [Consent.YES, Consent.YES]
            assert sorted(letter["to"]) == sorted(each.person_id or 0 for each in parties)
            assert not self._apart(*letter["to"])
            assert found.state is State.ACCEPTED
        if letter["lead"].startswith("It isn't the right time"):
            assert not letter["more"]
        self._names_are_kept(letter, found, parties)

    def _these_two_were_left_alone(self, number: int, reader: int, others: Sequence[int | None]) -> None:
        """Neither was asked to meet the other a short while ago."""
        for other in others:
            mine = {each.introduction_id: each for each in self._parties_of(reader)}
            theirs = {each.introduction_id: each for each in self._parties_of(other or 0)}
            for both in (mine.keys() & theirs.keys()) - {number}:
                asked = [each.asked_at for each in (mine[both], theirs[both]) if each.asked_at is not None]
                since = [at for at in asked if at > self.now - COOL]
                assert not since, "asked again to meet the same person"

    def _parties_of(self, person_id: int) -> list[IntroductionParty]:
        return list(
            self.session.exec(select(IntroductionParty).where(IntroductionParty.person_id == person_id))
        )

    def _names_are_kept(
        self, letter: dict[str, Any], found: Introduction, parties: Sequence[IntroductionParty]
    ) -> None:
        """Nobody unnamed is named, and no asker hears who there was asked, before both agreed."""
        agreed = all(each.consent is Consent.YES for each in parties)
        if agreed or letter["kind"] == LetterKind.STAFF.value:
            return
        said = " ".join(letter["said"])
        asker, asked = (self._names_of(each) for each in parties)
        if found.unnamed and letter["kind"] in {LetterKind.CONSENT.value, LetterKind.NUDGE.value}:
            assert not any(name in said for name in asker), "an unnamed asker is named"
        if letter["kind"] == LetterKind.NEWS.value and found.origin is Origin.MEMBER:
            assert asked[0] not in said or asked[0] in asker, "whom was asked is named too early"

    def _names_of(self, party: IntroductionParty) -> tuple[str, str]:
        person = self.session.get(Person, party.person_id) if party.person_id else None
        organisation = (
            self.session.get(Organisation, party.organisation_id) if party.organisation_id else None
        )
        return (person.name if person else "nobody at all"), (
            organisation.name if organisation else "nowhere at all"
        )

    @invariant()
    def every_step_follows(self) -> None:
        for found in self._introductions():
            steps = self.session.exec(
                select(IntroductionStep)
                .where(IntroductionStep.introduction_id == found.id)
                .order_by(col(IntroductionStep.id))
            ).all()
            assert steps[0].was is None
            assert steps[-1].state is found.state
            for before, after in pairwise(steps):
                assert after.was is before.state
                assert after.state is before.state or after.state in NEXT[before.state]
                assert after.actor
                assert after.at >= before.at

    @invariant()
    def nobody_is_introduced_without_both_consents(self) -> None:
        for found in self._introductions():
            parties = self._parties(found.id or 0)
            for each in parties:
                if each.consent in {Consent.YES, Consent.NOT_NOW}:
                    assert each.medium is not None
                    assert each.evidence
                    assert each.answered_at is not None
            states = self.session.exec(
                select(IntroductionStep.state).where(IntroductionStep.introduction_id == found.id)
            ).all()
            if State.INTRODUCED in states:
                assert all(each.consent is Consent.YES for each in parties)

    @invariant()
    def nobody_is_asked_more_than_enough(self) -> None:
        asked = self.session.exec(
            select(IntroductionParty).where(col(IntroductionParty.asked_at) > self.now - MONTH)
        ).all()
        per_person = Counter(each.person_id for each in asked)
        assert all(times <= self.limits.asked_a_month for times in per_person.values())
        per_firm = Counter(each.organisation_id for each in asked if each.organisation_id)
        assert all(times <= self.limits.organisation_a_month for times in per_firm.values())

    @invariant()
    def nobody_is_reminded_twice_nor_written_to_twice(self) -> None:
        nudges = self.session.exec(
            select(LetterRecord.about, LetterRecord.person_id)
            .join(OutboxMessage, col(OutboxMessage.dedup_key) == col(LetterRecord.outbox_key))
            .where(LetterRecord.kind == LetterKind.NUDGE.value, OutboxMessage.state == "sent")
        ).all()
        assert all(times == 1 for times in Counter(nudges).values())
        said = Counter(
            (tuple(each["to"]), each["lead"], each["about"], tuple(each["tokens"])) for each in self.sent
        )
        assert all(times == 1 for times in said.values())

    def _apart(self, one: int, other: int) -> bool:
        rows = self.session.exec(select(NeverWith)).all()
        return any(self._forbids(row, one, other) or self._forbids(row, other, one) for row in rows)

    def _forbids(self, row: NeverWith, one: int, other: int) -> bool:
        if row.person_id != one:
            return False
        person = self.session.get(Person, other)
        there = None if person is None else person.organisation_id
        return row.other_person_id == other or (there is not None and row.other_organisation_id == there)

    def _introductions(self) -> list[Introduction]:
        return list(self.session.exec(select(Introduction).order_by(col(Introduction.id))))

    def _pick(self, at: int) -> int:
        found = self._introductions()
        return found[at % len(found)].id or 0

    def _parties(self, number: int) -> list[IntroductionParty]:
        rows = self.session.exec(
            select(IntroductionParty)
            .where(IntroductionParty.introduction_id == number)
            .order_by(col(IntroductionParty.side).desc())
        )
        return list(rows)

    def _states(self) -> list[IntroductionState]:
        return [each.state for each in self._introductions()]

    def _size(self) -> tuple[int, int, list[IntroductionState]]:
        letters = len(self.session.exec(select(LetterRecord.id)).all())
        return len(self._introductions()), letters, self._states()


class HistoriesWithStaff(Histories):
    limits = BY_STAFF


HARD = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Histories.TestCase.settings = HARD
HistoriesWithStaff.TestCase.settings = HARD
TestHistories = Histories.TestCase
TestHistoriesWithStaff = HistoriesWithStaff.TestCase
