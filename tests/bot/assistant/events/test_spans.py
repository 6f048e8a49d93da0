"""Events in a span of days, and who speaks at them."""

from datetime import date

import pytest

from bot.assistant.events.spans import days_of
from bot.assistant.follow_ups import command
from bot.assistant.intents import EventsAsked
from store.kinds import EventKind

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"), ("tomorrow", "2026-11-25", "2026-11-25"),
        ("next week", "2026-11-30", "2026-12-06"), ("this weekend", "2026-11-28", "2026-11-29"),
        ("this month", "2026-11-01", "2026-11-30"), ("next month", "2026-12-01", "2026-12-31"),
        ("next year", "2027-01-01", "2027-12-31"), ("spring 2028", "2028-03-01", "2028-05-31"),
        ("spring", "2027-03-01", "2027-05-31"), ("winter", "2026-12-01", "2027-02-28"),
    ],
)  # fmt: skip
def test_a_span_has_its_days(span: str, first: str, last: str) -> None:
    assert days_of(span, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


def test_in_january_it_is_winter_already() -> None:
    assert days_of("winter", date(2027, 1, 5)) == (date(2026, 12, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("what's on next week?", EventsAsked(span="next week")), ("events tomorrow", EventsAsked(span="tomorrow")),
        ("what's on in spring 2027", EventsAsked(span="spring 2027")),
        ("where is the next event?", EventsAsked()), ("who is speaking?", EventsAsked()),
        ("who is speaking at the next workshop", EventsAsked(kind=EventKind.WORKSHOP)),
        ("who is speaking to CROs", None), ("who does events catering", None), ("who is working on spring 2027", None),
    ],
)  # fmt: skip
def test_asks_about_events_are_told_from_others(said: str, asked: EventsAsked | None) -> None:
    assert command(said) == asked
