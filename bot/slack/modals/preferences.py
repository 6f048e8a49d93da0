"""The forms of what one decides for oneself: a pause, topics, and which person of the directory one is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.assistant.messages import AwardLine
from bot.slack.blocks.event_rows import confirm
from bot.slack.blocks.home import NEW_CALENDAR
from bot.slack.blocks.letters import button, section
from bot.slack.blocks.mrkdwn import bold, escaped
from bot.slack.modals.forms import Filled, address_field, date_field, modal, text_field

JSON = dict[str, Any]

PAUSE, TOPICS, LINK, CODE = "home:pause", "home:topics", "home:link", "home:code"
SHOWN = "home:shown"
ASK_ADDRESS = (
    "Which mail address does the directory have of you? A code goes there, and with it I know that it is you. "
    "Whoever cannot read that mail cannot be taken for you."
)
ASK_CODE = (
    "If the directory knows that address, a mail with a code of six digits is on its way to it. "
    "Type it here within 20 minutes."
)
NO_DATE = "Use the calendar to choose a day."


def pause_modal() -> JSON:
    hint = (
        "You are still found, and may still ask for introductions yourself. Without a day: until you return."
    )
    blocks = [date_field("until", "No requests until", hint=hint)]
    return modal("Pause introductions", PAUSE, blocks, submit="Pause")


def until_in(form: Filled) -> date | dict[str, str] | None:
    """The day that was chosen, None for none, or what is wrong."""
    said = form.text("until")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return {"until": NO_DATE}


def topics_modal(topics: Sequence[str]) -> JSON:
    text = "\n".join(topics)
    blocks = [
        text_field(
            "topics",
            "What do you like to hear of?",
            initial=text,
            optional=True,
            hint="One a line, in your words: cell therapy, funding, data.",
        )
    ]
    return modal("Topics", TOPICS, blocks, submit="Save")


def topics_in(form: Filled) -> tuple[str, ...]:
    return tuple(line.strip() for line in form.text("topics").splitlines() if line.strip())


def calendar_modal(told: str, lines: Sequence[AwardLine], closing: str) -> JSON:
    """The addresses of one's own calendar, and the button that ends them."""
    blocks = [section(escaped(told, 500))]
    blocks += [section(f"{bold(each.title, 100)}\n{escaped(each.line, 1000)}") for each in lines]
    sure = confirm(
        "A new address?", "The one you have opens nothing any more: you subscribe anew.", yes="Renew"
    )
    renew = button(NEW_CALENDAR, "New address", "home") | {"confirm": sure}
    return modal(
        "My calendar",
        SHOWN,
        [*blocks, section(escaped(closing, 500)), {"type": "actions", "elements": [renew]}],
    )


def link_modal() -> JSON:
    blocks = [section(ASK_ADDRESS), address_field("address", "Your work address")]
    return modal("Who are you?", LINK, blocks, submit="Send me a code")


def code_modal(said: str = "") -> JSON:
    field = text_field("code", "The code", most=20, lines=False)
    return modal("Type the code", CODE, [section(said or ASK_CODE), field], submit="That is me")
