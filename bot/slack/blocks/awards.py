"""The buttons of awards: under an answer about them, and in the forms they lead to."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.slack.blocks.letters import button

JSON = dict[str, Any]

NOMINATE, JUDGE, RUN = "award:nominate", "award:judge", "award:run"
MINE, TAKE_BACK, CHANGE = "award:mine", "award:take_back", "award:change"
SCORE = "award:score"
SHORTLIST, WINNER, WINNERS, WHO, INVITE = (
    "award:shortlist", "award:winner", "award:winners", "award:who", "award:invite",
)  # fmt: skip
OFFERED = {
    "nominate": (NOMINATE, "Nominate"),
    "judge": (JUDGE, "Judge"),
    "run": (RUN, "Run the awards"),
}


def offered(offers: Sequence[str]) -> Iterator[JSON]:
    """The buttons for what somebody may do: "nominate:7" is the awards of event 7. Of each kind one, for the first."""
    drawn = set()
    for offer in offers:
        what, _, event = offer.partition(":")
        if what in OFFERED and what not in drawn:
            drawn.add(what)
            action, label = OFFERED[what]
            yield button(action, label, event, primary=what == "nominate")
