"""The buttons under an answer: their names, and what they carry."""

import json
from dataclasses import asdict, dataclass

from store.kinds import Verdict

SHOW_MORE = "show_more"
SHOW_EARLIER = "show_earlier"
PAGES = frozenset({SHOW_MORE, SHOW_EARLIER})
SHARE = "share_here"
VERDICTS = {
    "feedback_useful": Verdict.USEFUL,
    "feedback_not_useful": Verdict.NOT_USEFUL,
    "feedback_out_of_date": Verdict.OUT_OF_DATE,
}
ACTIONS = PAGES | {SHARE} | VERDICTS.keys()


@dataclass(frozen=True, slots=True)
class Carried:
    """What a button knows: the ask, the outbox key of the message as it is when the button is seen, a page's start."""

    ask: str
    at: str
    first: int = 1

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def carried(value: str) -> Carried | None:
    """None for what no button of this version holds."""
    try:
        held = Carried(**json.loads(value))
    except (ValueError, TypeError):
        return None
    strings = isinstance(held.ask, str) and isinstance(held.at, str)
    return held if strings and isinstance(held.first, int) and held.first >= 1 else None
