"""Turns what was ranked into hits with everything an answer says of them."""

from collections.abc import Sequence

import numpy as np

from store.search.entry import Entry, EntrySite
from store.search.found import Found, Hit, Reason, ReasonKind
from store.search.name_forms import Named
from store.search.ranking import Ranked
from store.search.reading import Term
from store.search.reasons import excerpt_of, explain
from store.search.searching import Search
from store.search.siting import NOWHERE, PlaceFit
from store.search.wanted import Wanted
from store.search.words import sentences

NEAREST = 3  # shown when nothing fits


def found(search: Search, *, limit: int) -> Found:
    """What a search answers: who fits, or honestly nobody, and then who comes closest."""
    readings = search.reading.readings
    if not search.seeks_something:
        return Found((), readings=readings)
    if answering := search.answering():
        return Found(
            tuple(hit(search, each.row) for each in answering[:limit]),
            readings=readings,
            rest=tuple(each.id for each in answering[limit:]),
            fitting=int(np.count_nonzero(search.fitting)),
            full=sum(search.is_full(each.row) for each in answering),
        )
    nearest, missed = _nearest(search)
    return Found((), nearest, readings, missed)


def hit(search: Search, row: int) -> Hit:
    """One row as a hit, with every reason that it is one."""
    entry, wanted = search.parts.rows.entry(row), search.wanted
    fit = search.parts.siting.best(entry.sites, wanted.places) if wanted.places else NOWHERE
    return _as_hit(entry, search, search.answered(row), fit)


def _nearest(search: Search) -> tuple[tuple[Hit, ...], str]:
    """What comes closest when nothing fits: the same elsewhere, else a part of what was asked."""
    wanted, reading = search.wanted, search.reading
    if not (reading.terms or wanted.places):
        return (), ""
    where = " or ".join(place.said for place in wanted.places)
    anywhere = search.elsewhere() if wanted.places else search
    if wanted.places and anywhere.gate.is_open:
        return _sited(anywhere, search), where
    close = [each for each in anywhere.ranked if each.covered][:NEAREST]
    missing = [term.said for term in reading.terms if not _is_covered(term, close, search)]
    hits = tuple(hit(anywhere, each.row) for each in close)
    return hits, " ".join(missing) or wanted.topic or where


def _sited(anywhere: Search, search: Search) -> tuple[Hit, ...]:
    """Who would fit elsewhere, those nearest to where it was sought."""
    rows, parts, places = np.flatnonzero(anywhere.fitting), search.parts, search.wanted.places
    ids, miles = parts.rows.ids[rows], parts.siting.rows(parts.rows.count, places).miles[rows]
    order = np.lexsort((ids, -np.round(anywhere.scored.scores[rows], 9), miles))[:NEAREST]
    told = []
    for row in rows[order]:
        entry = parts.rows.entry(int(row))
        told.append(_as_hit(entry, search, anywhere.at(int(row)), parts.siting.nearest(entry.sites, places)))
    return tuple(told)


def _is_covered(term: Term, close: Sequence[Ranked], search: Search) -> bool:
    rows = [each.row for each in close]
    keys = (*term.stems, *(key for _, key in term.meanings))
    return any(np.isin(search.parts.table.standing(key).rows, rows).any() for key in keys)


def _as_hit(entry: Entry, search: Search, ranked: Ranked, fit: PlaceFit) -> Hit:
    why = explain(entry, search.reading)
    site = fit.site or (entry.sites[0] if entry.sites else None)
    return Hit(
        id=entry.id,
        ref=entry.ref,
        name=entry.name,
        score=round(ranked.score, 4),
        reasons=(*why.reasons, *_kind_and_size(entry, search.wanted), *_place(fit)),
        excerpt=why.excerpt,
        place=_written(site),
        distance_miles=None if fit.miles is None else round(fit.miles, 1),
        confirmed_on=entry.confirmed_on,
    )


def named_hit(entry: Entry, named: Named, said: str, score: float) -> Hit:
    first = (sentences(entry.summary) or [*entry.capabilities, ""])[0]
    return Hit(
        id=entry.id,
        ref=entry.ref,
        name=entry.name,
        score=round(score, 4),
        reasons=(Reason(ReasonKind.NAME, said, named.name, named.field),),
        excerpt=excerpt_of(first, 0),
        place=_written(entry.sites[0] if entry.sites else None),
        confirmed_on=entry.confirmed_on,
        person_id=named.person_id,
    )


def _place(fit: PlaceFit) -> tuple[Reason, ...]:
    if fit.wanted is None:
        return ()
    if not fit.miles or round(fit.miles) == 0:
        told = _written(fit.site) if fit.worth else ""
        return (Reason(ReasonKind.PLACE, fit.wanted.said, told, "place"),) if told else ()
    told = f"{_written(fit.site)}, {_miles(fit.miles)} from {fit.wanted.place.name}"
    return (Reason(ReasonKind.PLACE, fit.wanted.said, told, "place"),)


def _miles(miles: float) -> str:
    return "1 mile" if round(miles) == 1 else f"{round(miles)} miles"


def _kind_and_size(entry: Entry, wanted: Wanted) -> tuple[Reason, ...]:
    reasons = []
    if entry.kind is not None and entry.kind in wanted.kinds:
        reasons.append(Reason(ReasonKind.KIND, entry.kind.value, entry.kind.value, "kind"))
    if entry.size is not None and entry.size in wanted.sizes:
        reasons.append(Reason(ReasonKind.SIZE, entry.size.value, entry.size.value, "size"))
    return tuple(reasons)


def _written(site: EntrySite | None) -> str:
    if site is None:
        return ""
    return ", ".join(dict.fromkeys(part for part in (site.town, site.county or site.region) if part))
