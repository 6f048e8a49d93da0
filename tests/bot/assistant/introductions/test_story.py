"""An introduction from the wish to what came of it: both asked, both told, nobody else."""

import pytest
from sqlmodel import Session, select

from bot.assistant.introductions.deciding import approve
from bot.assistant.introductions.outcomes import Details
from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Anyway, Consent, Medium
from store.kinds import IntroductionState as State
from store.models import IntroductionOutcome
from store.store import Store
from tests.bot.assistant.introductions.conftest import Two, two_in

BY_STAFF = Rules(approval=True, quiet_from=0, quiet_until=0)


def whole_story(session: Session) -> None:
    """One transaction here; each step below is one of its own in the product."""
    two = two_in(session)
    net = two.net
    net.live_by(BY_STAFF)
    told = net.asks(two.ada, two.larkspur, seeks="200 L of AAV by June", reason="“AAV vectors”")
    assert told.done
    assert "with the team" in told.text
    assert not net.had(two.ben)
    net.deliver()
    assert [each.readers for each in net.had(two.sam, LetterKind.STAFF)] == [(two.sam,)]
    assert net.says(two.sam, "approve", LetterKind.STAFF).done
    (request,) = net.deliver()
    assert request.readers == (two.ben,)
    assert "Ada Finch of Oriel Proteins would like to be introduced to you" in request.text
    assert request.letter.quoted == "200 L of AAV by June"
    assert "get a message together" in net.says(two.ben, "yes").text
    (handoff,) = net.deliver()
    assert set(handoff.readers) == {two.ada, two.ben}
    assert handoff.medium is Medium.SLACK
    assert net.state(told.about) is State.INTRODUCED
    net.wait(days=14)
    assert {each.readers for each in net.deliver()} == {(two.ada,), (two.ben,)}
    net.says(two.ben, "met", LetterKind.MET)
    assert [each.letter.lead for each in net.deliver()] == [
        "Ben Larch of Larkspur Vectors says of your introduction: you met."
    ]
    net.wait(days=76)
    net.deliver()
    worth = Details(pounds=40_000, jobs=2, anyway=Anyway.LATER, may_tell=True, words="A pilot run.")
    net.says(two.ada, "agreement", LetterKind.OUTCOME, details=worth)
    net.wait(days=90)
    net.deliver()
    net.says(two.ben, "project", LetterKind.OUTCOME)
    net.wait(days=400)
    assert {each.readers for each in net.deliver()} == {(two.ada,)}  # she hears what Ben said
    assert net.path(told.about) == [
        State.REQUESTED, State.ASKED, State.ACCEPTED, State.INTRODUCED, State.MET, State.AGREEMENT, State.PROJECT,
    ]  # fmt: skip
    for person in (two.ada, two.ben):
        party = net.party(told.about, person)
        assert (party.consent, party.medium, bool(party.evidence)) == (Consent.YES, Medium.SLACK, True)
    said = session.exec(select(IntroductionOutcome).where(IntroductionOutcome.stage == State.AGREEMENT)).one()
    assert (said.pounds, said.jobs, said.anyway, said.may_tell) == (40_000, 2, Anyway.LATER, True)


async def test_the_whole_story_on_both_databases(store: Store) -> None:
    await store.write(whole_story)


def test_who_asks_by_mail_is_handed_off_by_mail_where_slack_does_not_hold_both(two: Two) -> None:
    net = two.net
    cleo = net.person("Cleo Marsh", two.oriel, media=[Medium.EMAIL])
    net.asks(cleo, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    (handoff,) = net.deliver()
    assert (handoff.medium, set(handoff.readers)) == (Medium.EMAIL, {cleo, two.ben})


def test_where_slack_refuses_the_message_to_both_mail_carries_it(two: Two) -> None:
    net = two.net
    told = net.asks(two.ada, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    assert net.slack_refuses() == []
    assert net.state(told.about) is State.ACCEPTED
    (handoff,) = net.deliver()
    assert (handoff.medium, set(handoff.readers)) == (Medium.EMAIL, {two.ada, two.ben})
    assert net.state(told.about) is State.INTRODUCED


@pytest.mark.parametrize("word", ["yes", "YES", " Yes "])
def test_a_yes_is_taken_once_and_the_second_is_told_so(two: Two, word: str) -> None:
    net = two.net
    told = net.asks(two.ada, two.larkspur)
    net.deliver()
    assert net.says(two.ben, word).done
    assert "already" in net.says(two.ben, word).text
    assert len(net.deliver()) == 1
    assert net.path(told.about)[-1] is State.INTRODUCED


def test_an_approval_asks_and_a_second_one_is_told_that_it_was_decided(two: Two) -> None:
    net = two.net
    net.live_by(BY_STAFF)
    told = net.asks(two.ada, two.larkspur)
    assert told.about is not None
    assert approve(net.session, told.about, net.act(two.sam)).done
    again = approve(net.session, told.about, net.act(two.sam))
    assert not again.done
    assert "decided already" in again.text
    assert len([each for each in net.deliver() if each.letter.kind is LetterKind.CONSENT]) == 1
