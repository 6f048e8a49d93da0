"""Whom a guest missed: who that may be, and an introduction that staff make of it."""

from dataclasses import dataclass

import pytest
from sqlmodel import Session, select

from bot.assistant.events.after_answers import say
from bot.assistant.events.after_words import Said
from bot.assistant.events.wishes import Suggestion, introduce, leave, suggestions
from bot.assistant.introductions.requesting import PartyRef
from bot.assistant.letters import LetterKind
from store.events.feedback import Wished, wishes
from store.kinds import Consent, Origin, Rsvp, WishState
from store.models import AuditEntry, Introduction, IntroductionParty, MeetingWish
from store.search.live import LiveIndex
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import at


@dataclass
class Missed:
    """Ada said whom she wanted to meet; the evening is over."""

    three: Three
    session: Session
    event: int
    firms: dict[str, int]
    there: int  # Mo Fell of Larkspur, who was at the event
    live: LiveIndex

    def says(self, *words: str) -> Wished:
        net = self.three.net
        assert say(self.session, self.event, Said(wishes=words), net.act(self.three.ada)).done
        return wishes(self.session, state=WishState.OPEN)[-1]

    def found(self, words: str) -> tuple[Suggestion, ...]:
        self.live.catch_up(self.session)
        return suggestions(self.session, self.says(words), self.live.index, now=self.three.net.now)


@pytest.fixture
def missed(three: Three, session: Session) -> Missed:
    net = three.net
    firms = {
        "Larkspur": net.firm("Larkspur Vectors Ltd", capabilities=["cell sorting", "viral vectors"]),
        "Tamarisk": net.firm("Tamarisk Gene Works", capabilities=["cell sorting of blood"]),
        "Fenwick": net.firm("Fenwick Assays", capabilities=["immunoassays"]),
    }
    there = net.person("Mo Fell", firms["Larkspur"])
    net.person("Ivy Stone", firms["Fenwick"])
    event = net.an_event(by=three.sam)
    for who in (three.ada, there):
        net.answers(event, who, Rsvp.YES)
    net.now = at("2027-01-29T12:00")
    return Missed(three, session, event, firms, there, LiveIndex())


@pytest.mark.parametrize(
    "words", ["Mo Fell", "somebody from Larkspur Vectors", "the people at Larkspur", "Larkspurr Vectors"]
)
def test_whoever_is_named_is_found_and_who_was_there_speaks_for_them(missed: Missed, words: str) -> None:
    [first, *_] = missed.found(words)
    assert (first.organisation_id, first.person_id) == (missed.firms["Larkspur"], missed.there)
    assert first.label == "Mo Fell, Larkspur Vectors Ltd"
    assert "was there" in first.why


def test_what_they_do_finds_them_and_who_was_there_comes_first(missed: Missed) -> None:
    first, second = missed.found("anybody who does cell sorting")
    assert [each.organisation_id for each in (first, second)] == [
        missed.firms["Larkspur"],
        missed.firms["Tamarisk"],
    ]
    assert "cell sorting" in first.why
    assert second.person_id is None


def test_somebody_who_was_not_there_is_found_too(missed: Missed) -> None:
    [first] = missed.found("Ivy Stone of Fenwick Assays")
    assert first.label == "Ivy Stone, Fenwick Assays"
    assert "was there" not in first.why


@pytest.mark.parametrize(
    "words", ["Zorblax Quux", "Ben Ode", "Oriel Protein Services", "<!channel> *x*", "the keynote"]
)
def test_nobody_or_ones_own_people_are_suggested_to_nobody(missed: Missed, words: str) -> None:
    assert all(each.organisation_id in missed.firms.values() for each in missed.found(words))
    if words in {"Zorblax Quux", "Ben Ode"}:
        assert missed.found(f"{words} ") == ()


def test_staff_ask_both_and_it_is_begun_once(missed: Missed) -> None:
    net, wish = missed.three.net, missed.says("Mo Fell")
    other = PartyRef(missed.firms["Larkspur"], missed.there)
    told = introduce(missed.session, wish.id, other, net.act(missed.three.sam))
    assert told.done, told.text
    again = introduce(missed.session, wish.id, other, net.act(missed.three.sam))
    assert f"introduction {told.about}" in again.text
    [introduction] = missed.session.exec(select(Introduction)).all()
    assert introduction.origin is Origin.STAFF
    assert introduction.reason == (
        "Ada Marsh wanted to meet Mo Fell of Larkspur Vectors Ltd at Winter networking evening, and they missed each other."
    )
    parties = missed.session.exec(select(IntroductionParty)).all()
    assert {each.consent for each in parties} == {Consent.PENDING}
    net.deliver(tick=False)
    assert net.had(missed.three.ada, LetterKind.CONSENT)
    assert net.had(missed.there, LetterKind.CONSENT)
    [row] = missed.session.exec(select(MeetingWish)).all()
    assert (row.state, row.introduction_id) == (WishState.INTRODUCED, told.about)
    assert wishes(missed.session, state=WishState.OPEN) == ()


def test_what_staff_leave_is_told_to_nobody(missed: Missed) -> None:
    net, wish = missed.three.net, missed.says("Mo Fell")
    net.deliver(tick=False)
    before = len(net.sent)
    assert leave(missed.session, wish.id, net.act(missed.three.sam)).done
    assert "already" in leave(missed.session, wish.id, net.act(missed.three.sam)).text
    net.deliver(tick=False)
    assert len(net.sent) == before
    assert missed.session.exec(select(AuditEntry).where(AuditEntry.action == "wish.left")).one()


def test_only_staff_decide_and_a_wish_that_is_gone_is_said_to_be(missed: Missed) -> None:
    net, wish = missed.three.net, missed.says("Mo Fell")
    other = PartyRef(missed.firms["Larkspur"], missed.there)
    assert not introduce(missed.session, wish.id, other, net.act(missed.three.ada)).done
    assert not leave(missed.session, wish.id, net.act(missed.three.ada)).done
    sam = net.act(missed.three.sam)
    assert not introduce(missed.session, 999, other, sam).done
    assert not leave(missed.session, 999, sam).done
    assert not introduce(missed.session, wish.id, PartyRef(), sam).done
    assert not introduce(missed.session, wish.id, PartyRef(None, missed.three.ada), sam).done
    assert [each.state for each in wishes(missed.session)] == [WishState.OPEN]
