"""How often people are asked, and when not at all: each figure a region sets, and each wish of its members."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.deciding import decline
from bot.assistant.introductions.looking import mine
from bot.assistant.introductions.outcomes import Details, report_outcome
from bot.assistant.introductions.preferences import never_with, pause, resume, set_introductions, stop_all
from bot.assistant.introductions.quiet import waking
from bot.assistant.letters import Letter, LetterKind
from store.introductions.rules import Rules
from store.kinds import Anyway, Held, Listing, Medium, PausedBy
from store.kinds import IntroductionState as State
from store.models import Introduction, Organisation
from tests.bot.assistant.introductions.conftest import Two, memory_engine, two_in
from tests.bot.assistant.introductions.network import ANY_HOUR, Network
from tests.factories import NOW


def askers(net: Network, number: int) -> list[int]:
    return [net.person(f"Asker {at}", net.firm(f"Firm {at}")) for at in range(number)]


def held(net: Network, number: int | None) -> tuple[State, Held | None]:
    found = net.session.get(Introduction, number)
    assert found is not None
    return found.state, found.held


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
    assert [held(net, each.about) for each in told] == [
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
    assert held(net, told.about) == (State.REQUESTED, Held.NOBODY)
    assert net.had(two.ada, LetterKind.CONSENT) == []


def what_the_asker_learns(two: Two, ends: str) -> tuple[list[Letter], str, str]:
    """The news, their own view of it, and what asking again is answered."""
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    net.deliver()
    if ends == "no":
        net.says(two.ben, "no")
    elif ends == "silence":
        net.wait(days=5)
        net.deliver()
        net.wait(days=5)
    elif ends == "decline":
        decline(net.session, number, net.act(two.sam))
    else:
        never_with(net.session, two.ben, net.act(two.sam), other_person_id=two.ada)
        net.says(two.ben, "yes")
    net.deliver()
    news = [each.letter for each in net.had(two.ada) if "not now" in each.letter.subject]
    (own,) = mine(net.session, two.ada, net.now)
    view = f"{own.other}: {own.standing}. {own.next_step} {own.choices}"
    return news, view, net.asks(two.ada, two.larkspur).text.split(" from ")[0]


def test_a_no_a_silence_a_decline_and_a_never_with_cannot_be_told_apart() -> None:
    """By the letter, by their own view, nor by what asking again is answered: else who said no would be known."""
    learned = []
    for ends in ("no", "silence", "decline", "never with"):
        engine = memory_engine()
        with Session(engine, expire_on_commit=False) as session:
            learned.append(what_the_asker_learns(two_in(session), ends))
        engine.dispose()
    assert learned[0] == learned[1] == learned[2] == learned[3]
    assert len(learned[0][0]) == 1


def test_a_decline_with_a_note_tells_it_and_lets_the_asker_try_again(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, approval=True))
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    assert decline(net.session, number, net.act(two.sam), note="Say what you need it for.").done
    net.deliver()
    assert net.had(two.ada)[-1].letter.paragraphs == ("Say what you need it for.",)
    assert net.asks(two.ada, two.larkspur, seeks="AAV for a first trial").done


@pytest.mark.parametrize("by_organisation", [False, True])
def test_never_with_is_kept_and_told_to_nobody(two: Two, by_organisation: bool) -> None:
    net = two.net
    other = {"other_organisation_id": two.oriel} if by_organisation else {"other_person_id": two.ada}
    assert never_with(net.session, two.ben, net.act(two.sam), **other).done
    told = net.asks(two.ada, two.larkspur)
    assert told.done
    assert "with the team" in told.text
    set_introductions(net.session, net.act(two.ben), False)
    never = net.asks(net.person("Dev Nair", net.firm("Tarn Labs")), two.larkspur)
    assert told.text == never.text, "the same words where somebody merely opted out"
    net.deliver()
    assert net.had(two.ben) == []
    assert held(net, told.about) == (State.REQUESTED, Held.NEVER_WITH)


def test_another_of_the_same_organisation_is_asked_where_one_must_not_be(two: Two) -> None:
    net = two.net
    cleo = net.person("Cleo Marsh", two.larkspur)
    never_with(net.session, two.ada, net.act(two.sam), other_person_id=two.ben)
    net.asks(two.ada, two.larkspur)
    net.deliver()
    assert [each.readers for each in net.sent if each.letter.kind is LetterKind.CONSENT] == [(cleo,)]


def test_who_is_paused_until_a_date_is_asked_from_that_day_on(two: Two) -> None:
    net = two.net
    assert pause(net.session, net.act(two.ben), date(2026, 12, 1)).done
    assert not pause(net.session, net.act(two.ben), date(2026, 11, 23)).done
    first = net.asks(two.ada, two.larkspur)
    assert held(net, first.about) == (State.REQUESTED, Held.NOBODY)
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


def test_an_unnamed_asker_is_not_named_before_both_agreed(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur, unnamed=True, seeks="help with assays")
    net.deliver()
    net.wait(days=5)
    net.deliver()
    before = "".join(each.text for each in net.had(two.ben))
    assert "A member of Northmoor" in before
    assert "a member of Northmoor would like" in before
    assert not any(word in before for word in ("Ada", "Finch", "Oriel", "Head of R&D"))
    told = net.says(two.ben, "yes")
    assert "Ada Finch of Oriel Proteins" in told.text
    (handoff,) = net.deliver()
    assert "Ada Finch" in handoff.text


def test_an_unnamed_asker_who_must_never_meet_them_stays_unnamed(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur, unnamed=True)
    net.deliver()
    never_with(net.session, two.ada, net.act(two.sam), other_person_id=two.ben)
    told = net.says(two.ben, "yes")
    net.deliver()
    heard = "".join([told.text, *(each.text for each in net.sent if two.ben in each.readers)])
    assert not any(word in heard for word in ("Ada", "Finch", "Oriel"))


def test_the_asker_does_not_hear_who_was_asked_before_both_agreed(two: Two) -> None:
    net = two.net
    told = net.asks(two.ada, two.larkspur)
    net.deliver()
    net.wait(days=5)
    net.deliver()
    seen = told.text + "".join(each.text for each in net.had(two.ada))
    assert "Larkspur Vectors" in seen
    assert "Ben" not in seen


@pytest.mark.parametrize("hold", [0, 3])
def test_staff_may_change_what_both_get_for_as_long_as_the_region_holds_it(two: Two, hold: int) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, handoff_hold=timedelta(hours=hold)))
    net.asks(two.ada, two.larkspur)
    net.deliver()
    net.says(two.ben, "yes")
    assert bool([each for each in net.deliver() if each.letter.kind is LetterKind.HANDOFF]) is (hold == 0)
    net.wait(hours=hold)
    net.deliver()
    assert len(net.had(two.ada, LetterKind.HANDOFF)) == 1


def introduced(two: Two) -> int:
    number = two.net.asks(two.ada, two.larkspur).about
    assert number is not None
    two.net.deliver()
    two.net.says(two.ben, "yes")
    two.net.deliver()
    return number


def test_follow_ups_come_at_14_90_and_180_days_and_each_once(two: Two) -> None:
    net = two.net
    introduced(two)
    seen: dict[int, list[tuple[LetterKind, tuple[int, ...]]]] = {}
    for day in range(1, 260):
        net.wait(days=1)
        for each in net.deliver():
            seen.setdefault(day, []).append((each.letter.kind, each.readers))
    both = [(two.ada,), (two.ben,)]
    assert {day: sorted(readers for _, readers in letters) for day, letters in seen.items()} == {
        14: both, 90: both, 180: both,
    }  # fmt: skip


def test_a_region_sets_its_own_follow_ups(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, met_after=timedelta(days=7), outcome_after=(timedelta(days=30),)))
    introduced(two)
    net.wait(days=7)
    assert {each.letter.kind for each in net.deliver()} == {LetterKind.MET}
    net.wait(days=23)
    assert {each.letter.kind for each in net.deliver()} == {LetterKind.OUTCOME}
    net.wait(days=20)
    assert net.deliver() == []


@pytest.mark.parametrize(("days", "kinds"), [(95, ["outcome"]), (185, ["outcome"]), (400, []), (75, ["met"])])
def test_after_months_of_standing_still_one_question_is_asked_the_latest(
    two: Two, days: int, kinds: list[str]
) -> None:
    net = two.net
    introduced(two)
    net.wait(days=days)
    assert [each.letter.kind.value for each in net.deliver() if two.ada in each.readers] == kinds
    net.tick()
    assert net.deliver() == []


def test_the_one_who_asked_hears_what_became_of_it_and_staff_who_thought_of_it(two: Two) -> None:
    net = two.net
    number = introduced(two)
    details = Details(pounds=10, anyway=Anyway.NO)
    assert report_outcome(net.session, number, State.IN_TALKS, net.act(two.ben), details).done
    (news,) = net.deliver()
    assert (news.readers, "in talks" in news.text) == ((two.ada,), True)
    assert report_outcome(net.session, number, State.PROJECT, net.act(two.ada), Details()).done
    assert net.deliver() == []  # she said so herself
    for bad in (Details(pounds=-1), Details(jobs=10**7)):
        assert not report_outcome(net.session, number, State.PROJECT, net.act(two.ada), bad).done


def test_a_question_no_longer_wanted_is_not_asked(two: Two) -> None:
    net = two.net
    introduced(two)
    set_introductions(net.session, net.act(two.ben), False)
    net.wait(days=14)
    assert [each.readers for each in net.deliver()] == [(two.ada,)]


LONDON = Rules()


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T17:59", "2026-11-23T17:59"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-23T03:00", "2026-11-23T08:00"),
        (
            "2026-10-24T20:00",
            "2026-10-25T08:00",
        ),  # the night the clocks go back: eight in London is eight in UTC
        ("2026-10-24T17:30", "2026-10-25T08:00"),  # half past six there
        ("2027-03-27T20:00", "2027-03-28T07:00"),  # and forward
        ("2026-12-31T23:00", "2027-01-01T08:00"),
    ],
)
def test_quiet_hours_hold_on_the_wall_clock_across_clock_changes(now: str, leaves: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert waking(utc(now), LONDON) == utc(leaves)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(["Europe/London", "America/St_Johns", "Pacific/Auckland", "UTC"]),
)
def test_no_letter_leaves_in_quiet_hours_nor_earlier_nor_a_day_late(
    now: datetime, start: int, end: int, zone: str
) -> None:
    rules = Rules(zone=zone, quiet_from=start, quiet_until=end)
    leaves = waking(now, rules)
    assert now <= leaves <= now + timedelta(hours=25)
    assert waking(leaves, rules) == leaves


def test_a_letter_nobody_waits_for_waits_for_the_morning_and_the_message_to_both_does_not(
    session: Session,
) -> None:
    two = two_in(session)
    net = two.net
    net.live_by(Rules())
    net.now = NOW.replace(hour=22)
    net.asks(two.ada, two.larkspur)
    net.deliver()
    assert net.had(two.ben) == []
    net.wait(hours=10)
    net.deliver()
    net.now = NOW.replace(hour=23) + timedelta(days=1)
    net.says(two.ben, "yes")
    assert LetterKind.HANDOFF in [each.letter.kind for each in net.deliver()]


def test_nobody_answers_anothers_letter_and_garbage_is_no_answer(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    net.deliver()
    token = net.had(two.ben, LetterKind.CONSENT)[0].tokens[0]
    assert "somebody else" in reply_to_letter(net.session, token, "yes", net.act(two.ada)).text
    assert not net.says(two.ben, "perhaps").done
    assert not reply_to_letter(net.session, "nonsense", "yes", net.act(two.ben)).done
    assert net.state(number) is State.ASKED
    assert len(net.audited("refused")) == 1


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
