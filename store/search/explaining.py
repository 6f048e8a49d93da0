"""Tells a search's own steps again with their figures; ranks nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.search.entry import Entry
from store.search.explanation import (
    Candidate,
    Explanation,
    FellOut,
    GateFigures,
    Ground,
    Parts,
    ReadTerm,
)
from store.search.found import Found, ReasonKind
from store.search.gate import ENOUGH, Gate, fitting, gate_of
from store.search.ranking import Ranked, coverage, kind_worth, size_worth
from store.search.reading import OWN, PART, Reading
from store.search.siting import Siting
from store.search.wanted import Wanted

FALLEN = 5  # told of those that are not in the answer, the most promising by their words


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search worked out on its way. `steps` are the scores by what their phrases are worth."""

    wanted: Wanted
    reading: Reading
    steps: Sequence[tuple[float, Mapping[int, float]]]
    ranked: Sequence[Ranked]
    found: Found


@dataclass(frozen=True, slots=True)
class Directory:
    """The part of the index that the figures are about."""

    entries: Mapping[int, Entry]
    texts: Mapping[int, str]
    siting: Siting


def explained(searched: Searched, directory: Directory, *, limit: int) -> Explanation:
    gate = gate_of(searched.ranked)
    lexical = _lexical(searched.steps)
    return Explanation(
        terms=_terms(searched.reading),
        gate=GateFigures(gate.reach, ENOUGH, gate.score_needed, gate.coverage_needed),
        fitting=len(fitting(searched.ranked)),
        candidates=tuple(
            _candidate(each, lexical.get(each.id, Parts()), searched, directory)
            for each in searched.ranked[:limit]
        ),
        fallen=_fallen(searched, directory, lexical, limit=limit),
        found=searched.found,
    )


def _terms(reading: Reading) -> tuple[ReadTerm, ...]:
    spelt = [each for each in reading.readings if each.kind is ReasonKind.SPELLING]
    return tuple(
        ReadTerm(
            term.said,
            term.stems,
            term.rarity,
            spellings=tuple(dict.fromkeys(each.matched for each in spelt if each.said == term.said)),
            meanings=tuple(written for written, _ in term.meanings),
            alternative=term.alternative,
        )
        for term in reading.terms
    )


def _lexical(steps: Sequence[tuple[float, Mapping[int, float]]]) -> dict[int, Parts]:
    """Each entry's score apart: own words, meanings, single words of meanings."""
    exact: dict[int, float] = {}
    meaning: dict[int, float] = {}
    parts: dict[int, float] = {}
    for worth, scores in steps:
        into = exact if worth >= OWN else meaning if worth > PART else parts
        for entry_id, score in scores.items():
            into[entry_id] = into.get(entry_id, 0.0) + worth * score
    known = exact.keys() | meaning.keys() | parts.keys()
    return {each: Parts(exact.get(each, 0.0), meaning.get(each, 0.0), parts.get(each, 0.0)) for each in known}


def _candidate(ranked: Ranked, lexical: Parts, searched: Searched, directory: Directory) -> Candidate:
    entry, wanted = directory.entries[ranked.id], searched.wanted
    return Candidate(
        id=entry.id,
        ref=entry.ref,
        name=entry.name,
        lexical=lexical,
        place=ranked.fit.worth if wanted.places else 1.0,
        kind=kind_worth(entry.kind, wanted),
        size=size_worth(entry.size, wanted.sizes),
        coverage=_share(ranked.id, searched, directory),
        score=ranked.score,
    )


def _share(entry_id: int, searched: Searched, directory: Directory) -> float:
    if not searched.reading.terms:
        return 1.0
    return coverage(searched.reading, directory.texts[entry_id])[0]


def _fallen(
    searched: Searched, directory: Directory, lexical: Mapping[int, Parts], *, limit: int
) -> tuple[FellOut, ...]:
    """The first of those that are not in the answer, by what their words alone were worth."""
    answering = {each.id for each in fitting(searched.ranked)}
    totals = {each: parts.exact + parts.meaning + parts.parts for each, parts in lexical.items()}
    gate, ranked = gate_of(searched.ranked), {each.id: each for each in searched.ranked}
    told = (
        answering if gate.is_open else {each.id for each in searched.ranked[:limit]}
    )  # one reason for all those
    order = sorted(totals.keys() - told, key=lambda each: (-totals[each], each))
    return tuple(
        _by_gate(directory.entries[each], ranked[each], totals[each], gate)
        if each in ranked
        else _sifted_out(directory.entries[each], totals[each], searched.wanted, directory.siting)
        for each in order[:FALLEN]
    )


def _by_gate(entry: Entry, ranked: Ranked, lexical: float, gate: Gate) -> FellOut:
    if not gate.is_open:
        ground, had, needed = Ground.NOTHING_FITS, gate.reach, ENOUGH
    elif ranked.score < gate.score_needed:
        ground, had, needed = Ground.SCORE, ranked.score, gate.score_needed
    else:
        ground, had, needed = Ground.COVERAGE, ranked.covered, gate.coverage_needed
    return FellOut(entry.id, entry.ref, entry.name, lexical, ground, had, needed)


def _sifted_out(entry: Entry, lexical: float, wanted: Wanted, siting: Siting) -> FellOut:
    out = (entry.id, entry.ref, entry.name, lexical)
    if not kind_worth(entry.kind, wanted):
        return FellOut(*out, Ground.KIND, said=entry.kind.value if entry.kind else "")
    if not size_worth(entry.size, wanted.sizes):
        return FellOut(*out, Ground.SIZE, said=entry.size.value if entry.size else "")
    if wanted.places and not siting.best(entry.sites, wanted.places).worth:
        nearest = siting.nearest(entry.sites, wanted.places)
        town = nearest.site.town or nearest.site.county if nearest.site else ""
        return FellOut(*out, Ground.PLACE, had=nearest.miles, said=town)
    return FellOut(*out, Ground.PASSED_OVER)
