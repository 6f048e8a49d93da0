"""After the evening: who came is thanked once, at ten on the next working day, and what they say is kept for the team."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.assistant.events.after_answers import said_by, say
from bot.assistant.events.after_wording import thanks_key
from bot.assistant.events.after_words import Said
from bot.assistant.events.attending import respond
from bot.assistant.events.marking import mark
from bot.assistant.events.ticking import due
from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.outcomes import Details
from bot.assistant.letters import LetterKind
from store.consent.choosing import choose
from store.consent.readers import Reader
from store.events.feedback import heard
from store.events.slots import thanks_slot
from store.kinds import EventState, Frequency, Medium, Rsvp, WishState
from store.models import AuditEntry, EventFeedback, MeetingWish, Topic
from store.quiet import Quiet
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import LONDON, at

YES, NO = Rsvp.YES, Rsvp.NO
AFTER = "2027-01-29T10:00"  # the evening is a Thursday


def an_evening(three: Three, **fields: Any) -> int:
    """Ada and Ben come, Cleo does not; it is about to begin."""
    event = three.net.an_event(by=three.sam, **fields)
    three.net.answers(event, three.ada, YES)
    three.net.answers(event, three.ben, YES)
    three.net.answers(event, three.cleo, NO)
    three.net.now = at("2027-01-28T17:00")
    return event


def thanked(three: Three) -> list[int]:
    return [who for who in (three.ada, three.ben, three.cleo) if three.net.had(who, LetterKind.THANKS)]


def test_who_had_a_seat_is_thanked_the_next_morning_and_once(three: Three) -> None:
    net, event = three.net, an_evening(three)
    net.goes_on("2027-01-29T09:30")
    assert thanked(three) == []
    net.goes_on("2027-01-29T12:00")
    net.goes_on("2027-02-20T12:00", step=timedelta(hours=6))
    assert thanked(three) == [three.ada, three.ben]
    [letter] = net.had(three.ada, LetterKind.THANKS)
    assert letter.at.astimezone(ZoneInfo(LONDON)).strftime("%a %H:%M") == "Fri 10:00"
    [kept] = [each for each in net.rounds(event) if each.name == "thanks"]
    assert (kept.sent, kept.skipped, kept.slot) == (2, "", at(AFTER))


@pytest.mark.parametrize(
    ("ends", "zone", "told"),
    [
        ("2027-01-28T20:30", LONDON, "2027-01-29T10:00"),
        ("2027-01-29T23:30", LONDON, "2027-02-01T10:00"),  # a Friday: nobody is asked on a Saturday
        ("2027-03-26T22:00", LONDON, "2027-03-29T10:00"),  # the clocks go on between
        ("2027-10-29T22:00", LONDON, "2027-11-01T10:00"),  # and back
        ("2028-02-28T22:00", LONDON, "2028-02-29T10:00"),
        ("2027-01-29T01:00", LONDON, "2027-02-01T10:00"),  # it ended on the Friday
        ("2027-03-26T22:00", "America/New_York", "2027-03-29T10:00"),
    ],
)
def test_it_is_ten_in_the_morning_of_the_next_working_day(ends: str, zone: str, told: str) -> None:
    slot = thanks_slot(at(ends, zone), zone, Quiet("Europe/London", 18, 8))
    assert slot == at(told, zone)


def test_it_waits_for_the_end_of_the_quiet_hours_of_the_region(three: Three) -> None:
    slot = thanks_slot(at("2027-03-25T22:00", "Asia/Tokyo"), "Asia/Tokyo", Quiet("Europe/London", 18, 8))
    assert slot == at("2027-03-26T08:00")


def test_who_staff_marked_is_thanked_and_nobody_else(three: Three) -> None:
    net, event = three.net, an_evening(three)
    net.now = at("2027-01-28T21:00")
    assert mark(net.session, event, ["Ada Marsh", "Cleo Lark"], net.act(three.sam), came=True).done
    net.goes_on("2027-01-29T12:00")
    assert thanked(three) == [three.ada, three.cleo]


def test_who_is_marked_absent_or_sent_somebody_is_not_thanked(three: Three) -> None:
    net, event = three.net, an_evening(three)
    net.answers(event, three.ben, YES, substitute="Gil Oak")
    net.now = at("2027-01-28T21:00")
    assert mark(net.session, event, ["Ada Marsh"], net.act(three.sam), came=False).done
    net.goes_on("2027-01-29T12:00")
    assert thanked(three) == []


def test_who_wants_to_hear_of_no_event_is_not_asked_how_it_was(three: Three, session: Session) -> None:
    net = three.net
    session.add(Topic(key="events", name="Events"))
    session.flush()
    choose(session, Reader(three.ada), {"events": Frequency.NEVER}, source="web", now=net.now)
    an_evening(three)
    net.goes_on("2027-01-29T12:00")
    assert thanked(three) == [three.ben]


@pytest.mark.parametrize("how", ["cancelled", "switched off", "never announced"])
def test_nobody_is_thanked_for(three: Three, how: str) -> None:
    net = three.net
    event = an_evening(three, thanks=how != "switched off")
    if how == "cancelled":
        assert net.cancels(event, by=three.sam).done
    if how == "never announced":
        net.event(event).state = EventState.PLANNED
    net.goes_on("2027-02-03T12:00")
    assert thanked(three) == []


def test_what_is_late_waits_for_working_time(three: Three) -> None:
    net = three.net
    an_evening(three)
    net.now = at("2027-01-29T18:30")  # a Friday
    net.events_tick()
    net.goes_on("2027-02-01T07:30", step=timedelta(hours=1))
    assert thanked(three) == []
    net.goes_on("2027-02-01T08:30")
    assert thanked(three) == [three.ada, three.ben]


def test_a_week_late_nobody_is_asked_any_more_and_staff_see_it(three: Three) -> None:
    net, event = three.net, an_evening(three)
    net.now = at("2027-02-05T10:30")
    net.events_tick()
    assert thanked(three) == []
    [kept] = [each for each in net.rounds(event) if each.name == "thanks"]
    assert kept.skipped == "a week had gone by"


def test_an_interrupted_round_goes_on_where_it_stopped(three: Three, session: Session) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    guests = [net.person(f"Guest {number}") for number in range(12)]
    for each in guests:
        net.answers(event, each, YES)
    net.now = at("2027-01-29T10:00")
    [step] = [each for each in due(session, net.house, net.now) if each.subject == f"event:{event}"][-1:]
    assert step.do(session, 0) is not None  # and here it is killed
    net.events_tick()
    net.events_tick()
    assert [len(net.had(each, LetterKind.THANKS)) for each in guests] == [1] * 12


def test_a_number_a_line_and_a_wish_are_kept_and_told_to_nobody_but_the_team(
    three: Three, session: Session
) -> None:
    net, event = three.net, an_evening(three)
    net.goes_on("2027-01-29T12:00")
    assert "4 of 5" in net.says(three.ada, "4", LetterKind.THANKS).text
    details = Details(
        words="More time between the talks.", meet="Cleo Lark\nmeet: anybody who does cell sorting"
    )
    told = net.says(three.ada, "5", LetterKind.THANKS, details=details).text
    assert "“Cleo Lark”; “anybody who does cell sorting”" in told
    assert "before anybody is asked" in told
    net.says(three.ada, "5", LetterKind.THANKS, details=details)
    found = heard(session, event, letter_key=thanks_key(event))
    assert found.asked == 2
    [remark] = found.remarks
    assert (remark.score, remark.words, remark.name) == (5, "More time between the talks.", "Ada Marsh")
    assert [each.words for each in found.wishes] == ["Cleo Lark", "anybody who does cell sorting"]
    assert (found.mean, found.scores[5], found.scores[1]) == (5.0, 1, 0)


def test_what_is_sent_in_whole_takes_the_place_of_what_was_said(three: Three, session: Session) -> None:
    net, event = three.net, an_evening(three)
    net.now = at("2027-01-29T12:00")
    say(session, event, Said(2, "Too loud.", ("Ben Ode", "Cleo Lark")), net.act(three.ada))
    dealt = session.exec(select(MeetingWish).where(MeetingWish.words == "Ben Ode")).one()
    dealt.state = WishState.LEFT
    assert said_by(session, event, three.ada) == Said(2, "Too loud.", ("Cleo Lark",))
    assert say(session, event, Said(None, "", ("Gil Oak",), whole=True), net.act(three.ada)).done
    row = session.exec(select(EventFeedback)).one()
    assert (row.score, row.words) == (None, "")
    assert {each.words for each in session.exec(select(MeetingWish))} == {"Ben Ode", "Gil Oak"}


def test_only_guests_of_an_event_say_how_it_was_and_not_before_it(three: Three, session: Session) -> None:
    net = three.net
    event = net.an_event(by=three.sam, audience={})
    dora = net.person("Dora Finch")
    assert respond(session, event, YES, net.act(three.ada)).done
    early = say(session, event, Said(5), net.act(three.ada))
    assert (early.done, early.text) == (False, "It is not over yet: tell me when it is.")
    net.now = at("2027-01-29T12:00")
    assert not say(session, event, Said(5), net.act(dora)).done
    assert not say(session, event, Said(5), net.act(None)).done
    assert not say(session, 999, Said(5), net.act(three.ada)).done
    assert not say(session, event, Said(), net.act(three.ada)).done
    assert session.exec(select(EventFeedback)).all() == []
    stranger = net.act(999, medium=Medium.EMAIL)
    assert not say(session, event, Said(5), stranger).done
    assert session.exec(select(AuditEntry).where(AuditEntry.action == "refused")).all()


def test_nobody_answers_thanks_that_went_to_somebody_else(three: Three) -> None:
    net = three.net
    an_evening(three)
    net.goes_on("2027-01-29T12:00")
    [letter] = net.had(three.ada, LetterKind.THANKS)
    assert not reply_to_letter(net.session, letter.tokens[0], "1", net.act(three.ben)).done


def test_one_guest_says_no_more_than_fits(three: Three, session: Session) -> None:
    net, event = three.net, an_evening(three)
    net.now = at("2027-01-29T12:00")
    for number in range(9):
        say(session, event, Said(3, f"{number} " + "x" * 900, (f"Person {number}",)), net.act(three.ada))
    assert len(session.exec(select(MeetingWish)).all()) == 5
    row = session.exec(select(EventFeedback)).one()
    assert len(row.words) == 2000
