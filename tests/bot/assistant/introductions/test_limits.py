"""How often people are asked, and when not at all: each figure a region sets, and each wish of its members."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.assistant.introductions.preferences import pause, resume, set_introductions, stop_all
from bot.assistant.letters import LetterKind
from store.kinds import Held, Listing, Medium, PausedBy
from store.kinds import IntroductionState as State
from store.models import Organisation
from tests.bot.assistant.introductions.conftest import Two
from tests.bot.assistant.introductions.network import ANY_HOUR, Network


def askers(net: Network, number: int) -> list[int]:
    return [net.person(f"Asker {at}", net.firm(f"Firm {at}")) for at in range(number)]


def test_a_member_asks_for_as_many_a_month_as_the_region_allows(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, requests_a_month=2))
    firms = [net.firm(f"Firm {at}") for at in range(3)]
    assert [net.asks(two.ada, firm).done for firm in firms] == [True, True, False]
    refused = net.asks(two.ada, firms[2])
    assert "2 introductions in the last 30 days" in refused.text
    assert "23 December 2026" in refused.text
    net.wait(days=30)
    assert net.asks(two.ada, firms[2]).done


def test_one_person_is_asked_so_often_and_then_it_waits_instead_of_being_refused(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, asked_a_month=2))
    told = [net.asks(asker, two.larkspur) for asker in askers(net, 3)]
    assert [net.held(each.about) for each in told] == [
        (State.ASKED, None), (State.ASKED, None), (State.WAITING, Held.ROOM),
    ]  # fmt: skip
    assert told[2].done
    assert "in the queue" in told[2].text
    net.deliver()
    assert len(net.had(two.ben, LetterKind.CONSENT)) == 2
    net.wait(days=31)
    net.deliver()
    assert net.state(told[2].about) is State.ASKED
    assert len(net.had(two.ben, LetterKind.CONSENT)) == 3


def test_an_organisation_is_asked_so_often_whoever_of_it_is_asked(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, organisation_a_month=3, asked_a_month=2))
    net.person("Cleo Marsh", two.larkspur)
    told = [
        net.asks(asker, two.larkspur, person_id=two.ben if at % 2 else None)
        for at, asker in enumerate(askers(net, 4))
    ]
    states = [net.state(each.about) for each in told]
    assert states.count(State.ASKED) <= 3
    assert states[-1] is State.WAITING


def test_after_a_no_the_same_two_are_left_alone_for_the_cool_down(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, pair_cool_down=timedelta(days=60)))
    net.asks(two.ada, two.larkspur)
    net.deliver()
    net.says(two.ben, "no")
    net.wait(days=59)
    refused = net.asks(two.ada, two.larkspur)
    assert not refused.done
    assert "22 January 2027" in refused.text
    net.wait(days=2)
    assert net.asks(two.ada, two.larkspur).done
    net.deliver()
    assert len(net.had(two.ben, LetterKind.CONSENT)) == 2


def test_who_met_is_not_asked_to_meet_again_from_the_other_side(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    net.deliver()
    told = net.asks(two.ben, two.oriel)
    net.deliver()
    assert net.held(told.about) == (State.REQUESTED, Held.NOBODY)
    assert net.had(two.ada, LetterKind.CONSENT) == []


def test_who_is_paused_until_a_date_is_asked_from_that_day_on(two: Two) -> None:
    net = two.net
    assert pause(net.session, net.act(two.ben), date(2026, 12, 1)).done
    assert not pause(net.session, net.act(two.ben), date(2026, 11, 23)).done
    first = net.asks(two.ada, two.larkspur)
    assert net.held(first.about) == (State.REQUESTED, Held.NOBODY)
    net.wait(days=8)
    net.asks(net.person("Dev Nair", net.firm("Tarn Labs")), two.larkspur)
    net.deliver()
    assert len(net.had(two.ben, LetterKind.CONSENT)) == 1


def test_who_wants_none_who_left_and_who_is_not_listed_is_not_asked(two: Two) -> None:
    net = two.net
    opted_out = net.person("Out", two.larkspur)
    set_introductions(net.session, net.act(opted_out), False)
    stopped = net.person("Stopped", two.larkspur)
    assert stop_all(net.session, net.act(stopped))
    unlisted = net.person("Hidden", two.larkspur, listed=False)
    moved = net.person("Moved", two.larkspur)
    net.get(moved).organisation_id = two.oriel
    nowhere = net.person("Unreached", two.larkspur, media=())
    for person in (opted_out, stopped, unlisted, moved, nowhere):
        net.live_by(replace(ANY_HOUR, asked_a_month=50, organisation_a_month=50, requests_a_month=50))
        asker = net.person("Asker", net.firm("Firm"))
        net.asks(asker, two.larkspur, person_id=person)
    net.deliver()
    asked = {each.readers for each in net.sent if each.letter.kind is LetterKind.CONSENT}
    assert asked == {(two.ben,)}
    organisation = net.session.get(Organisation, two.larkspur)
    assert organisation is not None
    organisation.listing = Listing.UNLISTED
    assert "not in the directory any more" in net.asks(two.ada, two.larkspur).text


@pytest.mark.parametrize("times", [1, 3])
def test_after_so_many_silences_a_person_is_paused_told_so_and_back_by_one_tap(two: Two, times: int) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, silences=times, asked_a_month=99, organisation_a_month=99))

    def ignored() -> None:
        net.asks(askers(net, 1)[0], two.larkspur)
        net.deliver()
        net.wait(days=11)
        net.deliver()

    for done in range(times):
        assert net.get(two.ben).introductions_paused_by is None, done
        ignored()
    assert net.get(two.ben).introductions_paused_by is PausedBy.SILENCE
    (letter,) = net.had(two.ben, LetterKind.PAUSED)
    assert "Ben" in letter.letter.lead
    net.asks(askers(net, 1)[0], two.larkspur)
    net.deliver()
    assert len(net.had(two.ben, LetterKind.CONSENT)) == times
    assert "Welcome back" in net.says(two.ben, "resume", LetterKind.PAUSED).text
    for done in range(times):  # it counts from nothing again
        assert net.get(two.ben).introductions_paused_by is None, done
        net.now += timedelta(days=1)
        ignored()
    assert net.get(two.ben).introductions_paused_by is PausedBy.SILENCE


def test_an_answer_between_silences_begins_the_count_anew(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, silences=2, asked_a_month=99, organisation_a_month=99))
    for answer in ("", "no", ""):
        net.asks(askers(net, 1)[0], two.larkspur)
        net.deliver()
        if answer:
            net.says(two.ben, answer)
        net.wait(days=11)
        net.deliver()
    assert net.get(two.ben).introductions_paused_by is None


def test_one_reminder_and_never_a_second(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, nudge_after=timedelta(days=2), silent_after=timedelta(days=30)))
    net.asks(two.ada, two.larkspur)
    net.deliver()
    net.wait(days=1, hours=23)
    assert net.deliver() == []
    net.wait(hours=1)
    assert [each.letter.kind for each in net.deliver()] == [LetterKind.NUDGE]
    for _ in range(5):
        net.wait(days=5)
        assert net.deliver() == []
    assert net.says(two.ben, "yes", LetterKind.NUDGE).done


def test_a_pause_by_word_says_no_and_pauses(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    net.deliver()
    told = net.says(two.ben, "pause")
    assert "no more requests until 21 February 2027" in told.text
    assert net.state(number) is State.NOT_NOW
    entries = len(net.audited("introductions.paused"))
    assert net.says(two.ben, "pause").done
    assert len(net.audited("introductions.paused")) == entries
    assert resume(net.session, net.act(two.ben)).done


def test_a_mail_only_member_goes_through_it_all_by_mail(two: Two) -> None:
    net = two.net
    dev = net.person("Dev Nair", net.firm("Tarn Labs"), media=[Medium.EMAIL])
    net.asks(dev, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    net.deliver()
    net.wait(days=14)
    net.deliver()
    assert {each.medium for each in net.had(dev)} == {Medium.EMAIL}
