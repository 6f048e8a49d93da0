"""The form that tells what is wrong with one of several organisations that an answer named."""

from collections.abc import Sequence
from typing import Any

from bot.slack.modals.forms import Filled, choice_field, modal, text_field
from bot.slack.modals.listing import WORDS_MOST

JSON = dict[str, Any]

WHICH = "mistake:which"


def which_modal(named: Sequence[tuple[int, str]], *, ask_id: str) -> JSON:
    """`named`: the organisations of the answer, with their ids."""
    blocks = [
        choice_field("organisation", "Whose entry?", [(str(number), name) for number, name in named]),
        text_field("words", "What is wrong or out of date?", most=WORDS_MOST, hint="The team looks at it."),
    ]
    return modal("Wrong or out of date?", WHICH, blocks, submit="Tell the team", kept={"ask": ask_id[:400]})


def organisation_of(form: Filled) -> int | None:
    said = form.text("organisation")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 16 else None
