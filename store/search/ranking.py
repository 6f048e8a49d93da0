"""Puts entries in order: how well the words fit, then place, kind and size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.kinds import OrganisationKind, SizeBand
from store.search.entry import Entry
from store.search.reading import Reading
from store.search.siting import NOWHERE, PlaceFit, Siting
from store.search.wanted import Wanted

CANDIDATES = (
    1000  # entries whose words are looked at; with a place, all of them, for it sifts them afterwards
)
EVERYONE = 1_000_000
LOOKED_AT = 100  # of the candidates, those whose coverage is worked out
UNCOVERED = (
    0.25  # what is left of the score of an entry that covers nothing; the rest grows with what it covers
)
BY_MEANING = 0.9  # what it counts that the lexicon's word is there and not the asker's
OF_WEIGHT = 0.35  # the share of an ask that one of its alternatives has at least
UNKNOWN_SIZE, UNKNOWN_KIND = 0.75, 0.5  # not said in the directory: perhaps; said and another: no


@dataclass(frozen=True, slots=True)
class Ranked:
    id: int
    score: float
    covered: float  # share of the ask, or of one of its alternatives, that the entry's words cover
    fit: PlaceFit


def coverage(reading: Reading, text: str) -> tuple[float, float]:
    """Which share of the ask, weighed by rarity, an entry's stemmed text covers: of all of it, and of its best alternative.

    Meanings count a little less. An alternative that is a small part of the ask ("… and treatments") is none.
    """
    padded = f" {text} "
    total: defaultdict[int, float] = defaultdict(float)
    covered: defaultdict[int, float] = defaultdict(float)
    for term in reading.terms:
        total[term.alternative] += term.rarity
        if any(f" {each} " in padded for each in term.stems):
            covered[term.alternative] += term.rarity
        elif any(f" {key} " in padded for _, key in term.meanings):
            covered[term.alternative] += BY_MEANING * term.rarity
    everything = sum(total.values())
    if not everything:
        return 0.0, 0.0
    share = sum(covered.values()) / everything
    shares = (covered[each] / whole for each, whole in total.items() if whole >= OF_WEIGHT * everything)
    return share, max(share, *shares, 0.0)


def size_worth(size: SizeBand | None, wanted: Iterable[SizeBand]) -> float:
    sizes = tuple(wanted)
    if not sizes or size in sizes:
        return 1.0
    return UNKNOWN_SIZE if size is None else 0.0


def kind_worth(kind: OrganisationKind | None, wanted: Wanted) -> float:
    if kind is not None and kind in wanted.excluded:
        return 0.0
    if not wanted.kinds or kind in wanted.kinds:
        return 1.0
    return UNKNOWN_KIND if kind is None else 0.0


def sift(
    scores: Mapping[int, float], entries: Mapping[int, Entry], wanted: Wanted, siting: Siting
) -> list[tuple[int, float, PlaceFit]]:
    """Scores after kind, size and place, best first; who is worth nothing is left out."""
    kept = []
    for entry_id, score in scores.items():
        entry = entries[entry_id]
        score *= kind_worth(entry.kind, wanted) * size_worth(entry.size, wanted.sizes)
        if score <= 0:
            continue
        fit = siting.best(entry.sites, wanted.places) if wanted.places else NOWHERE
        score *= fit.worth if wanted.places else 1.0
        if score > 0:
            kept.append((entry_id, score, fit))
    kept.sort(key=lambda each: (-each[1], each[0]))
    return kept


def with_coverage(
    sifted: Iterable[tuple[int, float, PlaceFit]], reading: Reading, texts: Mapping[int, str]
) -> list[Ranked]:
    """Final scores, best first, ties by id: the same content gives the same order, whatever came in first.

    A second opinion on closeness of meaning (word vectors, say) would be added to the score here.
    """
    ranked = []
    for entry_id, score, fit in sifted:
        share, answered = coverage(reading, texts[entry_id])
        ranked.append(Ranked(entry_id, score * (UNCOVERED + (1 - UNCOVERED) * share), answered, fit))
    ranked.sort(key=lambda each: (-round(each.score, 9), each.id))
    return ranked
