"""What waits to be sent when something changes: called back, rewritten or sent by another way, never sent blindly."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.assistant.introductions.deciding import Edits, edit, withdraw
from bot.assistant.introductions.preferences import never_with, pause, set_introductions, set_topics
from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Consent, Medium
from store.kinds import IntroductionState as State
from store.outcome import Outcome, Postponed, Refused, Sent, Unknown
from tests.bot.assistant.introductions.conftest import Two, two_in
from tests.bot.assistant.introductions.network import Network
from tests.doubles.carrier import Carried

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # a Monday; letters nobody waits for leave at eight


@pytest.fixture
def evening(session: Session) -> Two:
    two = two_in(session)
    two.net.now = EVENING
    two.net.live_by(Rules())
    return two


def asked(two: Two) -> int:
    """Ada's request is with Ben, who has read it."""
    told = two.net.asks(two.ada, two.larkspur)
    two.net.wait(hours=13)
    two.net.deliver()
    assert two.net.had(two.ben, LetterKind.CONSENT)
    assert told.about is not None
    return told.about


def introduced(two: Two) -> int:
    number = asked(two)
    two.net.says(two.ben, "yes")
    two.net.deliver()
    assert two.net.state(number) is State.INTRODUCED
    return number


def test_no_reminder_leaves_after_the_yes(evening: Two) -> None:
    net = evening.net
    asked(evening)
    net.wait(days=4, hours=11)  # the evening four days later: the reminder waits for the morning
    assert net.queued(LetterKind.NUDGE)
    net.says(evening.ben, "yes")
    net.wait(hours=13)
    assert [each.letter.kind for each in net.deliver()] == [LetterKind.HANDOFF]


def test_a_late_no_at_night_still_tells_the_asker(evening: Two) -> None:
    net = evening.net
    asked(evening)
    net.wait(days=5)
    net.deliver()
    net.wait(days=5, hours=11)
    net.tick()
    net.says(evening.ben, "no")
    net.wait(hours=13)
    assert [(each.readers, each.letter.subject) for each in net.deliver()] == [
        ((evening.ada,), "Your introduction to Larkspur Vectors: not now")
    ]


def test_a_late_yes_at_night_calls_the_not_now_back(evening: Two) -> None:
    net = evening.net
    number = asked(evening)
    net.wait(days=10, hours=11)
    assert net.state(number) is State.SILENT
    net.says(evening.ben, "yes")
    net.deliver()
    assert net.state(number) is State.INTRODUCED
    net.wait(hours=13)
    assert [each for each in net.deliver() if "not now" in each.letter.subject] == []


def test_who_said_yes_late_and_then_no_leaves_the_asker_with_one_not_now(evening: Two) -> None:
    net = evening.net
    net.live_by(Rules(handoff_hold=timedelta(hours=20)))
    number = asked(evening)
    net.wait(days=10, hours=11)
    net.says(evening.ben, "yes")
    net.says(evening.ben, "no")
    assert net.state(number) is State.NOT_NOW
    net.wait(hours=30)
    net.deliver()
    assert len([each for each in net.had(evening.ada) if "not now" in each.letter.subject]) == 1


def test_never_with_calls_back_the_question_whether_they_met(evening: Two) -> None:
    net = evening.net
    introduced(evening)
    net.wait(days=14, hours=11)
    assert len(net.queued(LetterKind.MET)) == 2
    never_with(net.session, evening.ben, net.act(evening.sam), other_person_id=evening.ada)
    net.wait(hours=13)
    assert net.deliver() == []


def test_a_reader_who_moves_to_where_they_must_not_be_introduced_gets_no_request(evening: Two) -> None:
    net = evening.net
    tarn = net.firm("Tarn Labs")
    never_with(net.session, evening.ada, net.act(evening.sam), other_organisation_id=tarn)
    number = net.asks(evening.ada, evening.larkspur).about
    net.get(evening.ben).organisation_id = tarn  # an import
    net.wait(hours=13)
    assert net.had(evening.ben, LetterKind.CONSENT) == []
    net.deliver()
    assert net.had(evening.ben, LetterKind.CONSENT) == []
    assert net.state(number) is State.REQUESTED


def test_a_request_that_has_not_left_goes_out_in_the_words_that_staff_gave_it(evening: Two) -> None:
    net = evening.net
    number = net.asks(evening.ada, evening.larkspur, seeks="my frist words", reason="they fit").about
    assert number is not None
    told = edit(net.session, number, Edits(seeks="Two hundred litres of AAV."), net.act(evening.sam))
    assert told.done
    net.wait(hours=13)
    (letter,) = [each for each in net.deliver() if each.letter.kind is LetterKind.CONSENT]
    assert letter.letter.quoted == "Two hundred litres of AAV."
    assert net.says(evening.ben, "yes").done


