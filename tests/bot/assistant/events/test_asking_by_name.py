"""An event is asked about by its name or some words of it, and nobody else's question is taken for that."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.events.planning import cancel
from bot.assistant.events.programme import add_point
from bot.assistant.events.sponsors import add_sponsor
from bot.assistant.messages import Answer, Ask, Events, Matches, NobodyOfThatName, NoMatch, OneOrganisation
from bot.assistant.wording import put_in_words
from store.kinds import EventKind, Medium, Rsvp
from store.people import Stranger
from store.search.live import LiveIndex
from tests.bot.assistant.events.conftest import Three
from tests.factories import add_golden_region

Says = Callable[..., Answer]


@pytest.fixture
def says(three: Three, session: Session) -> Says:
    """A year of events, and the answer to an ask."""
    net, sam = three.net, three.sam
    add_golden_region(session)
    forum = net.an_event(
        "2027-02-11T17:30", by=sam, title="Biologics Forum", kind=EventKind.CONFERENCE, venue="Wharf Hall",
        town="Chester", capacity=2,
    )  # fmt: skip
    add_point(session, forum, "18:00 Making vectors | Dr Ivo Lark | Oriel", net.act(sam))
    add_point(session, forum, "19:00 Drinks", net.act(sam))
    add_sponsor(session, forum, "Tamarisk Gene Works", net.act(sam))
    workshop = net.an_event("2027-03-09T09:30", by=sam, title="Sterility by Design", kind=EventKind.WORKSHOP)
    add_point(session, workshop, "Clean rooms | Ola Oriel", net.act(sam))
    net.an_event(
        "2027-05-20T19:00", by=sam, title="Spring Mixer", join_url="https://join.example/1", capacity=40
    )
    net.an_event("2027-11-12T19:00", by=sam, title="Awards Dinner 2027", kind=EventKind.AWARDS)
    net.an_event("2027-06-01T09:00", by=sam, title="Secret Summit", announced=False)
    live = LiveIndex()
    live.catch_up(session)

    def say(text: str, *, medium: Medium = Medium.TERMINAL, now: datetime | None = None) -> Answer:
        ask = Ask(f"t:{text}:{now}", Stranger(), text, medium, conversation=f"t:{text}:{now}")
        return answer(session, ask, index=live.index, now=now or net.now)

    return say


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("when is the Biologics Forum?", "Biologics Forum is on Thursday 11 February 2027, 17:30 to 19:30"),
        ("Hi, when's the biologcs forumm please?", "Biologics Forum is on Thursday 11 February 2027"),
        ("what time does the spring mixer start?", "Spring Mixer is on Thursday 20 May 2027"),
        ("where is the Biologics Forum?", "Biologics Forum is at Wharf Hall, Chester."),
        ("where is the spring mixer being held", "online; whoever says yes gets the link"),
        ("where is the awards dinner 2027?", "is not said yet"),
        ("who is speaking at the March workshop?", "Sterility by Design: Ola Oriel speaks."),
        ("who is speaking at the biologics forum", "Biologics Forum: Dr Ivo Lark (Oriel) speaks."),
        ("speakers at the spring mixer", "No speaker of Spring Mixer is named yet."),
        ("what's the programme of the Biologics Forum?", "18:00 Making vectors (Dr Ivo Lark, Oriel); 19:00 Drinks."),
        ("what's the programme of the awards dinner?", "Awards Dinner 2027 has no programme yet."),
        ("is there still room at the Spring Mixer?", "There is still room at Spring Mixer: 40 of 40 seats are free."),
        ("are there any seats left at sterility by design?", "There is room at Sterility by Design: seats are not limited."),
        ("who sponsors the Biologics Forum?", "Biologics Forum is sponsored by Tamarisk Gene Works."),
        ("who are the sponsors of the spring mixer", "No sponsor of Spring Mixer is named yet."),
        ("tell me about the Biologics Forum", "Biologics Forum:"),
        ("Biologics Forum", "Biologics Forum:"),
    ],
)  # fmt: skip
def test_what_is_asked_of_it_is_answered_first(says: Says, said: str, words: str) -> None:
    given = says(said)
    assert isinstance(given, Events), given
    reply = put_in_words(given)
    assert words in reply.lead
    assert len(reply.items) == 1


@pytest.mark.parametrize(
    "said",
    [
        "who does biologics?", "biologics", "who sponsors clinical trials?", "sterility testing",
        "tell me about larkspur vectors", "who makes lateral flow tests for spring?", "where is Tamarisk Gene Works?",
        "is there lab space in Chester", "conference venues in Chester", "viral vectors", "design of clean rooms",
        "who is speaking to investors about gene therapy", "forum", "what is biologics?",
    ],
)  # fmt: skip
def test_an_ask_for_somebody_stays_one(says: Says, said: str) -> None:
    assert isinstance(says(said), Matches | NoMatch | OneOrganisation | NobodyOfThatName)


def test_a_mail_asks_the_same_with_greetings_around_it(says: Says) -> None:
    text = "Hello,\n\nwhen is the Biologics Forum? Looking forward to it.\n\nBest wishes\nAda\n"
    assert "11 February" in put_in_words(says(text, medium=Medium.EMAIL)).lead


def test_of_an_unknown_name_it_says_so_and_what_comes_next(says: Says) -> None:
    for said in ("when is the Zebra Congress?", "what's the programme of the secret summit?"):
        reply = put_in_words(says(said))
        assert reply.lead.startswith("I know of no event called “")
        assert [item.title for item in reply.items][:2] == ["Biologics Forum", "Sterility by Design"]


def test_where_several_are_called_alike_they_are_listed(says: Says, three: Three) -> None:
    three.net.an_event("2027-09-01T17:30", by=three.sam, title="Biologics Breakfast")
    reply = put_in_words(says("when is the biologics event?"))
    assert reply.lead == "“biologics event” could be one of these:"
    assert [item.title for item in reply.items] == ["Biologics Forum", "Biologics Breakfast"]
    assert "11 February" in put_in_words(says("when is the Biologics Forum?")).lead


def test_the_next_of_a_name_is_meant_and_the_others_follow(says: Says, three: Three) -> None:
    three.net.an_event("2027-10-01T17:30", by=three.sam, title="Biologics Forum")
    reply = put_in_words(says("when is the biologics forum?"))
    assert reply.lead.startswith("The next Biologics Forum is on Thursday 11 February 2027")
    assert len(reply.items) == 2


def test_a_full_one_says_so_and_what_to_do(says: Says, three: Three) -> None:
    forum = three.net.an_event("2027-04-01T17:30", by=three.sam, title="Proteomics Breakfast", capacity=1)
    assert "1 of 1 seats is free" in put_in_words(says("any seats left for the proteomics breakfast?")).lead
    three.net.answers(forum, three.ada, Rsvp.YES)
    three.net.answers(forum, three.ben, Rsvp.YES)
    assert (
        put_in_words(says("is the proteomics breakfast full?")).lead
        == "Proteomics Breakfast is full. 1 is waiting; whoever says yes is put in the queue, and told when a seat becomes free."
    )


def test_registration_that_is_closed_or_not_open_yet_is_told(says: Says, three: Three) -> None:
    net = three.net
    opens, closes = (datetime(2027, month, 1, tzinfo=ZoneInfo("UTC")) for month in (2, 3))
    net.an_event(
        "2027-04-01T17:30", by=three.sam, title="Proteomics Breakfast", registration_from=opens,
        registration_until=closes,
    )  # fmt: skip
    said = "can I still register for the Proteomics Breakfast?"
    assert "is not open yet" in put_in_words(says(said)).lead
    assert "is closed" in put_in_words(says(said, now=closes)).lead


def test_of_a_cancelled_one_and_of_a_past_one_it_is_said(says: Says, three: Three, session: Session) -> None:
    net, sam = three.net, three.sam
    number = net.an_event("2027-04-01T17:30", by=sam, title="Proteomics Breakfast")
    cancel(session, number, "", net.act(sam))
    said = "when is the Proteomics Breakfast?"
    assert put_in_words(says(said)).lead == "Proteomics Breakfast is cancelled: it does not take place."
    after = datetime(2027, 6, 1, tzinfo=ZoneInfo("UTC"))
    lead = put_in_words(says("when is the Biologics Forum?", now=after)).lead
    assert lead == "Biologics Forum was on Thursday 11 February 2027. No other of that name is planned yet."


def test_where_nothing_is_planned_at_all_an_unknown_one_is_told_so(three: Three, session: Session) -> None:
    live = LiveIndex()
    live.catch_up(session)
    ask = Ask("t:1", Stranger(), "when is the Biologics Forum?", Medium.TERMINAL, conversation="t:1")
    lead = put_in_words(answer(session, ask, index=live.index, now=three.net.now)).lead
    assert lead.endswith("No other is planned at the moment, either.")
