"""What is on: by month, kind and place, as people ask, and nothing that asks for somebody is taken for it."""

import pytest

from bot.assistant.follow_ups import command
from bot.assistant.intents import EventsAsked
from store.kinds import EventKind

WORKSHOP = EventKind.WORKSHOP


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("what's on in Liverpool in March?", EventsAsked(3, None, "liverpool")),
        ("what's on in March in Liverpool", EventsAsked(3, None, "liverpool")),
        ("any events near Chester", EventsAsked(None, None, "chester")),
        ("workshops in nether alderley in June", EventsAsked(6, WORKSHOP, "nether alderley")),
        ("what's on in March", EventsAsked(3)), ("upcoming events", EventsAsked()),
    ],
)  # fmt: skip
def test_events_are_asked_for_by_place_and_month(said: str, asked: EventsAsked) -> None:
    assert command(said) == asked


@pytest.mark.parametrize(
    "said",
    [
        "who organises conferences in Leeds", "conference venues in Manchester", "event management in Chester",
        "viral vectors in Macclesfield", "awards for start-ups in March", "workshop equipment near Crewe",
    ],
)  # fmt: skip
def test_an_ask_for_somebody_is_none_for_events(said: str) -> None:
    assert command(said) is None
