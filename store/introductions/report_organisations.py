"""Whom introductions helped: organisations by sector, place, size and kind, who is new, and how many members it reaches."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from store.introductions.report_figures import Figure, Mismatch, Of, Period, Section, adds_up, number, share
from store.introductions.report_ledger import NOT_GIVEN, Firm, Ledger, Line
from store.kinds import OrganisationKind as Kind
from store.kinds import SizeBand

HELPED = "Organisations helped"
LINKS = "Who was linked with whom"
MEMBERS = "Members reached in twelve months"
BUSINESS = frozenset({Kind.COMPANY, Kind.SUPPLIER, Kind.MULTINATIONAL})
RESEARCH = frozenset({Kind.UNIVERSITY, Kind.NHS, Kind.PUBLIC_BODY})


def helped(ledger: Ledger, period: Period) -> tuple[Section, list[Mismatch | None]]:
    """Of introductions that were made (both put in touch) in the period."""
    made = [line for line in ledger.lines if not line.offline and period.holds(line.made())]
    all_of_them = _organisations(made)
    before = _organisations(
        line for line in ledger.lines if (at := line.made()) is not None and at < period.start
    )
    whole = _firms("distinct organisations", all_of_them, "each once, however often it was introduced")
    first = _firms(
        "for the first time", all_of_them - before, "no introduction, brokered or offline, before the period"
    )
    again = _firms(
        "helped before too", all_of_them & before, "introduced or written down before the period began"
    )
    found = [ledger.firms[each] for each in sorted(all_of_them) if each in ledger.firms]
    groups = [
        _by("sector", found, lambda firm: firm.sector),
        _by("place", found, lambda firm: firm.place),
        _by("size", found, lambda firm: firm.size or "", order=tuple(SizeBand)),
        _by("kind", found, lambda firm: firm.kind or "", order=tuple(Kind)),
    ]
    counts = (
        "Organisations that were a side of an introduction brokered here and made (both put in touch) in the period. "
        "Place is the county of the main site. Sector, place, size and kind as the directory has them today."
    )
    section = Section(HELPED, counts, (whole, first, again, *chain.from_iterable(groups)))
    return section, [adds_up(whole, (first, again)), *(adds_up(whole, group) for group in groups)]


def links(ledger: Ledger, period: Period) -> tuple[Section, list[Mismatch | None]]:
    """Introductions made in the period, by what kinds of organisation they brought together."""
    made = [line for line in ledger.lines if not line.offline and period.holds(line.made())]
    whole = number("introductions made", (line.id for line in made), "both sides were put in touch")
    names = {
        "business and research": "company, supplier or multinational with university, NHS or public body",
        "business and business": "company, supplier or multinational, both",
        "research and research": "university, NHS or public body, both",
        "others": "an investor, a person on their own, or a kind the directory does not say or has no more",
    }
    sorted_out: dict[str, list[int]] = {name: [] for name in names}
    for line in made:
        sorted_out[_link(line, ledger.firms)].append(line.id)
    parts = tuple(number(name, ids, names[name]) for name, ids in sorted_out.items())
    rate = share("business and research, of all", parts[0], whole, "in per cent of the introductions made")
    counts = "Introductions brokered here and made in the period, each once."
    return Section(LINKS, counts, (whole, *parts, rate)), [adds_up(whole, parts)]


def members(ledger: Ledger, period: Period) -> Section:
    """How many of the members were put in touch with anybody in the twelve months to the period's last day."""
    belonging = [firm.id for firm in ledger.firms.values() if firm.is_member(period.last)]
    who = "organisations with a membership on the period's last day"
    if not belonging:
        belonging = [firm.id for firm in ledger.firms.values() if firm.listed]
        who = "all listed organisations, since the directory notes no membership"
    year = Period(_a_year_before(period.last), period.last, period.zone)
    touched = _organisations(line for line in ledger.lines if year.holds(line.made()))
    whole = number("members", belonging, who, Of.ORGANISATION)
    part = number(
        "members put in touch",
        touched & set(belonging),
        "introduced, or written down offline",
        Of.ORGANISATION,
    )
    none = number(
        "members not reached", set(belonging) - touched, "neither, in these twelve months", Of.ORGANISATION
    )
    rate = share("share of members put in touch", part, whole, "members put in touch ÷ members, in per cent")
    span = f"From {year.first.isoformat()} to {year.last.isoformat()}. Members are {who}."
    return Section(MEMBERS, span, (whole, part, none, rate))


def _a_year_before(last: date) -> date:
    """The first of the twelve months that end with that day."""
    year = last + timedelta(days=1)
    return year.replace(year=year.year - 1, day=28 if (year.month, year.day) == (2, 29) else year.day)


def _by(
    what: str, firms: Sequence[Firm], said: Callable[[Firm], str], *, order: Sequence[str] = ()
) -> list[Figure]:
    """One figure for each value there is, the same word in another case being one; those not given last."""
    groups: defaultdict[str, list[Firm]] = defaultdict(list)
    for firm in firms:
        groups[said(firm).casefold()].append(firm)
    ranks = {each.casefold(): rank for rank, each in enumerate(order)}
    keys = sorted(groups, key=lambda key: (not key, ranks.get(key, 0), -len(groups[key]) * (not order), key))
    return [
        _firms(f"{what}: {min(said(firm) for firm in groups[key]) or NOT_GIVEN}", (firm.id for firm in groups[key]), f"by {what}")
        for key in keys
    ]  # fmt: skip


def _firms(name: str, ids: Iterable[int], definition: str) -> Figure:
    return number(name, ids, definition, Of.ORGANISATION)


def _organisations(lines: Iterable[Line]) -> frozenset[int]:
    return frozenset(chain.from_iterable(line.organisations() for line in lines))


def _link(line: Line, firms: Mapping[int, Firm]) -> str:
    there = [firms.get(each.organisation_id or 0) for each in line.sides]
    kinds = [firm.kind for firm in there if firm is not None]
    business, research = (sum(kind in group for kind in kinds) for group in (BUSINESS, RESEARCH))
    if business and research:
        return "business and research"
    if business == 2:
        return "business and business"
    return "research and research" if research == 2 else "others"
