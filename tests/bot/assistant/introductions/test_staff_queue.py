"""What staff do with an introduction, and what they cannot do: no consent is lent, nobody else is told."""

import pytest
from sqlmodel import select

from bot.assistant.introductions.deciding import Edits, approve, assign, decline, edit, name_person, withdraw
from bot.assistant.introductions.looking import queue
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.preferences import never_with, set_introductions
from bot.assistant.introductions.requesting import PartyRef, broker
from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Consent, Held, StaffRole
from store.kinds import IntroductionState as State
from store.models import Introduction, IntroductionOutcome
from store.outcome import Refused, Sent
from tests.bot.assistant.introductions.conftest import Two

BY_STAFF = Rules(approval=True, quiet_from=0, quiet_until=0)


def brokered(two: Two) -> int:
    told = broker(
        two.net.session, PartyRef(person_id=two.ada), PartyRef(person_id=two.ben),
        reason="both make vectors", act=two.net.act(two.sam),
    )  # fmt: skip
    assert told.about is not None
    return told.about


def test_of_a_staff_idea_both_are_asked_and_both_must_agree(two: Two) -> None:
    net = two.net
    number = brokered(two)
    assert {each.readers for each in net.deliver()} == {(two.ada,), (two.ben,)}
    assert "I wait for" in net.says(two.ada, "yes").text
    assert net.deliver() == []
    net.says(two.ben, "yes")
    assert [set(each.readers) for each in net.deliver()] == [{two.ada, two.ben}]
    assert net.state(number) is State.INTRODUCED


def test_the_yes_of_one_leaves_the_other_their_buttons(two: Two) -> None:
    net = two.net
    brokered(two)
    net.deliver()
    net.says(two.ada, "yes")
    net.deliver()
    assert net.shown(two.ben, LetterKind.CONSENT).words == ("yes", "no", "pause")
    assert net.shown(two.ada, LetterKind.CONSENT).words == ()
    assert "You said yes" in net.shown(two.ada, LetterKind.CONSENT).text


def test_who_said_yes_to_a_staff_idea_hears_of_it_when_the_other_takes_it_back(two: Two) -> None:
    net = two.net
    number = brokered(two)
    net.deliver()
    net.says(two.ben, "yes")
    assert withdraw(net.session, number, net.act(two.ada)).done
    (news,) = net.deliver()
    assert news.readers == (two.ben,)
    assert "It isn't the right time" in news.text
    assert "you asked for" not in news.text


def test_nobody_is_asked_to_meet_themselves(two: Two) -> None:
    net = two.net
    loner = net.person("Cleo Marsh")
    for person in (loner, two.ada):
        ref = PartyRef(person_id=person)
        told = broker(net.session, ref, ref, reason="", act=net.act(two.sam))
        assert not told.done
    assert net.deliver() == []


def test_the_same_click_brokers_once(two: Two) -> None:
    net = two.net
    act = net.act(two.sam, evidence="click-1")
    first, second = (
        broker(net.session, PartyRef(person_id=two.ada), PartyRef(person_id=two.ben), reason="x", act=act)
        for _ in range(2)
    )
    assert first.about == second.about
    assert len(net.deliver()) == 2


def test_a_yes_belongs_to_who_said_it(two: Two) -> None:
    """Ada could not be reached, so it is with staff again: Ben's yes is not another's whom they name there."""
    net = two.net
    cleo = net.person("Cleo Marsh", two.larkspur)
    number = brokered(two)
    for _ in range(2):
        net.deliver(lambda each: Refused("gone") if each.readers == (two.ada,) else Sent("ok"))
    net.says(two.ben, "yes")
    assert net.state(number) is State.REQUESTED
    told = name_person(net.session, number, cleo, net.act(two.sam))
    assert not told.done
    assert "Ben Larch of Larkspur Vectors has been asked already" in told.text
    assert net.party(number, two.ben).consent is Consent.YES
    assert approve(net.session, number, net.act(two.sam)).done
    net.deliver()
    net.says(two.ada, "yes")
    assert [set(each.readers) for each in net.deliver()] == [{two.ada, two.ben}]


def test_a_yes_to_meet_one_person_is_not_taken_for_another(two: Two) -> None:
    """Ben opted out before he read it: Ada was asked about him, not about his colleague."""
    net = two.net
    cleo = net.person("Cleo Marsh", two.larkspur)
    number = brokered(two)
    for _ in range(2):
        net.deliver(lambda each: Refused("gone") if each.readers == (two.ben,) else Sent("ok"))
    set_introductions(net.session, net.act(two.ben), False)
    net.says(two.ada, "yes")
    assert not approve(net.session, number, net.act(two.sam)).done
    told = name_person(net.session, number, cleo, net.act(two.sam))
    assert not told.done
    assert "Ada Finch of Oriel Proteins has been asked whether to meet Ben Larch" in told.text
    net.deliver()
    assert net.had(cleo) == []
    assert decline(net.session, number, net.act(two.sam)).done
    assert [each.readers for each in net.deliver() if each.letter.kind is LetterKind.NEWS] == [(two.ada,)]


