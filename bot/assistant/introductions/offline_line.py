"""Reads the one line that staff write of an introduction that happened without us: who, what, where, about what, when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.assistant.introductions.offline_dates import day_in
from store.importing.text import one_line
from store.kinds import IntroductionState as State

LONGEST = 600  # characters
_MOST_CUTS = 4

_AUX = r"(?:(?:and|who|they|both|are|is|'re|have|has|had|been|now|already|since|just)\s+)*"
_START = r"(?:\s*[,;:–—]\s*|\s+|^)"
_TERMS = r"(?:agreement|contract|deal|memorandum|mou|nda|licen[cs]e)"
_STAGES = (
    (State.NOTHING, rf"{_START}{_AUX}(?:but\s+)?nothing\s+(?:has\s+)?(?:came|come)\s+of\s+it\b"),
    (
        State.PROJECT,
        rf"{_START}{_AUX}(?:have|has|now|started|starting|begun|run|running|set up|in|with)\s+(?:an?\s+|their\s+)?(?:[a-z-]+\s+)?project(?:\s+(?:now|together))?\b"
        r"|\s*[,;:–—]\s*(?:now\s+)?(?:an?\s+)?(?:[a-z-]+\s+)?project(?:\s+(?:now|started|together))?(?=\s*$|\s+at\b)",
    ),
    (
        State.AGREEMENT,
        rf"{_START}{_AUX}(?:have|has|now|signed|reached|made|got|with)\s+(?:an?\s+|the\s+|their\s+)?(?:[a-z-]+\s+)?{_TERMS}(?:\s+(?:signed|now|together))?\b"
        rf"|\s*[,;:–—]\s*(?:now\s+)?(?:an?\s+)?(?:[a-z-]+\s+)?{_TERMS}(?:\s+(?:signed|reached|made|now))?(?=\s*$|\s+at\b)",
    ),
    (State.IN_TALKS, rf"{_START}{_AUX}in\s+(?:[a-z]+\s+)?(?:talks|discussions|negotiations)(?:\s+now)?\b"),
)
_STAGE = tuple((state, re.compile(pattern, re.IGNORECASE)) for state, pattern in _STAGES)
_AGAIN = re.compile(r"\s*,?\s*\b(?:once\s+)?again\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\s*[,;]?\s*\b(?:(?:about|regarding|concerning|re)\b|(?:to|and)\s+(?:discuss|discussed|talk(?:ed)?\s+about)\b)\s*:?\s+|\s*[,;]?\s*\bre:\s*",
    re.IGNORECASE,
)
_OCCASION = re.compile(r"\s*[,;]?\s*\b(?:at|during|over|after)\s+(?=\S)", re.IGNORECASE)
_SURE_OCCASION = re.compile(
    r"\s*[,;]?\s*\b(?:at|during|over|after)\s+(?=(?i:the|our|an?|last|this|their|your)\s|[A-Z0-9])"
)
_LEAD = re.compile(
    r"^(?:(?:please|log|logged|note|noted|that|i|we|i've|we've|i’ve|we’ve|have|has|just|offline|fyi)\b[:,]?\s+)+",
    re.IGNORECASE,
)
_BROUGHT = r"introduced|introducing|connected|linked|put|brought"
_MET = r"met|meets?|saw|spoke|spoken|talked|talking|chatted|speaking"
_HAVE = r"(?:(?:have|has|had|both|just|were|was|got|recently)\s+)*"
_VERB_FIRST = re.compile(rf"^(?P<verb>{_MET}|{_BROUGHT})\s+(?:up\s+)?(?:(?:with|to)\s+)?", re.IGNORECASE)
_VERB_LAST = re.compile(rf"\s+{_HAVE}(?P<verb>{_MET}|{_BROUGHT})(?:\s+up)?$", re.IGNORECASE)
_VERB_BETWEEN = re.compile(
    rf"\s+{_HAVE}(?P<verb>{_MET}|{_BROUGHT})(?:\s+up)?(?:\s+(?:with|to))?\s+", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\s+(?:in\s+touch|together|(?:to|with)?\s*each\s+other|one\s+another)$", re.IGNORECASE
)
_IN_TOUCH = re.compile(r"\s+in\s+touch\s+with\s+", re.IGNORECASE)
_JOINS = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|&|with|to|\+)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """One way in which the names of a line are two, and the occasion that leaves."""

    one: str
    other: str
    occasion: str


@dataclass(frozen=True, slots=True)
class OfflineLine:
    """`cuts`: those with the longest names first. `parts`: all the names there are, at the least."""

    cuts: tuple[Cut, ...]
    parts: tuple[str, ...]
    first: State  # how it began: met, introduced, or what it has come to
    stage: State  # how far it has come
    about: str
    on: date | None
    again: bool


def read_line(text: str, today: date) -> OfflineLine:
    """A line it can't make out has no cuts. Raises Unreadable for a day that no calendar has."""
    said = _LEAD.sub("", one_line(text)[:LONGEST].strip(" ."))
    said, on = day_in(said, today)
    again, said = bool(_AGAIN.search(said)), _AGAIN.sub("", said)
    said, stage = _stage_in(said)
    names, about = _about_in(said)
    about, occasion = _occasion_after(about)
    ways = [(rest, ", ".join(filter(None, (where, occasion)))) for rest, where in _occasions_in(names)]
    cuts = tuple(Cut(one, other, where) for rest, where in ways for one, other in _pairs(_joined(rest)[0]))
    bare, begun = _joined(ways[-1][0])
    first = begun or (State.MET if stage in {None, State.NOTHING} else stage)
    assert first is not None  # noqa: S101 - narrows the type: a stage that is None gave MET
    parts = tuple(each for each in _JOINS.split(bare) if each)
    return OfflineLine(cuts, parts, first, stage or first, about, on, again)


