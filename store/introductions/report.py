"""The funder's questions of a period, answered from the log of introductions; what does not add up is said."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from store.introductions.report_asked import asked_most
from store.introductions.report_figures import Mismatch, Period, Report
from store.introductions.report_ledger import Ledger, Line, read_ledger
from store.introductions.report_organisations import helped, links, members
from store.introductions.report_outcomes import offline, value
from store.introductions.report_stages import became, days, in_period
from store.introductions.rules import Rules
from store.kinds import Side


def report(session: Session, period: Period, *, rules: Rules, now: datetime) -> Report:
    """The same on every database; a handful of queries, however long the log."""
    ledger = read_ledger(session)
    brokered = [line for line in ledger.lines if not line.offline]
    steps, steps_odd = in_period(brokered, period)
    cohort, cohort_odd = became(brokered, period)
    whom, whom_odd = helped(ledger, period)
    linked, linked_odd = links(ledger, period)
    worth, worth_odd = value(brokered, period)
    away, away_odd = offline(ledger, period)
    sections = (
        steps, cohort, days(brokered, period), whom, linked, members(ledger, period), worth, away,
        asked_most(session, ledger, period, rules),
    )  # fmt: skip
    odd = (*steps_odd, *cohort_odd, *whom_odd, *linked_odd, *worth_odd, *away_odd, *_unsound(ledger))
    return Report(period, now, sections, _each_once(odd))


def this_year(now: datetime, zone: str) -> Period:
    """From the first of January until today."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return Period(date(today.year, 1, 1), today, zone)


def _unsound(ledger: Ledger) -> Iterable[Mismatch]:
    """Where the log contradicts itself, so that no figure of those introductions can be trusted."""
    wrong = {
        "The log has no step of it": [line for line in ledger.lines if not line.moves],
        "Its state is not what its last step says": [
            line for line in ledger.lines if line.moves and line.moves[-1][1] is not line.state
        ],
        "It does not have two sides": [line for line in ledger.lines if not _has_two_sides(line)],
    }
    return (Mismatch(text, tuple(line.id for line in lines)) for text, lines in wrong.items() if lines)


def _has_two_sides(line: Line) -> bool:
    return sorted(each.side for each in line.sides) == sorted(Side)


def _each_once(odd: Iterable[Mismatch | None]) -> tuple[Mismatch, ...]:
    return tuple(dict.fromkeys(each for each in odd if each is not None))
