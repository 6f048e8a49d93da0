"""What must hold of every letter at the moment it leaves, and of every introduction at any: looked up, not asked of the code."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.introductions.steps import NEXT
from store.kinds import Consent, Origin, Side
from store.kinds import IntroductionState as State
from store.models import (
    Introduction,
    IntroductionParty,
    IntroductionStep,
    NeverWith,
    Organisation,
    Person,
    Table,
)
from tests.doubles.carrier import Carried

ASKS = {LetterKind.CONSENT, LetterKind.NUDGE}
UNASKED = {*ASKS, LetterKind.MET, LetterKind.OUTCOME}
NOTES = ("audit", "introduction_step")
WATCHED = (*NOTES, "introduction", "introduction_party", "introduction_outcome", "never_with", "letter", "outbox", "person")  # fmt: skip
NOT_NOW = re.compile(r"It isn't the right time for an introduction to [^.]+\.")


def everything(session: Session, *, but: Sequence[str] = ()) -> list[Any]:
    """All that an action may change, refusals aside; equal before and after what changes nothing."""
    session.flush()
    found = []
    for name in WATCHED:
        if name not in but:
            table = Table.metadata.tables[name]
            rows = sa.select(table).order_by(table.c.id)
            found.append(
                session.execute(rows.where(table.c.action != "refused") if name == "audit" else rows).all()
            )
    return found


def parties(session: Session, introduction_id: int) -> dict[Side, IntroductionParty]:
    rows = session.exec(select(IntroductionParty).where(IntroductionParty.introduction_id == introduction_id))
    return {row.side: row for row in rows}


def apart(session: Session, one: int, other: int) -> bool:
    for mine, theirs in ((one, other), (other, one)):
        person = session.get(Person, theirs)
        there = None if person is None else person.organisation_id
        for row in session.exec(select(NeverWith).where(NeverWith.person_id == mine)):
            if row.other_person_id == theirs or (there is not None and row.other_organisation_id == there):
                return True
    return False


def may_leave(session: Session, letter: Carried, sent: Sequence[Carried], now: datetime) -> None:
    """Asserts that this letter may go to its readers now."""
    assert "@" not in letter.text, "an address in a letter"
    number = (
        int(letter.letter.about.removeprefix("introduction:")) if "introduction" in letter.letter.about else 0
    )
    found = session.get(Introduction, number)
    if found is None or letter.revises:
        return
    both = parties(session, number)
    agreed = all(each.consent is Consent.YES for each in both.values())
    if letter.letter.kind in UNASKED:
        _may_be_asked(session, letter, found, both, sent, now)
    if letter.letter.kind is LetterKind.HANDOFF:
        assert agreed, "handed off without both consents"
        assert found.state is State.ACCEPTED
        assert set(letter.readers) == {each.person_id for each in both.values()}
        assert not apart(session, *letter.readers), "handed off to two kept apart"
    if not agreed and letter.letter.kind is not LetterKind.STAFF:
        _names_are_kept(session, letter, found, both)
    if "not now" in letter.letter.subject and letter.letter.kind is LetterKind.NEWS:
        assert NOT_NOW.fullmatch(letter.letter.lead)
        assert not letter.letter.paragraphs
        assert found.state in {State.NOT_NOW, State.SILENT, State.DECLINED, State.WITHDRAWN}
    if letter.letter.kind not in {LetterKind.STAFF, LetterKind.PAUSED}:
        alike = [
            each
            for each in sent
            if replace(each.letter, key="") == replace(letter.letter, key="")
            and set(each.readers) & set(letter.readers)
        ]
        assert not [each for each in alike if not each.revises], "the same letter twice to one reader"


def _may_be_asked(
    session: Session,
    letter: Carried,
    found: Introduction,
    both: dict[Side, IntroductionParty],
    sent: Sequence[Carried],
    now: datetime,
) -> None:
    (reader,) = letter.readers
    person = session.get(Person, reader)
    assert person is not None
    assert person.introductions, "asked though they opted out"
    until = person.introductions_paused_until
    away = person.introductions_paused_by is not None and (until is None or until > now.date())
    assert not away, "asked though they are paused"
    (other,) = [each.person_id for each in both.values() if each.person_id != reader]
    assert other is None or not apart(session, reader, other), "asked though kept apart"
    own = next(each for each in both.values() if each.person_id == reader)
    before = [each for each in sent if each.letter.about == letter.letter.about and reader in each.readers]
    if letter.letter.kind in ASKS:
        assert own.consent is Consent.PENDING, "asked though they have answered"
        assert found.state in {State.REQUESTED, State.WAITING, State.ASKED}, "asked though it has ended"
    if letter.letter.kind is LetterKind.NUDGE:
        kinds = Counter(each.letter.kind for each in before if not each.revises)
        assert kinds[LetterKind.CONSENT] == 1, "reminded of what they never had"
        assert kinds[LetterKind.NUDGE] == 0, "reminded twice"


def _names_are_kept(
    session: Session, letter: Carried, found: Introduction, both: dict[Side, IntroductionParty]
) -> None:
    asker, asked = both[Side.ASKER], both[Side.ASKED]
    if found.unnamed and asked.person_id in letter.readers:
        organisation = session.get(Organisation, asker.organisation_id or 0)
        hidden = [_name(session, asker.person_id), organisation.name if organisation else ""]
        assert not any(each and each in letter.text for each in hidden), "an unnamed asker is named"
    if found.origin is Origin.MEMBER and asker.person_id in letter.readers:
        name = _name(session, asked.person_id)
        assert not name or name not in letter.text, "whom was asked is named too early"


def _name(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id or 0)
    return person.name if person else ""


def every_step_follows(session: Session) -> None:
    """From the one before, dated no earlier, by somebody; and none is introduced without two consents before it."""
    for found in session.exec(select(Introduction)):
        steps = session.exec(
            select(IntroductionStep)
            .where(IntroductionStep.introduction_id == found.id)
            .order_by(col(IntroductionStep.id))
        ).all()
        assert steps[0].was is None
        assert steps[-1].state is found.state
        assert all(step.actor and step.at.tzinfo for step in steps)
        for before, after in pairwise(steps):
            assert after.was is before.state
            assert after.state is before.state or after.state in NEXT[before.state]
            assert after.at >= before.at
        introduced = [step.at for step in steps if step.state is State.INTRODUCED]
        for party in parties(session, found.id or 0).values():
            if party.consent in {Consent.YES, Consent.NOT_NOW}:
                assert party.medium
                assert party.evidence
            if introduced:
                assert party.consent is Consent.YES
                assert party.answered_at is not None
                assert party.answered_at <= introduced[0]


def nobody_is_asked_too_often(session: Session, rules: Rules, now: datetime) -> None:
    asked = session.exec(
        select(IntroductionParty).where(col(IntroductionParty.asked_at) > now - timedelta(days=30))
    ).all()
    assert max(Counter(each.person_id for each in asked).values(), default=0) <= rules.asked_a_month
    firms = Counter(each.organisation_id for each in asked if each.organisation_id is not None)
    assert max(firms.values(), default=0) <= rules.organisation_a_month


def the_same_two_are_left_alone(session: Session, rules: Rules) -> None:
    """Two requests that bring the same two together lie a cool-down apart."""
    asked: dict[frozenset[int], list[datetime]] = {}
    for found in session.exec(select(Introduction)):
        both = parties(session, found.id or 0).values()
        people = frozenset(each.person_id for each in both if each.person_id is not None)
        when = [each.asked_at for each in both if each.asked_at is not None]
        if len(people) == 2 and when:
            asked.setdefault(people, []).append(
                max(when)
            )  # one of them may have been asked about another before
    for moments in asked.values():
        assert all(after - before >= rules.pair_cool_down for before, after in pairwise(sorted(moments)))
