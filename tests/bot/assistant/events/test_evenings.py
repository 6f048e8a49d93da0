"""Events from the plan to the evening: who is invited, who gets a seat, who hears what, and when."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.assistant.letters import LetterKind
from store.events.inviting import Audience, to_keep
from store.kinds import OrganisationKind, Rsvp, Seat
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import LONDON, at

YES, NO, MAYBE = Rsvp.YES, Rsvp.NO, Rsvp.MAYBE


def test_nobody_hears_of_an_event_before_it_is_announced(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam, announced=False)
    net.goes_on("2026-11-24T12:00")
    assert net.sent == []
    assert not net.answers(event, three.ada, YES).done
    told = net.announces(event, by=three.sam)
    assert "4 people are invited" in told.text
    net.goes_on("2026-11-24T12:30")
    assert [len(net.had(who, LetterKind.INVITATION)) for who in (three.ada, three.ben, three.cleo)] == [
        1,
        1,
        1,
    ]


def test_invitations_wait_for_the_morning(three: Three) -> None:
    net = three.net
    net.now = at("2026-11-24T22:00")
    net.an_event(by=three.sam)
    net.goes_on("2026-11-25T07:30")
    assert net.sent == []
    net.goes_on("2026-11-25T08:00")
    assert len(net.had(three.ada, LetterKind.INVITATION)) == 1


def test_members_plan_nothing(three: Three) -> None:
    with pytest.raises(AssertionError, match="Only the staff"):
        three.net.an_event(by=three.ada)


def test_who_is_announced_twice_is_invited_once_and_newcomers_are_too(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.goes_on("2026-11-24T12:00")
    dora = net.person("Dora Finch")
    assert "1 person is invited" in net.announces(event, by=three.sam).text
    net.goes_on("2026-11-24T13:00")
    assert len(net.had(three.ada, LetterKind.INVITATION)) == 1
    assert len(net.had(dora, LetterKind.INVITATION)) == 1


def test_an_audience_is_who_fits_all_of_it_and_wants_to_hear(three: Three) -> None:
    net = three.net
    university = net.firm("University of the Plain", kind=OrganisationKind.UNIVERSITY, sector="Research")
    prof = net.person("Edna Wray", university)
    net.person("Finn Wray", university, newsletters=False)
    event = net.an_event(
        by=three.sam, audience=to_keep(Audience(kinds=(OrganisationKind.UNIVERSITY,), sectors=("research",)))
    )
    net.goes_on("2026-11-24T12:00")
    assert {reader for each in net.sent for reader in each.readers} == {prof}
    assert net.answers(event, three.ada, YES).done, "whoever hears of it may come"


def test_reminders_go_to_the_right_people_at_their_wall_clock_time(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.goes_on("2026-12-01T12:00")
    net.answers(event, three.ada, YES)
    net.answers(event, three.ben, NO)
    net.goes_on("2027-01-29T12:00")
    local = [
        (each.at.astimezone(ZoneInfo(LONDON)).strftime("%Y-%m-%d %H:%M"), each.readers)
        for each in net.sent
        if each.letter.kind is LetterKind.REMINDER
    ]
    assert local == [
        ("2027-01-14 17:30", (three.sam,)),
        ("2027-01-14 17:30", (three.cleo,)),
        ("2027-01-26 17:30", (three.ada,)),
        ("2027-01-28 15:30", (three.ada,)),
    ]


def test_a_reminder_tells_the_time_that_is_left_when_it_leaves(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.answers(event, three.ada, YES)
    net.now = at("2027-01-27T09:00")  # nobody was there to remind for weeks
    net.events_tick()
    [late] = net.had(three.ada, LetterKind.REMINDER)
    assert late.letter.lead == "Winter networking evening is tomorrow at 17:30."
    net.now = at("2027-01-28T16:00")
    net.events_tick()
    assert net.had(three.ada, LetterKind.REMINDER)[-1].letter.lead.endswith("today at 17:30.")
    assert len(net.had(three.ada, LetterKind.REMINDER)) == 2


def test_of_several_that_are_late_only_the_last_goes_out(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.answers(event, three.ada, YES)
    net.now = at("2027-01-28T16:00")
    net.events_tick()
    assert len(net.had(three.ada, LetterKind.REMINDER)) == 1
    assert {each.name: (each.sent, each.skipped) for each in net.rounds(event)} == {
        "14d unanswered": (3, ""), "2d going": (0, "a later reminder was due, too"), "2h going": (1, ""),
    }  # fmt: skip


def test_an_event_that_began_is_reminded_of_no_more_and_staff_see_it(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.answers(event, three.ada, YES)
    net.now = at("2027-01-28T17:31")
    net.events_tick()
    assert [each for each in net.sent if each.letter.kind is LetterKind.REMINDER] == []
    assert {each.skipped for each in net.rounds(event)} == {"the event had begun"}


def test_who_says_yes_after_a_reminder_was_due_does_not_get_it(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.goes_on("2027-01-27T09:00")
    net.answers(event, three.ada, YES)
    net.goes_on("2027-01-28T18:00")
    assert (
        len(net.had(three.ada, LetterKind.REMINDER)) == 2
    )  # the one to all who had not answered, and two hours


def test_an_event_that_moves_is_told_once_and_reminded_of_by_its_new_time(three: Three) -> None:
    net = three.net
    event = net.an_event("2027-03-25T17:30", by=three.sam)
    net.answers(event, three.ada, YES)
    net.goes_on("2027-03-24T09:00", step=timedelta(hours=6))
    assert [each.letter.subject for each in net.had(three.ada, LetterKind.REMINDER)] == [
        "Reminder: Winter networking evening, 25 March"
    ]
    told = net.changes(event, by=three.sam, starts_at=at("2027-03-30T17:30"))  # the clocks go forward between
    assert "Everybody concerned is told" in told.text
    net.goes_on("2027-03-31T09:00")
    [moved] = net.had(three.ada, LetterKind.EVENT_NEWS)
    assert "Thursday 25 March 2027, 17:30 to 19:30" in moved.letter.lead
    assert ("When", "Tuesday 30 March 2027, 17:30 to 19:30 (Europe/London)") in moved.letter.facts
    leaving = [each.at for each in net.had(three.ada, LetterKind.REMINDER)]
    assert leaving[1:] == [at("2027-03-28T17:30"), at("2027-03-30T15:30")]
    assert net.event(event).sequence == 1


def test_two_changes_before_anybody_heard_are_told_as_one(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    net.events_tick()
    net.changes(event, by=three.sam, venue="Wharf Hall")
    net.changes(event, by=three.sam, venue="Mill Hall")
    net.goes_on("2026-11-24T12:00")
    assert len(net.had(three.ada, LetterKind.EVENT_NEWS)) == 1
    assert ("Where", "Mill Hall") in net.had(three.ada, LetterKind.EVENT_NEWS)[0].letter.facts
    assert net.changes(event, by=three.sam, venue="Mill Hall").text.endswith("like that already.")


def test_a_cancelled_event_is_told_to_all_but_those_who_declined_and_never_again(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam, capacity=1)
    net.answers(event, three.ada, YES)
    net.answers(event, three.ben, NO)
    net.events_tick()
    told = net.cancels(event, by=three.sam, reason="The hall is flooded.")
    assert told.done
    assert net.cancels(event, by=three.sam).text.endswith("cancelled already.")
    net.goes_on("2027-01-29T12:00", step=timedelta(hours=4))
    assert len(net.had(three.ada, LetterKind.EVENT_NEWS)) == 1
    assert net.had(three.ada, LetterKind.EVENT_NEWS)[0].letter.paragraphs == ("The hall is flooded.",)
    assert net.had(three.ben, LetterKind.EVENT_NEWS) == []
    assert [each for each in net.sent if each.letter.kind is LetterKind.REMINDER] == []
    assert "does not take place" in net.answers(event, three.cleo, YES).text


def test_a_full_event_has_a_queue_and_a_free_seat_goes_to_the_next(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam, capacity=1)
    assert "You have a seat" in net.answers(event, three.ada, YES).text
    assert "number 1 in the queue" in net.answers(event, three.ben, YES).text
    assert "number 2 in the queue" in net.answers(event, three.cleo, YES).text
    net.events_tick()
    net.now = at("2026-11-25T20:00")
    assert "goes to the next" in net.answers(event, three.ada, NO).text
    net.events_tick()
    [offer] = net.had(three.ben, LetterKind.OFFER)
    assert offer.letter.closing.startswith("It is kept for you until 20:00 on Thursday 26 November")
    net.goes_on("2026-11-26T20:30")
    assert net.seat(event, three.ben) is Seat.NONE
    assert len(net.had(three.cleo, LetterKind.OFFER)) == 1
    assert net.answers(event, three.cleo, YES).text.startswith("You have a seat")
    net.goes_on("2026-11-27T08:00")
    assert "went to the next" in net.had(three.ben, LetterKind.EVENT_NEWS)[0].letter.lead
    assert [len(net.had(who, LetterKind.TICKET)) for who in (three.ada, three.ben, three.cleo)] == [1, 0, 1]


def test_a_guest_takes_a_seat_where_there_is_one(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam, capacity=3)
    assert "two seats for yourself and Gil Oak" in net.answers(event, three.ada, YES, guest="Gil  Oak").text
    assert net.answers(event, three.ben, YES).done
    assert "no seat left for a guest" in net.answers(event, three.ben, YES, guest="Hal Fir").text
    assert net.answers(event, three.ada, YES).text.startswith("You have two seats"), (
        "said again, nothing changes"
    )
    assert "Ivy Elm comes in your place" in net.answers(event, three.ben, YES, substitute="Ivy Elm").text


def test_perhaps_takes_no_seat_and_gives_none_back(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam, capacity=1)
    assert "Noted as perhaps" in net.answers(event, three.ada, MAYBE).text
    assert net.answers(event, three.ben, YES).text.startswith("You have a seat")
    assert "You keep your seat" in net.answers(event, three.ben, MAYBE).text
    assert net.seat(event, three.ben) is Seat.HELD


def test_answers_that_come_too_early_or_too_late_say_so(three: Three) -> None:
    net = three.net
    event = net.an_event(
        by=three.sam,
        registration_from=at("2026-12-01T09:00"),
        registration_until=at("2027-01-20T09:00"),
    )
    assert "not open yet" in net.answers(event, three.ada, YES).text
    net.now = at("2026-12-01T09:00")
    assert net.answers(event, three.ada, YES).done
    net.now = at("2027-01-20T09:00")
    assert "is closed" in net.answers(event, three.ben, YES).text
    assert net.answers(event, three.ada, NO).done
    net.now = at("2027-01-28T18:00")
    assert "has begun" in net.answers(event, three.ada, YES).text
    net.now = at("2027-01-28T23:00")
    assert "has ended" in net.answers(event, three.ada, YES).text
    assert not net.answers(999, three.ada, YES).done


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": " "}, "needs a title"),
        ({"ends_at": at("2027-01-28T17:00")}, "end before it starts"),
        ({"ends_at": at("2027-03-28T17:00")}, "longer than 30 days"),
        ({"zone": "Europe/Lundun"}, "not a time zone"),
        ({"capacity": -1}, "Seats are a number"),
        ({"reminders": ["whenever"]}, "is no reminder"),
        ({"title": "x" * 301}, "301 characters long"),
        ({"colour": "red"}, "has no colour"),
        (
            {"registration_from": at("2027-01-02T09:00"), "registration_until": at("2027-01-01T09:00")},
            "close before it opens",
        ),
    ],
)
def test_an_event_that_cannot_be_is_refused_and_stays_as_it_was(
    three: Three, fields: dict[str, object], said: str
) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    told = net.changes(event, by=three.sam, **fields)
    assert not told.done
    assert said in told.text
    assert net.event(event).title == "Winter networking evening"
    assert net.event(event).sequence == 0


def test_fewer_seats_than_are_taken_throw_nobody_out(three: Three) -> None:
    net = three.net
    event = net.an_event(by=three.sam)
    for who in (three.ada, three.ben):
        net.answers(event, who, YES)
    told = net.changes(event, by=three.sam, capacity=1)
    assert "2 seats are taken, more than there are" in told.text
    assert "queue" in net.answers(event, three.cleo, YES).text
    net.answers(event, three.ada, NO)
    assert net.seat(event, three.cleo) is Seat.WAITING
    net.answers(event, three.ben, NO)
    assert net.seat(event, three.cleo) is Seat.OFFERED
