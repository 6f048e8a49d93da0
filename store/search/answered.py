"""Turns what was ranked into hits with everything an answer says of them."""

from store.search.entry import Entry, EntrySite
from store.search.found import Hit, Reason, ReasonKind
from store.search.names import Named
from store.search.ranking import Ranked
from store.search.reading import Reading
from store.search.reasons import excerpt_of, explain
from store.search.siting import PlaceFit
from store.search.wanted import Wanted
from store.search.words import sentences


def as_hit(entry: Entry, ranked: Ranked, reading: Reading, wanted: Wanted) -> Hit:
    why = explain(entry, reading)
    site = ranked.fit.site or (entry.sites[0] if entry.sites else None)
    miles = ranked.fit.miles
    return Hit(
        id=entry.id,
        ref=entry.ref,
        name=entry.name,
        score=round(ranked.score, 4),
        reasons=(*why.reasons, *_kind_and_size(entry, wanted), *_place(ranked.fit)),
        excerpt=why.excerpt,
        place=_written(site),
        distance_miles=None if miles is None else round(miles, 1),
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
