"""What the assistant can be asked for by a tap or a short word."""

from typing import Any

from bot.slack.blocks.introductions import ASK
from bot.slack.blocks.letters import button, section
from bot.slack.blocks.mrkdwn import code

JSON = dict[str, Any]

QUESTION, ENTRY, EVENTS = "menu:ask", "menu:me", "menu:events"
WORDS = (
    ("", "opens a form to ask in"),
    ("me", "your entry, to check or edit"),
    ("intro", "ask to be introduced to somebody"),
    ("events", "what is coming up"),
)
STAFF_WORDS = (
    ("log met A and B about …", "writes down an introduction made offline"),
    ("event", "opens a form to plan an event"),
)
FORM = [
    button(ENTRY, "My entry", "menu"),
    button(ASK, "Ask for an introduction", "menu"),
    button(EVENTS, "Coming events", "menu"),
]


def menu(*, staff: bool) -> list[JSON]:
    lines = [
        f"{code(f'/whodoes {word}'.strip())} {what}"
        for word, what in (*WORDS, *(STAFF_WORDS if staff else ()))
    ]
    ask = button(QUESTION, "Ask something", "menu", primary=True)
    return [section("\n".join(lines)), {"type": "actions", "elements": [ask, *FORM]}]