def _stage_in(said: str) -> tuple[str, State | None]:
    """Without the clause that says how far it has come; of several the furthest."""
    found: State | None = None
    for stage, pattern in _STAGE:
        shorter, times = pattern.subn("", said)
        if times:
            said, found = shorter.strip(" ,;"), found or stage
    return said, found


def _about_in(said: str) -> tuple[str, str]:
    found = _ABOUT.search(said)
    return (said, "") if found is None else (said[: found.start()], said[found.end() :].strip(" ,;"))


def _occasion_after(about: str) -> tuple[str, str]:
    """ "assays at the dinner": the dinner is where, but "assays at scale" is what about."""
    found = _SURE_OCCASION.search(about)
    return (about, "") if found is None else (about[: found.start()], about[found.start() :].strip(" ,;"))


def _occasions_in(names: str) -> list[tuple[str, str]]:
    """Where the names may end and the occasion begin: nowhere, or at the last "at", or at the one before it …"""
    cuts = [found.start() for found in _OCCASION.finditer(names)][:_MOST_CUTS]
    shorter = [
        (names[:cut], names[cut:].strip(" ,;"))
        for cut in reversed(cuts)
        if _JOINS.search(_joined(names[:cut])[0])
    ]
    return [(names, ""), *shorter]


def _joined(names: str) -> tuple[str, State | None]:
    """The names with "and" where a verb stood between them, and what the verb says."""
    bare = _TOGETHER.sub("", _IN_TOUCH.sub(" and ", names.strip(" ,;.")))
    verb: str | None = None
    for place, instead in ((_VERB_FIRST, ""), (_VERB_LAST, ""), (_VERB_BETWEEN, " and ")):
        if found := place.search(bare):
            verb = verb or found["verb"].lower()
            bare = f"{bare[: found.start()]}{instead}{bare[found.end() :]}"
    bare = _TOGETHER.sub("", bare).strip(" ,;.")
    if verb is None:
        return bare, None
    return bare, State.INTRODUCED if re.fullmatch(_BROUGHT, verb) else State.MET


def _pairs(bare: str) -> Iterator[tuple[str, str]]:
    for found in list(_JOINS.finditer(bare))[:_MOST_CUTS]:
        one, other = bare[: found.start()].strip(), bare[found.end() :].strip()
        if one and other and one.count("(") == one.count(")"):
            yield one, other
