"""What is said after an event: thanks, two questions, and whom one would have liked to meet."""

from bot.assistant.events.wording import about, short_day
from bot.assistant.letters import Choice, Letter, LetterKind
from store.models import Event

SCORES = (
    Choice("1", "Not worth it"),
    Choice("2", "So-so"),
    Choice("3", "All right"),
    Choice("4", "Good"),
    Choice("5", "Excellent"),
)
SAID = "said"  # the word of an answer that has no number


def thanks(event: Event) -> Letter:
    return Letter(
        key=thanks_key(event.id),
        kind=LetterKind.THANKS,
        about=about(event.id),
        subject=f"Thank you for coming: {event.title}, {short_day(event)}",
        lead=f"Thank you for coming to {event.title}.",
        paragraphs=(
            "Two questions, so that the next one is better: how was it? And what one thing should we do differently?",
            "Was there somebody you wanted to meet, and didn't? Say who, by name or by what they do: the team sees "
            "whether it can introduce you.",
        ),
        closing="Below the number write whatever you like. A line that begins with “Meet:” says whom you wanted to meet.",
        closing_pressed="Press how it was; “Say more” has room for the rest.",
        choices=SCORES,
        why="You get this because you came. The team reads what you say, and nobody else.",
    )


def thanks_key(event_id: int | None) -> str:
    return f"event-thanks:{event_id}"
