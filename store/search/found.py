"""What the index answers: hits, each with its why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ReasonKind(StrEnum):
    NAME = "name"  # the organisation (or a person there) was meant by name
    WORDS = "words"  # words of the ask stand in a field of the entry
    SPELLING = "spelling"  # "protien" read as "protein"
    MEANING = "meaning"  # CDMO = contract development and manufacturing
    PLACE = "place"
    KIND = "kind"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a hit. `said` is the asker's word(s), `matched` what the entry or lexicon says, `field` where."""

    kind: ReasonKind
    said: str
    matched: str
    field: str = ""  # "capabilities", "summary", "name", "aliases", "people", "tags", "sector", "place" …


@dataclass(frozen=True, slots=True)
class Hit:
    """One organisation found. `excerpt` is the entry's best sentence for this ask, in its own words."""

    id: int
    ref: str
    name: str
    score: float
    reasons: tuple[Reason, ...]
    excerpt: str = ""
    place: str = ""  # the site nearest to the asked place, else the first: "Macclesfield, Cheshire"
    distance_miles: float | None = None  # to the asked place; None when no point place was asked
    confirmed_on: date | None = None
    person_id: int | None = None  # the person meant, where the ask named one


@dataclass(frozen=True, slots=True)
class Found:
    """`hits` fit, best first; `rest` are the ids of those that come after them. When nothing fits `hits` is empty and `nearest` holds what comes closest, if anything.

    `missed` says what failed: the words nobody has, or the place where nobody does it. `full` is how many of `hits`
    and `rest` cover the whole ask, the others touch on a part of it; None where that was not worked out.
    """

    hits: tuple[Hit, ...]
    nearest: tuple[Hit, ...] = ()
    readings: tuple[Reason, ...] = ()  # spelling and meaning readings of the ask itself
    missed: str = ""
    rest: tuple[int, ...] = ()
    full: int | None = None
    fitting: int = 0  # how many fit in all, those beyond `rest` too