def test_where_the_first_must_not_be_asked_staff_name_another_and_it_goes_out(two: Two) -> None:
    net = two.net
    never_with(net.session, two.ada, net.act(two.sam), other_person_id=two.ben)
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    (waiting,) = queue(net.session, net.act(two.sam))
    assert waiting.held is Held.NEVER_WITH
    assert not approve(net.session, number, net.act(two.sam)).done
    cleo = net.person("Cleo Marsh", two.larkspur)
    assert name_person(net.session, number, cleo, net.act(two.sam)).done
    assert approve(net.session, number, net.act(two.sam)).done
    assert [each.readers for each in net.deliver() if each.letter.kind is LetterKind.CONSENT] == [(cleo,)]


@pytest.mark.parametrize("by_machine", [True, False])
def test_only_staff_are_given_an_introduction(two: Two, by_machine: bool) -> None:
    net = two.net
    net.live_by(BY_STAFF)
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    cleo = net.person("Cleo Marsh", two.oriel)
    told = assign(net.session, number, cleo, net.act(None if by_machine else two.sam))
    assert not told.done
    net.deliver()
    assert net.had(cleo) == []


def test_who_is_given_one_is_told_and_of_its_later_turns_alone(two: Two) -> None:
    net = two.net
    net.live_by(BY_STAFF)
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    tess = net.person("Tess Roe", staff_role=StaffRole.STAFF)
    net.deliver()
    assert assign(net.session, number, tess, net.act(two.sam)).done
    assert assign(net.session, number, tess, net.act(two.sam)).done
    assert [each.readers for each in net.deliver()] == [(tess,)]
    net.get(tess).staff_role = StaffRole.MEMBER
    set_introductions(net.session, net.act(two.ben), False)
    approve(net.session, number, net.act(two.sam))
    assert [each.readers for each in net.deliver()] == [(two.sam,)]


def test_staff_hear_of_what_was_called_back(two: Two) -> None:
    net = two.net
    net.live_by(Rules())
    net.now = net.now.replace(hour=20)
    number = net.asks(two.ada, two.larkspur).about
    set_introductions(net.session, net.act(two.ben), False)
    net.wait(hours=13)
    net.deliver()
    assert net.had(two.ben) == []
    assert len(net.had(two.sam, LetterKind.STAFF)) == 1
    assert net.state(number) is State.REQUESTED


def test_every_staff_action_of_somebody_else_is_refused_and_audited(two: Two) -> None:
    net = two.net
    net.live_by(BY_STAFF)
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    by = net.act(two.ben)
    refusals = [
        approve(net.session, number, by),
        edit(net.session, number, Edits(reason="x"), by),
        decline(net.session, number, by),
        assign(net.session, number, two.sam, by),
        name_person(net.session, number, two.ben, by),
        withdraw(net.session, number, by),
        broker(net.session, PartyRef(person_id=two.ada), PartyRef(person_id=two.ben), reason="", act=by),
        never_with(net.session, two.ada, by, other_person_id=two.ben),
        report_outcome(net.session, number, State.MET, net.act(net.person("Cleo")), Details()),
    ]
    assert not any(each.done for each in refusals)
    net.session.flush()
    assert len(net.audited("refused")) == len(refusals)
    assert {entry.actor for entry in net.audited("refused")[:8]} == {f"person:{two.ben}"}
    assert queue(net.session, by) == ()
    assert net.path(number) == [State.REQUESTED]
    net.deliver()
    assert net.had(two.ben) == []


def test_the_same_report_of_an_outcome_counts_once(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    net.deliver()
    net.says(two.ben, "yes")
    net.deliver()
    act = net.act(two.ada, evidence="form-1")
    for _ in range(2):
        assert report_outcome(net.session, number, State.AGREEMENT, act, Details(pounds=5)).done
    assert len(net.session.exec(select(IntroductionOutcome)).all()) == 1


def test_an_idea_of_two_organisations_asks_a_contact_of_each(two: Two) -> None:
    net = two.net
    told = broker(
        net.session, PartyRef(organisation_id=two.oriel), PartyRef(organisation_id=two.larkspur),
        reason="", act=net.act(None),
    )  # fmt: skip
    assert told.done
    assert {each.readers for each in net.deliver()} == {(two.ada,), (two.ben,)}
    assert net.session.get(Introduction, told.about) is not None
