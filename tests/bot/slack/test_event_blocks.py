"""What Slack shows of events is within its limits, whatever an event or a guest is called."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.slack.blocks.event_rows import EventRow
from bot.slack.modals.event_answer import answer_modal
from bot.slack.modals.event_form import EventForm, event_modal
from bot.slack.modals.event_lists import cancel_modal, guests_modal, list_modal, one_modal
from bot.slack.modals.event_texts import changed, marks_of, texts_of
from store.events.inviting import Audience, to_keep
from store.events.listing import Guest
from store.kinds import EventKind, EventState, OrganisationKind, Rsvp, Seat
from store.models import Event
from tests.bot.slack.planned import SOON, a_row
from tests.doubles.slack.server import real_time
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace

HOSTILE = ("<!channel> & <b>*bold*</b> `x` " * 20)[:300]


def taken(view: dict[str, Any]) -> dict[str, Any]:
    """Slack takes it, and nobody is called by it."""
    workspace = Workspace(real_time)
    check_view(workspace, view, kind="modal")
    assert not workspace.pings
    assert len(view["private_metadata"]) <= 3000
    return view


def a_guest(number: int, **fields: Any) -> Guest:
    guest = Guest(
        number, f"{number} {HOSTILE}"[:200], HOSTILE[:200], "a@x.example", Rsvp.YES, Seat.HELD, 2, HOSTILE[:200],
        HOSTILE[:200], SOON, None,
    )  # fmt: skip
    return replace(guest, **fields)


def an_event(**fields: Any) -> Event:
    event = {
        "id": 2**31, "title": HOSTILE, "kind": EventKind.AWARDS, "state": EventState.OPEN, "starts_at": SOON,
        "ends_at": SOON + timedelta(hours=3), "zone": "America/Argentina/Buenos_Aires", "venue": HOSTILE, "town": HOSTILE[:120],
        "summary": "x" * 20_000, "url": "www.events.example", "join_url": "https://meet.example/x",
        "organiser": "events@x.example", "capacity": 100_000, "registration_from": SOON - timedelta(days=20),
        "registration_until": SOON - timedelta(days=2), "reminders": ["2d going"],
        "audience": to_keep(Audience(True, tuple(OrganisationKind), (HOSTILE, "Biotechnology"), ("Leeds",), ("gmp",))),
    }  # fmt: skip
    return Event(**{**event, **fields})


def test_lists_with_the_longest_and_worst_names_are_taken() -> None:
    rows: list[EventRow] = [a_row(HOSTILE, id=number) for number in range(10)]
    for first in (0, 10, 20):
        taken(list_modal(rows, now=SOON - timedelta(days=1), first=first, total=25))
    assert "No event is coming up." in str(taken(list_modal([], now=SOON)))
    taken(one_modal(a_row(HOSTILE), now=SOON, notice=HOSTILE))
    taken(cancel_modal(a_row(HOSTILE)))
    taken(cancel_modal(EventRow(a_row(HOSTILE).event, invites=0, tells=0)))


def test_guests_with_the_longest_and_worst_names_are_taken() -> None:
    event = a_row(HOSTILE).event
    guests = [a_guest(number, attended=[None, True, False][number % 3]) for number in range(45)]
    for now in (SOON - timedelta(days=1), SOON + timedelta(hours=1)):
        for first in (0, 20, 40):
            taken(guests_modal(event, guests, now=now, first=first, notice=HOSTILE))
    nobody = taken(guests_modal(replace(event, capacity=None), [], now=SOON))
    assert "Nobody is invited yet." in str(nobody)
    called_off = replace(event, state=EventState.CANCELLED)
    assert "event:came" not in str(taken(guests_modal(called_off, guests, now=SOON)))
    waits = a_guest(1, rsvp=Rsvp.NONE, seat=Seat.WAITING, guest="", substitute="", name="")
    assert "no answer · waits for a seat" in str(guests_modal(event, [waits], now=SOON))


def test_the_forms_take_any_event_and_a_long_summary_stays_as_it_is() -> None:
    texts = texts_of(an_event())
    form = EventForm(texts, [HOSTILE, "Diagnostics"], 7, now=texts, notes={"venue": HOSTILE}, round=3)
    view = taken(event_modal(form))
    assert "longer than a form in Slack holds" in str(view)
    assert "summary:3" not in str(view)
    assert "plain_text_input" in str(block(view, "url:3"))
    assert "url_text_input" in str(block(view, "join_url:3"))
    taken(event_modal(EventForm({"kind": "networking", "zone": "Europe/London"})))
    taken(answer_modal(an_event(), token="a" * 24))


def block(view: dict[str, Any], block_id: str) -> dict[str, Any]:
    return next(each for each in view["blocks"] if each.get("block_id") == block_id)


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    texts = texts_of(an_event(summary="Two\n\nparagraphs "))
    said = {**texts, "summary": "Two\r\n\r\nparagraphs", "kinds": "\n".join(sorted(OrganisationKind))}
    assert changed(said, marks_of(texts)) == frozenset()
    assert changed({**said, "venue": "", "town": "Leeds"}, marks_of(texts)) == {"venue", "town"}


def test_an_event_of_another_zone_stands_on_its_own_clock_and_never_on_ours() -> None:
    event = an_event(registration_from=None, registration_until=None, capacity=None, audience={})
    texts = texts_of(event)
    assert (texts["open_date"], texts["open_time"], texts["capacity"], texts["everyone"]) == ("",) * 4
    assert "America/Argentina/Buenos Aires" in str(one_modal(a_row(zone=event.zone), now=SOON))
    later = a_row(ends_at=SOON + timedelta(days=2), capacity=None, state=EventState.CANCELLED)
    shown = one_modal(later, now=SOON)
    assert "cancelled" in str(shown)
    assert "event:change" not in str(shown)
