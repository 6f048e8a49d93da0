"""Who does something, by which message, and what they are told of it: every action's frame, whatever its medium."""

from dataclasses import dataclass
from datetime import datetime

from bot.assistant.house import House
from store.kinds import Medium
from store.people import Asker, Member

CLI = "cli"  # who sits at the machine the directory lives on
HOUSE = "whodoes"  # what happens because its time has come


@dataclass(frozen=True, slots=True)
class Act:
    """One person's action. `evidence` is the id of the message, click or form that holds it; kept with what it does."""

    by: Asker
    medium: Medium
    evidence: str
    house: House
    now: datetime
    who: str = ""  # a stranger's id in that medium ("U123"); never an address

    @property
    def actor(self) -> str:
        """As the log and the audit name them: a reference, never a name or an address."""
        if isinstance(self.by, Member):
            return f"person:{self.by.person_id}"
        if self.medium is Medium.TERMINAL:
            return CLI
        return f"{self.medium.value}:{self.who or 'stranger'}"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an action, in plain words for whoever took it."""

    done: bool
    text: str
    about: int | None = None  # the introduction, or the proposal
