"""The form that the bare command opens: a question, an organisation by its name, or what is one's own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.slack.blocks.menu import FORM
from bot.slack.modals.forms import Filled, modal, text_field, typeahead_field
from bot.slack.modals.introductions import SUGGEST, organisation_in

JSON = dict[str, Any]

ASKED = "menu:asked"
QUESTION_MOST = 2000
GOOD_FOR = timedelta(minutes=25)  # Slack takes answers by a response URL for thirty
NOTHING_ASKED = "Type what you need, or choose an organisation below."


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was opened: there the answer goes, for its asker alone."""

    channel: str
    url: str
    opened: datetime

    def url_at(self, now: datetime) -> str:
        """Nothing once Slack no longer takes answers there."""
        return self.url if now - self.opened < GOOD_FOR else ""


def ask_modal(place: Place) -> JSON:
    asks = text_field(
        "question",
        "Who does what? Ask in your own words",
        most=QUESTION_MOST,
        optional=True,
        hint="For example: any CDMOs near Manchester?",
    )
    named = typeahead_field(
        "organisation", "Or look one up by its name", SUGGEST, asks="Type a part of the name"
    )
    blocks = [asks, named | {"optional": True}, {"type": "actions", "elements": FORM}]
    kept = {"channel": place.channel, "url": place.url, "opened": int(place.opened.timestamp())}
    return modal("Who does what here?", ASKED, blocks, submit="Ask", kept=kept)


def asked_in(form: Filled) -> tuple[str, int | None]:
    """The question, and the organisation that was chosen."""
    return form.text("question"), organisation_in(form.text("organisation"))


def place_of(form: Filled) -> Place:
    opened = datetime.fromtimestamp(form.number("opened") or 0, UTC)
    return Place(str(form.kept.get("channel") or ""), str(form.kept.get("url") or ""), opened)
