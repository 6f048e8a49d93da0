"""What a search did, step by step: for staff who ask why an answer is as it is."""

from dataclasses import dataclass
from enum import StrEnum

from store.search.found import Found


class Ground(StrEnum):
    """Why somebody whose words have something of the ask is not in the answer."""

    PLACE = "place"
    KIND = "kind"
    SIZE = "size"
    RULED_OUT = "ruled out"  # it is what the asker does not want
    SCORE = "score"
    COVERAGE = "coverage"
    NOTHING_FITS = "nothing fits"  # even the best cover too little


@dataclass(frozen=True, slots=True)
class ReadTerm:
    """A telling word of the ask. `spellings` are what it was read as, where not as written."""

    said: str
    stems: tuple[str, ...]
    rarity: float
    spellings: tuple[str, ...]
    meanings: tuple[str, ...]
    alternative: int


@dataclass(frozen=True, slots=True)
class Parts:
    """Of a lexical score: from the ask's own words and pairs, from meanings, from single words of meanings."""

    exact: float = 0.0
    meaning: float = 0.0
    parts: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` is the lexical one times the worths of place, kind, size and freshness, cut down to what it covers of the ask.

    `likeness` is added to that, where there are word vectors and it fits.
    """

    id: int
    ref: str
    name: str
    lexical: Parts
    place: float
    kind: float
    size: float
    freshness: float
    coverage: float
    likeness: float
    score: float


@dataclass(frozen=True, slots=True)
class FellOut:
    """`had` and `needed` are the figures that decided; a distance in miles where the ground is the place."""

    id: int
    ref: str
    name: str
    lexical: float
    ground: Ground
    had: float | None = None
    needed: float | None = None
    said: str = ""  # its place, kind or size, where that is the ground


@dataclass(frozen=True, slots=True)
class GateFigures:
    """`reach` is what the best cover and score together; under `enough` the answer is that nobody fits."""

    reach: float
    enough: float
    score_needed: float
    coverage_needed: float


@dataclass(frozen=True, slots=True)
class Explanation:
    terms: tuple[ReadTerm, ...]
    gate: GateFigures
    fitting: int  # how many fit in all
    word_vectors: bool  # whether there are any
    candidates: tuple[Candidate, ...]
    fallen: tuple[FellOut, ...]
    found: Found  # what the search itself answers
