"""Who may do what: decided here, asked on every action."""

from enum import StrEnum
from typing import assert_never

from store.kinds import Medium
from store.people import Asker, Member

# Inside the house: a workspace one was invited to, the machine the directory lives on.
HOUSE_MEDIA = frozenset({Medium.SLACK, Medium.TERMINAL})


class Action(StrEnum):
    ASK = "ask"  # who does what: public facts, with reasons
    SEE_PEOPLE = "see people"  # names and roles of people who agreed to be listed; never their addresses
    GIVE_FEEDBACK = "give feedback"


def may(asker: Asker, action: Action, medium: Medium) -> bool:
    """Whether this asker, over this medium, may do that."""
    match action:
        case Action.ASK:
            return True
        case Action.SEE_PEOPLE | Action.GIVE_FEEDBACK:
            return isinstance(asker, Member) or medium in HOUSE_MEDIA
    assert_never(action)
