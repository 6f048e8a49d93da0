"""What must not stay undone: nobody waits for ever, no message is edited without a change, every reader sees the outcome."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session, select

from bot.assistant.introductions.deciding import approve, decline, withdraw
from bot.assistant.introductions.preferences import pause
from bot.assistant.letters import LetterKind
from store.introductions.rules import Rules
from store.kinds import Consent, OutboxState
from store.kinds import IntroductionState as State
from store.models import Address, OutboxMessage
from store.outbox_by_hand import dismiss
from store.outcome import Outcome, Refused, Sent, Unknown
from tests.bot.assistant.introductions.conftest import Two
from tests.doubles.carrier import Carried


def messages(session: Session, state: OutboxState) -> list[OutboxMessage]:
    rows = session.exec(select(OutboxMessage).where(OutboxMessage.state == state))
    return list(rows)


def no_hand_off(each: Carried) -> Outcome:
    return Refused("no") if each.letter.kind is LetterKind.HANDOFF else Sent("ok")


def agreed(two: Two, became: Callable[[Carried], Outcome]) -> int:
    """Both said yes, and that of the message to both."""
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    net.deliver()
    net.says(two.ben, "yes")
    net.deliver(became)
    assert net.state(number) is State.ACCEPTED
    return number


def taken_off_the_list(two: Two) -> None:
    (doubtful,) = messages(two.net.session, OutboxState.UNCERTAIN)
    assert doubtful.id is not None
    assert dismiss(two.net.session, doubtful.id, "cli", now=two.net.now)


def test_what_waits_its_turn_is_not_edited_again_while_nothing_changes(two: Two) -> None:
    net = two.net
    net.live_by(Rules(quiet_from=0, quiet_until=0, organisation_a_month=0))
    assert net.state(net.asks(two.ada, two.larkspur).about) is State.WAITING
    net.deliver()
    before = len(net.sent)
    for _ in range(10):
        net.wait(minutes=1)
        net.deliver()
    assert net.sent[before:] == []


def test_each_of_the_staff_sees_what_became_of_what_they_were_asked_to_approve(two: Two) -> None:
    net = two.net
    net.live_by(Rules(quiet_from=0, quiet_until=0, approval=True))
    tess = net.staff("Tess Ash")
    net.asks(two.ada, two.larkspur)
    net.deliver()
    assert net.says(tess, "approve", LetterKind.STAFF).done
    net.deliver()
    for reader in (two.sam, tess):
        shown = net.shown(reader, LetterKind.STAFF)
        assert shown.readers == (reader,)
        assert not shown.letter.choices
        assert "Tess Ash" in shown.letter.closing


def test_a_request_that_staff_would_not_have_sent_leaves_nobody_waiting_for_ever(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    net.deliver(lambda each: Unknown("?") if each.letter.kind is LetterKind.CONSENT else Sent("ok"))
    taken_off_the_list(two)
    net.tick()
    net.deliver()
    assert net.state(number) is State.REQUESTED
    assert net.party(number, two.ben).consent is Consent.NOT_ASKED
    assert net.had(two.sam, LetterKind.STAFF)


def test_a_hand_off_that_staff_would_not_have_sent_is_with_staff_and_not_on_its_way_for_ever(
    two: Two,
) -> None:
    net = two.net
    number = agreed(two, lambda each: Unknown("?") if each.letter.kind is LetterKind.HANDOFF else Sent("ok"))
    taken_off_the_list(two)
    net.tick()
    net.deliver()
    assert net.had(two.sam, LetterKind.STAFF)
    assert approve(net.session, number, net.act(two.sam)).done
    net.deliver()
    assert net.state(number) is State.INTRODUCED


def test_a_hand_off_that_nobody_took_goes_out_by_a_word_of_staff_once_the_address_is_right(two: Two) -> None:
    net = two.net
    number = agreed(two, no_hand_off)
    net.deliver(no_hand_off)
    net.deliver()
    assert "send it again" in net.had(two.sam, LetterKind.STAFF)[-1].text
    old = net.session.exec(select(Address).where(Address.person_id == two.ben)).one()
    net.session.delete(old)
    net.session.flush()
    net.session.add(Address(person_id=two.ben, address="ben@right.example", position=0))
    assert approve(net.session, number, net.act(two.sam)).done
    net.deliver()
    assert net.state(number) is State.INTRODUCED
    assert not approve(net.session, number, net.act(two.sam)).done


def test_what_still_reaches_nobody_is_said_to_staff_who_send_it_again(two: Two) -> None:
    net = two.net
    number = agreed(two, no_hand_off)
    net.deliver(no_hand_off)
    for each in (two.ada, two.ben):
        net.get(each).slack_user_id = None
        net.session.delete(net.session.exec(select(Address).where(Address.person_id == each)).one())
    net.session.flush()
    told = approve(net.session, number, net.act(two.sam))
    assert not told.done
    assert "no message of mine reaches" in told.text
    assert net.state(number) is State.ACCEPTED


def test_what_was_called_back_unsent_leaves_no_failure_behind(two: Two) -> None:
    net = two.net
    net.live_by(Rules())
    net.wait(hours=12)
    told = net.asks(two.ada, two.larkspur)
    assert told.about is not None
    assert withdraw(net.session, told.about, net.act(two.ada)).done
    net.wait(hours=13)
    due = messages(net.session, OutboxState.QUEUED)
    assert [row.dedup_key for row in due if row.payload["revises"].startswith("letter:consent")] == []


def test_a_pause_asked_for_under_a_letter_does_not_shorten_the_one_they_have(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur)
    net.deliver()
    pause(net.session, net.act(two.ben), None)
    net.says(two.ben, "pause")
    assert net.get(two.ben).introductions_paused_until is None
    assert net.get(two.ben).introductions_paused_by is not None


def test_a_hand_off_that_was_refused_cannot_be_sent_after_staff_let_it_be(two: Two) -> None:
    net = two.net
    number = agreed(two, no_hand_off)
    net.deliver(no_hand_off)
    assert decline(net.session, number, net.act(two.sam)).done
    assert messages(net.session, OutboxState.FAILED) == []


def test_a_pause_asked_for_under_a_letter_lengthens_a_shorter_one(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur)
    net.deliver()
    pause(net.session, net.act(two.ben), (net.now + timedelta(days=5)).date())
    net.says(two.ben, "pause")
    assert net.get(two.ben).introductions_paused_until == (net.now + timedelta(days=90)).date()
