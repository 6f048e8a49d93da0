"""Short words about what somebody wants to hear of, and all that is none."""

import pytest

from bot.assistant.consent.words import Wish, sounds_like_one, wish_of
from store.consent.topics import Heading
from store.kinds import Frequency

E, M, N = Frequency.EVERY, Frequency.MONTHLY, Frequency.NEVER
KNOWN = (
    Heading("newsletter", "Newsletter", ""),
    Heading("announcements", "Announcements", ""),
    Heading("events", "Events", ""),
    Heading("skills", "Skills and training", ""),
)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("stop newsletters", {"newsletter": N}),
        ("Please stop the newsletter, thanks!", {"newsletter": N}),
        ("unsubscribe from announcements and events", {"announcements": N, "events": N}),
        ("no more events please", {"events": N}),
        ("only events monthly", {"newsletter": N, "announcements": N, "events": M, "skills": N}),
        ("Only the newsletter", {"newsletter": E, "announcements": N, "events": N, "skills": N}),
        ("newsletter once a month", {"newsletter": M}),
        ("resume newsletter", {"newsletter": E}),
        ("subscribe me to events monthly", {"events": M}),
    ],
)
def test_topics_and_how_often_are_understood(said: str, wanted: dict[str, Frequency]) -> None:
    assert sounds_like_one(said)
    assert wish_of(said, KNOWN) == Wish(wanted)


def test_resume_alone_is_what_was_chosen_before() -> None:
    assert wish_of("resume", KNOWN) == Wish(everything=True)


@pytest.mark.parametrize(
    "said",
    [
        "stop", "unsubscribe", "stop all", "only SMEs", "no", "only in Cheshire", "who does monthly newsletters?",
        "start a company", "no events in Leeds", "x" * 500, "", "only", "monthly",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_the_others(said: str) -> None:
    assert wish_of(said, KNOWN) is None
