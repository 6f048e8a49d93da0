"""Somebody wants to subscribe: they are asked by mail whether it was them, and only their own word makes it so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.assistant.letters import Choice, Letter, LetterKind
from store.outbox import Draft


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The one mail that may go to an address before its owner said anything."""

    key: str  # "subscription:9:2026-11-23": what may exist only once
    address: str
    name: str
    region: str
    token: str
    page: str = ""  # where a button confirms it; "" where there are no pages


def was_it_you(asked: Confirmation) -> Letter:
    """Answered by a yes on the page or in a reply, and by silence otherwise."""
    return Letter(
        key=asked.key,
        kind=LetterKind.ADDRESS,
        about=asked.key.rpartition(":")[0],
        subject=f"Was it you who wants the news of {asked.region}?",
        lead=f"Somebody asked us to send the news of {asked.region} to this address.",
        paragraphs=("If it was you, please say so. If it was not, do nothing: then nothing more comes.",),
        choices=(Choice("yes", "Yes, subscribe me", primary=True),),
        why="You get this one mail because your address was written into our form.",
    )


class ConfirmationCarrier(Protocol):
    """How it is written down for the relay."""

    def confirmation(self, asked: Confirmation, *, now: datetime) -> Draft | None:
        """None where no mail can go to that address."""
        ...
