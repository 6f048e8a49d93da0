"""What somebody wants to hear of, in a short message of its own: "stop newsletters", "only events monthly", "resume"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from store.consent.topics import Heading
from store.kinds import Frequency

LONGEST = 120  # characters
_POLITE = re.compile(
    r"\b(?:please|pls|thanks?|thank you|can you|could you|i want|i'd like|me|the|your|any|more|all|to)\b"
)
_STOP = re.compile(r"(?:stop|unsubscribe(?: from)?|no|mute|opt out of)\s+(.+)")
_ONLY = re.compile(r"only\s+(.+)")
_RESUME = re.compile(r"(?:resume|start|subscribe|restart|unmute|resubscribe)(?:\s+(.+))?")
_MONTHLY = re.compile(r"\b(?:monthly|once a month|(?:one )?a month|each month|every month)\b")
_SIGN = re.compile(
    r"\b(?:stop|unsubscribe|no|mute|opt|only|resume|start|subscribe|restart|unmute|resubscribe|month|monthly)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:,|&|\band\b|\bor\b)\s*")


@dataclass(frozen=True, slots=True)
class Wish:
    """`topics`: which, by their keys, and how often. `everything`: resume whatever was chosen before."""

    topics: dict[str, Frequency] = field(default_factory=dict)
    everything: bool = False


def sounds_like_one(text: str) -> bool:
    """Cheap, and wrong on one side alone: what it says no to is no wish."""
    return len(text) <= LONGEST and bool(_SIGN.search(text))


def wish_of(text: str, known: Sequence[Heading]) -> Wish | None:
    """None where the message is anything else, also "stop" alone, which ends more than mailings."""
    if len(text) > LONGEST:
        return None
    said = " ".join(re.sub(r"[^\w\s,&'-]", " ", text.casefold().replace("’", "'")).split())
    said = " ".join(_POLITE.sub(" ", said).split())
    monthly = bool(_MONTHLY.search(said))
    said = " ".join(_MONTHLY.sub(" ", said).split())
    often = Frequency.MONTHLY if monthly else Frequency.EVERY
    if asked := _ONLY.fullmatch(said):
        named = _named(asked[1], known)
        wanted = {each.key: often if each.key in named else Frequency.NEVER for each in known}
        return Wish(wanted) if named else None
    if asked := _STOP.fullmatch(said):
        named = _named(asked[1], known)
        return Wish(dict.fromkeys(named, Frequency.NEVER)) if named else None
    if asked := _RESUME.fullmatch(said):
        if asked[1] is None:
            return Wish(everything=True)
        named = _named(asked[1], known)
        return Wish(dict.fromkeys(named, often)) if named else None
    if monthly:
        named = _named(said, known)
        return Wish(dict.fromkeys(named, often)) if named else None
    return None


def _named(said: str, known: Sequence[Heading]) -> frozenset[str]:
    """All that is named must be a topic: else it is no wish about mailings. Empty where one is not."""
    found = set()
    for part in filter(None, _JOINED.split(said)):
        fits = [each.key for each in known if _plain(part) in {_plain(each.key), _plain(each.name)}]
        if not fits:
            return frozenset()
        found.update(fits)
    return frozenset(found)


def _plain(name: str) -> str:
    folded = re.sub(r"[\W_]+", " ", name.casefold()).strip()
    return folded.removesuffix("s")
