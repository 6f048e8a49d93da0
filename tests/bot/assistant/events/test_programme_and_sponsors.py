"""Who speaks at an event and who pays for it, as staff put it together."""

import pytest

from bot.assistant.events.feeds import open_events
from bot.assistant.events.programme import MOST_POINTS, add_point, remove_point, show_programme
from bot.assistant.events.sponsors import add_sponsor, keep_promise, remove_sponsor, show_sponsors
from bot.assistant.events.wording import invitation
from store.events.programme import programme_of
from store.events.sponsors import names_of
from tests.bot.assistant.events.conftest import Three


@pytest.fixture
def evening(three: Three) -> int:
    return three.net.an_event(by=three.sam)


def test_a_programme_is_told_in_the_order_of_its_times(three: Three, evening: int) -> None:
    session, act = three.net.session, three.net.act(three.sam)
    assert "no programme yet" in show_programme(session, evening, act).text
    before = three.net.event(evening).sequence
    add_point(session, evening, "18:30 Scale-up | Ina Holm | Oriel", act)
    add_point(session, evening, "Drinks", act)
    told = add_point(session, evening, "6pm Welcome | Sam Reed", act).text
    assert told.splitlines()[1:] == [
        "1. 18:00 Welcome (Sam Reed)",
        "2. 18:30 Scale-up (Ina Holm, Oriel)",
        "3. Drinks",
    ]
    assert three.net.event(evening).sequence == before + 3
    assert "already" in add_point(session, evening, "18:00 Welcome | Sam Reed", act).text
    assert "Welcome" not in remove_point(session, evening, 1, act).text
    assert "no point 9" in remove_point(session, evening, 9, act).text


@pytest.mark.parametrize("words", ["", "18:00 A | B | C | D", "99:99 Late", "x" * 301, "A | " + "x" * 201])
def test_what_is_no_point_of_a_programme_is_refused(three: Three, evening: int, words: str) -> None:
    assert not add_point(three.net.session, evening, words, three.net.act(three.sam)).done


def test_a_programme_has_an_end(three: Three, evening: int) -> None:
    act = three.net.act(three.sam)
    told = [
        add_point(three.net.session, evening, f"Talk {number}", act).done for number in range(MOST_POINTS + 1)
    ]
    assert told.count(False) == 1


def test_promises_to_sponsors_are_ticked_off(three: Three, evening: int) -> None:
    session, act = three.net.session, three.net.act(three.sam)
    assert "no sponsors yet" in show_sponsors(session, evening, act).text
    add_sponsor(
        session, evening, "Oriel Protein Services", act, level="gold", promised=["a stand", "two seats"]
    )
    add_sponsor(session, evening, "oriel protein services", act, promised=["a stand"])
    told = keep_promise(session, evening, "Oriel Protein Services", 2, act).text
    assert told.splitlines()[1:] == [
        "Oriel Protein Services (gold)",
        "  1. [ ] a stand",
        "  2. [x] two seats",
    ]
    assert names_of(session, evening) == ("Oriel Protein Services",)
    assert "number 3" in keep_promise(session, evening, "Oriel Protein Services", 3, act).text
    assert "no sponsor" in keep_promise(session, evening, "Nobody", 1, act).text
    assert "no sponsor" in remove_sponsor(session, evening, "Nobody", act).text
    assert "no sponsors yet" in remove_sponsor(session, evening, "Oriel Protein Services", act).text
    assert not add_sponsor(session, evening, " ", act).done


def test_members_change_neither(three: Three, evening: int) -> None:
    session, act = three.net.session, three.net.act(three.ada)
    told = (
        add_point(session, evening, "Talk", act), remove_point(session, evening, 1, act),
        show_programme(session, evening, act), show_sponsors(session, evening, act),
        add_sponsor(session, evening, "Oriel", act), keep_promise(session, evening, "Oriel", 1, act),
        remove_sponsor(session, evening, "Oriel", act),
    )  # fmt: skip
    assert {each.text for each in told} == {"Only the staff can do that."}
    assert "no such event" in show_programme(session, 99, three.net.act(three.sam)).text


def test_an_invitation_and_the_feed_tell_the_programme_and_thank_sponsors_by_name(three: Three) -> None:
    session, act = three.net.session, three.net.act(three.sam)
    event_id = three.net.an_event(by=three.sam, announced=False)
    add_point(session, event_id, "18:00 Scale-up | Ina Holm | Oriel", act)
    add_sponsor(session, event_id, "Wharf Bank", act, promised=["a stand"])
    three.net.announces(event_id, by=three.sam)
    event = three.net.event(event_id)
    points = programme_of(session, event)
    letter = invitation(event, three.net.house, programme=points, sponsors=names_of(session, event_id))
    assert letter.paragraphs == ("18:00 Scale-up (Ina Holm, Oriel)", "With thanks to Wharf Bank.")
    assert "Ina Holm" in open_events(session, now=three.net.now)[0].description
    three.net.events_tick()
