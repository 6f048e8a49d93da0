"""Who is asked most, against the limits: a network tires of those it asks first."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session, col, select

from store.introductions.limits import MONTH
from store.introductions.report_figures import Figure, Of, Period, Section, number
from store.introductions.report_ledger import Half, Ledger
from store.introductions.rules import Rules
from store.models import Person

ASKED = "Who is asked most"
MOST = 10  # people, and organisations, named

# When, and about which introduction, somebody was asked; by who it was.
Requests: TypeAlias = Mapping[int, Sequence[tuple[datetime, int]]]


def asked_most(session: Session, ledger: Ledger, period: Period, rules: Rules) -> Section:
    """For the team's own eyes: it names people. Elsewhere a figure's `reference` stands for them."""
    people = _requests(ledger, period, lambda half: half.person_id)
    firms = _requests(ledger, period, lambda half: half.organisation_id)
    full_people = [each for each, asked in people.items() if _peak(asked) >= rules.asked_a_month]
    full_firms = [each for each, asked in firms.items() if _peak(asked) >= rules.organisation_a_month]
    named = _names(session, _top(people))
    counts = (
        f"Requests put to a person or an organisation in the period. The limits are {rules.asked_a_month} for a person and "
        f"{rules.organisation_a_month} for an organisation in any 30 days; the peak is the most in 30 days of the period."
    )
    return Section(
        ASKED,
        counts,
        (
            number("people asked", people, "at least once", Of.PERSON),
            number("people at their limit", full_people, f"{rules.asked_a_month} or more within 30 days", Of.PERSON),
            number("organisations asked", firms, "at least once, all their people together", Of.ORGANISATION),
            number(
                "organisations at their limit", full_firms, f"{rules.organisation_a_month} or more within 30 days", Of.ORGANISATION
            ),
            *(
                _line(named.get(each, "somebody"), people[each], rules.asked_a_month, reference=f"person {each}")
                for each in _top(people)
            ),
            *(
                _line(ledger.firms[each].name, firms[each], rules.organisation_a_month)
                for each in _top(firms) if each in ledger.firms
            ),
        ),
    )  # fmt: skip


def _requests(ledger: Ledger, period: Period, who: Callable[[Half], int | None]) -> Requests:
    asked: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for line in ledger.lines:
        for half in line.sides:
            if half.asked_at is not None and period.holds(half.asked_at) and (of := who(half)) is not None:
                asked[of].append((half.asked_at, line.id))
    return {each: sorted(asked[each]) for each in sorted(asked)}


def _peak(asked: Sequence[tuple[datetime, int]]) -> int:
    """The most within any month."""
    at = [moment for moment, _ in asked]  # in order
    return max((bisect_left(at, moment + MONTH) - first for first, moment in enumerate(at)), default=0)


def _top(requests: Requests) -> list[int]:
    """Who was asked more than once, most first."""
    often = [each for each, asked in requests.items() if len(asked) > 1]
    return sorted(often, key=lambda each: (-_peak(requests[each]), -len(requests[each]), each))[:MOST]


def _line(name: str, asked: Sequence[tuple[datetime, int]], limit: int, *, reference: str = "") -> Figure:
    peak = _peak(asked)
    told = f"asked; at most {peak} within 30 days, of {limit}" + (" (at the limit)" if peak >= limit else "")
    records = tuple(sorted({each for _, each in asked}))
    return Figure(name, len(asked), told, records, reference=reference)


def _names(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(person_ids)))
    return {number: name for number, name in rows if number is not None}
