"""The delegate list, as a page and line by line, and which organisations came."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.assistant.answering import answer
from bot.assistant.events.marking import mark
from bot.assistant.messages import Ask
from bot.assistant.wording import put_in_words
from bot.web.delegate_list import delegate_page
from store.events.delegates import by_organisation, delegates
from store.events.listing import one_planned
from store.events.turnout import turnout, turnout_of
from store.kinds import Medium, Rsvp, Seat
from store.models import Attendance, Person
from store.people import by_id
from store.search.live import LiveIndex
from tests.bot.assistant.events.conftest import Three
from tests.bot.assistant.events.evenings import at


def outsider(session: Session, event: int, name: str, **fields: Any) -> None:
    session.add(
        Attendance(
            event_id=event, token=f"t:{name}", name=name, rsvp=Rsvp.YES, seat=Seat.HELD,
            seat_since=datetime(2026, 11, 23, tzinfo=UTC), **fields,
        )
    )  # fmt: skip
    session.flush()


def filled(three: Three, session: Session) -> int:
    net = three.net
    event = net.an_event(by=three.sam, capacity=9, title="Forum <b>1</b>", venue="Wharf Hall")
    net.answers(event, three.ada, Rsvp.YES, guest="Gil Oak")
    net.answers(event, three.ben, Rsvp.YES, substitute="Una Reed")
    net.answers(event, three.cleo, Rsvp.NO)
    outsider(session, event, "<script>alert(1)</script>", organisation="Oak & Sons", seats=3, ticket="T1")
    outsider(session, event, "Nobody's", organisation="")
    return event


def test_everybody_with_a_seat_has_a_line_by_organisation(three: Three, session: Session) -> None:
    listed = delegates(session, filled(three, session))
    assert [(each.organisation, each.name, each.note) for each in listed] == [
        ("Oak & Sons", "<script>alert(1)</script>", ""),
        ("Oak & Sons", "(not named yet)", "guest of <script>alert(1)</script>"),
        ("Oak & Sons", "(not named yet)", "guest of <script>alert(1)</script>"),
        ("Oriel Protein Services", "Ada Marsh", ""),
        ("Oriel Protein Services", "Gil Oak", "guest of Ada Marsh"),
        ("Oriel Protein Services", "Una Reed", "in place of Ben Ode"),
        ("", "Nobody's", ""),
    ]
    assert [(name, len(people)) for name, people in by_organisation(listed)] == [
        ("Oak & Sons", 3), ("Oriel Protein Services", 3), ("", 1),
    ]  # fmt: skip


def test_the_page_to_print_says_it_all_and_runs_nothing(three: Three, session: Session) -> None:
    number = filled(three, session)
    event = one_planned(session, number)
    assert event is not None
    page = delegate_page(event, delegates(session, number), region="the North", now=three.net.now)
    assert "Forum &lt;b&gt;1&lt;/b&gt;" in page
    assert "<script" not in page
    assert "Thursday 28 January 2027, 17:30 to 19:30 (Europe/London)" in page
    assert "7 people" in page
    assert "2 organisations" in page
    assert "7 of 9 seats taken" in page
    assert "Without an organisation" in page
    assert "in place of Ben Ode" in page


def test_a_page_of_nobody_says_so(three: Three, session: Session) -> None:
    number = three.net.an_event(by=three.sam)
    event = one_planned(session, number)
    assert event is not None
    page = delegate_page(event, (), region="the North", now=three.net.now)
    assert "Nobody has a seat yet." in page
    assert "seats taken" not in page


def test_who_came_counts_to_their_organisation(three: Three, session: Session) -> None:
    net = three.net
    first = filled(three, session)
    later = net.an_event("2027-02-28T17:30", by=three.sam, title="Spring Mixer")
    net.answers(later, three.cleo, Rsvp.YES)
    outsider(session, later, "Rhys Fen", organisation="ORIEL Protein Services Ltd")
    firm = session.get(Person, three.ada)
    assert firm is not None
    assert firm.organisation_id is not None
    assert turnout_of(session, firm.organisation_id) is None
    net.now = at("2027-03-01T09:00")
    for event in (first, later):
        assert mark(session, event, ["everybody"], net.act(three.sam), came=True).done
    found = turnout(session)
    assert [(each.organisation, each.events, each.people, each.last) for each in found] == [
        ("Oriel Protein Services", 2, 5, "Spring Mixer"), ("Oak & Sons", 1, 3, "Forum <b>1</b>"),
    ]  # fmt: skip
    assert [each.organisation_id is None for each in found] == [False, True]
    assert turnout_of(session, firm.organisation_id) == found[0]
    [since] = turnout(session, since=at("2027-02-01T00:00"))
    assert (since.events, since.people) == (1, 2)
    assert mark(session, later, ["everybody"], net.act(three.sam), came=False).done
    assert turnout(session)[0].events == 1  # as it is marked now


def test_staff_who_ask_about_an_organisation_are_told_and_members_are_not(
    three: Three, session: Session
) -> None:
    net = three.net
    number = filled(three, session)
    net.now = at("2027-03-01T09:00")
    mark(session, number, ["everybody"], net.act(three.sam), came=True)
    live = LiveIndex()
    live.catch_up(session)

    def why(who: int, medium: Medium, *, overheard: bool = False) -> str:
        text = "tell me about Oriel Protein Services"
        ask = Ask(
            f"t:{who}:{medium}:{overheard}", by_id(session, who), text, medium, "t", overheard=overheard
        )
        return " ".join(put_in_words(answer(session, ask, index=live.index, now=net.now)).items[0].why)

    told = "Came to 1 event (3 people in all), last to Forum <b>1</b> on 28 January 2027"
    assert told in why(three.sam, Medium.SLACK)
    assert told in why(three.sam, Medium.EMAIL)
    assert "Came to" not in why(three.sam, Medium.SLACK, overheard=True)
    assert "Came to" not in why(three.ada, Medium.SLACK)
    assert turnout_of(session, 10_000) is None
