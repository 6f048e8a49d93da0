"""Tells a search's own steps again with their figures; ranks nothing itself."""

import numpy as np

from store.search.answered import found
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
from store.search.found import ReasonKind
from store.search.gate import ENOUGH
from store.search.ranking import Ranked, kind_worth, size_worth
from store.search.reading import OWN, PART, Reading
from store.search.searching import Search

FALLEN = 5  # told of those that are not in the answer, the most promising by their words


def explained(search: Search, *, limit: int) -> Explanation:
    gate = search.gate
    return Explanation(
        terms=_terms(search.reading),
        gate=GateFigures(gate.reach, ENOUGH, gate.score_needed, gate.coverage_needed),
        fitting=int(np.count_nonzero(search.fitting)),
        word_vectors=search.parts.likeness is not None,
        candidates=tuple(_candidate(each, search) for each in _listed(search)[:limit]),
        fallen=_fallen(search, limit=limit),
        found=found(search, limit=limit),
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


def _parts(search: Search, row: int) -> Parts:
    """A row's lexical score apart: own words, meanings, single words of meanings."""
    exact = meaning = parts = 0.0
    for worth, scores in search.scored.steps.items():
        if worth >= OWN:
            exact += float(scores[row])
        elif worth > PART:
            meaning += float(scores[row])
        else:
            parts += float(scores[row])
    return Parts(exact, meaning, parts)


def _listed(search: Search) -> list[Ranked]:
    """The best by their words, but those that answer in the order of the answer."""
    answering = iter(search.answering())
    return [next(answering) if search.fitting[each.row] else each for each in search.ranked]


def _candidate(ranked: Ranked, search: Search) -> Candidate:
    entry, wanted = search.parts.rows.entry(ranked.row), search.wanted
    place = search.parts.siting.best(entry.sites, wanted.places).worth if wanted.places else 1.0
    return Candidate(
        id=entry.id,
        ref=entry.ref,
        name=entry.name,
        lexical=_parts(search, ranked.row),
        place=place,
        kind=kind_worth(entry.kind, wanted),
        size=size_worth(entry.size, wanted.sizes),
        freshness=search.freshness_of(ranked.row),
        coverage=float(search.scored.shares[ranked.row]),
        likeness=ranked.likeness,
        score=ranked.score,
    )


def _fallen(search: Search, *, limit: int) -> tuple[FellOut, ...]:
    """The first of those that are not in the answer, by what their words alone were worth."""
    totals = search.lexical * search.parts.rows.alive
    # Where the gate is shut one reason stands for all those that are told of as candidates.
    told = search.fitting.copy()
    if not search.gate.is_open:
        told[[each.row for each in search.ranked[:limit]]] = True
    out = np.flatnonzero((totals > 0) & ~told)
    order = np.lexsort((search.parts.rows.ids[out], -totals[out]))[:FALLEN]
    return tuple(_fell_out(int(row), float(totals[row]), search) for row in out[order])


def _fell_out(row: int, lexical: float, search: Search) -> FellOut:
    entry, gate = search.parts.rows.entry(row), search.gate
    ranked = search.at(row)
    if not ranked.score:
        return _sifted_out(entry, row, lexical, search)
    if not gate.is_open:
        ground, had, needed = Ground.NOTHING_FITS, gate.reach, ENOUGH
    elif ranked.score < gate.score_needed:
        ground, had, needed = Ground.SCORE, ranked.score, gate.score_needed
    else:
        ground, had, needed = Ground.COVERAGE, ranked.covered, gate.coverage_needed
    return FellOut(entry.id, entry.ref, entry.name, lexical, ground, had, needed)


def _sifted_out(entry: Entry, row: int, lexical: float, search: Search) -> FellOut:
    out, wanted = (entry.id, entry.ref, entry.name, lexical), search.wanted
    if search.ruled_out[row]:
        said = ", ".join((*wanted.without, *(place.said for place in wanted.outside)))
        return FellOut(*out, Ground.RULED_OUT, said=said)
    if not kind_worth(entry.kind, wanted):
        return FellOut(*out, Ground.KIND, said=entry.kind.value if entry.kind else "")
    if not size_worth(entry.size, wanted.sizes):
        return FellOut(*out, Ground.SIZE, said=entry.size.value if entry.size else "")
    nearest = search.parts.siting.nearest(entry.sites, wanted.places)
    town = nearest.site.town or nearest.site.county if nearest.site else ""
    return FellOut(*out, Ground.PLACE, had=nearest.miles, said=town)