def test_a_message_to_both_that_came_back_to_the_queue_is_not_sent_to_a_pair_kept_apart_since(
    two: Two,
) -> None:
    net = two.net
    number = asked(two)
    net.says(two.ben, "yes")

    def busy(each: Carried) -> Outcome:
        if each.letter.kind is not LetterKind.HANDOFF:
            return Sent("ok")
        never_with(net.session, two.ben, net.act(two.sam), other_person_id=two.ada)
        return Postponed("slow down", timedelta(minutes=2))

    net.deliver(busy, tick=False)
    assert net.state(number) is State.ACCEPTED
    net.wait(minutes=3)
    assert all(LetterKind.HANDOFF is not each.letter.kind for each in net.deliver())
    assert net.state(number) is State.NOT_NOW


def test_a_request_that_slack_refuses_goes_by_mail(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur)
    assert net.slack_refuses() == []
    (letter,) = [each for each in net.deliver() if each.letter.kind is LetterKind.CONSENT]
    assert letter.medium is Medium.EMAIL
    assert net.says(two.ben, "yes").done


def test_who_could_not_be_reached_is_not_taken_for_silent(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    for _ in range(3):
        net.deliver(lambda each: Refused("gone") if each.letter.kind is LetterKind.CONSENT else Sent("ok"))
    assert net.state(number) is State.REQUESTED
    assert net.had(two.sam, LetterKind.STAFF), "staff hear of it"
    net.wait(days=30)
    assert net.state(number) is State.REQUESTED
    assert net.party(number, two.ben).consent is Consent.NOT_ASKED


def test_a_request_that_is_still_on_its_way_is_neither_reminded_of_nor_taken_for_silence(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    net.wait(days=5)  # the sender was down
    net.wait(days=6)
    assert net.state(number) is State.ASKED
    net.deliver()
    assert [each.letter.kind for each in net.had(two.ben)] == [LetterKind.CONSENT]
    net.wait(days=9)
    assert [each.letter.kind for each in net.deliver()] == [LetterKind.NUDGE]
    assert net.state(number) is State.ASKED
    net.wait(days=1)
    assert net.state(number) is State.SILENT


def test_a_message_to_both_that_may_have_left_does_not_hold_the_introduction_for_ever(two: Two) -> None:
    net = two.net
    number = asked(two)
    net.says(two.ben, "yes")
    net.deliver(lambda _: Unknown("the line broke"))
    assert net.state(number) is State.ACCEPTED
    net.wait(days=4)
    assert net.state(number) is State.INTRODUCED


def test_two_whom_no_one_message_reaches_are_left_to_staff_who_hear_of_it(session: Session) -> None:
    two = two_in(session)
    net = two.net
    cleo = net.person("Cleo Marsh", two.oriel, media=[Medium.EMAIL])
    dev = net.person("Dev Nair", net.firm("Tarn Labs"), media=[Medium.SLACK])
    number = net.asks(cleo, net.get(dev).organisation_id or 0).about
    net.deliver()
    net.says(dev, "yes")
    (letter,) = net.deliver()
    assert letter.readers == (two.sam,)
    assert "reaches" in letter.text
    assert net.state(number) is State.ACCEPTED


def test_a_request_taken_back_before_it_left_counts_for_nobody(evening: Two) -> None:
    net = evening.net
    for _ in range(8):
        told = net.asks(evening.ada, evening.larkspur)
        assert told.done, told.text
        assert "I have asked" in told.text
        assert told.about is not None
        assert withdraw(net.session, told.about, net.act(evening.ada)).done
    net.wait(hours=13)
    assert net.had(evening.ben) == []


def test_who_takes_back_what_was_read_may_not_ask_the_same_again(two: Two) -> None:
    net = two.net
    number = asked(two)
    assert withdraw(net.session, number, net.act(two.ada)).done
    again = net.asks(two.ada, two.larkspur)
    net.deliver()
    assert len(net.had(two.ben, LetterKind.CONSENT)) == 1
    assert "I have asked Larkspur Vectors whether" not in again.text


def test_a_member_who_wants_no_requests_may_still_ask_and_change_other_settings(two: Two) -> None:
    net = two.net
    net.live_by(Rules(quiet_from=0, quiet_until=0, handoff_hold=timedelta(hours=1)))
    set_introductions(net.session, net.act(two.ada), False)
    number = asked(two)
    net.says(two.ben, "yes")
    set_topics(net.session, net.act(two.ada), ("assays",))
    pause(net.session, net.act(two.ada), None)
    net.wait(hours=2)
    net.deliver()
    assert net.state(number) is State.INTRODUCED


def test_who_opts_out_after_their_yes_and_before_the_message_left_is_not_introduced(two: Two) -> None:
    net: Network = two.net
    net.live_by(Rules(quiet_from=0, quiet_until=0, handoff_hold=timedelta(hours=1)))
    number = asked(two)
    net.says(two.ben, "yes")
    set_introductions(net.session, net.act(two.ben), False)
    net.wait(hours=2)
    assert [each.readers for each in net.deliver()] == [(two.ada,)]
    assert net.state(number) is State.NOT_NOW
    assert [each.letter.subject for each in net.had(two.ada) if "not now" in each.letter.subject]
